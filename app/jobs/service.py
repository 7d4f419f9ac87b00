"""Jobs as the other domains see them: register a handler, enqueue, ask how it went, try again.

    @handler("ballots.prepare", attempts=5)
    def prepare(payload, *, now, progress): ...

A handler runs in a worker process, outside any transaction, and opens its own. It must be idempotent: when a worker
dies, another one runs the job again from its beginning.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from app.extensions import db
from app.jobs.models import Job, JobState

UNFINISHED = (JobState.QUEUED, JobState.RUNNING)


class UnknownKind(LookupError):
    """A job of a kind that no handler was registered for."""


class NotFailed(Exception):
    """Only a failed job can be tried again."""


class Progress(Protocol):
    """What a handler calls now and then: it is shown on live pages. Raises when the worker has to stop."""

    def __call__(self, done: int, total: int) -> None:
        """*done* of *total* are finished."""


class Handler(Protocol):
    """What carries out the jobs of one kind."""

    def __call__(self, payload: dict[str, Any], /, *, now: datetime, progress: Progress) -> None:
        """Does the work of one job."""


@dataclass(frozen=True)
class Kind:
    """A registered kind of job: its handler, how often it is tried, and how often it repeats (None: not by itself)."""

    name: str
    run: Handler
    attempts: int = 5
    every: timedelta | None = None


@dataclass(frozen=True)
class JobStatus:
    """How a job stands, for a page: `state` is queued, running, done or failed."""

    id: int
    state: str
    done: int
    total: int
    error: str | None
    finished_at: datetime | None

    @property
    def unfinished(self) -> bool:
        """Whether it is still to be done."""
        return self.state in UNFINISHED


_kinds: dict[str, Kind] = {}


def handler(kind: str, *, attempts: int = 5) -> Callable[[Handler], Handler]:
    """Registers the handler of *kind*; after *attempts* errors a job is failed and stays so until `retry`."""

    def register(run: Handler) -> Handler:
        _kinds[kind] = Kind(kind, run, attempts)
        return run

    return register


def periodic(kind: str, *, every: timedelta, attempts: int = 5) -> Callable[[Handler], Handler]:
    """Registers a handler whose job the worker enqueues again, *every* so long after it was finished."""

    def register(run: Handler) -> Handler:
        _kinds[kind] = Kind(kind, run, attempts, every)
        return run

    return register


def kinds() -> dict[str, Kind]:
    """Every registered kind, by name."""
    return _kinds


def enqueue(
    kind: str,
    payload: dict[str, Any] | None = None,
    *,
    now: datetime,
    run_at: datetime | None = None,
    key: str | None = None,
    edition_id: int | None = None,
) -> Job:
    """A job in the caller's transaction, to be run at *run_at* (at once when None).

    *key* is unique among unfinished jobs: a second call returns the first job unchanged. Raises `UnknownKind`.
    """
    if kind not in _kinds:
        raise UnknownKind(kind)
    if (found := _unfinished(key)) is not None:
        return found
    job = Job(
        kind=kind, payload=payload or {}, key=key, open_key=key, edition_id=edition_id, state=JobState.QUEUED,
        run_at=run_at or now, created_at=now,
    )  # fmt: skip
    try:
        with db.session.begin_nested():
            db.session.add(job)
    except IntegrityError:  # another transaction was quicker with the same key
        if (found := _unfinished(key)) is None:
            raise
        return found
    return job


def _unfinished(key: str | None) -> Job | None:
    return None if key is None else db.session.scalar(select(Job).where(Job.open_key == key))


def status(*, kind: str, edition_id: int | None = None) -> JobStatus | None:
    """How the newest job of *kind* (of that edition, where one is named) stands; None when there never was one."""
    query = select(Job).where(Job.kind == kind).order_by(Job.id.desc()).limit(1)
    if edition_id is not None:
        query = query.where(Job.edition_id == edition_id)
    job = db.session.scalar(query)
    return job and JobStatus(job.id, job.state, job.done, job.total, job.error, job.finished_at)


def status_of(job_id: int) -> JobStatus | None:
    """How one job stands; None when there is no such job (any more)."""
    job = db.session.get(Job, job_id)
    return job and JobStatus(job.id, job.state, job.done, job.total, job.error, job.finished_at)


def failed(edition_id: int | None = None) -> list[Job]:
    """The jobs that were given up, oldest first; of one edition, or of all."""
    query = select(Job).where(Job.state == JobState.FAILED).order_by(Job.id)
    if edition_id is not None:
        query = query.where(Job.edition_id == edition_id)
    return list(db.session.scalars(query))


def retry(job_id: int, now: datetime) -> Job:
    """Queues a failed job again, with all its attempts; raises `NotFailed`.

    When its key is taken by a newer unfinished job, that one is returned and this one is left as it is.
    """
    job = db.session.get(Job, job_id, with_for_update=True, populate_existing=True)
    if job is None or job.state != JobState.FAILED:
        raise NotFailed(job_id)
    if (newer := _unfinished(job.key)) is not None:
        return newer
    job.state, job.open_key, job.run_at = JobState.QUEUED, job.key, now
    job.claims = job.failures = 0
    job.error = job.finished_at = None
    db.session.flush()
    return job


def forget_finished(kind: str, *, before: datetime) -> None:
    """Deletes the done jobs of *kind* that were finished before *before*."""
    db.session.execute(
        delete(Job).where(Job.kind == kind, Job.state == JobState.DONE, Job.finished_at < before)
    )
