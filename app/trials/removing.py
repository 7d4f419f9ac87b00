"""Everything of a trial is removed: its keys from KEYS_DIR, and its rows from every table that belongs to an edition.

Which tables those are is read from the schema: whatever has a column `edition_id`, and whatever refers to such a row.
A table that is added later is reached without being named here; of the trial only its row in `trials` stays.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Table, delete, or_, select

from app.awards import service as awards
from app.awards.models import Edition, Trial
from app.ballots import box
from app.extensions import db
from app.ledger import service as ledger
from app.trials import service
from app.trustees import service as trustees
from app.trustees.models import Purpose

KEEPS = Trial.__tablename__


def stop(trial_id: int, *, now: datetime) -> None:
    """The box takes no more ballots, and the keys are to be destroyed. In the caller's transaction; may run again."""
    _locked(trial_id)
    if (found := box.box(trial_id)) is not None and found.prepared_at is not None:
        box.seal(trial_id, now=now)
    trustees.request_destruction(trial_id, list(Purpose), "the trial is removed", now=now)


def rows(trial_id: int, *, now: datetime) -> int:
    """Deletes every row of the trial's edition, and keeps what it showed; gives how many rows. In a transaction.

    Raises `service.NoTrial` for anything but a trial.
    """
    trial = _locked(trial_id)
    row, seen = service.of_edition(trial_id), service.shown(trial)
    row.letters, row.delivered, row.ballots = seen.letters, seen.delivered, seen.ballots
    if seen.verification is not None:
        row.verdict, row.tool = seen.verification.verdict, seen.verification.tool_version
    row.trial_id, row.removed_at, row.removing = None, now, False
    db.session.flush()
    data = {"of": awards.by_id(row.of_id).slug, "trial": row.slug}
    ledger.append(
        edition=None, kind="trial-removed", data={"by": ledger.by(edition=None, role="server", now=now), **data}, now=now
    )  # fmt: skip
    db.session.expunge_all()
    deleted = 0
    for table, where in reversed(belonging(trial_id)):
        deleted += db.session.execute(delete(table).where(where)).rowcount  # type: ignore[attr-defined]
    return deleted


def belonging(edition_id: int) -> list[tuple[Table, ColumnElement[bool]]]:
    """Every table that holds rows of an edition, and which rows; whatever is referred to comes first."""
    editions: Table = Edition.__table__
    found: dict[str, ColumnElement[bool]] = {editions.name: editions.c.id == edition_id}
    order = [editions]
    for table in db.metadata.sorted_tables:
        if table.name in {editions.name, KEEPS}:
            continue
        conditions = [table.c.edition_id == edition_id] if "edition_id" in table.c else []
        for key in table.foreign_keys:
            there = key.column.table
            if there.name in found and there is not table and there is not editions:
                of = select(key.column).where(found[there.name])
                conditions.append(key.parent.in_(of))
        if conditions:
            found[table.name] = or_(*conditions)
            order.append(table)
    return [(table, found[table.name]) for table in order]


def _locked(trial_id: int) -> Edition:
    trial = awards.lock(trial_id)
    if not trial.trial:
        raise service.NoTrial(trial_id)
    if (found := box.box(trial_id)) is not None and found.prepared_at is not None:
        box.lock(trial_id)
    return trial
