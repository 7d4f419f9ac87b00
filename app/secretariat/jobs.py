"""The moves that need keys, made by the worker."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.awards import service as awards
from app.ballots import service as ballots
from app.core.phases import Phase
from app.extensions import transaction
from app.jobs.service import Progress, handler
from app.secretariat import service


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
