"""Runs migrations in the application's context, each in one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from app.extensions import UtcDateTime

migrate = current_app.extensions["migrate"]
engine = migrate.db.engine


def render(kind: str, item: Any, _context: Any) -> str | bool:
    """Writes our own column types as the plain ones beneath them: a migration must not change when the code does."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


@contextmanager
def keys_rest(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by making it anew: dropping the old one must not delete the rows that refer to it.

    Foreign keys are therefore off meanwhile, and checked afterwards (SQLite, "Making Other Kinds Of Table Schema
    Changes"). The pragma counts outside a transaction alone, so it goes past SQLAlchemy.
    """
    if engine.dialect.name != "sqlite":
        yield
        return
    plain: Any = connection.connection.driver_connection
    plain.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
        if broken := plain.execute("PRAGMA foreign_key_check").fetchall():
            raise RuntimeError(f"rows refer to others that are not there: {broken[:5]}")
    finally:
        plain.execute("PRAGMA foreign_keys=ON")


def run() -> None:
    """Brings the database that DATABASE_URL names to the revision asked for."""
    with engine.connect().execution_options(begin="IMMEDIATE") as connection, keys_rest(connection):
        context.configure(
            connection=connection,
            target_metadata=migrate.db.metadata,
            transaction_per_migration=True,
            render_item=render,
            **migrate.configure_args,
        )
        with context.begin_transaction():
            context.run_migrations()


if context.is_offline_mode():
    raise SystemExit("migrations run against a database; offline mode is not supported")
run()
