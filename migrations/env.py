"""Runs migrations in the application's context, each in one transaction."""

from __future__ import annotations

from typing import Any

from alembic import context
from flask import current_app

from app.extensions import UtcDateTime

migrate = current_app.extensions["migrate"]
engine = migrate.db.engine


def render(kind: str, item: Any, _context: Any) -> str | bool:
    """Writes our own column types as the plain ones beneath them: a migration must not change when the code does."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


def run() -> None:
    """Brings the database that DATABASE_URL names to the revision asked for."""
    with engine.connect().execution_options(begin="IMMEDIATE") as connection:
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
