"""The secretariat's helpdesk: find a voter's ballot, see how its letters fared, send it again, ask for what takes two."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app import access
from app.access import Role
from app.approvals import service as approvals
from app.approvals.service import AlreadyAsked, Refused
from app.awards import service as awards
from app.awards.models import Edition, Unit
from app.ballots import box, decisions, delivery, helpdesk, issuing, paper, reminding, replacing
from app.ballots.blueprint import bp
from app.ballots.forms import AddressForm, LateForm, ReplaceForm
from app.core.phases import Phase
from app.extensions import clock, transaction
from app.mail.models import LetterState
from app.roll import service as roll
from app.roll.models import Voter

PAGE, MOST_PAGES = 50, 100_000
CAME_BACK = {LetterState.FAILED, LetterState.BOUNCED}
Answer = str | Response | tuple[str, int]


@bp.get("/sekretariat/<slug>/rostsedlar")
@access.staff(Role.SECRETARIAT)
def voters(slug: str) -> str:
    """Every voter's ballot and its letter; search by company, number, address or contact."""
    edition = awards.edition(slug)
    search, state = request.args.get("q", "")[:100], request.args.get("state", "")
    number = min(max(1, request.args.get("sida", 1, type=int)), MOST_PAGES)
    total, found = helpdesk.deliveries(
        edition.id, search=search, state=state, offset=(number - 1) * PAGE, limit=PAGE
    )
    return render_template(
        "ballots/voters.html", edition=edition, found=found, total=total, search=search, state=state, number=number,
        pages=-(-total // PAGE), turnout=box.turnout(edition.id), changes=replacing.changes(edition.id),
        shown_at=helpdesk.shown_at(edition.id), working=_working(edition),
        waiting=len(approvals.waiting(edition.id)),
    )  # fmt: skip


@bp.get("/sekretariat/<slug>/rostsedlar/<int:voter_id>")
@access.staff(Role.SECRETARIAT)
def voter(slug: str, voter_id: int) -> str:
    """One voter's ballot: its letters, and what can be done about it."""
    edition, found = _voter(slug, voter_id)
    return _voter_page(edition, found)


@bp.post("/sekretariat/<slug>/rostsedlar/<int:voter_id>/igen")
@access.staff(Role.SECRETARIAT)
def resend(slug: str, voter_id: int) -> Response:
    """Sends the same ballot again to the same address."""
    edition, found = _voter(slug, voter_id)
    before = next(iter(helpdesk.one(found)), None)
    try:
        with transaction():
            delivery.resend(voter_id, edition_id=edition.id, by=_me(), now=clock.now())
    except (delivery.NotVoting, delivery.NoBallot, delivery.OnItsWay) as refusal:
        flash(_not_sent(refusal), "error")
    else:
        flash(_("The same ballot is on its way again."), "good")
        if before and before.letter.state in CAME_BACK and before.letter.to == found.email:
            flash(
                _(
                    "It goes to the address that the last letter did not reach. If that is wrong, correct it: %(email)s",
                    email=found.shown_email,
                ),
                "error",
            )
    return redirect(url_for("ballots.voter", slug=slug, voter_id=voter_id), 303)


@bp.post("/sekretariat/<slug>/rostsedlar/<int:voter_id>/adress")
@access.staff(Role.SECRETARIAT)
def correct(slug: str, voter_id: int) -> Answer:
    """Asks that the ballot goes to another address; a second person approves."""
    form = AddressForm(prefix="address")
    return _ask(slug, voter_id, form, decisions.ask_to_correct) or (
        _voter_page(*_voter(slug, voter_id), address=form),
        422,
    )


@bp.post("/sekretariat/<slug>/rostsedlar/<int:voter_id>/ersatt")
@access.staff(Role.SECRETARIAT)
def replace(slug: str, voter_id: int) -> Answer:
    """Asks that the ballot becomes void and a spare is sent instead; a second person approves."""
    form = ReplaceForm(prefix="why")
    return _ask(slug, voter_id, form, decisions.ask_to_replace) or (
        _voter_page(*_voter(slug, voter_id), why=form),
        422,
    )


def _ask(
    slug: str, voter_id: int, form: AddressForm | ReplaceForm, ask: Callable[..., object]
) -> Response | None:
    """Asks the second person for what *form* says; None where the form has to be looked at again."""
    edition, _found = _voter(slug, voter_id)
    if not form.validate_on_submit():
        return None
    try:
        with transaction():
            ask(
                voter_id, edition_id=edition.id, email=form.email.data or "", reason=form.reason.data or "",
                note=form.note.data or "", by=_me(), now=clock.now(),
            )  # fmt: skip
    except ValueError:
        form.email.errors = [_("This is not a mail address.")]
        return None
    except (Refused, AlreadyAsked) as refusal:
        return _not_asked(refusal, slug, voter_id)
    return _asked(slug)


@bp.route("/sekretariat/<slug>/rostsedlar/ny", methods=["GET", "POST"])
@access.staff(Role.SECRETARIAT)
def add(slug: str) -> Answer:
    """Asks that a voter is put on the frozen roll with one of the spares; a second person approves."""
    edition, form = awards.edition(slug), LateForm()
    if not _working(edition):
        abort(404)
    if person := edition.unit is Unit.PERSON:
        form.contact.label.text = _("Name")
    if form.validate_on_submit() and (row := form.row(person=person)):
        try:
            with transaction():
                decisions.ask_to_add(
                    row, edition_id=edition.id, reason=form.reason.data or "", note=form.note.data or "",
                    by=_me(), now=clock.now(),
                )  # fmt: skip
        except roll.AlreadyOnRoll as error:
            if person:
                form.contact.errors = [
                    _("%(other)s has this address and is on the roll already.", other=error.other.name)
                ]
            else:
                form.company.errors = [
                    _("%(other)s has this number and is on the roll already.", other=error.other.name)
                ]
        except (Refused, AlreadyAsked) as refusal:
            return _not_asked(refusal, slug, None)
        else:
            return _asked(slug)
    page = render_template(
        "ballots/add.html", edition=awards.edition(slug), form=form, changes=replacing.changes(edition.id),
        alone=approvals.alone(), person=person,
    )  # fmt: skip
    return (page, 422) if form.errors else page


def _voter(slug: str, voter_id: int) -> tuple[Edition, Voter]:
    edition = awards.edition(slug)
    try:
        return edition, roll.voter(voter_id, edition_id=edition.id)
    except roll.NoSuchVoter:
        abort(404)


def _working(edition: Edition) -> bool:
    """Whether ballots can be sent, corrected and replaced."""
    if edition.phase is Phase.PREPARED:
        return box.is_prepared(edition.id)
    return edition.phase is Phase.VOTING and not paper.deadline_passed(edition, clock.now())


def _voter_page(edition: Edition, found: Voter, **forms: Any) -> str:
    try:
        credential = delivery.credential_of(found)
    except delivery.NoBallot:
        abort(404)
    sent = helpdesk.one(found)
    return render_template(
        "ballots/voter.html", edition=edition, voter=found, credential=credential, sent=sent,
        came_back=bool(sent) and sent[0].letter.state in CAME_BACK and sent[0].letter.to == found.email,
        working=_working(edition), left=edition.phase is not Phase.PREPARED or issuing.letters_left(edition.id),
        shown_at=helpdesk.shown_at(edition.id), spares=issuing.spares_left(edition.id), alone=approvals.alone(),
        waiting=[*approvals.waiting(edition.id, decisions.REPLACE, found.id),
                 *approvals.waiting(edition.id, decisions.CORRECT, found.id)],
        no_reminders=reminding.wants_none(found.id),
        describe=lambda asked: approvals.act_of(asked).describe(asked).what,
        address=forms.get("address") or AddressForm(formdata=None, prefix="address"),
        why=forms.get("why") or ReplaceForm(formdata=None, prefix="why"),
    )  # fmt: skip


def _asked(slug: str) -> Response:
    flash(
        _(
            "Your request is saved. Another person in the secretariat approves it; nothing is done until then."
        ),
        "good",
    )
    return redirect(url_for("approvals.listing", slug=slug), 303)


def _not_asked(refusal: Exception, slug: str, voter_id: int | None) -> Response:
    said = (
        str(refusal.text)
        if isinstance(refusal, Refused)
        else _("This has been asked for already, and waits for an answer.")
    )
    flash(said, "error")
    where = (
        url_for("ballots.voters", slug=slug) if voter_id is None
        else url_for("ballots.voter", slug=slug, voter_id=voter_id)
    )  # fmt: skip
    return redirect(where, 303)


def _not_sent(refusal: Exception) -> str:
    texts = {
        delivery.NotVoting: _("Ballots are not sent now, so nothing was sent."),
        delivery.OnItsWay: _("A letter with this ballot is on its way already. Nothing was changed."),
    }
    return texts.get(type(refusal), _("There is no ballot that could be sent. Nothing was changed."))


def _me() -> int:
    me = access.principal()
    assert me is not None
    return me.id
