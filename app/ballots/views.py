"""The secretariat's pages about letters and ballots, and the archive's address. Voters' pages are in `booth`, `plain`."""

from __future__ import annotations

from typing import Any

from flask import (
    abort,
    current_app,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    stream_with_context,
    url_for,
)
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from app import access
from app.access import Role
from app.awards import service as awards
from app.awards.models import Edition
from app.ballots import archive, booth, box, delivery, issuing, opting_out, paper, plain, replacing
from app.ballots.blueprint import bp
from app.ballots.forms import AddressForm, ReplaceForm
from app.core.phases import Phase
from app.extensions import clock, limiter, transaction
from app.mail import service as mail
from app.mail.rendering import written
from app.roll import service as roll
from app.roll.models import Voter
from app.trustees import service as trustees
from app.web import language

__all__ = ["booth", "bp", "opting_out", "plain"]

PAGE = 50


@bp.get("/sekretariat/<slug>/brev")
@access.staff(Role.SECRETARIAT)
def letters(slug: str) -> str:
    """The letter as it looks, a test to oneself; when the vote is open, how far the letters have come."""
    edition = awards.edition(slug)
    found = box.box(edition.id)
    ready = found is not None and found.prepared_at is not None
    counts = delivery.counts(edition.id)
    return render_template(
        "ballots/letters.html", edition=edition, ready=ready, Phase=Phase, counts=counts, said=_said(counts),
        sender=current_app.extensions["settings"].mail_from, summary=delivery.summary(edition),
        preview=written("ballot-test", edition.id, language(), clock.now()) if ready else None,
        tested=delivery.test_letter_sent(edition.id), tests=mail.find("ballot-test", edition.id)[-1:],
        failed=delivery.deliveries(edition.id, state="failed", limit=20),
    )  # fmt: skip


@bp.get("/sekretariat/<slug>/brev.json")
@access.staff(Role.SECRETARIAT)
def letters_state(slug: str) -> Response:
    """How far the letters have come."""
    counts = delivery.counts(awards.edition(slug).id)
    state = "running" if counts.unfinished else "done"
    return jsonify(state=state, done=counts.sent + counts.failed, total=counts.total, text=_said(counts))


def _said(counts: mail.Counts) -> str:
    if not counts.total:
        return _("No ballot has been sent.")
    sent = ngettext("%(num)d letter sent", "%(num)d letters sent", counts.sent)
    waiting = ngettext("%(num)d waiting", "%(num)d waiting", counts.unfinished)
    failed = ngettext("%(num)d failed", "%(num)d failed", counts.failed)
    return f"{sent}, {waiting}, {failed}."


@bp.post("/sekretariat/<slug>/brev/prov")
@access.staff(Role.SECRETARIAT)
@limiter.limit("20 per hour")
def letters_test(slug: str) -> Response:
    """Sends the signed-in person a test letter."""
    me = access.principal()
    assert me is not None
    with transaction():
        edition = awards.edition(slug)
        box.prepared(edition.id)
        delivery.send_test(edition, account_id=me.id, language=language(), now=clock.now())
    flash(_("A test letter is on its way to %(email)s.", email=me.email), "good")
    return redirect(url_for("ballots.letters", slug=slug))


