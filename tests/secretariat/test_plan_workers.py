"""The plan in real worker processes: one is killed in the middle, two begin at once, and it happens exactly once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from app.ballots import reminding
from app.ballots import service as ballots
from app.ballots.models import LetterBatch
from app.extensions import db, transaction
from app.jobs import leases
from app.jobs.models import Worker as WorkerRow
from app.mail.models import Letter
from app.secretariat import plan
from app.secretariat.models import PlanItem, PlanKind, PlanState
from tests.ballots.voting import open_vote
from tests.conftest import TestClock
from tests.databases import both_databases
from tests.tally.year import START

SECONDS = 90


def wait_until(reached: Callable[[], object], *processes: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + SECONDS
    while not reached():
        assert all(each.poll() is None for each in processes), "a worker ended by itself"
        if time.monotonic() > end:
            pytest.fail("not in time", pytrace=False)
        time.sleep(0.05)


def number(model: type, *where: object) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model).where(*where)) or 0  # type: ignore[arg-type]


@both_databases
@pytest.mark.long
@pytest.mark.timeout(300)
def test_it_happens_once_though_workers_are_killed_and_two_begin_at_once(
    app: Flask, clock: TestClock, tmp_path: Path
) -> None:
    year = open_vote(voters=4)
    by = year.secretaries[0].id
    with transaction():
        ballots.send_letters(year.edition_id, by=by, now=START)
        db.session.execute(update(Letter).where(Letter.name == "ballot").values(state="sent"))
        item = plan.add(year.edition_id, PlanKind.REMINDER, 1, START + timedelta(hours=1), by=by, now=START)
    moved, stalled = tmp_path / "clock.json", tmp_path / "stalled"
    offset = (START + timedelta(days=1) - datetime.now(UTC)).total_seconds()
    moved.write_text(json.dumps({"offset_seconds": offset}))
    env = os.environ | {"CLOCK_FILE": str(moved), "SMTP_URL": "smtp://127.0.0.1:9"}

    @contextmanager
    def worker(*arguments: str) -> Iterator[subprocess.Popen[bytes]]:
        command = [sys.executable, "-m", "tests.secretariat.planner", *arguments]
        with subprocess.Popen(command, env=env, stderr=subprocess.DEVNULL) as process:
            try:
                yield process
            finally:
                process.kill()

    with worker(str(stalled)) as doomed:
        wait_until(stalled.exists, doomed)
    assert stalled.read_text() == "4"
    assert number(Letter, Letter.name == reminding.LETTER) == 0  # nothing of it was left behind
    assert number(PlanItem, PlanItem.state == PlanState.PLANNED) == 1
    with transaction():
        db.session.execute(update(WorkerRow).values(until=WorkerRow.until - leases.SECONDS))
    with worker() as first, worker() as second:
        wait_until(lambda: number(PlanItem, PlanItem.state == PlanState.DONE), first, second)
        wait_until(lambda: number(WorkerRow) >= 2, first, second)
    assert number(Letter, Letter.name == reminding.LETTER) == 4
    assert number(LetterBatch, LetterBatch.letter == reminding.LETTER) == 1
    done = db.session.get_one(PlanItem, item.id, populate_existing=True)
    assert (done.letters, done.ended_at is not None and done.ended_at > done.at) == (4, True)
