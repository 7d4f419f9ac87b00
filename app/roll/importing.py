"""A list becomes part of the roll in steps: read, its columns said where they are not known, shown, and confirmed.

Nothing is on the roll before the confirmation, which writes exactly what was shown: the digest of the preview travels
through it, and when the roll has changed in between, `PreviewStale` asks to look again. What is short is done at once;
what is long is a job of the worker's, and the list's state says what it waits for.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime

from app.awards.actors import actor
from app.extensions import db
from app.ledger import service as ledger
from app.roll import columns as layouts
from app.roll import comparing, lists, staging
from app.roll.list_models import Fate, ImportState, RollImport
from app.roll.service import lock_open, relabel
from app.roll.staging import Batch, Tell

SHORT_LIST = 3000
"""So many rows are judged, or written, within the request."""
JUDGE, CONFIRM = "roll.judge_list", "roll.confirm_list"


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


# ---- which column is what -----------------------------------------------------------------------


def say_columns(
    *, import_id: int, edition_id: int, columns: Mapping[str, int], first_line: int, now: datetime
) -> RollImport:
    """Which column is what, and where the rows begin.

    Raises `ColumnsMissing`, `NoSuchImport`, `NotNow`, `RollFrozen`, or `UnreadableList` where no row is left.
    """
    made = lists.hold(import_id, edition_id, ImportState.COLUMNS, ImportState.PREVIEW)
    made.person = lists.persons_vote(edition_id)
    if fields := layouts.missing(columns, person=made.person):
        raise ColumnsMissing(fields)
    made.columns, made.first_line, made.state = dict(columns), first_line, ImportState.JUDGING
    made.digest, made.overtaken = "", False
    db.session.flush()
    if made.row_count > SHORT_LIST:
        lists.ask_worker(made, JUDGE, now)
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
        compare(made)


def compare_again(*, import_id: int, edition_id: int, now: datetime) -> RollImport:
    """What would happen now that the roll has changed, or what has one ballot.

    Raises `NoSuchImport`, `AlreadyClosed`, `NotNow` or `RollFrozen`.
    """
    made = lists.hold(import_id, edition_id, ImportState.PREVIEW)
    if made.person == lists.persons_vote(edition_id):
        compare(made)
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


def compare(made: RollImport) -> None:
    """Gives every row its fate against the roll as it is now."""
    made.state, made.overtaken = ImportState.PREVIEW, False
    db.session.flush()
    comparing.compare(made)
    db.session.flush()


# ---- shown, and confirmed -----------------------------------------------------------------------


def plan_of(made: RollImport) -> Plan:
    """What confirming the list would do; raises `AlreadyClosed` or `NotNow`."""
    lists.refuse_state(made, ImportState.PREVIEW)
    return Plan(made.counts, made.kept, made.digest)


def overtaken(made: RollImport) -> bool:
    """Whether the roll, or what has one ballot, is not what the preview was made for."""
    return made.person != lists.persons_vote(made.edition_id) or comparing.stale(made)


def confirm(*, import_id: int, edition_id: int, digest: str, by: int, now: datetime) -> RollImport:
    """Writes what the preview with this *digest* showed, and forgets the list; a long one is the worker's to write.

    Raises `NoSuchImport`, `AlreadyClosed`, `NotNow`, `PreviewStale` or `RollFrozen`.
    """
    made = lists.hold(import_id, edition_id, ImportState.PREVIEW)
    if digest != made.digest or overtaken(made):
        raise PreviewStale
    made.account_id = by
    if made.row_count > SHORT_LIST:
        made.state = ImportState.CONFIRMING
        lists.ask_worker(made, CONFIRM, now)
    else:
        write(made, now=now)
    return made


def write(made: RollImport, *, now: datetime) -> None:
    """Puts on the roll what was confirmed, in the caller's transaction, which holds the edition."""
    comparing.write(made, now=now)
    made.added, made.changed = made.counts.get(Fate.NEW, 0), made.counts.get(Fate.CHANGE, 0)
    made.refused = made.counts.get(Fate.WRONG, 0) + made.counts.get(Fate.DUPLICATE, 0)
    lists.close(made, ImportState.CONFIRMED, now)
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
        compare(made)
        made.overtaken = True
    else:
        write(made, now=now)
