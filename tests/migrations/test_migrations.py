"""One head, equal to the models, up and down, on both databases."""

from __future__ import annotations

from pathlib import Path

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import inspect

from app import create_app
from app.extensions import db
from config import Settings
from tests.databases import both_databases

MIGRATIONS = str(Path(__file__).resolve().parents[2] / "migrations")


@pytest.fixture
def empty(settings: Settings) -> Flask:
    return create_app(settings)


def test_one_head_with_numbered_names() -> None:
    scripts = ScriptDirectory(MIGRATIONS)
    assert len(scripts.get_heads()) == 1
    names = sorted(path.name for path in (Path(MIGRATIONS) / "versions").glob("*.py"))
    assert [name[:4] for name in names] == [f"{place:04d}" for place in range(1, len(names) + 1)]


@both_databases
def test_migrations_make_what_the_models_say(empty: Flask) -> None:
    with empty.app_context():
        flask_migrate.upgrade(directory=MIGRATIONS)
        with db.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert compare_metadata(context, db.metadata) == []
        flask_migrate.downgrade(directory=MIGRATIONS, revision="base")
        assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
        db.engine.dispose()
