"""The pages on which nominations of the same procurement are found, compared, put together and taken apart."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from app import access
from app.access import Role
from app.accounts import service as accounts
from app.awards import service as awards
from app.awards.models import Edition
from app.awards.plaintext import tidy
from app.extensions import clock, transaction
from app.nominations import behind
from app.nominations import service as nominations
from app.nominations.drafts import NominationError, NotNow
from app.nominations.show import relation
from app.screening.blueprint import Answer, about, bp, signed_in
from app.screening.decisions.decisions import DECIDED_IN, OnShortlist, WrongPhase
from app.screening.decisions.recipients import heard
from app.screening.merges import duplicates, latecomers, merging
from app.screening.merges.choices import FIRST
from app.screening.merges.comparison import Comparison, because
from app.screening.merges.duplicates import ROOTS
from app.screening.merges.merge_forms import MergeForm, UndoForm
from app.screening.merges.merge_part import by_id, going_back
from app.screening.merges.merging import AlreadyUndone, NoSuchMerge
from app.screening.models import Merge
from app.screening.pages import listing
from app.screening.pages.listing import Asked

ALL = "/sekretariat/<slug>/dubbletter"
TWO = f"{ALL}/<int:first_id>/<int:second_id>"
PAGE = 25


@bp.get(ALL, endpoint="duplicates")
@access.staff(Role.SECRETARIAT)
def list_page(slug: str) -> str:
    """What looks like the same procurement, what was put together, and what was found to be distinct."""
    edition = awards.edition(slug)
    groups = duplicates.groups(duplicates.open_pairs(edition.id))
    marks, merges = duplicates.all_marks(edition.id), merging.merges(edition.id)
    last = max(1, -(-len(groups) // PAGE))
    page = max(1, min(request.args.get("page", 1, type=int), last))
    shown = groups[(page - 1) * PAGE : page * PAGE]
    numbers = {each for group in shown for each in group.members}
    numbers |= {each for mark in marks for each in (mark.first_id, mark.second_id)}
    return render_template(
        "screening/duplicates.html",
        edition=edition,
        groups=shown,
        total=len(groups),
        page=page,
        pages=last,
        items=by_id(numbers),
        behind=behind.numbers(edition.id),
        merges=[(merge, accounts.account(merge.account_id).name) for merge in merges],
        marks=marks,
        why=because,
        open=edition.phase in DECIDED_IN,
    )


@bp.get(f"{ALL}/<int:nomination_id>")
@access.staff(Role.SECRETARIAT)
def compare_with(slug: str, nomination_id: int) -> Answer:
    """Chooses another nomination to compare one with, where nothing but a person knows that they are the same."""
    edition, nomination = about(slug, nomination_id)
    if nomination.state not in ROOTS:
        return redirect(url_for("screening.detail", slug=slug, nomination_id=nomination_id))
    search = tidy(request.args.get("q", ""))[:100].replace("\0", "")
    found = listing.listing(edition.id, Asked(q=search)) if search else None
    rows = [item for item in found.rows if item.id != nomination.id] if found else []
    return render_template(
        "screening/compare_with.html",
        edition=edition,
        nomination=nomination,
        search=search,
        rows=rows,
        more=found is not None and found.pages > 1,
    )


@bp.route(TWO, methods=["GET", "POST"])
@access.staff(Role.SECRETARIAT)
def compare(slug: str, first_id: int, second_id: int) -> Answer:
    """Two nominations side by side; POST puts them together as was chosen."""
    if first_id == second_id:
        abort(404)
    if first_id > second_id:
        return redirect(url_for("screening.compare", slug=slug, first_id=second_id, second_id=first_id))
    page, form = _compared(slug, first_id, second_id)
    if not form.is_submitted():
        return _compare_page(page, form)
    if not page.problem and not form.validate():
        return _compare_page(page, form), 422
    target, source = (first_id, second_id) if form.stands.data == FIRST else (second_id, first_id)
    seen = {first_id: form.seen_first.data or "", second_id: form.seen_second.data or ""}
    take = form.take(page.differing)
    try:
        with transaction():
            merging.merge(
                page.edition.id, target, source, take, versions=seen, by=signed_in(), now=clock.now()
            )
    except (NominationError, WrongPhase, OnShortlist) as refused:
        page, form = _compared(slug, first_id, second_id)
        return _compare_page(page, form, refused=type(refused).__name__), 409
    number = len(behind.together(nominations.nomination(page.edition.id, target)))
    flash(ngettext("Put together.", "Put together. %(num)s nominations stand behind it now.", number))
    return redirect(url_for("screening.detail", slug=slug, nomination_id=target))


@bp.post(f"{TWO}/<any(olika, lika):finding>")
@access.staff(Role.SECRETARIAT)
def distinguish(slug: str, first_id: int, second_id: int, finding: str) -> Answer:
    """Two are about different procurements, or may be about the same after all."""
    edition, _ = about(slug, first_id)
    about(slug, second_id)
    act = duplicates.distinguish if finding == "olika" else duplicates.reconsider
    try:
        with transaction():
            act(edition.id, first_id, second_id, by=signed_in(), now=clock.now())
    except (NotNow, WrongPhase):
        abort(409)
    except duplicates.NotMarked:
        pass  # somebody else was quicker
    if finding == "lika":
        flash(gettext("They count as possibly the same again."))
        return redirect(url_for("screening.compare", slug=slug, first_id=first_id, second_id=second_id))
    flash(
        gettext("Noted: they are different procurements. The pair is no longer shown among those to look at.")
    )
    return redirect(url_for("screening.duplicates", slug=slug))


@bp.route("/sekretariat/<slug>/sammanslagningar/<int:merge_id>", methods=["GET", "POST"])
@access.staff(Role.SECRETARIAT)
def undo_merge(slug: str, merge_id: int) -> Answer:
    """What taking two apart again means; POST does it."""
    edition = awards.edition(slug)
    try:
        merge = merging.find(edition.id, merge_id)
    except NoSuchMerge:
        abort(404)
    except AlreadyUndone:
        return _already_undone(slug)
    form = UndoForm()
    if not form.is_submitted():
        return _undo_page(edition, merge, form)
    if not form.validate():
        return _undo_page(edition, merge, form), 422
    try:
        with transaction():
            merging.undo(edition.id, merge_id, form.reason.data or "", by=signed_in(), now=clock.now())
    except AlreadyUndone:
        return _already_undone(slug)
    except (WrongPhase, OnShortlist) as refused:
        return _undo_page(edition, merge, form, refused=type(refused).__name__), 409
    flash(gettext("Taken apart. Each stands for itself again."))
    return redirect(url_for("screening.detail", slug=slug, nomination_id=merge.source_id))


@bp.post("/sekretariat/<slug>/nomineringar/<int:nomination_id>/beratta-for-resten")
@access.staff(Role.SECRETARIAT)
def tell_rest(slug: str, nomination_id: int) -> Response:
    """Sends the decision's letter to those who came to stand behind the nomination after it."""
    edition, _ = about(slug, nomination_id)
    try:
        with transaction():
            seen = request.form.get("seen", "")
            number = latecomers.tell(edition.id, nomination_id, seen, by=signed_in(), now=clock.now())
    except latecomers.OthersNow:
        flash(gettext("Others are concerned now than when you opened the page. Nothing was sent."), "error")
    else:
        flash(ngettext("One letter is on its way.", "%(num)s letters are on their way.", number))
    return redirect(url_for("screening.detail", slug=slug, nomination_id=nomination_id))


def _compared(slug: str, first_id: int, second_id: int) -> tuple[Comparison, MergeForm]:
    edition, first = about(slug, first_id)
    page = Comparison(edition, first, about(slug, second_id)[1])
    return page, MergeForm.of(page)


def _compare_page(page: Comparison, form: MergeForm, *, refused: str = "") -> str:
    return render_template(
        "screening/compare.html",
        edition=page.edition,
        page=page,
        form=form,
        refused=refused,
        relation=relation,
    )


def _undo_page(edition: Edition, merge: Merge, form: UndoForm, *, refused: str = "") -> str:
    return render_template(
        "screening/undo_merge.html",
        edition=edition,
        merge=merge,
        made_by=accounts.account(merge.account_id).name,
        changes=going_back(merge, edition),
        companions=behind.behind(merge.source),
        heard=heard(merge.source),
        open=edition.phase in DECIDED_IN,
        form=form,
        refused=refused,
    )


def _already_undone(slug: str) -> Response:
    flash(gettext("They have been taken apart already."), "error")
    return redirect(url_for("screening.duplicates", slug=slug))
