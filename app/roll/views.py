"""The roll's pages: the list, reading one in with its preview, and one voter at a time."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from app import access, error_pages
from app.access import Role
from app.awards import service as awards
from app.awards.models import Edition
from app.core import spreadsheet
from app.extensions import clock, transaction
from app.roll import importing, listing, reading, service, texts
from app.roll.forms import UploadForm, VoterForm

bp = Blueprint("roll", __name__, url_prefix="/sekretariat/<slug>/rostlangd")
Answer = str | Response | tuple[str, int]


@bp.errorhandler(service.RollFrozen)
def frozen(_error: service.RollFrozen) -> Answer:
    """The ballots are made."""
    edition = _edition(str((request.view_args or {})["slug"]))
    return render_template("roll/frozen.html", edition=edition, freeze=service.frozen(edition.id)), 409


@bp.errorhandler(service.NoSuchVoter)
@bp.errorhandler(importing.NoSuchImport)
def missing(_error: Exception) -> Response:
    """Somebody else removed it, or it never was."""
    return error_pages.error_response(404)


@bp.get("", endpoint="listing")
@access.staff(Role.SECRETARIAT)
def listing_page(slug: str) -> str:
    """Everyone on the roll, a page at a time, and a search."""
    edition = _edition(slug)
    page = listing.page(
        edition.id, query=request.args.get("q", ""), number=request.args.get("sida", 1, type=int)
    )
    freeze = service.frozen(edition.id)
    return render_template(
        "roll/listing.html", edition=edition, page=page, freeze=freeze, total=service.count(edition.id)
    )


@bp.route("/las-in", methods=["GET", "POST"])
@access.staff(Role.SECRETARIAT)
def upload(slug: str) -> Answer:
    """A list comes in, as a file or pasted; nothing is on the roll until its preview is confirmed."""
    edition = _edition(slug)
    service.refuse_frozen(edition.id)
    form = UploadForm()
    if form.validate_on_submit():
        data, filename = form.content()
        try:
            with transaction():
                made = importing.upload(
                    edition_id=edition.id, data=data, filename=filename, by=_by(), now=clock.now()
                )
            return redirect(url_for(".preview", slug=slug, import_id=made.id), 303)
        except reading.UnreadableList as error:
            field = form.file if filename else form.text
            field.errors = [texts.unreadable(error)]
    page = render_template("roll/upload.html", edition=edition, form=form, most=reading.MOST_ROWS)
    return (page, 422) if form.errors else page


@bp.get("/mall.csv")
@access.staff(Role.SECRETARIAT)
def sample(slug: str) -> Response:
    """A list with headings alone, to fill in."""
    _edition(slug)
    return _csv(listing.HEADINGS, [], "rostlangd-mall.csv")


@bp.get("/las-in/<int:import_id>")
@access.staff(Role.SECRETARIAT)
def preview(slug: str, import_id: int) -> Answer:
    """What confirming the list would do."""
    return _preview(_edition(slug), import_id)


def _preview(edition: Edition, import_id: int, *, stale: bool = False) -> Answer:
    made = importing.find(import_id, edition_id=edition.id)
    try:
        plan = importing.plan_of(made)
    except importing.AlreadyClosed:
        return render_template("roll/closed.html", edition=edition, made=made)
    service.refuse_frozen(edition.id)
    page = render_template(
        "roll/preview.html", edition=edition, made=made, plan=plan, texts=texts, stale=stale
    )
    return (page, 409) if stale else page


@bp.post("/las-in/<int:import_id>/bekrafta")
@access.staff(Role.SECRETARIAT)
def confirm(slug: str, import_id: int) -> Answer:
    """Writes exactly what the preview showed."""
    edition = _edition(slug)
    try:
        with transaction():
            made = importing.confirm(
                import_id=import_id,
                edition_id=edition.id,
                digest=request.form.get("digest", ""),
                by=_by(),
                now=clock.now(),
            )
    except importing.PreviewStale:
        return _preview(edition, import_id, stale=True)
    except importing.AlreadyClosed:
        return redirect(url_for(".preview", slug=slug, import_id=import_id), 303)
    added = ngettext("%(num)s company added", "%(num)s companies added", made.added)
    changed = ngettext("%(num)s changed", "%(num)s changed", made.changed)
    flash(_("The roll is read in: %(added)s, %(changed)s.", added=added, changed=changed))
    return redirect(url_for(".listing", slug=slug), 303)


@bp.post("/las-in/<int:import_id>/lagg-undan")
@access.staff(Role.SECRETARIAT)
def abandon(slug: str, import_id: int) -> Response:
    """Puts the list aside."""
    with transaction():
        importing.abandon(import_id=import_id, edition_id=_edition(slug).id, now=clock.now())
    flash(_("The list is put aside and forgotten. The roll is as it was."))
    return redirect(url_for(".listing", slug=slug), 303)


@bp.get("/las-in/<int:import_id>/fel.csv")
@access.staff(Role.SECRETARIAT)
def faults(slug: str, import_id: int) -> Answer:
    """The rows that cannot be used, for whoever keeps the list."""
    made = importing.find(import_id, edition_id=_edition(slug).id)
    try:
        plan = importing.plan_of(made)
    except importing.AlreadyClosed:
        return redirect(url_for(".preview", slug=slug, import_id=import_id), 303)
    rows: list[list[object]] = [
        [each.row.line, each.row.company, " ".join(texts.problem(code) for code in each.row.problems)]
        for each in plan.of("wrong")
    ]
    return _csv([_("Line"), _("Company"), _("What is wrong")], rows, "fel.csv")


@bp.get("/rostlangd.csv")
@access.staff(Role.SECRETARIAT)
def export(slug: str) -> Response:
    """The roll as a list that can be read in again."""
    edition = _edition(slug)
    return _csv(listing.HEADINGS, listing.export_rows(edition.id), f"rostlangd-{edition.slug}.csv")


@bp.route("/ny", methods=["GET", "POST"])
@access.staff(Role.SECRETARIAT)
def add(slug: str) -> Answer:
    """One voter by hand."""
    edition = _edition(slug)
    service.refuse_frozen(edition.id)
    return _save(edition, VoterForm(), None)


@bp.route("/<int:voter_id>", methods=["GET", "POST"])
@access.staff(Role.SECRETARIAT)
def change(slug: str, voter_id: int) -> Answer:
    """One voter, to change or remove before the freeze."""
    edition = _edition(slug)
    voter = service.voter(voter_id, edition_id=edition.id)
    service.refuse_frozen(edition.id)
    return _save(edition, VoterForm() if request.method == "POST" else VoterForm.of(voter), voter_id)


def _save(edition: Edition, form: VoterForm, voter_id: int | None) -> Answer:
    if form.validate_on_submit() and (row := form.row()):
        try:
            with transaction():
                voter = service.save_voter(
                    edition_id=edition.id, row=row, by=_by(), now=clock.now(), voter_id=voter_id
                )
            flash(_("%(company)s is saved on the roll.", company=voter.company))
            return redirect(url_for(".listing", slug=edition.slug), 303)
        except service.AlreadyOnRoll as error:
            other = error.other.company
            form.company.errors = [_("%(other)s has this number and is on the roll already.", other=other)]
    page = render_template("roll/voter.html", edition=edition, form=form, voter_id=voter_id)
    return (page, 422) if form.errors else page


@bp.post("/<int:voter_id>/ta-bort")
@access.staff(Role.SECRETARIAT)
def remove(slug: str, voter_id: int) -> Response:
    """Takes one voter off the roll."""
    with transaction():
        company = service.remove_voter(voter_id, edition_id=_edition(slug).id, by=_by(), now=clock.now())
    flash(_("%(company)s is taken off the roll.", company=company))
    return redirect(url_for(".listing", slug=slug), 303)


def _edition(slug: str) -> Edition:
    try:
        return awards.edition(slug)
    except awards.NoSuchEdition:
        abort(404)


def _by() -> int:
    who = access.principal()
    assert who is not None
    return who.id


def _csv(headings: list[str], rows: list[list[object]], filename: str) -> Response:
    response = Response(spreadsheet.write(headings, rows), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response
