"""What is forgotten by itself."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from app.accounts import sessions, signing_in
from app.extensions import transaction
from app.jobs.service import Progress, periodic
from app.mail import service as mail

KEEP = timedelta(days=7)


@periodic("accounts.forget", every=timedelta(days=1))
def forget(payload: dict[str, Any], *, now: datetime, progress: Progress) -> None:  # noqa: ARG001
    """Deletes ended sessions, and requests to sign in with their letters after a week."""
    with transaction():
        sessions.forget_ended(now)
        signing_in.forget_old(now - KEEP)
        mail.forget("sign-in", before=now - KEEP)
    progress(1, 1)
