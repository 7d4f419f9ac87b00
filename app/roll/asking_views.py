"""The public pages where a company asks for a ballot."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app import access, tokens
from app.awards import service as awards
from app.awards.models import Edition, Unit
from app.extensions import clock, transaction
from app.nominations.limits import TooOften, not_too_often
from app.roll import asking
from app.roll.asking_forms import AskForm
from app.roll.models import RequestState
from app.tokens import Purpose, TokenError

bp = Blueprint("asking", __name__, url_prefix="/begar-rostsedel/<slug>")
Answer = str | Response | tuple[str, int]

FORMS = "20 per hour"
"""So many requests can come from one connection."""


@bp.errorhandler(asking.NoSuchRequest)
@bp.errorhandler(TokenError)
def dead_link(_error: Exception) -> Answer:
    """A link that leads nowhere: cut off, too old, or its request is forgotten."""
    edition = awards.public_edition(str((request.view_args or {})["slug"]))
    return render_template("roll/ask_dead.html", edition=edition, open=asking.is_open(edition)), 404


@bp.route("", methods=["GET", "POST"])
@access.public
def ask(slug: str) -> Answer:
    """A form; whatever the roll holds, the answer to it is the same."""
    edition = awards.public_edition(slug)
    if not asking.is_open(edition):
        return _closed(edition)
    form = AskForm(edition)
    if form.validate_on_submit() and (row := form.row()):
        try:
            not_too_often(FORMS)
            with transaction():
                asking.ask(edition.id, row, now=clock.now())
            return redirect(url_for(".sent", slug=slug), 303)
        except asking.NotOpen:
            return _closed(edition)
        except asking.TooManyLetters:
            said = gettext(
                "This address has had as many letters about ballots as one address gets in a day. Try tomorrow."
            )
            form.email.errors = [said]
        except TooOften:
            form.form_errors.append(
                gettext(
                    "Many requests have come from your connection within an hour. Wait a while, then send it again."
                )
            )
            return _form_page(edition, form), 429
    page = _form_page(edition, form)
    return (page, 422) if form.errors else page


@bp.get("/skickad")
@access.public
def sent(slug: str) -> Answer:
    """A letter is on its way."""
    edition = awards.public_edition(slug)
    return render_template("roll/ask_sent.html", edition=edition, days=asking.CONFIRM_WITHIN.days)


@bp.route("/bekrafta/<token>", methods=["GET", "POST"])
@access.public
def confirm(slug: str, token: str) -> Answer:
    """GET shows what is asked for and a button, POST puts it before the secretariat."""
    edition = awards.public_edition(slug)
    public_id = str(tokens.read(Purpose.CONFIRM_REQUEST, token, max_age=asking.CONFIRM_WITHIN))
    if request.method == "POST":
        try:
            with transaction():
                asking.confirm(edition.id, public_id, now=clock.now())
        except asking.NotOpen:
            return _closed(edition)
        return redirect(url_for(".confirm", slug=slug, token=token), 303)
    asked = asking.linked(edition.id, public_id)
    if asked.state == RequestState.SENT and not asking.is_open(edition):
        return _closed(edition)
    return render_template(
        "roll/ask_confirm.html", edition=edition, asked=asked, waits=asked.state == RequestState.SENT
    )


def _form_page(edition: Edition, form: AskForm) -> str:
    person = edition.unit is Unit.PERSON
    return render_template(
        "roll/ask.html", edition=edition, form=form, person=person, days=asking.CONFIRM_WITHIN.days
    )


def _closed(edition: Edition) -> Answer:
    return render_template(
        "roll/ask_closed.html", edition=edition
    ), 404 if not edition.self_registration else 409
