"""The secretariat takes nominations along: as CSV, as an Excel workbook, and the accepted ones as open data."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator

from flask import render_template, send_file, stream_with_context
from werkzeug.wrappers import Response

from app import access
from app.access import Role
from app.awards import service as awards
from app.extensions import clock
from app.nominations import service as nominations
from app.nominations.models import State
from app.screening.blueprint import bp
from app.screening.exports import export_files, export_ocds, exports
from app.web import absolute_url, language

PATH = "/sekretariat/<slug>/nomineringar/export"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get(PATH, endpoint="export")
@access.staff(Role.SECRETARIAT)
def export(slug: str) -> str:
    """What can be taken along, and what each file holds."""
    edition = awards.edition(slug)
    counts = nominations.counts(edition.id)
    sent = sum(number for state, number in counts.items() if state is not State.DRAFT)
    return render_template(
        "screening/export.html",
        edition=edition,
        sent=sent,
        accepted=counts[State.ACCEPTED],
        prefix=export_ocds.OWN_PREFIX,
    )


@bp.get(f"{PATH}/nomineringar.csv")
@access.staff(Role.SECRETARIAT)
def export_csv(slug: str) -> Response:
    """Every nomination, as CSV."""
    edition = awards.edition(slug)
    lines = export_files.csv(exports.columns(edition), exports.lines(edition))
    return _download(lines, "text/csv; charset=utf-8", f"nomineringar-{slug}.csv")


@bp.get(f"{PATH}/nomineringar.xlsx")
@access.staff(Role.SECRETARIAT)
def export_xlsx(slug: str) -> Response:
    """Every nomination, as an Excel workbook."""
    edition = awards.edition(slug)
    file = tempfile.TemporaryFile()  # noqa: SIM115 (closed with the answer)
    export_files.workbook(exports.columns(edition), exports.lines(edition), file, now=clock.now())
    file.seek(0)
    return send_file(file, mimetype=XLSX, as_attachment=True, download_name=f"nomineringar-{slug}.xlsx")


@bp.get(f"{PATH}/nominerade.json")
@access.staff(Role.SECRETARIAT)
def export_ocds_json(slug: str) -> Response:
    """The accepted nominees, as an OCDS release package."""
    edition = awards.edition(slug)
    address = absolute_url("screening.export_ocds_json", lang=language(), slug=slug)
    publisher = edition.contact_name or edition.name("sv")
    written = export_ocds.package(edition, address=address, publisher=publisher, now=clock.now())
    return _download(written, "application/json", f"nominerade-{slug}.json")


def _download(chunks: Iterator[bytes], mimetype: str, name: str) -> Response:
    response = Response(stream_with_context(chunks), content_type=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
