"""The box: an edition's chain of archive records, to which ballots and what follows them are appended.

Whoever appends locks the box's row first (`lock`). Inside SQLite's one writer that is the transaction itself; on
PostgreSQL it is SELECT … FOR UPDATE. What happens under the lock does not grow with the number of ballots.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.awards.models import Edition
from app.ballots.models import Ballot, Box, BoxData, BoxEvent, Credential, State, TallySoFar
from app.core import rules
from app.core.belenios.archive import Event, Record, end_ballots_records
from app.core.belenios.elections import Election
from app.core.belenios.tallies import RunningTally
from app.extensions import db, transaction
from app.ledger import service as ledger
from app.trustees import service as trustees
from app.trustees.models import Purpose

FOLD_CHUNK = 200
DRAIN = timedelta(seconds=60)


# Statements are made once: casting is the one place where their making would be felt.
HEAD = (Box.edition_id, Box.height, Box.head, Box.ballots, Box.headed, Box.public_height, Box.ended_at)
_INSERT_DATA = insert(BoxData.__table__)
_INSERT_EVENT = insert(BoxEvent.__table__)
_MOVE_HEAD = (
    update(Box.__table__)
    .where(
        Box.edition_id == bindparam("edition"), Box.height == bindparam("was_height"), Box.head == bindparam("was_head")
    )
    .values(
        height=bindparam("height"), head=bindparam("head"), ballots=bindparam("ballots"),
        public_height=bindparam("public_height"),
    )
)  # fmt: skip


class NoBox(LookupError):
    """The edition's ballots are not prepared."""


class NotNext(Exception):
    """These records do not follow the head of the box."""


class BoxDamaged(RuntimeError):
    """The rows of a box are not what the ledger says: nothing may be added until somebody has looked at it."""


class Turnout(NamedTuple):
    """Ballots in the box, and credentials that may (or did) vote."""

    cast: int
    issued: int


class Head(NamedTuple):
    """Where a locked box stands: the height and hash of its last event, how many ballots, what the ledger has."""

    edition_id: int
    height: int
    hash: str
    ballots: int
    headed: int
    public_height: int | None
    ended_at: datetime | None


def box(edition_id: int) -> Box | None:
    """The edition's box, also one whose credentials are still being derived; None when there is none."""
    return db.session.get(Box, edition_id, populate_existing=True)


def prepared(edition_id: int) -> Box:
    """The edition's box with its election. Raises `NoBox`."""
    found = box(edition_id)
    if found is None or found.election is None:
        raise NoBox(edition_id)
    return found


def is_prepared(edition_id: int) -> bool:
    """Whether the edition's ballots are made."""
    found = box(edition_id)
    return found is not None and found.election is not None


def lock(edition_id: int) -> Head:
    """Locks the box's row until the transaction ends, and gives the head. Raises `NoBox`."""
    query = select(*HEAD).where(Box.edition_id == edition_id, Box.prepared_at.is_not(None)).with_for_update()
    row = db.session.execute(query).one_or_none()
    if row is None:
        raise NoBox(edition_id)
    return Head(*row)


@lru_cache(maxsize=16)
def parsed(payload: bytes) -> Election:
    """The election of its bytes, kept in memory with its tables."""
    return Election.parse(payload)


def election(edition_id: int) -> Election:
    """The edition's election. Raises `NoBox`."""
    return parsed(prepared(edition_id).election or b"")


def fingerprint(edition_id: int) -> str:
    """The election's fingerprint φ. Raises `NoBox`."""
    return prepared(edition_id).fingerprint


def questions(edition_id: int) -> list[rules.Question]:
    """The ballot's questions as they were put, in the order of the election. Raises `NoBox`."""
    found = box(edition_id)
    if found is None or not found.questions:
        raise NoBox(edition_id)
    return [
        rules.Question(
            category=each["category"], text=each["text"], kind=rules.Kind(each["kind"]), names=tuple(each["names"]),
            maximum=each["maximum"], tie=rules.TieRule(each["tie"]),
        )
        for each in found.questions
    ]  # fmt: skip


def last_event(edition_id: int) -> Event:
    """The head of the archive. Raises `NoBox`."""
    found = prepared(edition_id)
    query = select(BoxEvent.content).where(BoxEvent.edition_id == edition_id, BoxEvent.height == found.height)
    content = db.session.scalar(query)
    if content is None:
        raise BoxDamaged(f"edition {edition_id} has no event at the height {found.height} of its head")
    return Event.parse(content)


def append_events(edition_id: int, records: Sequence[Record], *, now: datetime) -> Event:  # noqa: ARG001 (a service)
    """Appends records (each event after its data) in the caller's transaction; gives the new head.

    Raises `NotNext` unless every event follows the one before it, the first one the present head.
    """
    head = lock(edition_id)
    for data, event in _groups(records):
        head = append(head, data, event)
    return last_event(edition_id)


def _groups(records: Sequence[Record]) -> Iterator[tuple[list[Record], Event]]:
    data: list[Record] = []
    for record in records:
        if record.kind == "data":
            data.append(record)
        else:
            yield data, Event.parse(record.content)
            data = []
    if data:
        raise NotNext("data without an event")


