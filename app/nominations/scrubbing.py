"""What was deleted goes from the database's files too: a job after each deletion of people rewrites what held them.

SQLite overwrites what it deletes (`secure_delete`, see `app.extensions`); the job then rewrites the whole file and cuts
its journal off. PostgreSQL keeps old rows until a table is rewritten: the job rewrites those that hold people, and the
planner's samples of them. What no job reaches is said in docs/operate.md: backups, and archives of the WAL.
"""

from __future__ import annotations

import contextlib
from datetime import datetime
from typing import Any

from sqlalchemy.exc import DBAPIError

from app.extensions import db
from app.jobs import service as jobs
from app.jobs.service import Progress, handler

KIND = "nominations.scrub"
LOCK_SECONDS = 20
"""So long PostgreSQL waits for a table that others use; the job comes back later."""

_tables = [
    "nominations",
    "nomination_versions",
    "nomination_events",
    "nomination_attachments",
    "asked_letters",
    "letters",
    "log_pseudonyms",
]


def holds_people(*tables: str) -> None:
    """Registers tables of a higher domain whose deleted rows held people (at import, once)."""
    _tables.extend(tables)


def ask(*, now: datetime) -> None:
    """Queues the job in the caller's transaction; it runs once, however often it was asked for meanwhile."""
    jobs.enqueue(KIND, now=now, key=KIND)


@handler(KIND, attempts=20)
def scrub(payload: dict[str, Any], *, now: datetime, progress: Progress) -> None:  # noqa: ARG001 (every handler takes it)
    """Rewrites what held deleted people."""
    db.session.rollback()
    if db.engine.dialect.name == "sqlite":
        _sqlite()
    else:
        _postgresql(progress)


def _sqlite() -> None:
    with db.engine.connect() as connection:  # no statement of ours begins a transaction unless it is told to
        connection.exec_driver_sql("VACUUM")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def _postgresql(progress: Progress) -> None:
    """Each table alone: its lock is held for as long as its own copy takes."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"SET lock_timeout = '{LOCK_SECONDS}s'")
        quote = connection.dialect.identifier_preparer.quote
        for done, table in enumerate(_tables):
            connection.exec_driver_sql(f"VACUUM (FULL, ANALYZE) {quote(table)}")
            progress(done + 1, len(_tables) + 1)
        for statement in ("VACUUM FULL pg_catalog.pg_statistic", "CHECKPOINT"):
            with contextlib.suppress(DBAPIError):  # only owners of the database, or of the server, may
                connection.exec_driver_sql(statement)
        connection.exec_driver_sql("RESET lock_timeout")
