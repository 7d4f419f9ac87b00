"""What a process does about ballots before it takes its first request or job.

It makes the tables that proofs are checked with, so that the first voter does not wait for them; and it compares the
head of every box with the last head in the ledger. A box whose rows are not what the ledger says takes no part in
anything: the process refuses to start.
"""

from __future__ import annotations

from flask import Flask
from sqlalchemy import inspect, select

from app.awards.models import Edition
from app.ballots import box
from app.ballots.box import BoxDamaged
from app.ballots.models import Box, BoxEvent
from app.core.belenios import ballots as core
from app.core.phases import Phase
from app.extensions import db
from app.ledger import service as ledger


def start(app: Flask) -> None:
    """Compares and warms, in an application context of its own. Raises `BoxDamaged`."""
    with app.app_context():
        if not inspect(db.engine).has_table(Box.__tablename__):
            return  # a new database: nothing to compare
        compare()
        warm()
        db.session.rollback()
        db.session.remove()
        db.engine.dispose()


def compare() -> None:
    """Raises `BoxDamaged` when a box is not the one that the ledger knows."""
    query = select(Box.edition_id, Box.height, Box.head, Box.headed).where(Box.prepared_at.is_not(None))
    for edition_id, height, head, headed in db.session.execute(query).all():
        if _hash_at(edition_id, height) != head:
            raise BoxDamaged(f"edition {edition_id}: the head of the box is not its last event")
        _compare_with_ledger(edition_id, height, headed)


def _compare_with_ledger(edition_id: int, height: int, headed: int) -> None:
    last = ledger.last(edition=edition_id, kind="box-head")
    if last is None:
        if headed >= 0:
            raise BoxDamaged(f"edition {edition_id}: the ledger has lost the box's head")
        return
    if last.data["height"] > height:
        raise BoxDamaged(f"edition {edition_id}: the ledger knows events that the box has lost")
    if _hash_at(edition_id, last.data["height"]) != last.data["head"]:
        raise BoxDamaged(f"edition {edition_id}: the box is not the one that the ledger knows")


def _hash_at(edition_id: int, height: int) -> str | None:
    return db.session.scalar(
        select(BoxEvent.hash).where(BoxEvent.edition_id == edition_id, BoxEvent.height == height)
    )


def warm() -> None:
    """Makes the tables for the elections that are, or soon will be, open."""
    query = select(Edition.id).join(Box, Box.edition_id == Edition.id).where(
        Edition.phase.in_([Phase.PREPARED, Phase.VOTING]), Box.prepared_at.is_not(None)
    )  # fmt: skip
    for edition_id in db.session.scalars(query).all():
        core.warm(box.election(edition_id))