def append(head: Head, data: Sequence[Record], event: Event) -> Head:
    """One event and its data, as rows; *head* comes from `lock` in the same transaction. Raises `NotNext`."""
    if event.height != head.height + 1 or event.parent != (head.hash or None):
        raise NotNext(f"height {event.height} after {head.height}")
    if event.payload != (data[-1].hash if data else None):
        raise NotNext("an event names another payload")
    content = event.content
    key = {"edition_id": head.edition_id, "height": event.height}
    connection = db.session.connection()
    for position, record in enumerate(data[:-1]):
        connection.execute(
            _INSERT_DATA, key | {"position": position, "hash": record.hash, "content": record.content}
        )
    row = {"type": event.type, "parent": event.parent, "payload": event.payload, "hash": event.hash}
    payload = data[-1].content if data else None
    connection.execute(_INSERT_EVENT, key | row | {"content": content, "data": payload})
    after = head._replace(
        height=event.height, hash=event.hash, ballots=head.ballots + (event.type == "Ballot")
    )
    public = event.height if event.type == "EncryptedTally" else head.public_height
    moved = connection.execute(
        _MOVE_HEAD,
        {
            "edition": head.edition_id, "was_height": head.height, "was_head": head.hash, "height": after.height,
            "head": after.hash, "ballots": after.ballots, "public_height": public,
        },
    )  # fmt: skip
    if moved.rowcount != 1:
        raise NotNext("the head of the box moved")
    return after


def box_head(edition_id: int, *, now: datetime, staged: bool = False) -> bool:
    """Writes the present head into the ledger, once a height; gives whether it was new. In the caller's transaction."""
    head = lock(edition_id)
    if head.headed == head.height:
        return False
    data = {"ballots": head.ballots, "head": head.hash, "height": head.height}
    ledger.append(edition=edition_id, kind="box-head", data=data, now=now, staged=staged)
    _set(edition_id, headed=head.height)
    return True


def _set(edition_id: int, **values: Any) -> None:
    statement = update(Box).where(Box.edition_id == edition_id).values(values)
    db.session.execute(statement.execution_options(synchronize_session=False))


def seal(edition_id: int, *, now: datetime) -> None:
    """Accepts no more ballots, without an end of the vote: it is cancelled. In the caller's transaction."""
    lock(edition_id)
    _set(edition_id, ended_at=now)


def end_ballots(edition_id: int, *, now: datetime) -> bool:
    """Closes the box in the caller's transaction; gives False when it was closed before.

    After it no ballot is accepted. The ledger gets the head and, where the setting is on, how many ballots the server
    encrypted; the keys that ballots' links are derived from are destroyed.
    """
    if lock(edition_id).ended_at is not None:
        return False
    append_events(edition_id, end_ballots_records(last_event(edition_id)), now=now)
    _set(edition_id, ended_at=now)
    box_head(edition_id, now=now)
    if db.session.scalar(select(Edition.plain_voting).where(Edition.id == edition_id)):
        query = select(func.count()).select_from(Ballot).where(
            Ballot.edition_id == edition_id, Ballot.without_script.is_(True)
        )  # fmt: skip
        data = {"ballots": db.session.scalar(query) or 0}
        ledger.append(edition=edition_id, kind="ballots-without-script", data=data, now=now)
    trustees.request_destruction(
        edition_id, (Purpose.CREDENTIALS, Purpose.SPARES), "the vote is closed", now=now
    )
    return True


def turnout(edition_id: int) -> Turnout:
    """How many ballots are in the box, and how many credentials may vote (spares not activated and voided ones don't)."""
    found = box(edition_id)
    query = select(func.count()).select_from(Credential).where(
        Credential.edition_id == edition_id, Credential.state == State.ISSUED
    )  # fmt: skip
    return Turnout(found.ballots if found else 0, db.session.scalar(query) or 0)


def running_tally(edition_id: int) -> RunningTally:
    """The encrypted sum of all ballots in the box; nothing is checked again that was checked when it was cast.

    Outside a transaction: what is missing is added and kept, chunk by chunk. Several processes may do this at once;
    each keeps what it has only if nobody has come further.
    """
    whole = election(edition_id)
    row = db.session.get(TallySoFar, edition_id, populate_existing=True)
    height = row.height if row else 0
    tally = RunningTally.from_bytes(whole, row.content) if row else RunningTally(whole)
    while rows := _ballots_after(edition_id, height):
        for at, content in rows:
            tally.add(content)
            height = at
        _keep(edition_id, height, tally)
    return tally


def let_go() -> None:
    """Ends a reading transaction before something long, so that no reader stands in the way of those who vote.

    A writing one (`extensions.transaction`) is its opener's, and left alone.
    """
    if db.session.connection().get_execution_options().get("begin") != "IMMEDIATE":
        db.session.rollback()


def _ballots_after(edition_id: int, height: int) -> Sequence[tuple[int, bytes]]:
    query = (
        select(BoxEvent.height, BoxEvent.data)
        .where(BoxEvent.edition_id == edition_id, BoxEvent.height > height, BoxEvent.type == "Ballot")
        .order_by(BoxEvent.height)
        .limit(FOLD_CHUNK)
    )
    rows = [(row.height, row.data or b"") for row in db.session.execute(query)]
    let_go()
    return rows


def _keep(edition_id: int, height: int, tally: RunningTally) -> None:
    values = {"edition_id": edition_id, "height": height, "content": tally.to_bytes()}
    upsert = sqlite.insert if db.engine.dialect.name == "sqlite" else postgresql.insert
    with transaction():
        db.session.execute(
            upsert(TallySoFar)
            .values(values)
            .on_conflict_do_update(
                index_elements=["edition_id"], set_={"height": height, "content": values["content"]},
                where=TallySoFar.height < height,
            )
        )  # fmt: skip


def remove(edition_id: int) -> None:
    """Takes a box in which no vote was opened out of the database, with its credentials."""
    for table in (TallySoFar, Ballot, BoxData, BoxEvent, Credential, Box):
        db.session.execute(delete(table).where(table.edition_id == edition_id))
    db.session.expire_all()
