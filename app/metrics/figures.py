"""Where the figures come from. What is in the database is counted there when asked for, so that any process gives the
same answer, of all processes together, also after a restart. Requests alone are counted as they happen: under gunicorn
each process counts in a file of its own (`PROMETHEUS_MULTIPROC_DIR`, see `app.serving`), and they are added up.

Every label is a word of ours (a kind of letter, a state, a route's template, an edition's address), never a visitor's.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from sqlalchemy import func, select

from app.awards.models import Edition
from app.ballots.models import Box
from app.copies import service as copies
from app.extensions import db
from app.jobs import leases
from app.jobs import service as jobs
from app.jobs.models import Job, JobState, Worker
from app.mail import service as mail
from app.mail.models import BounceReport, Letter, LetterState

COARSE = "ballot-reminder"
"""Those that were held back count as sent: how many they are would tell to the minute when somebody voted."""
OTHER = "other"

own = CollectorRegistry()
requests = Counter(
    "anbudspriset_http_requests", "Answers given, by the route's template and status.", ["route", "status"],
    registry=own,
)  # fmt: skip


def text(now: datetime) -> bytes:
    """All figures, as Prometheus reads them."""
    registry = CollectorRegistry()
    registry.register(_Database(now))
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        MultiProcessCollector(registry)
        return generate_latest(registry)
    return generate_latest(registry) + generate_latest(own)


class _Database:
    """What the database knows at this moment."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def collect(self) -> Iterator[Metric]:
        """Asked by the registry."""
        yield self._letters()
        yield self._oldest()
        yield _gauge(
            "bounce_reports_unmatched",
            "Reports that fit no letter, kept for the secretariat.",
            _rows(BounceReport),
        )
        yield self._jobs()
        alive = select(func.count()).select_from(Worker).where(Worker.until > leases.database_time())
        yield _gauge("workers", "Workers that are alive.", db.session.scalar(alive) or 0)
        yield self._ballots()
        says = "1 where this process works on a copy of a database, and so accepts and sends nothing."
        yield _gauge("held", says, copies.held())

    def _letters(self) -> Metric:
        found = GaugeMetricFamily(
            "anbudspriset_letters", "Letters in the outbox, by kind and state.", labels=["letter", "state"]
        )
        known, numbers = mail.kinds(), dict.fromkeys(((OTHER, state.value) for state in LetterState), 0)
        query = select(Letter.name, Letter.state, func.count()).group_by(Letter.name, Letter.state)
        for name, state, number in db.session.execute(query):
            if name == COARSE and state == LetterState.CANCELLED:
                state = LetterState.SENT  # noqa: PLW2901
            key = (name if name in known else OTHER, str(state))
            numbers[key] = numbers.get(key, 0) + number
        for labels, number in numbers.items():
            found.add_metric(list(labels), number)
        return found

    def _oldest(self) -> Metric:
        waiting = select(func.min(Letter.run_at)).where(
            Letter.state.in_([LetterState.QUEUED, LetterState.DEFERRED]), Letter.run_at <= self.now
        )
        oldest = db.session.scalar(waiting)
        age = (self.now - oldest).total_seconds() if oldest is not None else 0.0
        return _gauge(
            "letter_oldest_due_seconds", "How long the oldest letter that may leave has waited.", age
        )

    @staticmethod
    def _jobs() -> Metric:
        found = GaugeMetricFamily("anbudspriset_jobs", "Jobs, by kind and state.", labels=["job", "state"])
        numbers = dict.fromkeys(((OTHER, state.value) for state in JobState), 0)
        for kind, state, number in db.session.execute(
            select(Job.kind, Job.state, func.count()).group_by(Job.kind, Job.state)
        ):
            key = (kind if kind in jobs.kinds() else OTHER, str(state))
            numbers[key] = numbers.get(key, 0) + number
        for labels, number in numbers.items():
            found.add_metric(list(labels), number)
        return found

    @staticmethod
    def _ballots() -> Metric:
        """How many ballots lie in each box: public anyway, on the edition's own page."""
        found = GaugeMetricFamily(
            "anbudspriset_ballots", "Ballots in the box, by edition.", labels=["edition"]
        )
        query = (
            select(Edition.slug, Box.ballots)
            .join(Box, Box.edition_id == Edition.id)
            .where(Edition.trial_of_id.is_(None))
            .order_by(Edition.id)
        )
        for slug, number in db.session.execute(query):
            found.add_metric([slug], number)
        return found


def _gauge(name: str, says: str, value: float) -> Metric:
    found = GaugeMetricFamily(f"anbudspriset_{name}", says)
    found.add_metric([], value)
    return found


def _rows(model: type[BounceReport]) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0
