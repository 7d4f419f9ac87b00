"""The pages of a list that is read in: sent, its sheet and columns chosen, shown with every row's fate, confirmed."""

from __future__ import annotations

from collections.abc import Iterable

from flask import flash, jsonify, redirect, render_template, request, stream_with_context, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from app import access, error_pages, web
from app.access import Role
from app.awards.models import Edition, Unit
from app.core import spreadsheet
from app.extensions import clock, transaction
from app.jobs import service as jobs
from app.nominations.uploads import NoRoom
from app.roll import importing, listing, lists, previewing, reading, service, staging, taking_in, texts
from app.roll.list_forms import ColumnsBase, SheetForm, UploadForm, columns_form
from app.roll.list_models import ImportState, RollImport
from app.roll.views import Answer, _by, _edition, bp

LARGEST_REQUEST = reading.MOST_BYTES + 1024 * 1024
DRAINED = 3 * reading.MOST_BYTES
"""So much of a request that is too large is read and thrown away: a browser that still sends does not see the answer."""
HERE = "/las-in/<int:import_id>"


@bp.errorhandler(lists.NoSuchImport)
def no_such_list(_error: Exception) -> Response:
    """Somebody else's, or none."""
    return error_pages.error_response(404)


@bp.errorhandler(lists.NotNow)
@bp.errorhandler(lists.AlreadyClosed)
def elsewhere(_error: Exception) -> Response:
    """The list has gone on: its page says where it stands."""
    values = request.view_args or {}
    return redirect(url_for("roll.preview", slug=values["slug"], import_id=values["import_id"]), 303)


@bp.errorhandler(RequestEntityTooLarge)
def too_large(_error: RequestEntityTooLarge) -> Answer:
    """The file is too large: the form again, which says so."""
    if request.endpoint != "roll.upload":
        return error_pages.error_response(413)
    left, body = DRAINED, request.environ["wsgi.input"]
    while left > 0 and (read := len(body.read(min(left, 1 << 16)))):
        left -= read
    form = UploadForm(formdata=None)
    form.file.errors = [texts.unreadable(reading.UnreadableList("too-large"))]
    page = _upload_page(_edition(str((request.view_args or {})["slug"])), form)
    return page, 413


@bp.route("/las-in", methods=["GET", "POST"])
@access.staff(Role.SECRETARIAT)
@web.takes_up_to(LARGEST_REQUEST)
def upload(slug: str) -> Answer:
    """A list comes in, as a file or pasted; nothing is on the roll until its preview is confirmed."""
    edition = _edition(slug)
    service.refuse_frozen(edition.id)
    form = UploadForm()
    if form.validate_on_submit():
        data, filename = form.content()
        try:
            with transaction():
                made = taking_in.upload(
                    edition_id=edition.id, data=data, filename=filename, by=_by(), now=clock.now()
                )
            return redirect(url_for(".preview", slug=slug, import_id=made.id), 303)
        except (reading.UnreadableList, NoRoom) as error:
            field = form.file if filename else form.text
            field.errors = [texts.unreadable(error)]
        finally:
            if filename:
                form.file.data.close()
    page = _upload_page(edition, form)
    return (page, 422) if form.errors else page


def _upload_page(edition: Edition, form: UploadForm) -> str:
    return render_template(
        "roll/upload.html", edition=edition, form=form, most=reading.MOST_ROWS, megabytes=reading.MOST_BYTES >> 20,
        person=edition.unit is Unit.PERSON,
    )  # fmt: skip


@bp.get("/mall.csv")
@access.staff(Role.SECRETARIAT)
def sample(slug: str) -> Response:
    """A list with headings alone, to fill in."""
    person = _edition(slug).unit is Unit.PERSON
    headings = ["Namn", "E-post", "Företag", "Organisationsnummer", "Språk"] if person else listing.HEADINGS
    return csv_response(headings, [], "rostlangd-mall.csv")


