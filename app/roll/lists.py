"""An uploaded list through its states: found and held, handed to the worker, put aside, forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select

from app.awards import locks
from app.awards import service as awards
from app.awards.models import Unit
from app.extensions import db
from app.jobs import service as jobs
from app.roll import files, staging
from app.roll.list_models import ImportState, RollImport, RollImportRow
from app.roll.reading import UnreadableList
from app.roll.service import anyone, lock_open

KEPT = timedelta(hours=24)
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


def find(import_id: int, *, edition_id: int) -> RollImport:
    """One list of this edition; raises `NoSuchImport`."""
    found = db.session.get(RollImport, import_id)
    if found is None or found.edition_id != edition_id:
        raise NoSuchImport
    return found


def persons_vote(edition_id: int) -> bool:
    """Whether persons, not companies, have a ballot each."""
    return awards.by_id(edition_id).unit is Unit.PERSON


def abandon(*, import_id: int, edition_id: int, now: datetime) -> None:
    """Puts a list aside and forgets it; one that is closed, or being written, stays as it is. Raises `NoSuchImport`."""
    made = find(import_id, edition_id=edition_id)
    if made.state not in {*CLOSED, ImportState.CONFIRMING}:
        close(made, ImportState.ABANDONED, now)


def give_up(made: RollImport, error: UnreadableList, *, now: datetime) -> None:
    """The list cannot be read: what is known of it is why."""
    close(made, ImportState.UNREADABLE, now)
    made.problem, made.problem_line = error.code, error.line


def forget_old(*, now: datetime) -> None:
    """Lists that nobody confirmed within a day are put aside; their rows and files are forgotten."""
    waiting = RollImport.state.not_in((*CLOSED, ImportState.UNREADABLE))
    for made in db.session.scalars(select(RollImport).where(waiting, RollImport.made_at < now - KEPT)):
        close(made, ImportState.ABANDONED, now)
    closed = select(RollImport.id).where(RollImport.closed_at.is_not(None))
    db.session.execute(delete(RollImportRow).where(RollImportRow.import_id.in_(closed)))
    known = set(db.session.scalars(select(RollImport.stored).where(RollImport.stored != "")))
    files.sweep(known, before=now - KEPT)


def close(made: RollImport, state: ImportState, now: datetime) -> None:
    """The list is at its end: file and rows are gone."""
    files.remove(made.stored)
    made.state, made.closed_at, made.stored, made.sheets = state, now, "", []
    db.session.flush()
    staging.forget(made.id)


def hold(import_id: int, edition_id: int, *states: ImportState) -> RollImport:
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
    refuse_state(made, *states)
    return made


def refuse_state(made: RollImport, *states: ImportState) -> None:
    """Raises `AlreadyClosed`, or `NotNow` when the list is in none of *states*."""
    if made.state in CLOSED:
        raise AlreadyClosed
    if made.state not in states:
        raise NotNow(made.state)


def ask_worker(made: RollImport, kind: str, now: datetime) -> None:
    """A job of that kind, once, for this list."""
    job = jobs.enqueue(
        kind, {"import_id": made.id}, now=now, key=f"{kind}:{made.id}", edition_id=made.edition_id
    )
    made.job_id = job.id
