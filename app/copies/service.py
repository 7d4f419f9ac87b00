"""Whether this process works on a copy: then it is held, accepts nothing and sends nothing, until a person releases it.

The question costs no query: the answer is kept for `KEPT` seconds (while held for less, so that a release is seen
soon). A restore that replaces SQLite's file under a running process is seen at the next request, by the file's inode;
that process then stays held until it is started again, because its open connections still lead to the old file. On
PostgreSQL a restore into the same database is seen within `KEPT` seconds.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import structlog
from flask import current_app
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

from app.copies import places
from app.copies.models import Home
from app.extensions import db

KEPT = 30.0
KEPT_WHILE_HELD = 2.0

log = structlog.get_logger("copies")


@dataclass
class Standing:
    """What one process knows: held or not, until when that is believed, and the inode that it began with."""

    held: bool = False
    until: float = 0.0
    inode: int | None = None
    moved: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)


def held(clock: Callable[[], float] = time.monotonic) -> bool:
    """Whether nothing may be accepted or sent."""
    known = _standing()
    with known.lock:
        if _moved(known):
            return True
        if clock() >= known.until:
            known.held = _elsewhere()
            known.until = clock() + (KEPT_WHILE_HELD if known.held else KEPT)
        return known.held


def _standing() -> Standing:
    found: Standing = current_app.extensions.setdefault("copies", Standing())
    return found


def _moved(known: Standing) -> bool:
    """Whether another file stands where this process's database was."""
    number = places.inode(db.engine)
    if known.inode in {None, 0}:
        known.inode = number
    if not known.moved and number != known.inode:
        known.moved = True
        log.error("held: the database's file was replaced under this process; start it again")
    return known.moved


def _elsewhere() -> bool:
    with db.engine.connect() as connection:
        place = connection.execute(text(places.ONE_ROW)).scalar_one_or_none()
        return place is not None and place != places.here(connection)


def start() -> bool:
    """At the start of a process: a database that does not say yet where it lives says it now. Gives whether it is held."""
    if not inspect(db.engine).has_table(Home.__tablename__):
        return False
    with db.engine.connect() as connection:
        known = connection.execute(text(places.ONE_ROW)).scalar_one_or_none()
        place = places.here(connection)
    if known is None:
        settle(place)
    if found := held():
        log.warning(
            "held: this database is a copy. Nothing is accepted and nothing is sent until it is released",
            here=place, lives=known, release="flask --app wsgi release",
        )  # fmt: skip
    return found


def settle(place: str) -> None:
    """The database lives here from now on, unless another process was quicker to say so."""
    try:
        with db.engine.begin() as connection:
            row = {"id": 1, "place": place, "since": datetime.now(UTC), "copied_at": None}
            connection.execute(Home.__table__.insert().values(row))
    except IntegrityError:
        return


def home() -> Home | None:
    """The row that says where the database lives."""
    return db.session.get(Home, 1, populate_existing=True)


def here() -> str:
    """Where the database is now."""
    return places.here(db.session.connection())


def hold(*, copied_at: datetime | None, now: datetime) -> None:
    """The database lives nowhere: every process that works on it is held. In the caller's transaction."""
    row = home() or Home(id=1)
    row.place, row.since, row.copied_at = "", now, copied_at
    db.session.add(row)
    db.session.flush()
    forget()


def release(*, now: datetime) -> None:
    """The database lives here: it is no copy any more. In the caller's transaction."""
    row = home() or Home(id=1)
    row.place, row.since, row.copied_at = here(), now, None
    db.session.add(row)
    db.session.flush()
    forget()


def forget() -> None:
    """This process asks anew at the next question."""
    _standing().until = 0.0
