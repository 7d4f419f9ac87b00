from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from app.extensions import db, transaction
from app.jobs import leases, service, sources
from app.jobs.claims import take
from app.jobs.models import Job, JobState
from app.jobs.models import Worker as WorkerRow
from app.jobs.worker import Worker
from tests.conftest import START, TestClock
from tests.databases import both_databases

Payload = dict[str, Any]


@pytest.fixture(autouse=True)
def kinds(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "_kinds", {})
    monkeypatch.setattr(sources, "_sources", {})


@pytest.fixture
def ran() -> list[Payload]:
    """The payloads of the jobs that ran, in order."""
    seen: list[Payload] = []

    @service.handler("test.note")
    def note(payload: Payload, *, now: datetime, progress: service.Progress) -> None:
        progress(1, 2)
        seen.append(payload)
        progress(2, 2)

    return seen


def enqueue(kind: str = "test.note", payload: Payload | None = None, **more: Any) -> int:
    with transaction():
        return service.enqueue(kind, payload, now=START, **more).id


def job(job_id: int) -> Job:
    db.session.rollback()
    return db.session.get_one(Job, job_id)


@both_databases
def test_due_jobs_run_in_order_and_later_ones_wait(app: Flask, clock: TestClock, ran: list[Payload]) -> None:
    later = enqueue(payload={"n": 3}, run_at=START + timedelta(minutes=1))
    first = enqueue(payload={"n": 1})
    enqueue(payload={"n": 2})
    Worker(app).run(until_idle=True)
    assert ran == [{"n": 1}, {"n": 2}]
    assert (job(first).state, job(first).done, job(first).total) == (JobState.DONE, 2, 2)
    assert job(later).state == JobState.QUEUED
    clock.set(START + timedelta(minutes=1))
    Worker(app).run(until_idle=True)
    assert ran[-1] == {"n": 3}


def test_once_runs_a_single_job(app: Flask, ran: list[Payload]) -> None:
    enqueue()
    enqueue()
    Worker(app).run(once=True)
    assert len(ran) == 1


class OurError(Exception):
    """Words of our own, fit for a page."""


OurError.__module__ = "app.test"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OurError("the box is empty"), "OurError: the box is empty"),
        (ValueError("anna@example.se"), "ValueError"),
    ],
)
def test_an_error_is_tried_again_after_growing_pauses_then_given_up(
    app: Flask, clock: TestClock, error: Exception, said: str
) -> None:
    @service.handler("test.bad", attempts=3)
    def bad(payload: Payload, *, now: datetime, progress: service.Progress) -> None:
        raise error

    job_id = enqueue("test.bad", key="k")
    Worker(app).run(until_idle=True)
    assert (job(job_id).state, job(job_id).run_at) == (JobState.QUEUED, START + timedelta(seconds=5))
    clock.set(START + timedelta(seconds=5))
    Worker(app).run(until_idle=True)
    assert job(job_id).run_at == START + timedelta(seconds=15)
    clock.set(START + timedelta(seconds=15))
    Worker(app).run(until_idle=True)
    assert (job(job_id).state, job(job_id).error, job(job_id).open_key) == (JobState.FAILED, said, None)


def test_what_a_failing_handler_wrote_without_committing_is_gone(app: Flask, ran: list[Payload]) -> None:
    @service.handler("test.half")
    def half(payload: Payload, *, now: datetime, progress: service.Progress) -> None:
        with transaction():
            service.enqueue("test.note", now=now)
            raise ValueError

    enqueue("test.half")
    Worker(app).run(until_idle=True)
    assert ran == []


def test_a_periodic_job_comes_back_and_leaves_one_finished_row(app: Flask, clock: TestClock) -> None:
    times: list[datetime] = []

    @service.periodic("test.tick", every=timedelta(minutes=30))
    def tick(payload: Payload, *, now: datetime, progress: service.Progress) -> None:
        times.append(now)

    Worker(app).run(until_idle=True)
    Worker(app).run(until_idle=True)
    clock.set(START + timedelta(minutes=30))
    Worker(app).run(until_idle=True)
    assert times == [START, START + timedelta(minutes=30)]
    rows = db.session.scalars(select(Job).order_by(Job.id)).all()
    assert [(row.state, row.run_at) for row in rows] == [
        (JobState.DONE, START + timedelta(minutes=30)),
        (JobState.QUEUED, START + timedelta(minutes=60)),
    ]


def test_a_worker_asked_to_stop_gives_its_job_back_uncounted(app: Flask) -> None:
    @service.handler("test.long")
    def long(payload: Payload, *, now: datetime, progress: service.Progress) -> None:
        worker.stop()
        progress(1, 100)
        raise AssertionError("progress let a stopping worker go on")

    job_id = enqueue("test.long")
    worker = Worker(app)
    worker.run(until_idle=True)
    assert (job(job_id).state, job(job_id).claims, job(job_id).failures) == (JobState.QUEUED, 0, 0)
    assert db.session.scalar(select(WorkerRow)) is None


