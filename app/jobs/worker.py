"""The worker: one process that carries out jobs and lets other sources of work (the outbox) run beside them.

On a copy of a database that nobody has released (`app.copies`) it does nothing but wait.

Several may run at once, on one machine or many; the database is the queue.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from functools import partial
from uuid import uuid4

import structlog
from flask import Flask, has_app_context
from sqlalchemy.exc import DBAPIError

from app.copies import service as copies
from app.extensions import clock, db
from app.jobs import claims, service
from app.jobs.heartbeat import Heartbeat, RunProgress, Stopped
from app.jobs.models import Job
from app.jobs.sources import Source, sources

POLL = 0.5
POLL_REHEARSAL = 0.1
AFTER_ERROR = 2.0

log = structlog.get_logger("worker")


class Worker:
    """Carries out what is due. `run` comes back when `stop` was called, or at once when idle if told so."""

    def __init__(self, app: Flask, *, poll: float | None = None) -> None:
        self.app = app
        self.id = f"{os.getpid()}.{uuid4().hex[:24]}"
        self.stopping = threading.Event()
        self.poll = poll or (POLL_REHEARSAL if clock.file is not None else POLL)
        self._heart: Heartbeat | None = None
        self._unrecorded: Callable[[], str] | None = None

    def stop(self) -> None:
        """Asks the worker to stop: a running job is given back at its next progress, a letter under way is finished."""
        self.stopping.set()

    def run(self, *, until_idle: bool = False, once: bool = False) -> None:
        """Works until stopped; with *until_idle* until nothing is due, with *once* a single job and batch."""
        if has_app_context():
            db.session.rollback()  # a read left open would hold back SQLite's writers
        with self.app.app_context():
            copies.start()
        with Heartbeat(self.app, self.id) as self._heart:
            if until_idle or once:
                self._run_inline(once=once)
            else:
                self._run_threads()

    def _run_inline(self, *, once: bool) -> None:
        made = sources(self.app)
        try:
            worked = self._begin_periodic()
            while worked and not self.stopping.is_set():
                worked = self.run_job()
                for source in made:
                    worked = self._run_source(source) or worked
                worked = worked and not once
        finally:
            for source in made:
                source.close()

    def _run_threads(self) -> None:
        threads = [
            threading.Thread(target=self._loop_source, args=(made,), name="source")
            for made in sources(self.app)
        ]
        log.info("worker started", worker=self.id)
        for thread in threads:
            thread.start()
        try:
            periodic_seen = False
            while not self.stopping.is_set():
                try:
                    periodic_seen = periodic_seen or self._begin_periodic()
                    if not self.run_job():
                        self.stopping.wait(self.poll)
                except DBAPIError as error:
                    self._pause("jobs", error)
        finally:
            self.stopping.set()
            for thread in threads:
                thread.join()
            log.info("worker stopped", worker=self.id)

    def _begin_periodic(self) -> bool:
        with self.app.app_context():
            if copies.held():
                return False
            claims.begin_periodic(clock.now())
        return True

    def _run_source(self, source: Source) -> bool:
        with self.app.app_context():
            return not copies.held() and source.work(self.id, self.stopping)

    def _loop_source(self, source: Source) -> None:
        try:
            while not self.stopping.is_set():
                try:
                    if not self._run_source(source):
                        self.stopping.wait(self.poll)
                except Exception as error:
                    self._pause(type(source).__name__, error)
        finally:
            source.close()

    def _pause(self, what: str, error: Exception) -> None:
        """Something that is not one job's or letter's fault: the database is away, most likely."""
        log.error("paused", what=what, error=type(error).__name__, where=claims.where(error))
        self.stopping.wait(AFTER_ERROR)

    def run_job(self) -> bool:
        """Carries out one due job, if there is one; says whether there was."""
        if self._unrecorded is not None:  # the database was away when the last job ended
            self._record(self._unrecorded)
        with self.app.app_context():
            job = None if copies.held() else claims.take(self.id, clock.now())
        if job is None:
            return False
        started = time.perf_counter()
        progress = RunProgress(job.id, self.stopping)
        if self._heart is not None:
            self._heart.progress = progress
        try:
            ending = self._carry_out(job, progress)
        finally:
            if self._heart is not None:
                self._heart.progress = None
        said = self._record(ending)
        log.info(
            "job", kind=job.kind, job=job.id, ended=said, ms=round(1000 * (time.perf_counter() - started))
        )
        return True

    def _record(self, ending: Callable[[], str]) -> str:
        """Writes down how a job ended; when the database is away, that is kept in mind for the next round."""
        self._unrecorded = ending
        with self.app.app_context():
            said = ending()
        self._unrecorded = None
        return said

    def _carry_out(self, job: Job, progress: RunProgress) -> Callable[[], str]:
        """Runs the handler in an application context of its own; gives what records how it ended."""
        if claims.worn_out(job):
            return partial(self._failed, job, None)
        with self.app.app_context():
            try:
                service.kinds()[job.kind].run(job.payload, now=clock.now(), progress=progress)
            except Stopped:
                return partial(self._stopped, job)
            except Exception as error:
                return partial(self._failed, job, error)
            finally:
                db.session.rollback()
        return partial(self._done, job, progress)

    def _done(self, job: Job, progress: RunProgress) -> str:
        kept = claims.finish(job, self.id, clock.now(), done=progress.done, total=progress.total)
        return "done" if kept else "taken over by another worker"

    def _stopped(self, job: Job) -> str:
        claims.give_back(job, self.id)
        return "given back"

    def _failed(self, job: Job, error: Exception | None) -> str:
        if error is not None:
            name = type(error).__name__
            log.error("job error", kind=job.kind, job=job.id, error=name, where=claims.where(error))
        return "given up" if claims.fail(job, self.id, clock.now(), error) else "again later"
