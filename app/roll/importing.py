"""A list becomes part of the roll in steps: read, its columns said where they are not known, shown, and confirmed.

Nothing is on the roll before the confirmation, which writes exactly what was shown: the digest of the preview travels
through it, and when the roll has changed in between, `PreviewStale` asks to look again. What is short is done at once;
what is long is a job of the worker's, and the list's state says what it waits for.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import BinaryIO

from sqlalchemy import delete, select

from app.awards import locks
from app.awards import service as awards
from app.awards.actors import actor
from app.awards.models import Unit
from app.extensions import db
from app.jobs import service as jobs
from app.ledger import service as ledger
from app.roll import columns as layouts
from app.roll import comparing, files, staging
from app.roll.models import Fate, ImportState, RollImport, RollImportRow
from app.roll.reading import BLOCK, MOST_BYTES, Table, UnreadableList, is_workbook
from app.roll.service import anyone, lock_open, refuse_frozen, relabel
from app.roll.staging import Batch, Tell
from app.roll.workbooks import SeveralSheets, Workbook

KEPT = timedelta(hours=24)
SHORT_TEXT, SHORT_WORKBOOK, SHORT_LIST = 256 * 1024, 96 * 1024, 3000
"""So many bytes or rows are read within the request."""
SECONDS_AT_ONCE, SECONDS = 10.0, 90.0
READ, JUDGE, CONFIRM = "roll.read_list", "roll.judge_list", "roll.confirm_list"
CLOSED = (ImportState.CONFIRMED, ImportState.ABANDONED)

locks.hold("unit", lambda edition: anyone(edition.id))  # a list says other things about persons


class NoSuchImport(Exception):
    """No such list, or its rows are gone."""


class AlreadyClosed(Exception):
    """The list was confirmed or put aside already; nothing was done again."""


class NotNow(Exception):
    """The list waits for something else: `state` says for what."""

    def __init__(self, state: str) -> None:
        self.state = state
        super().__init__(state)


class PreviewStale(Exception):
    """The roll has changed since the preview was shown."""


class ColumnsMissing(Exception):
    """Columns without which no row can be used: `fields`."""

    def __init__(self, fields: list[str]) -> None:
        self.fields = fields
        super().__init__(*fields)


@dataclass(frozen=True)
class Plan:
    """What confirming would do."""

    counts: Mapping[str, int]
    kept: int
    digest: str

    @property
    def does_something(self) -> bool:
        """Whether confirming would write anything."""
        return bool(self.counts.get(Fate.NEW) or self.counts.get(Fate.CHANGE))


# ---- a list comes in ----------------------------------------------------------------------------


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
        sha256=_hash(file), person=_persons_vote(edition_id),
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
    made = _open(import_id, edition_id, ImportState.SHEETS)
    if sheet not in {number for _, _, number in made.sheets}:
        raise UnreadableList("no-sheet")
    made.state, made.sheet, made.sheets = ImportState.READING, sheet, []
    at_once = files.path(made.stored).stat().st_size <= SHORT_WORKBOOK
    _read_or_ask(made, at_once=at_once, now=now)
    return made


def _read_or_ask(made: RollImport, *, at_once: bool, now: datetime) -> None:
    if not at_once:
        _ask(made, READ, now)
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
            _compare(made)


# ---- which column is what -----------------------------------------------------------------------


def say_columns(
    *, import_id: int, edition_id: int, columns: Mapping[str, int], first_line: int, now: datetime
) -> RollImport:
    """Which column is what, and where the rows begin.

    Raises `ColumnsMissing`, `NoSuchImport`, `NotNow`, `RollFrozen`, or `UnreadableList` where no row is left.
    """
    made = _open(import_id, edition_id, ImportState.COLUMNS, ImportState.PREVIEW)
    made.person = _persons_vote(edition_id)
    if fields := layouts.missing(columns, person=made.person):
        raise ColumnsMissing(fields)
    made.columns, made.first_line, made.state = dict(columns), first_line, ImportState.JUDGING
    made.digest, made.overtaken = "", False
    db.session.flush()
    if made.row_count > SHORT_LIST:
        _ask(made, JUDGE, now)
    else:
        judge(made)
    return made


def judge(made: RollImport, *, batch: Batch = nullcontext, tell: Tell = float) -> None:
    """Judges every row anew by the columns that were said. Raises `PutAside`."""
    rows = staging.judge(
        made.id, made.columns, first_line=made.first_line, person=made.person, state=ImportState.JUDGING, batch=batch,
        tell=tell,
    )  # fmt: skip
    with batch():
        staging.refuse_put_aside(made.id, ImportState.JUDGING)
        made.row_count = rows
        _compare(made)


def compare_again(*, import_id: int, edition_id: int, now: datetime) -> RollImport:
    """What would happen now that the roll has changed, or what has one ballot.

    Raises `NoSuchImport`, `AlreadyClosed`, `NotNow` or `RollFrozen`.
    """
    made = _open(import_id, edition_id, ImportState.PREVIEW)
    if made.person == _persons_vote(edition_id):
        _compare(made)
        return made
    made.person = not made.person
    layout = layouts.recognise([cells for _, cells in staging.sample(made.id)], person=made.person)
    made.columns, made.state = dict(layout.columns), ImportState.COLUMNS
    if not layout.complete(person=made.person):
        return made
    return say_columns(
        import_id=import_id,
        edition_id=edition_id,
        columns=layout.columns,
        first_line=made.first_line,
        now=now,
    )


def _compare(made: RollImport) -> None:
    made.state, made.overtaken = ImportState.PREVIEW, False
    db.session.flush()
    comparing.compare(made)
    db.session.flush()


# ---- shown, and confirmed -----------------------------------------------------------------------


def find(import_id: int, *, edition_id: int) -> RollImport:
    """One list of this edition; raises `NoSuchImport`."""
    found = db.session.get(RollImport, import_id)
    if found is None or found.edition_id != edition_id:
        raise NoSuchImport
    return found


def plan_of(made: RollImport) -> Plan:
    """What confirming the list would do; raises `AlreadyClosed` or `NotNow`."""
    _refuse_state(made, ImportState.PREVIEW)
    return Plan(made.counts, made.kept, made.digest)


def overtaken(made: RollImport) -> bool:
    """Whether the roll, or what has one ballot, is not what the preview was made for."""
    return made.person != _persons_vote(made.edition_id) or comparing.stale(made)


def confirm(*, import_id: int, edition_id: int, digest: str, by: int, now: datetime) -> RollImport:
    """Writes what the preview with this *digest* showed, and forgets the list; a long one is the worker's to write.

    Raises `NoSuchImport`, `AlreadyClosed`, `NotNow`, `PreviewStale` or `RollFrozen`.
    """
    made = _open(import_id, edition_id, ImportState.PREVIEW)
    if digest != made.digest or overtaken(made):
        raise PreviewStale
    made.account_id = by
    if made.row_count > SHORT_LIST:
        made.state = ImportState.CONFIRMING
        _ask(made, CONFIRM, now)
    else:
        write(made, now=now)
    return made


def write(made: RollImport, *, now: datetime) -> None:
    """Puts on the roll what was confirmed, in the caller's transaction, which holds the edition."""
    comparing.write(made, now=now)
    made.added, made.changed = made.counts.get(Fate.NEW, 0), made.counts.get(Fate.CHANGE, 0)
    made.refused = made.counts.get(Fate.WRONG, 0) + made.counts.get(Fate.DUPLICATE, 0)
    _close(made, ImportState.CONFIRMED, now)
    relabel(made.edition_id)
    sealed = ledger.erasable(
        edition=made.edition_id, subject=f"roll-file:{made.id}", text=made.sha256, now=now
    )
    data = {
        "added": made.added, "by": actor(made.edition_id, made.account_id, now), "changed": made.changed,
        "refused": made.refused, "roll": sealed, "rows": made.row_count,
    }  # fmt: skip
    ledger.append(edition=made.edition_id, kind="roll-imported", data=data, now=now)


