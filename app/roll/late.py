"""Whoever is put on a frozen roll after all: by two people, on record, with one of the spare ballots."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.awards import service as awards
from app.awards.actors import actor
from app.extensions import db
from app.ledger import service as ledger
from app.roll import service, winners
from app.roll.models import Source, Voter
from app.roll.rows import Row


def add(*, edition_id: int, row: Row, by: int, second: int, now: datetime) -> Voter:
    """A voter more on a frozen roll, in the caller's transaction, which holds the edition; *row* has no problems.

    Raises `service.AlreadyOnRoll`, `winners.WonContract`.
    """
    refuse_known(edition_id, row)
    added = Voter(edition_id=edition_id, added_at=now, source=Source.ADDED)
    service.put(added, row)
    db.session.add(added)
    db.session.flush()
    service.relabel(edition_id, addresses={row.email})
    sealed = ledger.erasable(edition=edition_id, subject=f"voter:{added.id}", text=added.key, now=now)
    who = ledger.person(edition=edition_id, account=second, now=now)
    data = {"by": actor(edition_id, by, now), "second": who, "voter": sealed}
    ledger.append(edition=edition_id, kind="voter-added", data=data, now=now)
    return added


def refuse_known(edition_id: int, row: Row) -> None:
    """Raises `service.AlreadyOnRoll` when somebody with this key is there already, whether they vote or not.

    Raises `winners.WonContract` for a winner, where winners do not vote.
    """
    winners.refuse_winner(awards.by_id(edition_id), row)
    other = db.session.scalar(select(Voter).where(Voter.edition_id == edition_id, Voter.key == row.key))
    if other is not None:
        raise service.AlreadyOnRoll(other)
