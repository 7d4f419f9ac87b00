"""Which workers are alive. A worker renews its row every few seconds; what a dead one had claimed is taken over.

All workers read one clock, the database's, so that neither a machine's wrong time nor a rehearsal's moved clock makes
a living worker look dead.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Float, Select, delete, literal_column, select

from app.extensions import db
from app.jobs.models import Worker

SECONDS = 30.0
RENEW_EVERY = 7.0
KEEP_DEAD = 3600.0


def database_time() -> ColumnElement[float]:
    """An SQL expression: the database's real time, in seconds since 1970."""
    if db.engine.dialect.name == "sqlite":
        return literal_column("((julianday('now') - 2440587.5) * 86400.0)", Float())
    return literal_column("extract(epoch from clock_timestamp())::float8", Float())


def renew(worker: str) -> None:
    """Prolongs *worker*'s lease, or begins it, in the caller's transaction; forgets those long dead."""
    until = db.session.scalars(select(database_time() + SECONDS)).one()
    row = db.session.get(Worker, worker)
    if row is None:
        db.session.add(Worker(id=worker, until=until))
    else:
        row.until = until
    db.session.flush()
    db.session.execute(delete(Worker).where(Worker.until < database_time() - KEEP_DEAD))


def late(worker: str) -> bool:
    """Whether *worker* should have renewed its lease twice since it did: it could not write, and others cannot have."""
    until = db.session.scalar(select(Worker.until - database_time()).where(Worker.id == worker))
    return until is not None and until < SECONDS - 2 * RENEW_EVERY


def end(worker: str) -> None:
    """Ends *worker*'s lease at once, in the caller's transaction."""
    db.session.execute(delete(Worker).where(Worker.id == worker))


def alive() -> Select[Any]:
    """A subquery: the workers whose lease has not run out."""
    return select(Worker.id).where(Worker.until > database_time())


def any_alive() -> bool:
    """Whether some worker is running."""
    return db.session.scalar(alive().limit(1)) is not None
