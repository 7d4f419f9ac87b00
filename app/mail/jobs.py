"""The outbox registers itself with the worker, a lane for each connection; reports are looked for each minute."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import Flask, current_app

from app.jobs import service as jobs
from app.jobs import sources
from app.mail.bounces import mailbox, maildir
from app.mail.notes import Notes
from app.mail.sending import Outbox

EVERY = timedelta(minutes=1)


def lanes(app: Flask) -> list[Outbox]:
    """One worker's lanes; they share what is not yet written down."""
    notes = Notes()
    return [Outbox(lane, notes) for lane in range(app.extensions["settings"].mail.connections)]


sources.source("mail", lanes)


@jobs.periodic("mail.bounces", every=EVERY)
def read_bounces(_payload: dict[str, Any], *, now: datetime, progress: jobs.Progress) -> None:  # noqa: ARG001
    """Takes the reports that lie in the maildir and in the mailbox, where there is one."""
    settings = current_app.extensions["settings"].mail
    try:
        if settings.bounce_maildir is not None:
            maildir.read(settings.bounce_maildir, now=now)
    finally:  # trouble with the one is no reason to leave the other
        if settings.bounce_imap_url:
            mailbox.read(settings.bounce_imap_url, now=now)
