"""What every domain stands on: the database, its transactions, the clock, forms' protection, limits, languages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask_babel import Babel
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import DateTime, Engine, MetaData, event
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
SAFE_WAL = (
    3,
    51,
    3,
)  # earlier SQLite can lose a committed page when a WAL is reset while another process reads


class Base(DeclarativeBase):
    """All models; their constraints are named by one convention."""

    metadata = MetaData(naming_convention=NAMING)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime in UTC, in and out; refuses a naive one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})
migrate = Migrate()
csrf = CSRFProtect()
babel = Babel()
limiter = Limiter(key_func=get_remote_address, default_limits=[], headers_enabled=True)


@contextmanager
def transaction() -> Iterator[None]:
    """One writing transaction: commits at the end, rolls back on any error.

    What was read before it is read again inside it. SQLite takes its write lock at once (BEGIN IMMEDIATE), so that
    nothing read inside can be out of date at the write.
    """
    session = db.session
    session.rollback()
    session.connection(execution_options={"begin": "IMMEDIATE"})
    try:
        yield
        session.commit()
    except BaseException:
        session.rollback()
        raise


def sqlite_module() -> Any:
    """pysqlite3, which carries a newer SQLite, where it is installed; else Python's own."""
    try:
        from pysqlite3 import dbapi2
    except ImportError:
        import sqlite3 as dbapi2  # type: ignore[no-redef]
    return dbapi2


def sqlite_journal() -> str:
    """WAL where this SQLite is safe with it, else DELETE."""
    return "WAL" if sqlite_module().sqlite_version_info >= SAFE_WAL else "DELETE"


def prepare_engine(engine: Engine) -> None:
    """Durable, foreign-key-checked SQLite whose transactions begin where we say; PostgreSQL needs nothing.

    Outside `transaction()` each SQLite statement stands alone, as on PostgreSQL each sees what is committed by then:
    a reader that takes its time (a count, a download) holds no lock between its statements and so delays no vote.
    """
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in (
            "busy_timeout=20000",
            f"journal_mode={sqlite_journal()}",
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if mode := connection.get_execution_options().get("begin"):
            connection.exec_driver_sql(f"BEGIN {mode}")


class Clock:
    """The time. A rehearsal moves it through a file that web and worker share; nothing else can."""

    def __init__(self) -> None:
        self.file: Path | None = None

    def now(self) -> datetime:
        """The time in UTC, moved by the rehearsal's offset where there is one."""
        real = datetime.now(UTC)
        if self.file is None:
            return real
        try:
            return real + timedelta(seconds=json.loads(self.file.read_text())["offset_seconds"])
        except FileNotFoundError:
            return real

    def move_to(self, moment: datetime) -> None:
        """Rehearsals only: from now on the time is *moment* and goes on from there."""
        if self.file is None:
            raise RuntimeError("the clock can be moved in a rehearsal only")
        offset = (moment - datetime.now(UTC)).total_seconds()
        fresh = self.file.with_suffix(".new")
        fresh.write_text(json.dumps({"offset_seconds": offset}))
        fresh.replace(self.file)


clock = Clock()
