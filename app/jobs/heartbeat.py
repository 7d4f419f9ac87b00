"""The thread that keeps a worker's lease and saves a running job's progress, whatever the job itself is busy with."""

from __future__ import annotations

import threading
import time
from types import TracebackType

import structlog
from flask import Flask
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError

from app.extensions import db, transaction
from app.jobs import leases
from app.jobs.models import Job

TICK = 0.4

log = structlog.get_logger("worker")


class Stopped(BaseException):
    """The worker was asked to stop: the job goes back into the queue. Not an error, so no handler may catch it."""


class RunProgress:
    """How far one running job has come: set by its handler, saved by the heartbeat."""

    def __init__(self, job_id: int, stop: threading.Event) -> None:
        self.job_id = job_id
        self.stop = stop
        self.done = self.total = 0
        self.saved = (0, 0)

    def __call__(self, done: int, total: int) -> None:
        """*done* of *total* are finished; raises `Stopped` when the worker has to stop."""
        self.done, self.total = done, total
        if self.stop.is_set():
            raise Stopped


class Heartbeat:
    """A context: inside it, *worker* is alive to all others."""

    def __init__(self, app: Flask, worker: str) -> None:
        self.app, self.worker = app, worker
        self.progress: RunProgress | None = None
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    def __enter__(self) -> Heartbeat:
        self._renew()
        self._thread.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()
        try:
            with self.app.app_context(), transaction():
                leases.end(self.worker)
        except DBAPIError as error:
            log.warning("lease left to run out", error=type(error).__name__)

    def _renew(self) -> None:
        with self.app.app_context(), transaction():
            leases.renew(self.worker)

    def _beat(self) -> None:
        renewed = time.monotonic()
        while not self._ended.wait(TICK):
            try:
                self._save_progress()
                if time.monotonic() - renewed > leases.RENEW_EVERY:
                    self._renew()
                    renewed = time.monotonic()
            except DBAPIError as error:  # the database is away or locked: the next beat tries again
                log.warning("heartbeat missed", error=type(error).__name__)

    def _save_progress(self) -> None:
        progress = self.progress
        if progress is None or (now := (progress.done, progress.total)) == progress.saved:
            return
        with self.app.app_context(), transaction():
            db.session.execute(
                update(Job)
                .where(Job.id == progress.job_id, Job.worker == self.worker)
                .values(done=now[0], total=now[1])
            )
        progress.saved = now
