"""Taking a job, and saying how it ended. Each function is one transaction of its own."""

from __future__ import annotations

import traceback
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import ColumnElement, and_, delete, or_, select, update

from app.extensions import db, transaction
from app.jobs import leases, service
from app.jobs.models import Job, JobState

FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(minutes=10)
TAKEOVERS = 20


def _due(worker: str, now: datetime) -> ColumnElement[bool]:
    """Queued and due; or running with nobody at it: its worker is dead, or is *worker*, who now asks for another."""
    queued = and_(Job.state == JobState.QUEUED, Job.run_at <= now)
    nobodys = or_(Job.worker.not_in(leases.alive()), Job.worker == worker)
    orphaned = and_(Job.state == JobState.RUNNING, nobodys)
    return and_(Job.kind.in_(list(service.kinds())), or_(queued, orphaned))


def take(worker: str, now: datetime) -> Job | None:
    """The next due job, now *worker*'s own; None when nothing is due. Idle, it only reads."""
    next_id = select(Job.id).where(_due(worker, now)).order_by(Job.run_at, Job.id).limit(1)
    if db.session.scalar(next_id) is None:
        return None
    with transaction():
        job: Job | None = db.session.scalar(
            select(Job)
            .where(_due(worker, now))
            .order_by(Job.run_at, Job.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if job is None:  # another worker was quicker
            return None
        job.state, job.worker = JobState.RUNNING, worker
        job.claims += 1
        job.started_at, job.finished_at = now, None
    db.session.expunge(job)  # plain facts from now on
    return job


def worn_out(job: Job) -> bool:
    """Whether so many workers died over this job that it must be given up."""
    return job.claims > service.kinds()[job.kind].attempts + TAKEOVERS


def finish(job: Job, worker: str, now: datetime, *, done: int, total: int) -> bool:
    """Marks the job done; False when the lease was lost and another worker has it."""
    values = {"done": done, "total": total} if total else {"done": Job.total}
    with transaction():
        if not _set(job, worker, state=JobState.DONE, open_key=None, error=None, finished_at=now, **values):
            return False
        _again(job, now)
    return True


def fail(job: Job, worker: str, now: datetime, error: BaseException | None) -> bool:
    """Queues the job again after a growing pause, or gives it up after its attempts; True when it was given up."""
    failures = job.failures + 1
    said = describe(error) if error is not None else "the worker died each time"
    given_up = error is None or failures >= service.kinds()[job.kind].attempts
    with transaction():
        if given_up:
            _set(
                job,
                worker,
                state=JobState.FAILED,
                open_key=None,
                failures=failures,
                error=said,
                finished_at=now,
            )
            _again(job, now)
        else:
            pause = min(FIRST_PAUSE * 2 ** (failures - 1), LONGEST_PAUSE)
            _set(job, worker, state=JobState.QUEUED, failures=failures, error=said, run_at=now + pause)
    return given_up


def give_back(job: Job, worker: str) -> None:
    """Queues the job again as if it had not been taken."""
    with transaction():
        _set(job, worker, state=JobState.QUEUED, claims=job.claims - 1)


def _set(job: Job, worker: str, **values: object) -> bool:
    own = and_(Job.id == job.id, Job.worker == worker, Job.state == JobState.RUNNING)
    result = db.session.execute(update(Job).where(own).values(worker=None, **values))
    return result.rowcount == 1  # type: ignore[attr-defined, no-any-return]


def _again(job: Job, now: datetime) -> None:
    """A periodic job is enqueued anew; of the finished ones only this, the newest, is kept."""
    every = service.kinds()[job.kind].every
    if every is None:
        return
    finished = Job.state.in_([JobState.DONE, JobState.FAILED])
    db.session.execute(delete(Job).where(Job.kind == job.kind, finished, Job.id != job.id))
    service.enqueue(job.kind, now=now, run_at=now + every, key=job.kind)


def begin_periodic(now: datetime) -> None:
    """Enqueues every periodic job that is not there yet."""
    missing = [kind for kind in service.kinds().values() if kind.every is not None]
    there = set(
        db.session.scalars(select(Job.open_key).where(Job.open_key.in_([kind.name for kind in missing])))
    )
    if all(kind.name in there for kind in missing):
        return
    with transaction():
        for kind in missing:
            service.enqueue(kind.name, now=now, key=kind.name)


def describe(error: BaseException) -> str:
    """What a page may show of *error*: our own errors with their words, others by name alone (their words may quote
    what must not be kept).
    """
    name, words = type(error).__name__, str(error)
    return f"{name}: {words}" if type(error).__module__.startswith("app.") and words else name


def where(error: BaseException) -> list[str]:
    """The way to *error* for the log: file, line and function of each step, without any value."""
    steps = traceback.extract_tb(error.__traceback__)
    return [f"{Path(step.filename).name}:{step.lineno} {step.name}" for step in steps]
