"""What happens by itself: drafts that nobody confirmed go, withdrawn ones too, and in the end everybody's names."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import current_app

from app.awards import deadlines
from app.awards.deadlines import Deadline, Extension
from app.extensions import transaction
from app.jobs.service import Progress, periodic
from app.nominations import attachments, keeping, kept, reminding  # noqa: F401 (registers what the privacy page says)


@periodic("nominations.forget", every=timedelta(hours=6))
def forget(payload: dict[str, Any], *, now: datetime, progress: Progress) -> None:  # noqa: ARG001 (every handler takes it)
    """Deletes what has been kept for as long as the privacy page says."""
    with transaction():
        keeping.delete_unfinished(now=now)
        keeping.forget_letters(now=now)
    progress(1, 2)
    with transaction():
        keeping.forget_people(now=now)
    progress(2, 2)


@periodic("nominations.remind", every=timedelta(minutes=15))
def remind(payload: dict[str, Any], *, now: datetime, progress: Progress) -> None:  # noqa: ARG001 (every handler takes it)
    """Reminds those who have not sent what they began, or not confirmed what they sent."""
    editions = reminding.due(now)
    for done, edition in enumerate(editions):
        with transaction():
            reminding.remind(edition, now=now)
        progress(done + 1, len(editions))


@deadlines.when_extended
def _tell_nominators(extension: Extension) -> None:
    if extension.deadline is Deadline.NOMINATIONS:
        keeping.tell_extended(extension.edition, extension.after, now=extension.now)


@periodic("nominations.sweep-files", every=timedelta(hours=6))
def sweep_files(payload: dict[str, Any], *, now: datetime, progress: Progress) -> None:  # noqa: ARG001 (every handler takes it)
    """Removes files that belong to no row: those of a process that died between the file and its row."""
    attachments.sweep(current_app.extensions["settings"].uploads_dir, now=now)
