"""For tests of what happens while somebody else holds a lock."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, text

from app.extensions import db, sqlite_module


@pytest.fixture
def impatient(app: Flask) -> Iterator[None]:
    """The service waits a moment for the write lock, not its usual twenty seconds."""

    def shorten(connection: Any, _record: Any, _proxy: Any) -> None:
        connection.execute("PRAGMA busy_timeout=50")

    event.listen(db.engine, "checkout", shorten)
    yield
    event.remove(db.engine, "checkout", shorten)


@pytest.fixture
def writer(app: Flask) -> Iterator[Any]:
    """Another writer on the service's SQLite file; it takes the lock with BEGIN IMMEDIATE.

    Through the same library as the service: two libraries in one process would not see each other's locks.
    """
    path = str(db.engine.url.database)
    connection = sqlite_module().connect(path, isolation_level=None, check_same_thread=False)
    yield connection
    connection.close()


def wait_until_blocked(number: int, seconds: float = 30) -> None:
    """PostgreSQL: returns when so many connections wait for a lock; fails when time is up."""
    end = time.monotonic() + seconds
    query = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    while time.monotonic() < end:
        with db.engine.connect() as connection:
            if int(connection.execute(query).scalar_one()) >= number:
                return
        time.sleep(0.02)
    pytest.fail("nobody waits for the lock", pytrace=False)
