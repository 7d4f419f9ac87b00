"""A database that was copied by hand is held; one that was moved, joined, migrated or just made is not."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import flask_migrate
import psycopg
import pytest
from flask import Flask

from app import create_app
from app.copies import service as copies
from app.copies.models import Home
from app.extensions import db, transaction
from app.metrics import figures
from config import Settings
from tests.awards.browsing import Browser
from tests.conftest import START
from tests.databases import both_databases

MIGRATIONS = str(Path(__file__).resolve().parents[2] / "migrations")


def held_in(settings: Settings) -> bool:
    """Whether another process with these settings would be held, asked as it starts."""
    process = create_app(settings)
    with process.app_context():
        found = copies.start()
        db.session.remove()
        db.engine.dispose()
    return found


@both_databases
def test_a_new_database_says_where_it_lives_and_every_process_of_it_goes_on(
    app: Flask, settings: Settings
) -> None:
    assert copies.home() is None
    assert not copies.held()
    assert not copies.start()
    assert copies.home() is not None
    assert not held_in(settings)
    assert not copies.held()


@both_databases
def test_a_database_that_is_brought_to_a_new_schema_is_not_held(settings: Settings) -> None:
    process = create_app(settings)
    with process.app_context():
        flask_migrate.upgrade(directory=MIGRATIONS)
        assert not copies.start()
        flask_migrate.downgrade(directory=MIGRATIONS, revision="0009")
        assert not copies.start()  # no such table: nothing to say
        flask_migrate.upgrade(directory=MIGRATIONS)
        assert not copies.start()
        db.session.remove()
        db.engine.dispose()


def test_a_file_that_was_copied_is_held_and_one_that_was_moved_is_not(
    app: Flask, settings: Settings, tmp_path: Path
) -> None:
    assert not copies.start()
    db.session.remove()
    db.engine.dispose()
    file = settings.instance_dir / "anbudspriset.db"
    shutil.copy2(file, tmp_path / "copy.db")
    assert held_in(replace(settings, database_url=f"sqlite:///{tmp_path / 'copy.db'}"))
    shutil.move(file, tmp_path / "moved.db")
    assert not held_in(replace(settings, database_url=f"sqlite:///{tmp_path / 'moved.db'}"))


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_database_that_was_copied_on_its_server_is_held(
    app: Flask, settings: Settings, postgresql_server: str
) -> None:
    assert not copies.start()
    db.session.remove()
    db.engine.dispose()
    name = settings.database_url.rpartition("/")[2]
    with psycopg.connect(f"{postgresql_server}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}copy TEMPLATE {name}")
        assert held_in(replace(settings, database_url=f"{postgresql_server}/{name}copy"))
        connection.execute(f"DROP DATABASE {name}copy WITH (FORCE)")
        connection.execute(f"ALTER DATABASE {name} RENAME TO {name}new")
        assert not held_in(replace(settings, database_url=f"{postgresql_server}/{name}new"))
        connection.execute(f"ALTER DATABASE {name}new RENAME TO {name}")


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_dump_that_was_restored_in_place_is_held(app: Flask, settings: Settings) -> None:
    """The same server, the same database, another table."""
    assert not copies.start()
    place = copies.home().place  # type: ignore[union-attr]
    db.session.remove()
    with db.engine.begin() as connection:
        Home.__table__.drop(connection)
        Home.__table__.create(connection)
        connection.execute(Home.__table__.insert().values(id=1, place=place, since=START))
    assert held_in(settings)


def test_a_file_that_is_replaced_under_a_process_holds_it_for_good(
    app: Flask, settings: Settings, tmp_path: Path
) -> None:
    assert not copies.start()
    file = settings.instance_dir / "anbudspriset.db"
    shutil.copy2(file, tmp_path / "copy.db")
    (tmp_path / "copy.db").replace(file)
    assert copies.held()
    db.engine.dispose()
    with transaction():
        copies.release(now=START)
    assert copies.held()  # its open connections may still lead to the old file
    assert not held_in(settings)


def test_the_answer_is_kept_so_that_a_request_costs_no_query(app: Flask, clock: Any) -> None:
    copies.start()
    copies.forget()
    at = 1000.0
    assert not copies.held(lambda: at)
    with transaction():
        row = copies.home()
        assert row is not None
        row.place = "elsewhere"
    assert not copies.held(lambda: at + copies.KEPT - 1)
    assert copies.held(lambda: at + copies.KEPT)


@both_databases
def test_pages_of_a_copy_can_be_read_and_say_so_to_staff(app: Flask) -> None:
    browser = Browser(app)
    browser.sign_in()
    assert "kopia" not in browser.get("/sekretariat/ny").html
    assert b"anbudspriset_held 0.0" in figures.text(START)
    with transaction():
        copies.hold(copied_at=START, now=START)
    assert b"anbudspriset_held 1.0" in figures.text(START)
    assert "kopian av tjänsten" in browser.get("/sekretariat/ny").html
    refused = browser.post("/sekretariat/ny", {"slug": "2030"}, code=503)
    assert "tar inte emot" in refused.text
    assert refused.answer.headers["Retry-After"]
    english = browser.post("/en/sekretariat/ny", {"slug": "2030"}, code=503)
    assert "accepts nothing" in english.text
    stranger = app.test_client()
    assert "kopia" not in stranger.get("/").get_data(as_text=True)
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert stranger.open("/nowhere", method=method).status_code == 503
    assert stranger.options("/").status_code == 200
