"""The moves that need keys, made by the worker, and the plan."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from app.awards import service as awards
from app.ballots import service as ballots
from app.core.phases import Phase
from app.extensions import db, transaction
from app.jobs.service import Progress, handler, periodic
from app.secretariat import plan_running, service


@handler(service.ADVANCE, attempts=service.TRIES)
def advance(payload: dict[str, Any], *, now: datetime, progress: Progress) -> None:
    """Prepares what the move needs outside any transaction, then moves. Run again, it does nothing twice."""
    edition_id, to = int(payload["edition_id"]), Phase(payload["to"])
    if awards.by_id(edition_id).phase is to:
        return
    if to is Phase.PREPARED:
        ballots.prepare(edition_id=edition_id, now=now, progress=progress)
    with transaction():
        service.advance(edition_id, to, expected=Phase(payload["from"]), by=payload["by"], now=now)


@periodic("secretariat.plan", every=timedelta(seconds=30))
def run_plan(_payload: dict[str, Any], *, now: datetime, progress: Progress) -> None:
    """Does what the plan says, each thing by itself; one that fails does not hold up the others."""
    failures = []
    due = plan_running.due(now)
    db.session.rollback()
    for number, item_id in enumerate(due, 1):
        try:
            plan_running.run(item_id, now=now)
        except Exception as error:
            failures.append(error)
        progress(number, len(due))
    if failures:
        raise failures[0]
