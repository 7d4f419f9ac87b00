"""The worker's part of a trial: makes the ballots, opens the vote, removes all of it in the end."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from app.awards import service as awards
from app.ballots import service as ballots
from app.core.phases import Phase
from app.extensions import db, transaction
from app.jobs.service import Progress, handler, periodic
from app.trials import removing, service
from app.trustees import jobs as keys


@handler(service.OPEN, attempts=3)
def open_trial(payload: dict[str, Any], *, now: datetime, progress: Progress) -> None:
    """Keys, credentials, election, opening, letters: what two moves of a real edition do. Run again, it goes on."""
    trial_id, by = int(payload["edition_id"]), int(payload["by"])
    if awards.by_id(trial_id).phase is Phase.SHORTLISTING:
        ballots.prepare(edition_id=trial_id, now=now, progress=progress)
    more = True
    while more:
        with transaction():
            more = service.move_on(trial_id, by=by, now=now)


@handler(service.REMOVE, attempts=20)
def remove(payload: dict[str, Any], *, now: datetime, progress: Progress) -> None:
    """Stops the vote, destroys the keys' files, then deletes every row. Run again, it goes on where it was."""
    _remove(int(payload["edition_id"]), now, progress)


@periodic("trials.remove_old", every=timedelta(hours=1))
def remove_old(_payload: dict[str, Any], *, now: datetime, progress: Progress) -> None:
    """Trials go by themselves a week after they began."""
    old = service.overdue(now)
    db.session.rollback()
    for done, trial_id in enumerate(old, 1):
        _remove(trial_id, now, lambda *_: None)
        progress(done, len(old))


def _remove(trial_id: int, now: datetime, progress: Any) -> None:
    try:
        with transaction():
            removing.stop(trial_id, now=now)
        keys.destroy({"edition_id": trial_id}, now=now, progress=progress)
        with transaction():
            removing.rows(trial_id, now=now)
    except awards.NoSuchEdition:
        return
