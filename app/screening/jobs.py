"""What happens by itself: in the end, what people wrote about nominations and who was told of them is forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from app.extensions import transaction
from app.jobs.service import Progress, periodic
from app.nominations import scrubbing
from app.screening import keeping, kept  # noqa: F401 (kept: registers what the privacy page says)


@periodic("screening.forget", every=timedelta(hours=6))
def forget(payload: dict[str, Any], *, now: datetime, progress: Progress) -> None:  # noqa: ARG001 (every handler takes it)
    """Empties what has been kept for as long as each edition says."""
    with transaction():
        if keeping.forget_people(now=now):
            scrubbing.ask(now=now)
    progress(1, 1)
