"""A list comes in: read at once where it is short, else by the worker; its file is gone when it is read."""

from __future__ import annotations

import hashlib
import io
from contextlib import nullcontext
from datetime import datetime
from typing import BinaryIO

from app.extensions import db
from app.roll import files, lists, staging
from app.roll.importing import compare
from app.roll.list_models import ImportState, RollImport
from app.roll.reading import BLOCK, MOST_BYTES, Table, UnreadableList, is_workbook
from app.roll.service import refuse_frozen
from app.roll.staging import Batch, Tell
from app.roll.workbooks import SeveralSheets, Workbook

SHORT_TEXT, SHORT_WORKBOOK = 256 * 1024, 96 * 1024
"""So many bytes are read within the request."""
SECONDS_AT_ONCE, SECONDS = 10.0, 90.0
READ = "roll.read_list"


def upload(*, edition_id: int, data: bytes | BinaryIO, filename: str, by: int, now: datetime) -> RollImport:
    """Reads a list and keeps its rows for the preview; a long one waits for the worker.

    Raises `reading.UnreadableList`, `RollFrozen` or `uploads.NoRoom`.
    """
    refuse_frozen(edition_id)
    file = io.BytesIO(data) if isinstance(data, bytes) else data
    size = file.seek(0, io.SEEK_END)
    if size > MOST_BYTES:
        raise UnreadableList("too-large")
    made = RollImport(
        edition_id=edition_id, account_id=by, state=ImportState.READING, filename=filename[-120:], made_at=now,
        sha256=_hash(file), person=lists.persons_vote(edition_id),
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    workbook = is_workbook(file)
    at_once = size <= (SHORT_WORKBOOK if workbook else SHORT_TEXT)
    if workbook or not at_once:
        made.stored = files.keep(file, now=now)
        _read_or_ask(made, at_once=at_once, now=now)
    else:
        _stage(made, Table(file))
    return made


def choose_sheet(*, import_id: int, edition_id: int, sheet: int, now: datetime) -> RollImport:
    """Reads that sheet of the workbook. Raises `NoSuchImport`, `NotNow`, `RollFrozen` or `UnreadableList`."""
    made = lists.hold(import_id, edition_id, ImportState.SHEETS)
    if sheet not in {number for _, _, number in made.sheets}:
        raise UnreadableList("no-sheet")
    made.state, made.sheet, made.sheets = ImportState.READING, sheet, []
    at_once = files.path(made.stored).stat().st_size <= SHORT_WORKBOOK
    _read_or_ask(made, at_once=at_once, now=now)
    return made


def _read_or_ask(made: RollImport, *, at_once: bool, now: datetime) -> None:
    if not at_once:
        lists.ask_worker(made, READ, now)
        return
    try:
        read_stored(made, seconds=SECONDS_AT_ONCE)
    except BaseException:
        files.remove(made.stored)
        raise


def read_stored(
    made: RollImport, *, seconds: float = SECONDS, batch: Batch = nullcontext, tell: Tell = float
) -> None:
    """Reads the file that waits, which is gone then. Raises `UnreadableList` or `PutAside`."""
    place = files.path(made.stored)
    with place.open("rb") as file:
        if not is_workbook(file):
            _stage(made, Table(file), batch=batch, tell=tell)
        else:
            try:
                with Workbook(place, sheet=made.sheet, seconds=seconds) as workbook:
                    _stage(made, workbook, batch=batch, tell=tell)
            except SeveralSheets as several:
                with batch():
                    made.state, made.sheets = ImportState.SHEETS, several.sheets
                return
    name = made.stored
    with batch():
        made.stored = ""
    files.remove(name)


def _stage(
    made: RollImport, source: staging.Source, *, batch: Batch = nullcontext, tell: Tell = float
) -> None:
    found = staging.stage(made.id, source, person=made.person, batch=batch, tell=tell)
    with batch():
        staging.refuse_put_aside(made.id, ImportState.READING)
        made.columns, made.first_line = dict(found.columns), found.first_line
        made.width, made.row_count = found.width, found.rows
        made.state = ImportState.COLUMNS
        if found.complete:
            compare(made)


def _hash(file: BinaryIO) -> str:
    file.seek(0)
    said = hashlib.sha256()
    while block := file.read(BLOCK):
        said.update(block)
    file.seek(0)
    return said.hexdigest()