@bp.get(HERE)
@access.staff(Role.SECRETARIAT)
def preview(slug: str, import_id: int) -> Answer:
    """Where the list stands: on its way, waiting for an answer, shown with what confirming it would do, or done with."""
    edition = _edition(slug)
    made = lists.find(import_id, edition_id=edition.id)
    if made.state in {*lists.CLOSED, ImportState.UNREADABLE}:
        return render_template("roll/closed.html", edition=edition, made=made, texts=texts)
    service.refuse_frozen(edition.id)
    if made.state == ImportState.SHEETS:
        return render_template("roll/sheets.html", edition=edition, made=made, form=SheetForm.of(made))
    if made.state == ImportState.COLUMNS:
        return redirect(url_for(".columns", slug=slug, import_id=import_id))
    if made.state != ImportState.PREVIEW:
        return render_template(
            "roll/progress.html", edition=edition, made=made, status=_status(made), said=_said(made)
        )
    return _preview(edition, made)


def _preview(edition: Edition, made: RollImport, *, stale: bool = False) -> Answer:
    page = previewing.page(
        made, fate=request.args.get("visa", ""), number=request.args.get("sida", 1, type=int)
    )
    html = render_template(
        "roll/preview.html", edition=edition, made=made, plan=importing.plan_of(made), page=page, texts=texts,
        tabs=previewing.TABS, overtaken=importing.overtaken(made), stale=stale or made.overtaken,
    )  # fmt: skip
    return (html, 409) if stale else html


@bp.get(f"{HERE}/framsteg.json")
@access.staff(Role.SECRETARIAT)
def list_state(slug: str, import_id: int) -> Response:
    """The same for progress.js."""
    made = lists.find(import_id, edition_id=_edition(slug).id)
    status = _status(made)
    done, total = (status.done, status.total) if status else (0, 0)
    return jsonify(state=_state(made, status), done=done, total=total, text=_said(made))


def _status(made: RollImport) -> jobs.JobStatus | None:
    return jobs.status_of(made.job_id) if made.job_id is not None else None


def _state(made: RollImport, status: jobs.JobStatus | None) -> str:
    return "failed" if status is not None and status.state == "failed" else made.state


def _said(made: RollImport) -> str:
    status = _status(made)
    if status is None or status.state == "queued":
        return _("Waiting for the worker.")
    if status.state == "running" and made.state != ImportState.CONFIRMING and status.total:
        return _("%(percent)s per cent", percent=round(100 * status.done / status.total))
    return _("Under way.")


@bp.post(f"{HERE}/blad")
@access.staff(Role.SECRETARIAT)
def sheet(slug: str, import_id: int) -> Answer:
    """One of the workbook's sheets is chosen."""
    edition = _edition(slug)
    made = lists.find(import_id, edition_id=edition.id)
    form = SheetForm.of(made)
    if made.state == ImportState.SHEETS and not form.validate():
        form.sheet.errors = [_("Choose a sheet.")]
        return render_template("roll/sheets.html", edition=edition, made=made, form=form), 422
    try:
        with transaction():
            taking_in.choose_sheet(
                import_id=import_id, edition_id=edition.id, sheet=form.sheet.data, now=clock.now()
            )
    except reading.UnreadableList as error:
        with transaction():
            lists.give_up(lists.find(import_id, edition_id=edition.id), error, now=clock.now())
    return redirect(url_for(".preview", slug=slug, import_id=import_id), 303)


@bp.route(f"{HERE}/kolumner", methods=["GET", "POST"])
@access.staff(Role.SECRETARIAT)
def columns(slug: str, import_id: int) -> Answer:
    """Which column is what, said by hand above the first rows."""
    edition = _edition(slug)
    service.refuse_frozen(edition.id)
    made = lists.find(import_id, edition_id=edition.id)
    if made.state not in {ImportState.COLUMNS, ImportState.PREVIEW}:
        return redirect(url_for(".preview", slug=slug, import_id=import_id), 303)
    person, lines = edition.unit is Unit.PERSON, staging.sample(import_id)
    form = columns_form(made, lines, person=person, data=None if request.method == "POST" else made.columns)
    if form.validate_on_submit() and form.check(person=person):
        with transaction():
            importing.say_columns(
                import_id=import_id, edition_id=edition.id, columns=form.chosen(), first_line=form.first_line.data,
                now=clock.now(),
            )  # fmt: skip
        return redirect(url_for(".preview", slug=slug, import_id=import_id), 303)
    return _columns_page(edition, made, form, lines)


