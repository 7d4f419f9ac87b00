"""A list becomes part of the roll in two steps: a preview that writes no voter, and a confirmation of exactly that.

`plan` compares a list's rows with the roll. Its digest travels through the confirmation, so that what is written is
what was shown: when the roll has changed in between, `PreviewStale` asks to look again.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select, update

from app.awards.actors import actor
from app.core import canonical
from app.extensions import db
from app.ledger import service as ledger
from app.roll import reading
from app.roll.models import ImportState, RollImport, Voter
from app.roll.rows import Row
from app.roll.service import lock_open, put, refuse_frozen, relabel, voters

KEPT = timedelta(hours=24)
COMPARED = ("company", "email", "contact_name", "language")


class NoSuchImport(Exception):
    """No such list, or its rows are gone."""


class AlreadyClosed(Exception):
    """The list was confirmed or put aside already; nothing was done again."""


class PreviewStale(Exception):
    """The roll has changed since the preview was shown."""


class Fate(StrEnum):
    """What would become of a row."""

    NEW = "new"
    CHANGE = "change"
    SAME = "same"
    DUPLICATE = "duplicate"
    WRONG = "wrong"


@dataclass(frozen=True)
class Planned:
    """A row and its fate: `first_line` of the row it repeats, `changes` as (field, before, after)."""

    row: Row
    fate: Fate
    first_line: int = 0
    differs: bool = False
    changes: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True)
class Plan:
    """What confirming would do."""

    rows: Sequence[Planned]
    kept: int
    digest: str
    counts: Mapping[Fate, int] = field(default_factory=dict)

    def of(self, fate: str) -> list[Planned]:
        """The rows with this fate, in the list's order."""
        return [planned for planned in self.rows if planned.fate == fate]

    @property
    def does_something(self) -> bool:
        """Whether confirming would write anything."""
        return bool(self.counts.get(Fate.NEW) or self.counts.get(Fate.CHANGE))


def upload(*, edition_id: int, data: bytes, filename: str, by: int, now: datetime) -> RollImport:
    """Reads a list and keeps its rows for the preview; raises `reading.UnreadableList` or `RollFrozen`."""
    refuse_frozen(edition_id)
    rows = reading.read(data)
    made = RollImport(
        edition_id=edition_id, account_id=by, state=ImportState.PREVIEW, filename=filename[:120], made_at=now,
        sha256=hashlib.sha256(data).hexdigest(), rows=[row.as_data() for row in rows], row_count=len(rows),
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    return made


def find(import_id: int, *, edition_id: int) -> RollImport:
    """One list of this edition; raises `NoSuchImport`."""
    found = db.session.get(RollImport, import_id)
    if found is None or found.edition_id != edition_id:
        raise NoSuchImport
    return found


def plan_of(made: RollImport) -> Plan:
    """The plan of an uploaded list against the roll as it is now; raises `AlreadyClosed`."""
    if made.state != ImportState.PREVIEW or made.rows is None:
        raise AlreadyClosed
    return plan(
        [Row.from_data(data) for data in made.rows], {each.key: each for each in voters(made.edition_id)}
    )


def plan(rows: Sequence[Row], roll: Mapping[str, Voter]) -> Plan:
    """What each row would do to *roll* (by key). Of several rows with one key, the first without fault counts."""
    first: dict[str, Row] = {}
    planned = []
    for row in rows:
        if row.problems:
            planned.append(Planned(row, Fate.WRONG))
        elif row.key in first:
            earlier = first[row.key]
            planned.append(Planned(row, Fate.DUPLICATE, earlier.line, _values(row) != _values(earlier)))
        else:
            first[row.key] = row
            planned.append(_against(row, roll.get(row.key)))
    counts = Counter(each.fate for each in planned)
    return Plan(planned, len(roll.keys() - first.keys()), _digest(planned, roll), counts)


def confirm(*, import_id: int, edition_id: int, digest: str, by: int, now: datetime) -> RollImport:
    """Writes what the preview with this *digest* showed, and forgets the list.

    Raises `NoSuchImport`, `AlreadyClosed`, `PreviewStale` or `RollFrozen`.
    """
    lock_open(edition_id)
    made: RollImport | None = db.session.scalar(
        select(RollImport).where(RollImport.id == import_id).with_for_update()
    )
    if made is None or made.edition_id != edition_id:
        raise NoSuchImport
    todo = plan_of(made)
    if todo.digest != digest:
        raise PreviewStale
    roll = {each.key: each for each in voters(edition_id)}
    for planned in todo.rows:
        if planned.fate is Fate.NEW:
            fresh = Voter(edition_id=edition_id, added_at=now)
            put(fresh, planned.row)
            db.session.add(fresh)
        elif planned.fate is Fate.CHANGE:
            put(roll[planned.row.key], planned.row)
            roll[planned.row.key].changed_at = now
    made.added, made.changed = todo.counts.get(Fate.NEW, 0), todo.counts.get(Fate.CHANGE, 0)
    made.refused = todo.counts.get(Fate.WRONG, 0) + todo.counts.get(Fate.DUPLICATE, 0)
    _close(made, ImportState.CONFIRMED, now)
    db.session.flush()
    relabel(edition_id)
    sealed = ledger.erasable(edition=edition_id, subject=f"roll-file:{made.id}", text=made.sha256, now=now)
    data = {
        "added": made.added, "by": actor(edition_id, by, now), "changed": made.changed,
        "refused": made.refused, "roll": sealed, "rows": made.row_count,
    }  # fmt: skip
    ledger.append(edition=edition_id, kind="roll-imported", data=data, now=now)
    return made


def abandon(*, import_id: int, edition_id: int, now: datetime) -> None:
    """Puts a list aside and forgets its rows; one that is closed stays as it is. Raises `NoSuchImport`."""
    made = find(import_id, edition_id=edition_id)
    if made.state == ImportState.PREVIEW:
        _close(made, ImportState.ABANDONED, now)


def forget_old(*, now: datetime) -> None:
    """Lists that nobody confirmed within a day are put aside, their rows forgotten."""
    waiting = RollImport.state == ImportState.PREVIEW
    values = {"state": ImportState.ABANDONED, "rows": None, "closed_at": now}
    db.session.execute(update(RollImport).where(waiting, RollImport.made_at < now - KEPT).values(values))


def _close(made: RollImport, state: ImportState, now: datetime) -> None:
    made.state, made.rows, made.closed_at = state, None, now


def _values(row: Row | Voter) -> tuple[str, ...]:
    return tuple(str(getattr(row, name)) for name in COMPARED)


def _against(row: Row, existing: Voter | None) -> Planned:
    if existing is None:
        return Planned(row, Fate.NEW)
    before = {name: str(getattr(existing, name)) for name in COMPARED}
    changes = tuple(
        (name, before[name], after)
        for name, after in zip(COMPARED, _values(row), strict=True)
        if before[name] != after
    )
    return Planned(row, Fate.CHANGE if changes else Fate.SAME, changes=changes)


def _digest(planned: Sequence[Planned], roll: Mapping[str, Voter]) -> str:
    """Covers every row's fate and changes and the roll's size, so that a changed roll gives another digest."""
    facts = [[each.row.line, str(each.fate), [list(change) for change in each.changes]] for each in planned]
    return hashlib.sha256(canonical.dumps([len(roll), facts])).hexdigest()