def write_confirmed(import_id: int, *, now: datetime) -> None:
    """The worker's part of a confirmation, in one transaction. Done already, or overtaken by the roll: writes nothing."""
    made = db.session.get(RollImport, import_id, populate_existing=True)
    if made is None or made.state != ImportState.CONFIRMING:
        return
    lock_open(made.edition_id)
    if overtaken(made):
        _compare(made)
        made.overtaken = True
    else:
        write(made, now=now)


# ---- forgotten ----------------------------------------------------------------------------------


def abandon(*, import_id: int, edition_id: int, now: datetime) -> None:
    """Puts a list aside and forgets it; one that is closed, or being written, stays as it is. Raises `NoSuchImport`."""
    made = find(import_id, edition_id=edition_id)
    if made.state not in {*CLOSED, ImportState.CONFIRMING}:
        _close(made, ImportState.ABANDONED, now)


def give_up(made: RollImport, error: UnreadableList, *, now: datetime) -> None:
    """The list cannot be read: what is known of it is why."""
    _close(made, ImportState.UNREADABLE, now)
    made.problem, made.problem_line = error.code, error.line


def forget_old(*, now: datetime) -> None:
    """Lists that nobody confirmed within a day are put aside; their rows and files are forgotten."""
    waiting = RollImport.state.not_in((*CLOSED, ImportState.UNREADABLE))
    for made in db.session.scalars(select(RollImport).where(waiting, RollImport.made_at < now - KEPT)):
        _close(made, ImportState.ABANDONED, now)
    closed = select(RollImport.id).where(RollImport.closed_at.is_not(None))
    db.session.execute(delete(RollImportRow).where(RollImportRow.import_id.in_(closed)))
    known = set(db.session.scalars(select(RollImport.stored).where(RollImport.stored != "")))
    files.sweep(known, before=now - KEPT)


def _close(made: RollImport, state: ImportState, now: datetime) -> None:
    files.remove(made.stored)
    made.state, made.closed_at, made.stored, made.sheets = state, now, "", []
    db.session.flush()
    staging.forget(made.id)


def _open(import_id: int, edition_id: int, *states: ImportState) -> RollImport:
    """The list, held with its edition; raises `RollFrozen`, `NoSuchImport`, `AlreadyClosed` or `NotNow`."""
    lock_open(edition_id)
    made: RollImport | None = db.session.scalar(
        select(RollImport)
        .where(RollImport.id == import_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if made is None or made.edition_id != edition_id:
        raise NoSuchImport
    _refuse_state(made, *states)
    return made


def _refuse_state(made: RollImport, *states: ImportState) -> None:
    if made.state in CLOSED:
        raise AlreadyClosed
    if made.state not in states:
        raise NotNow(made.state)


def _ask(made: RollImport, kind: str, now: datetime) -> None:
    job = jobs.enqueue(
        kind, {"import_id": made.id}, now=now, key=f"{kind}:{made.id}", edition_id=made.edition_id
    )
    made.job_id = job.id


def _persons_vote(edition_id: int) -> bool:
    return awards.by_id(edition_id).unit is Unit.PERSON


def _hash(file: BinaryIO) -> str:
    file.seek(0)
    said = hashlib.sha256()
    while block := file.read(BLOCK):
        said.update(block)
    file.seek(0)
    return said.hexdigest()