@bp.get("/sekretariat/<slug>/rostsedlar")
@access.staff(Role.SECRETARIAT)
def voters(slug: str) -> str:
    """Every voter's ballot and its letter; search by company, number or address."""
    edition = awards.edition(slug)
    search, state = request.args.get("q", "")[:100], request.args.get("state", "")
    number = max(1, request.args.get("sida", 1, type=int))
    total, found = delivery.deliveries(
        edition.id, search=search, state=state, offset=(number - 1) * PAGE, limit=PAGE
    )
    return render_template(
        "ballots/voters.html", edition=edition, found=found, total=total, search=search, state=state, number=number,
        pages=-(-total // PAGE), turnout=box.turnout(edition.id), spares=issuing.spares_left(edition.id),
        replaced=len(replacing.replacements(edition.id)),
    )  # fmt: skip


@bp.get("/sekretariat/<slug>/rostsedlar/<int:voter_id>")
@access.staff(Role.SECRETARIAT)
def voter(slug: str, voter_id: int) -> str:
    """One voter's ballot: its letters, and what can be done about it."""
    edition, found = _voter(slug, voter_id)
    return _voter_page(edition, found)


def _voter(slug: str, voter_id: int) -> tuple[Edition, Voter]:
    edition = awards.edition(slug)
    try:
        return edition, roll.voter(voter_id, edition_id=edition.id)
    except roll.NoSuchVoter:
        abort(404)


def _voter_page(edition: Edition, found: Voter, **forms: Any) -> str:
    try:
        credential = delivery.credential_of(found)
    except delivery.NoBallot:
        abort(404)
    return render_template(
        "ballots/voter.html", edition=edition, voter=found, sent=mail.find("ballot", credential.id),
        open=edition.phase is Phase.VOTING and not paper.deadline_passed(edition, clock.now()), Phase=Phase,
        spare=credential.spare_index, spares=issuing.spares_left(edition.id),
        address=forms.get("address") or AddressForm(formdata=None), why=forms.get("why") or ReplaceForm(formdata=None),
    )  # fmt: skip


@bp.post("/sekretariat/<slug>/rostsedlar/<int:voter_id>/igen")
@access.staff(Role.SECRETARIAT)
def resend(slug: str, voter_id: int) -> Response:
    """Sends the same ballot again to the same address."""
    edition, _found = _voter(slug, voter_id)
    try:
        with transaction():
            delivery.resend(voter_id, edition_id=edition.id, by=_me(), now=clock.now())
    except _REFUSALS as refusal:
        return _refused(refusal, slug, voter_id)
    flash(_("The same ballot is on its way again."), "good")
    return redirect(url_for("ballots.voter", slug=slug, voter_id=voter_id))


@bp.post("/sekretariat/<slug>/rostsedlar/<int:voter_id>/adress")
@access.staff(Role.SECRETARIAT)
def correct(slug: str, voter_id: int) -> Response | str:
    """Corrects the address; the same ballot goes there, and the old address is told."""
    form = AddressForm()
    edition, found = _voter(slug, voter_id)
    if not form.validate_on_submit():
        return _voter_page(edition, found, address=form)
    try:
        with transaction():
            replacing.correct_address(
                voter_id, form.email.data or "", edition_id=edition.id, by=_me(), now=clock.now()
            )
    except ValueError:
        form.email.errors = [_("This is not a mail address.")]
        return _voter_page(*_voter(slug, voter_id), address=form)
    except _REFUSALS as refusal:
        return _refused(refusal, slug, voter_id)
    if edition.phase is Phase.PREPARED:
        flash(_("The address is corrected. The ballot goes there when the vote opens."), "good")
    else:
        flash(_("The address is corrected, and the old address has been told."), "good")
    return redirect(url_for("ballots.voter", slug=slug, voter_id=voter_id))


@bp.post("/sekretariat/<slug>/rostsedlar/<int:voter_id>/ersatt")
@access.staff(Role.SECRETARIAT)
def replace(slug: str, voter_id: int) -> Response | str:
    """Voids the ballot and sends a spare instead."""
    form = ReplaceForm()
    edition, found = _voter(slug, voter_id)
    if not form.validate_on_submit():
        return _voter_page(edition, found, why=form)
    try:
        with transaction():
            replacing.replace(
                voter_id, edition_id=edition.id, reason=form.reason.data or "", by=_me(), now=clock.now()
            )
    except _REFUSALS as refusal:
        return _refused(refusal, slug, voter_id)
    flash(_("The old ballot is void, and a new one is on its way. The ledger says so."), "good")
    return redirect(url_for("ballots.voter", slug=slug, voter_id=voter_id))


_REFUSALS = (
    delivery.NotVoting, delivery.NoBallot, delivery.OnItsWay, replacing.AlreadyVoted, replacing.NoSpareLeft,
    replacing.SameAddress, box.NoBox,
)  # fmt: skip


def _refused(refusal: Exception, slug: str, voter_id: int) -> Response:
    texts = {
        delivery.NotVoting: _("The vote is not open, so nothing was sent."),
        delivery.OnItsWay: _("A letter with this ballot is on its way already. Nothing was changed."),
        replacing.AlreadyVoted: _(
            "A ballot was cast with this link and is counted, so it cannot be replaced."
        ),
        replacing.NoSpareLeft: _("Every spare ballot is in use. Nothing was changed."),
        replacing.SameAddress: _("That is the address that is there already. Nothing was changed."),
    }
    flash(texts.get(type(refusal), _("There is no ballot that could be sent. Nothing was changed.")), "error")
    return redirect(url_for("ballots.voter", slug=slug, voter_id=voter_id))


def _me() -> int:
    me = access.principal()
    assert me is not None
    return me.id


@bp.get("/sekretariat/<slug>/avtryck")
@access.staff(Role.SECRETARIAT, Role.JUROR, Role.OBSERVER)
def fingerprints(slug: str) -> str:
    """What everyone who watches over the vote writes down before it opens."""
    edition = awards.edition(slug)
    return render_template(
        "ballots/fingerprints.html", edition=edition, box=box.prepared(edition.id), keys=trustees.keys(edition.id),
        turnout=box.turnout(edition.id), spares=edition.spare_count, questions=box.questions(edition.id),
        trust=trustees.trust_text(edition, language()),
    )  # fmt: skip


@bp.get("/arkiv/<slug>.bel", endpoint="archive")
@access.public
def archive_file(slug: str) -> Response:
    """The archive, from the opening of the vote: setup and ballots, and the rest when it is published."""
    edition = awards.edition(slug)
    return _archive(edition, upto_public=edition.phase not in {Phase.PUBLISHED, Phase.ARCHIVED})


def _archive(edition: Edition, *, upto_public: bool) -> Response:
    try:
        whole = archive.extent(edition.id, upto_public=upto_public)
    except archive.NotPublic:
        abort(404)
    response = current_app.response_class(
        stream_with_context(archive.render(whole)) if request.method == "GET" else b"",
        mimetype="application/octet-stream",
    )
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Content-Disposition"] = f'attachment; filename="{box.prepared(edition.id).uuid}.bel"'
    response.set_etag(whole.tag)
    return response.make_conditional(request)
