"""Transactions, times and the clock, on both databases."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from app.extensions import Clock, UtcDateTime, db, transaction
from tests.databases import both_databases


@both_databases
def test_a_transaction_commits_whole_or_not_at_all(app: Flask) -> None:
    with transaction():
        db.session.execute(text("CREATE TABLE notes (n INTEGER)"))
        db.session.execute(text("INSERT INTO notes VALUES (1)"))
    with pytest.raises(ZeroDivisionError), transaction():  # noqa: PT012 (the block is what is tested)
        db.session.execute(text("INSERT INTO notes VALUES (2)"))
        _ = 1 / 0
    assert db.session.execute(text("SELECT n FROM notes")).scalars().all() == [1]
    db.session.rollback()
    with transaction():
        db.session.execute(text("DROP TABLE notes"))


def test_sqlite_counts_what_many_threads_add(app: Flask) -> None:
    with transaction():
        db.session.execute(text("CREATE TABLE counter (n INTEGER)"))
        db.session.execute(text("INSERT INTO counter VALUES (0)"))

    def add() -> None:
        with app.app_context():
            for _ in range(20):
                with transaction():
                    now = db.session.execute(text("SELECT n FROM counter")).scalar_one()
                    db.session.execute(text("UPDATE counter SET n = :n"), {"n": now + 1})

    threads = [threading.Thread(target=add) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert db.session.execute(text("SELECT n FROM counter")).scalar_one() == 100


def test_a_reader_that_takes_its_time_delays_no_writer(app: Flask) -> None:
    with transaction():
        db.session.execute(text("CREATE TABLE slow (n INTEGER)"))
    db.session.execute(text("SELECT n FROM slow")).all()  # and then thinks for a long time
    done = threading.Event()

    def write() -> None:
        with app.app_context(), transaction():
            db.session.execute(text("INSERT INTO slow VALUES (1)"))
        done.set()

    threading.Thread(target=write).start()
    assert done.wait(10)


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        UtcDateTime().process_bind_param(datetime(2026, 1, 1), db_dialect())  # noqa: DTZ001


def db_dialect() -> object:
    from sqlalchemy.dialects import sqlite

    return sqlite.dialect()


def test_only_a_rehearsal_moves_the_clock(tmp_path: Path) -> None:
    clock = Clock()
    with pytest.raises(RuntimeError):
        clock.move_to(datetime(2030, 1, 1, tzinfo=UTC))
    clock.file = tmp_path / "clock"
    clock.move_to(datetime(2030, 1, 1, tzinfo=UTC))
    assert clock.now().year == 2030
