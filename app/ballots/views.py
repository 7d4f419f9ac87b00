"""The secretariat's pages about letters and ballots, and the archive's address. Voters' pages are in `booth`, `plain`."""

from __future__ import annotations

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
from app.ballots import archive, batches, booth, box, delivery, helpdesk, helpdesk_views, opting_out, plain
from app.ballots.blueprint import bp
from app.ballots.forms import SendForm
from app.core.phases import Phase
from app.extensions import clock, limiter, transaction
from app.mail import service as mail
from app.mail.rendering import written
from app.trustees import service as trustees
from app.web import language

__all__ = ["booth", "bp", "helpdesk_views", "opting_out", "plain"]

Answer = str | Response | tuple[str, int]


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
        sender=current_app.extensions["settings"].mail_from, summary=delivery.unsent(edition), arrivals=delivery.arrivals(edition.id),
        preview=written("ballot-test", edition.id, language(), clock.now()) if ready else None,
        tested=delivery.test_letter_sent(edition.id), tests=mail.find("ballot-test", edition.id)[-1:],
        failed=helpdesk.deliveries(edition.id, state="lost", limit=20),
    )  # fmt: skip


@bp.get("/sekretariat/<slug>/brev.json")
@access.staff(Role.SECRETARIAT)
def letters_state(slug: str) -> Response:
    """How far the letters have come."""
    counts = delivery.counts(awards.edition(slug).id)
    state = "running" if counts.unfinished else "done"
    return jsonify(state=state, done=counts.total - counts.unfinished, total=counts.total, text=_said(counts))


def _said(counts: mail.Counts) -> str:
    if not counts.total:
        return _("No ballot has been sent.")
    sent = ngettext("%(num)d letter sent", "%(num)d letters sent", counts.sent)
    waiting = ngettext("%(num)d waiting", "%(num)d waiting", counts.unfinished)
    failed = ngettext("%(num)d failed", "%(num)d failed", counts.failed + counts.bounced)
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


@bp.route("/sekretariat/<slug>/brev/skicka", methods=["GET", "POST"])
@access.staff(Role.SECRETARIAT)
def send(slug: str) -> Answer:
    """Says exactly which ballots are sent before the vote opens, and sends them on POST."""
    edition, form = awards.edition(slug), SendForm()
    if edition.phase is not Phase.PREPARED or not box.is_prepared(edition.id):
        abort(404)
    tested, summary = delivery.test_letter_sent(edition.id), delivery.unsent(edition)
    if form.validate_on_submit() and tested:
        try:
            with transaction():
                delivery.send_early(edition.id, expected=form.number, by=_me(), now=clock.now())
            flash(_("The letters are leaving. The link in them can be used when the vote opens."), "good")
            return redirect(url_for("ballots.letters", slug=slug), 303)
        except delivery.OtherNumber:
            form.count.errors = [
                _("The number is another one. Look at the roll once more; nothing was sent.")
            ]
        except (delivery.NotVoting, batches.Nobody):
            flash(_("There was nothing to send any more."), "error")
            return redirect(url_for("ballots.letters", slug=slug), 303)
    page = render_template(
        "ballots/send.html", edition=edition, form=form, summary=summary, tested=tested,
        sender=current_app.extensions["settings"].mail_from,
    )  # fmt: skip
    return (page, 422) if form.is_submitted() else page


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


def file_name(edition: Edition) -> str:
    """What a downloaded archive is called: as belenios-tool wants it; a trial vote's says what it is."""
    return f"{box.prepared(edition.id).uuid}{'-prov' if edition.trial else ''}.bel"


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
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name(edition)}"'
    response.set_etag(whole.tag)
    return response.make_conditional(request)
