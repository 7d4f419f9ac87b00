"""The outbox registers itself with the worker: a lane for each connection."""

from __future__ import annotations

from flask import Flask

from app.jobs import sources
from app.mail.notes import Notes
from app.mail.sending import Outbox


def lanes(app: Flask) -> list[Outbox]:
    """One worker's lanes; they share what is not yet written down."""
    notes = Notes()
    return [Outbox(lane, notes) for lane in range(app.extensions["settings"].mail.connections)]


sources.source("mail", lanes)
