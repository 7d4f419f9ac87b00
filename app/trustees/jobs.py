"""What the worker does about keys."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.extensions import db, transaction
from app.jobs.service import Progress, handler
from app.trustees import service
from app.trustees.keystore import KeyMissing, keystore


@handler("trustees.destroy", attempts=20)
def destroy(payload: dict[str, Any], *, now: datetime, progress: Progress) -> None:
    """Destroys the files of keys whose destruction was decided, then puts that on record.

    Raises `KeyMissing` where this machine's folder never had a key: another worker's has it, and nothing is on record.
    """
    waiting = [(key.id, key.name) for key in service.to_destroy(payload["edition_id"])]
    db.session.rollback()
    store = keystore()
    for done, (key_id, name) in enumerate(waiting, 1):
        if not store.destroy(name) and not store.was_destroyed(name):
            raise KeyMissing(name)
        with transaction():
            service.record_destroyed(key_id, now=now)
        progress(done, len(waiting))
