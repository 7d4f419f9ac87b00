"""What the worker does about who comes on the roll beside the list."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from app.extensions import transaction
from app.jobs.service import Progress, periodic
from app.roll import asking, nominators, service


@periodic("roll.nominators", every=timedelta(minutes=2))
def put_nominators(payload: dict[str, Any], *, now: datetime, progress: Progress) -> None:  # noqa: ARG001
    """Puts on the roll whose nominations were accepted meanwhile, and takes off whose were opened again."""
    for edition_id in nominators.editions():
        with transaction():
            if not service.is_frozen(edition_id):
                nominators.sync(edition_id, now=now)


@periodic("roll.forget_requests", every=timedelta(hours=6))
def forget_requests(payload: dict[str, Any], *, now: datetime, progress: Progress) -> None:  # noqa: ARG001
    """Deletes requests that nobody confirmed, and those that were decided long ago."""
    while True:
        with transaction():
            if asking.forget(now=now) < asking.AT_ONCE:
                break
