"""For tests of what happens while somebody else holds SQLite's write lock."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

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
