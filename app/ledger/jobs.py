"""At least hourly, every log that grew gets a checkpoint."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from app.extensions import db, transaction
from app.jobs.service import Progress, periodic
from app.ledger import service
from app.ledger.models import Log, LogCheckpoint


@periodic("ledger.checkpoint", every=timedelta(minutes=30))
def checkpoints(payload: dict[str, Any], *, now: datetime, progress: Progress) -> None:  # noqa: ARG001
    """Signs a checkpoint of each log that has entries since its last one."""
    signed = (
        select(func.max(LogCheckpoint.size))
        .where(LogCheckpoint.log_id == Log.id)
        .correlate(Log)
        .scalar_subquery()
    )
    grown = list(db.session.scalars(select(Log.edition_id).where(Log.size > func.coalesce(signed, 0))))
    for done, edition in enumerate(grown, start=1):
        with transaction():
            service.checkpoint(edition=edition, now=now)
        progress(done, len(grown))
