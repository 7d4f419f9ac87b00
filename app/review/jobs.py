"""The worker's part of the review: it begins when a round is counted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.extensions import transaction
from app.jobs import service as jobs
from app.jobs.service import Progress
from app.review import service


@jobs.handler("review.open")
def open_review(payload: dict[str, Any], *, now: datetime, progress: Progress) -> None:
    """Moves to review and asks the jurors."""
    with transaction():
        service.open_review(edition_id=payload["edition_id"], now=now)
    progress(1, 1)
