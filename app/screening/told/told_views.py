"""The public page behind the link that a nominated authority, or a person who is named, gets. GET shows, POST answers."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_limiter import RateLimitExceeded

from app import access
from app.awards import service as awards
from app.awards.models import Edition
from app.extensions import clock, limiter, transaction
from app.nominations.drafts import Gone, OldLink, TooLate
from app.screening.blueprint import Answer, bp
from app.screening.models import Told
from app.screening.told import replying, told_wording
from app.screening.told.answer_forms import Answering, answer_form
from app.tokens import TokenError, TokenExpired
from app.web import STOCKHOLM, language

ANSWERS = "60 per hour"
"""So often one address can send an answer."""

WHY_DEAD: dict[type[Exception], str] = {OldLink: "old", TokenExpired: "expired", Gone: "gone"}


@bp.route("/svar/<slug>/<token>", methods=["GET", "POST"])
@access.public
def reply(slug: str, token: str) -> Answer:
    """What is kept about them and where it is from; their words, corrections, and whether they take part."""
    edition = awards.public_edition(slug)
    try:
        told = replying.linked(edition.id, token)
    except (TokenError, Gone, OldLink) as error:
        return _dead(edition, error)
    form = answer_form(told, clock.now().astimezone(STOCKHOLM).date())
    if not form.is_submitted():
        return _page(edition, told, form, token)
    return _take(edition, told, form, token)


def _take(edition: Edition, told: Told, form: Answering, token: str) -> Answer:
    if not form.sound():
        return _page(edition, told, form, token), 422
    if form.says_nothing() and told.answered_at is None:
        form.reply.errors = [
            gettext("Nothing is filled in. Write a few words, correct something, or tick the box.")
        ]
        return _page(edition, told, form, token), 422
    try:
        with limiter.limit(ANSWERS):
            pass
        with transaction():
            fresh = replying.answer(
                edition.id, token, reply=form.reply.data, corrections=form.corrections,
                declines=bool(form.declines.data), now=clock.now(),
            )  # fmt: skip
    except RateLimitExceeded:
        form.form_errors.append(
            gettext(
                "Answers have come very often from your connection. Nothing was sent this time; wait a while."
            )
        )
        return _page(edition, told, form, token), 429
    except (TooLate, replying.TooManyAnswers) as refusal:
        if not isinstance(refusal, TooLate):
            form.form_errors.append(
                gettext(
                    "Many answers have come by this link already. Write to the secretariat instead; your words stand here."
                )
            )
        return _page(edition, told, form, token), 409
    except (Gone, OldLink) as error:
        return _dead(edition, error)
    said = gettext("Thank you. Your answer is with the secretariat.")
    flash(said if fresh else gettext("That is what your last answer said, so nothing was sent anew."))
    return redirect(url_for("screening.reply", slug=edition.slug, token=token))


def _page(edition: Edition, told: Told, form: Answering, token: str) -> str:
    about = replying.about(told)
    return render_template(
        "screening/told.html",
        edition=edition,
        told=told,
        form=form,
        token=token,
        open=edition.phase in replying.ANSWERED_IN,
        stands=about.state,
        title=about.title,
        facts=told_wording.facts(told.party, about, told.nomination, language()),
        notice=told_wording.notice(told.party, edition),
        late=request.method == "POST" and edition.phase not in replying.ANSWERED_IN,
    )


def _dead(edition: Edition, error: Exception) -> Answer:
    """A link that opens nothing; each reason has its own words."""
    why = WHY_DEAD.get(type(error), "wrong")
    page = render_template("screening/told_dead.html", edition=edition, why=why)
    return page, 404 if why == "wrong" else 410