def test_progress_is_saved_while_the_job_runs(app: Flask) -> None:
    @service.handler("test.slow")
    def slow(payload: Payload, *, now: datetime, progress: service.Progress) -> None:
        progress(7, 10)
        for _try in range(400):
            if job(job_id).done == 7:
                return
            threading.Event().wait(0.02)
        raise AssertionError("the progress was never saved")

    job_id = enqueue("test.slow")
    Worker(app).run(until_idle=True)
    assert job(job_id).state == JobState.DONE


@both_databases
def test_two_workers_never_take_the_same_job(app: Flask, ran: list[Payload]) -> None:
    for number in range(30):
        enqueue(payload={"n": number})
    workers = [threading.Thread(target=Worker(app).run, kwargs={"until_idle": True}) for _ in range(3)]
    for each in workers:
        each.start()
    for each in workers:
        each.join(60)
    assert sorted(payload["n"] for payload in ran) == list(range(30))


@pytest.fixture
def killed_worker(app: Flask, database: str | None, tmp_path: Path, request: pytest.FixtureRequest) -> int:
    """The number of a job whose worker process was killed while it ran."""

    @service.handler("test.endless")
    def endless(payload: Payload, *, now: datetime, progress: service.Progress) -> None: ...

    job_id = enqueue("test.endless")
    began = tmp_path / "began"
    command = [sys.executable, "-m", "tests.jobs.sleeper", str(began)]
    with subprocess.Popen(command, env=dict(os.environ), stderr=subprocess.DEVNULL) as process:
        while not began.exists() and process.poll() is None:
            threading.Event().wait(0.02)
        os.kill(process.pid, signal.SIGKILL)
    return job_id


@both_databases
def test_a_killed_workers_job_is_taken_over_after_its_lease(app: Flask, killed_worker: int) -> None:
    Worker(app).run(until_idle=True)
    assert job(killed_worker).state == JobState.RUNNING  # its lease still holds
    with transaction():
        db.session.execute(update(WorkerRow).values(until=WorkerRow.until - leases.SECONDS))
    Worker(app).run(until_idle=True)
    assert (job(killed_worker).state, job(killed_worker).claims) == (JobState.DONE, 2)


def test_a_moved_clock_does_not_end_a_lease(app: Flask, clock: TestClock, ran: list[Payload]) -> None:
    job_id = enqueue()
    with transaction():
        leases.renew("other")
    assert take("other", START) is not None
    clock.set(START + timedelta(days=400))
    Worker(app).run(until_idle=True)
    assert (job(job_id).state, job(job_id).worker) == (JobState.RUNNING, "other")


def test_a_job_that_kills_every_worker_is_given_up(app: Flask, ran: list[Payload]) -> None:
    job_id = enqueue()
    with transaction():
        db.session.execute(update(Job).values(claims=100))
    Worker(app).run(until_idle=True)
    assert ran == []
    assert (job(job_id).state, job(job_id).error) == (JobState.FAILED, "the worker died each time")


def test_who_lost_the_lease_cannot_finish_the_job(app: Flask, ran: list[Payload]) -> None:
    @service.handler("test.stolen")
    def stolen(payload: Payload, *, now: datetime, progress: service.Progress) -> None:
        with transaction():
            db.session.execute(update(Job).values(worker="thief"))

    job_id = enqueue("test.stolen")
    with transaction():
        leases.renew("thief")
    Worker(app).run(until_idle=True)
    assert (job(job_id).state, job(job_id).worker) == (JobState.RUNNING, "thief")


def test_an_end_is_recorded_once_the_database_is_back(app: Flask, impatient: None, writer: Any) -> None:
    times: list[datetime] = []

    @service.handler("test.lock")
    def lock(payload: Payload, *, now: datetime, progress: service.Progress) -> None:
        times.append(now)
        writer.execute("BEGIN IMMEDIATE")

    job_id = enqueue("test.lock")
    worker = Worker(app)
    with pytest.raises(OperationalError):
        worker.run_job()
    writer.rollback()
    assert job(job_id).state == JobState.RUNNING
    db.session.rollback()
    assert worker.run_job() is False
    assert (job(job_id).state, len(times)) == (JobState.DONE, 1)


def test_sigterm_ends_the_worker_command_cleanly(app: Flask, settings: object) -> None:
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "worker"]
    with subprocess.Popen(command, env=dict(os.environ), stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if b"worker started" in line:
                break
        process.terminate()
        process.stderr.read()
        assert process.wait(20) == 0
    assert not leases.any_alive()
