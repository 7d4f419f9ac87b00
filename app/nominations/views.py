"""The whole form on one page; what was sent, corrected until its letter is answered."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app import access, remembered
from app.awards import deadlines
from app.awards import service as awards
from app.awards.deadlines import Deadline
from app.awards.models import Edition
from app.extensions import clock, transaction
from app.nominations import cookie, drafts
from app.nominations.answers import closed, filled_in, form_page, held_draft
from app.nominations.blueprint import Answer, bp
from app.nominations.drafts import KEPT_FOR, Gone, TooLate, TooManyLetters
from app.nominations.forms import NominationForm
from app.nominations.limits import SAVES, TooOften, enough_letters, not_too_often, wait_a_while
from app.nominations.models import Nomination, State
from app.web import language

__all__ = ["bp"]


@bp.route("/nominera/<slug>/formular", methods=["GET", "POST"])
@access.public
def whole(slug: str) -> Answer:
    """Everything on one page, for those who prefer that: the same draft as the steps have."""
    edition = awards.public_edition(slug)
    held = held_draft(edition)
    draft = held if held is not None and held.state is State.DRAFT else None
    form = filled_in(edition, draft)
    if not deadlines.is_open(edition, Deadline.NOMINATIONS, clock.now()) and (
        draft is None or not deadlines.in_grace(edition, clock.now())
    ):
        return closed(edition, form)
    if form.is_submitted():
        return take(edition, form, draft)
    page = make_response(form_page(edition, form, draft, waiting=held if draft is None else None))
    return page if held else remembered.for_newcomers(page)


@bp.route("/nominera/<slug>/ratta", methods=["GET", "POST"])
@access.public
def correct(slug: str) -> Answer:
    """Corrects what waits for its confirmation, in the browser that sent it: a mistyped address, most of all."""
    edition = awards.public_edition(slug)
    held = held_draft(edition)
    if held is None or held.state is not State.SUBMITTED:
        return redirect(url_for("nominations.new", slug=slug))
    form = filled_in(edition, held)
    if not deadlines.in_grace(edition, clock.now()):
        return closed(edition, form)
    return take(edition, form, held) if form.is_submitted() else form_page(edition, form, held)


@bp.get("/nominera/<slug>/skickad")
@access.public
def sent(slug: str) -> Answer:
    """It came in; now its letter has to be answered."""
    edition = awards.public_edition(slug)
    held = held_draft(edition)
    if held is None or held.state is State.DRAFT:
        return redirect(url_for("nominations.new", slug=slug))
    return render_template("nominations/sent.html", edition=edition, nomination=held, kept_for=KEPT_FOR.days)


@bp.post("/nominera/<slug>/brevet")
@access.public
def resend(slug: str) -> Answer:
    """Mails the confirming link once more."""
    edition = awards.public_edition(slug)
    held = held_draft(edition)
    if held is None:
        raise Gone
    try:
        not_too_often(SAVES)
        with transaction():
            drafts.mail_link(edition.id, held.public_id, now=clock.now())
    except (TooManyLetters, TooOften):
        flash(
            gettext("That was often enough for now: no further letter was sent. What you wrote is kept."),
            "error",
        )
    else:
        flash(gettext("The letter is on its way once more."))
    return redirect(url_for("nominations.sent", slug=slug))


@bp.post("/nominera/<slug>/borja-om")
@access.public
def start_over(slug: str) -> Answer:
    """An empty form: deletes the draft that this browser holds, or lets go of the nomination that it sent."""
    edition = awards.public_edition(slug)
    held = held_draft(edition)
    if held is not None and held.state is State.DRAFT:
        with transaction():
            drafts.discard(edition.id, held.public_id)
        flash(gettext("The draft is deleted."))
    return cookie.let_go(redirect(url_for("nominations.new", slug=slug)))


def take(edition: Edition, form: NominationForm, held: Nomination | None) -> Answer:
    """Sends the nomination where it is complete; keeps it as a draft in any case."""
    action = request.form.get("action", "save")
    public_id = held.public_id if held else None
    try:
        not_too_often(SAVES)
        sound = _sound(form, action)
        try:
            kept = _keep(edition, form, public_id, action if sound else "save")
        except TooManyLetters:
            form.contact_email.errors = [enough_letters()]
            kept, sound = _keep(edition, form, public_id, "save"), False
    except TooOften:
        form.form_errors.append(wait_a_while())
        return form_page(edition, form, held, code=429)
    except TooLate:
        return closed(edition, form)
    answer = (
        _after(edition, action, form) if sound else make_response(form_page(edition, form, kept, code=422))
    )
    return cookie.hold(answer, edition.slug, kept.public_id)


def _keep(edition: Edition, form: NominationForm, public_id: str | None, action: str) -> Nomination:
    """One transaction: send, or save, or save and mail the link."""
    now, lang = clock.now(), language()
    with transaction():
        if action == "send":
            return drafts.send(edition.id, public_id, form.typed, language=lang, now=now)
        kept = drafts.save(edition.id, public_id, form.typed, language=lang, now=now)
        if action == "mail":
            drafts.mail_link(edition.id, kept.public_id, now=now)
        return kept


def _sound(form: NominationForm, action: str) -> bool:
    """Whether what was asked for can be done; a draft needs nothing but a number that may be kept."""
    if action == "send":
        return form.complete()
    number = form.sound_number()
    return form.sound_address() and number if action == "mail" else number


def _after(edition: Edition, action: str, form: NominationForm) -> Response:
    if action == "send":
        return redirect(url_for("nominations.sent", slug=edition.slug))
    if action == "mail":
        to = form.contact_email.data
        flash(gettext("The draft is saved, and a link to it is on its way to %(address)s.", address=to))
    else:
        flash(
            gettext(
                "The draft is saved. Open this page again in the same browser to go on; nothing has been sent."
            )
        )
    return redirect(url_for("nominations.whole", slug=edition.slug))


from app.nominations import attachment_views, links, staff, step_views  # noqa: E402, F401 (their pages belong to the same blueprint)
