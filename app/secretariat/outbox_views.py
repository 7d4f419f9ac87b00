"""The outbox's pages: what has gone, what can go, and exactly who gets what before it does."""

from __future__ import annotations

from datetime import timedelta

from flask import abort, current_app, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from app import access, web
from app.access import Role
from app.accounts import service as accounts
from app.awards.models import Edition
from app.ballots import batches
from app.ballots import service as ballots
from app.core.phases import Phase
from app.extensions import clock, transaction
from app.secretariat import outbox, trouble
from app.secretariat.blueprint import bp, edition_at, signed_in
from app.secretariat.outbox import SENDINGS, CannotSend, Gone, Selected, Sending, Stale
from app.secretariat.outbox_forms import SendForm

PAGE = 100
FIRST = 10
JUST_NOW = timedelta(minutes=2)
Answer = str | Response | tuple[str, int]


@bp.get("/<slug>/utskick", endpoint="outbox")
@access.staff(Role.SECRETARIAT)
def outbox_page(slug: str) -> str:
    """What has gone, and what can be sent now."""
    edition = edition_at(slug)
    return render_template(
        "secretariat/outbox.html",
        edition=edition,
        gone=outbox.gone(edition.id),
        single=batches.single_letters(edition.id),
        ways=[_way(sending, edition) for sending in SENDINGS.values()],
        ballots_wait=edition.phase is Phase.PREPARED and not ballots.letters_left(edition.id),
        names=trouble,
        by_whom=_who,
        said=_said,
    )


def _way(sending: Sending, edition: Edition) -> tuple[Sending, int, str]:
    """A letter that could be sent: to how many, or why not."""
    try:
        return sending, len(outbox.choose(sending, edition, now=clock.now()).to), ""
    except CannotSend as error:
        return sending, 0, str(error.text)


def _who(account_id: int | None) -> str:
    return accounts.account(account_id).name if account_id else "–"


@bp.get("/<slug>/utskick/<int:number>.json")
@access.staff(Role.SECRETARIAT)
def outbox_state(slug: str, number: int) -> Response:
    """How far the letters of a batch have come."""
    found = next((each for each in outbox.gone(edition_at(slug).id) if each.batch.number == number), None)
    if found is None:
        abort(404)
    state = "running" if found.counts.unfinished else "done"
    return jsonify(state=state, done=found.done, total=found.total, text=_said(found))


def _said(gone: Gone) -> str:
    """A batch's letters in a sentence."""
    counts, said = gone.counts, []
    if gone.coarse:
        done, total = web.number(gone.done), web.number(gone.total)
        said.append(_("%(done)s of %(total)s gone through", done=done, total=total))
    else:
        sent, total = web.number(counts.sent), web.number(counts.total)
        said.append(_("%(sent)s of %(total)s delivered", sent=sent, total=total))
    if waiting := counts.queued + counts.sending:
        said.append(ngettext("%(num)d waiting", "%(num)d waiting", waiting))
    if counts.deferred:
        said.append(ngettext("%(num)d deferred", "%(num)d deferred", counts.deferred))
    if counts.failed:
        said.append(ngettext("%(num)d failed", "%(num)d failed", counts.failed))
    if counts.bounced:
        said.append(ngettext("%(num)d bounced", "%(num)d bounced", counts.bounced))
    return ", ".join(said) + "."


@bp.route("/<slug>/utskick/<any(paminnelse, rattade, resultat):path>", methods=["GET", "POST"])
@access.staff(Role.SECRETARIAT)
def send(slug: str, path: str) -> Answer:
    """How many, to whom, what; then the number is typed and it leaves."""
    edition, sending, form = edition_at(slug), SENDINGS[path], SendForm()
    try:
        if not form.is_submitted():
            return _page(edition, sending, SendForm(formdata=None))
        if not form.validate():
            abort(400)
        selected = outbox.choose(sending, edition, now=clock.now())
        if form.seen.data == outbox.digest(sending, edition, selected, now=clock.now()) and not form.count_is(
            len(selected.to)
        ):
            form.count.errors = [
                _("The number is another one. Look at the list once more; nothing was sent.")
            ]
            return _page(edition, sending, form), 422
        with transaction():
            batch = outbox.send(
                sending, edition.id, by=signed_in(), now=clock.now(), seen=form.seen.data or ""
            )
    except Stale:
        return _page(edition, sending, SendForm(formdata=None), stale=True), 409
    except CannotSend as error:
        if form.is_submitted() and _just_sent(edition, sending):
            flash(_("These letters have been sent already. Nothing is sent twice."))
            return redirect(url_for(".outbox", slug=slug), 303)
        status = 409 if form.is_submitted() else 200
        page = render_template(
            "secretariat/send_nobody.html", edition=edition, sending=sending, why=error.text
        )
        return page, status
    flash(
        ngettext(
            "%(shown)s letter is on its way.",
            "%(shown)s letters are on their way.",
            batch.recipients,
            shown=web.number(batch.recipients),
        ),
        "good",
    )
    return redirect(url_for(".outbox", slug=slug), 303)


def _just_sent(edition: Edition, sending: Sending) -> bool:
    """Whether the same person has just sent it: they pressed twice."""
    mine = [
        batch
        for batch in batches.batches(edition.id)
        if (batch.letter, batch.selection, batch.by) == (sending.letter, sending.selection, signed_in())
    ]
    return bool(mine) and clock.now() - mine[0].at < JUST_NOW


def _page(edition: Edition, sending: Sending, form: SendForm, *, stale: bool = False) -> str:
    now = clock.now()
    selected = outbox.choose(sending, edition, now=now)
    form.seen.data = outbox.digest(sending, edition, selected, now=now)
    return render_template(
        "secretariat/send.html",
        edition=edition,
        sending=sending,
        form=form,
        selected=selected,
        first=selected.to[:FIRST],
        stale=stale,
        preview=_preview(edition, sending, selected),
        sender=current_app.extensions["settings"].mail_from,
        hour=now.replace(minute=0, second=0, microsecond=0),
    )


def _preview(edition: Edition, sending: Sending, selected: Selected) -> object:
    return sending.words(edition, selected.to[0], web.language(), clock.now())


@bp.get("/<slug>/utskick/<any(paminnelse, rattade, resultat):path>/mottagare")
@access.staff(Role.SECRETARIAT)
def send_list(slug: str, path: str) -> Answer:
    """Everyone whom it would go to, a page at a time."""
    edition, sending = edition_at(slug), SENDINGS[path]
    try:
        everyone = outbox.choose(sending, edition, now=clock.now()).to
    except CannotSend:
        return redirect(url_for(".send", slug=slug, path=path))
    number, pages = max(1, request.args.get("sida", 1, type=int)), -(-len(everyone) // PAGE)
    if number > pages:
        abort(404)
    return render_template(
        "secretariat/send_list.html",
        edition=edition,
        sending=sending,
        total=len(everyone),
        shown=everyone[(number - 1) * PAGE : number * PAGE],
        begin=(number - 1) * PAGE + 1,
        number=number,
        pages=pages,
    )
