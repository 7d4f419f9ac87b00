"""What the worker does with lists: reads, judges and writes the long ones, and forgets those that nobody confirmed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from app.extensions import db, transaction
from app.jobs.service import Progress, handler, periodic
from app.roll import importing, kept, lists, staging, taking_in  # noqa: F401 (kept: registers what the privacy page says)
from app.roll.list_models import ImportState, RollImport
from app.roll.reading import UnreadableList
from app.roll.service import RollFrozen


def _tell(progress: Progress) -> staging.Tell:
    return lambda part: progress(round(100 * part), 100)


@handler(taking_in.READ, attempts=3)
def read_list(payload: dict[str, Any], *, now: datetime, progress: Progress) -> None:
    """Reads the file that waits. Run again, it begins anew."""
    with transaction():
        made = db.session.get(RollImport, payload["import_id"])
        if made is None or made.state != ImportState.READING:
            return
        staging.forget(made.id)
    try:
        taking_in.read_stored(made, batch=transaction, tell=_tell(progress))
    except UnreadableList as error:
        with transaction():
            lists.give_up(made, error, now=now)
    except staging.PutAside:
        with transaction():
            staging.forget(made.id)


@handler(importing.JUDGE, attempts=3)
def judge_list(payload: dict[str, Any], *, now: datetime, progress: Progress) -> None:  # noqa: ARG001
    """Judges the rows by the columns that were said. Run again, it begins anew."""
    made = db.session.get(RollImport, payload["import_id"])
    if made is None or made.state != ImportState.JUDGING:
        return
    try:
        importing.judge(made, batch=transaction, tell=_tell(progress))
    except staging.PutAside:
        return


@handler(importing.CONFIRM, attempts=3)
def confirm_list(payload: dict[str, Any], *, now: datetime, progress: Progress) -> None:
    """Writes what was confirmed, whole or not at all. Run again, it does nothing twice."""
    progress(0, 1)
    try:
        with transaction():
            importing.write_confirmed(payload["import_id"], now=now)
    except RollFrozen:  # while it waited: the list is worth nothing any more
        with transaction():
            made = db.session.get_one(RollImport, payload["import_id"])
            made.state = ImportState.PREVIEW
    progress(1, 1)


@periodic("roll.forget_lists", every=timedelta(hours=1))
def forget_lists(payload: dict[str, Any], *, now: datetime, progress: Progress) -> None:  # noqa: ARG001
    """Puts aside what has waited for a day."""
    with transaction():
        lists.forget_old(now=now)
