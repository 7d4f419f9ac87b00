"""The roll is settled and frozen: nominators are in, winners are known, then nothing changes any more.

`ready` makes sure of the first before ballots are derived; `freeze` does it once more in the transaction that binds
them, so that a nomination decided in between cannot slip through: the numbers then differ, and ballots are derived anew.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select

from app.awards import service as awards
from app.extensions import db
from app.ledger import service as ledger
from app.ledger.models import Pseudonym
from app.roll import nominators, service, winners
from app.roll.models import Voter
from app.roll.service import Freeze


def ready(edition_id: int, *, by: int | None, now: datetime) -> None:
    """Every nominator who may vote stands on the roll; in the caller's transaction."""
    if not service.is_frozen(edition_id):
        nominators.sync(edition_id, by=by, now=now)


def to_be_left_out(edition_id: int) -> set[int]:
    """The voters who will have no ballot."""
    return winners.left_out_ids(awards.by_id(edition_id))


def voter_ids(edition_id: int, *, without: Collection[int] = ()) -> list[int]:
    """The voters who get a ballot, those left out already aside."""
    query = select(Voter.id).where(service.has_ballot(edition_id)).order_by(Voter.id)
    return [each for each in db.session.scalars(query) if each not in without]


def seal_key(edition_id: int) -> str:
    """The key of the frozen roll's seal, in hexadecimal: for whoever is shown the roll; "" once it is erased."""
    subject = select(Pseudonym.nonce).where(
        Pseudonym.log_id == ledger.find(edition_id).id, Pseudonym.subject == f"roll:{edition_id}"
    )
    nonce = db.session.scalar(subject)
    return nonce.hex() if nonce else ""


def as_frozen(edition_id: int) -> bytes | None:
    """The frozen roll's very bytes, while nothing on it was corrected or added since; else None."""
    frozen = service.frozen(edition_id)
    if frozen is None or service.roll_hash(edition_id) != frozen.roll_hash:
        return None
    return service.canonical_roll(edition_id)


def freeze(edition_id: int, *, by: int | None, now: datetime) -> Freeze:
    """Settles and freezes the roll, on record; a frozen roll stays as it is."""
    if existing := service.frozen(edition_id):
        return existing
    ready(edition_id, by=by, now=now)
    edition = awards.by_id(edition_id)
    winners.settle(edition)
    service.freeze(edition_id, by=by, now=now)
    winners.record(edition, now=now)
    frozen = service.frozen(edition_id)
    assert frozen is not None  # it was made just now
    return frozen