def _columns_page(edition: Edition, made: RollImport, form: ColumnsBase, lines: list[reading.Line]) -> Answer:
    page = render_template(
        "roll/columns.html", edition=edition, made=made, form=form, lines=lines, letter=previewing.letter,
        first_line=form.first_line.data or made.first_line,
    )  # fmt: skip
    return (page, 422) if form.errors else page


@bp.post(f"{HERE}/jamfor")
@access.staff(Role.SECRETARIAT)
def compare(slug: str, import_id: int) -> Response:
    """Compares the list with the roll anew."""
    with transaction():
        importing.compare_again(import_id=import_id, edition_id=_edition(slug).id, now=clock.now())
    return redirect(url_for(".preview", slug=slug, import_id=import_id), 303)


@bp.post(f"{HERE}/bekrafta")
@access.staff(Role.SECRETARIAT)
def confirm(slug: str, import_id: int) -> Answer:
    """Writes exactly what the preview showed."""
    edition = _edition(slug)
    digest = request.form.get("digest", "")
    try:
        with transaction():
            made = importing.confirm(
                import_id=import_id, edition_id=edition.id, digest=digest, by=_by(), now=clock.now()
            )
    except importing.PreviewStale:
        with transaction():
            made = importing.compare_again(import_id=import_id, edition_id=edition.id, now=clock.now())
        return (
            preview(slug, import_id)
            if made.state != ImportState.PREVIEW
            else _preview(edition, made, stale=True)
        )
    if made.state == ImportState.CONFIRMED:
        added = ngettext("%(num)s added", "%(num)s added", made.added)
        changed = ngettext("%(num)s changed", "%(num)s changed", made.changed)
        flash(_("The roll is read in: %(added)s, %(changed)s.", added=added, changed=changed))
        return redirect(url_for(".listing", slug=slug), 303)
    return redirect(url_for(".preview", slug=slug, import_id=import_id), 303)


@bp.post(f"{HERE}/lagg-undan")
@access.staff(Role.SECRETARIAT)
def abandon(slug: str, import_id: int) -> Response:
    """Puts the list aside."""
    with transaction():
        lists.abandon(import_id=import_id, edition_id=_edition(slug).id, now=clock.now())
    flash(_("The list is put aside and forgotten. The roll is as it was."))
    return redirect(url_for(".listing", slug=slug), 303)


@bp.get(f"{HERE}/fel.csv")
@access.staff(Role.SECRETARIAT)
def faults(slug: str, import_id: int) -> Response:
    """The rows that cannot be used as they were in the list, with what is wrong: to correct and to read in again."""
    made = lists.find(import_id, edition_id=_edition(slug).id)
    importing.plan_of(made)
    headings = [_("Line"), *previewing.headings(made), _("What is wrong")]
    rows = (
        [line, *cells, " ".join(texts.problem(code) for code in problems)]
        for line, cells, problems in previewing.wrong_rows(made)
    )
    return csv_response(headings, rows, "fel.csv")


@bp.get("/rostlangd.csv")
@access.staff(Role.SECRETARIAT)
def export(slug: str) -> Response:
    """The roll as a list that can be read in again."""
    edition = _edition(slug)
    return csv_response(listing.HEADINGS, listing.export_rows(edition.id), f"rostlangd-{edition.slug}.csv")


def csv_response(headings: list[str], rows: Iterable[list[object]], filename: str) -> Response:
    """A file for a spreadsheet, sent a row at a time."""
    content = stream_with_context(spreadsheet.chunks(headings, rows))
    response = Response(content, mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response
