"""The secretariat's pages about those who have to be told: the letter to them, and what they answered."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app import access
from app.access import Role
from app.awards.models import Edition
from app.extensions import clock, transaction
from app.nominations.behind import root
from app.nominations.drafts import Gone, NotNow
from app.nominations.models import Nomination
from app.screening.blueprint import Answer, about, bp, signed_in
from app.screening.decisions.deciding import Telling, carry_out_telling, telling_of
from app.screening.decisions.decision_views import ONE, framed, with_frames
from app.screening.decisions.decisions import WrongPhase
from app.screening.decisions.recipients import Changed
from app.screening.models import Party
from app.screening.told import concerned, replying
from app.screening.told.answers import shown
from app.screening.told.concerned import NobodyNamed
from app.screening.told.telling import ToldMeanwhile
from app.web import LANGUAGES

WHOM = {"myndigheten": Party.AUTHORITY, "personen": Party.PERSON}
TELL = f"{ONE}/beratta/<any(myndigheten, personen):whom>"


@bp.route(TELL, methods=["GET", "POST"])
@access.staff(Role.SECRETARIAT)
def tell(slug: str, nomination_id: int, whom: str) -> Answer:
    """The letter to the authority, or to a person who is named: GET shows it, POST sends it."""
    edition, naming = about(slug, nomination_id)
    letter = _letter(edition, naming, whom)
    if not letter.form.is_submitted():
        return _shown(edition, naming, letter, whom)
    if not letter.stands.possible or letter.form.version.data != str(letter.stands.version):
        return _shown(edition, naming, letter, whom, code=409)
    if not letter.form.sound():
        return _shown(edition, naming, letter, whom, code=422)
    try:
        with transaction():
            carry_out_telling(letter, edition.id, by=signed_in(), now=clock.now())
    except (ToldMeanwhile, NotNow, WrongPhase, NobodyNamed):
        return _shown(edition, naming, _letter(edition, naming, whom), whom, code=409)
    flash(gettext("The letter to %(address)s is on its way.", address=letter.form.email.data))
    return redirect(url_for("screening.detail", slug=slug, nomination_id=root(naming).id))


@bp.route(f"{TELL}/utseende", methods=["GET", "POST"])
@access.staff(Role.SECRETARIAT)
def telling_letter(slug: str, nomination_id: int, whom: str) -> Response:
    """The letter as it looks, for its frame; with POST as it was typed. Nothing is kept."""
    edition, naming = about(slug, nomination_id)
    return framed(_letter(edition, naming, whom).preview(edition, root(naming)))


@bp.get(f"{ONE}/svar")
@access.staff(Role.SECRETARIAT)
def answers(slug: str, nomination_id: int) -> str:
    """What those who were told have answered, with their corrections beside what stands."""
    edition, nomination = about(slug, nomination_id)
    return render_template(
        "screening/answers.html",
        edition=edition,
        nomination=root(nomination),
        answers=[shown(told) for told in concerned.everyone_told(root(nomination)) if told.answered_at],
        open=edition.phase in replying.ANSWERED_IN,
    )


@bp.post(f"{ONE}/svar/<int(max=2147483647):told_id>")
@access.staff(Role.SECRETARIAT)
def settle(slug: str, nomination_id: int, told_id: int) -> Answer:
    """Takes over the corrections that were chosen, and counts the answer as read."""
    edition, _ = about(slug, nomination_id)
    choices = {
        name.removeprefix("take-"): value == "yes"
        for name, value in request.form.items()
        if name.startswith("take-") and value in {"yes", "no"}
    }
    looked_at = request.form.get("stamp", "")
    try:
        with transaction():
            taken = replying.settle(
                edition.id, told_id, choices, looked_at=looked_at, by=signed_in(), now=clock.now()
            )
    except Gone:
        abort(404)
    except WrongPhase:
        abort(409)
    except Changed:
        flash(
            gettext(
                "The answer or the nomination is another by now, so nothing was changed. Look once more."
            ),
            "error",
        )
        return redirect(url_for("screening.answers", slug=slug, nomination_id=nomination_id))
    flash(gettext("The corrections are taken over.") if taken else gettext("The answer counts as read."))
    return redirect(url_for("screening.detail", slug=slug, nomination_id=nomination_id))


def _letter(edition: Edition, naming: Nomination, whom: str) -> Telling:
    try:
        stands = concerned.of_party(naming, WHOM[whom])
    except NobodyNamed:
        abort(404)
    lang = request.args.get("sprak", "")
    return telling_of(edition, stands, optional=False, lang=lang if lang in LANGUAGES else "")


def _shown(edition: Edition, naming: Nomination, letter: Telling, whom: str, code: int = 200) -> Response:
    html = render_template(
        "screening/tell.html",
        edition=edition,
        nomination=root(naming),
        naming=naming,
        letter=letter,
        form=letter.form,
        whom=whom,
        code=code,
    )
    return with_frames(html, code)
