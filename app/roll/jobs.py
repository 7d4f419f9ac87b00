"""Lists that nobody confirmed are forgotten by the worker."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from app.extensions import transaction
from app.jobs.service import Progress, periodic
from app.roll import importing, kept  # noqa: F401 (kept: registers what the privacy page says)


@periodic("roll.forget_lists", every=timedelta(hours=1))
def forget_lists(payload: dict[str, Any], *, now: datetime, progress: Progress) -> None:  # noqa: ARG001
    """Puts aside what has waited for a day."""
    with transaction():
        importing.forget_old(now=now)
