"""Who may vote: one ballot a company, until the freeze changed by the secretariat, afterwards only its addresses.

The canonical roll, whose SHA-256 is `roll_hash`: a line for each voter, sorted by key, each the canonical JSON
(sorted names, no spaces, UTF-8) of `{"company", "email", "key", "language"}`, each ended by a line feed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update

from app.awards import service as awards
from app.awards.actors import actor
from app.awards.models import Edition
from app.core import canonical
from app.core.phases import Phase
from app.extensions import db
from app.ledger import service as ledger
from app.roll.labels import relabel
from app.roll.models import LeftOut, RollFreeze, Source, TakenOff, Voter
from app.roll.rows import Row, address
from app.roll.sought import in_order

OPEN_PHASES = (Phase.DRAFT, Phase.NOMINATING, Phase.SHORTLISTING)


class RollFrozen(Exception):
    """The ballots are made: the roll cannot change any more."""


class NoSuchVoter(Exception):
    """No such voter on this edition's roll."""


class AlreadyOnRoll(Exception):
    """Another voter with this key is on the roll: one ballot a company."""

    def __init__(self, other: Voter) -> None:
        self.other = other
        super().__init__(other.key)


@dataclass(frozen=True)
class Freeze:
    """The roll as it stood when it was frozen: `sealed` is what the ledger says instead of the hash.

    `winners` of it won a contract that stands on the ballot, `winners_by_category` of those who vote (by the category's
    number); `left_out` of them have no ballot.
    """

    roll_hash: str
    voters: int
    frozen_at: datetime
    corrected: int = 0
    sealed: str = ""
    winners: int = 0
    left_out: int = 0
    winners_by_category: Mapping[str, int] = field(default_factory=dict)


def voters(edition_id: int) -> list[Voter]:
    """Everyone on the roll, in the order of their keys."""
    return list(db.session.scalars(select(Voter).where(Voter.edition_id == edition_id).order_by(Voter.key)))


def voter(voter_id: int, *, edition_id: int | None = None) -> Voter:
    """One voter; raises `NoSuchVoter`, also when it is on another edition's roll."""
    found = db.session.get(Voter, voter_id)
    if found is None or edition_id not in {None, found.edition_id}:
        raise NoSuchVoter
    return found


def has_ballot(edition_id: int) -> ColumnElement[bool]:
    """What a query for the edition's voters adds: those who are left out have no ballot."""
    return and_(Voter.edition_id == edition_id, Voter.left_out == LeftOut.NO)


def voting(edition_id: int) -> list[Voter]:
    """Those on the roll who vote, in the order of their keys."""
    return list(db.session.scalars(select(Voter).where(has_ballot(edition_id)).order_by(Voter.key)))


def count(edition_id: int) -> int:
    """How many on the roll vote."""
    return db.session.scalar(select(func.count()).select_from(Voter).where(has_ballot(edition_id))) or 0


def anyone(edition_id: int) -> bool:
    """Whether anybody is on the roll, with a ballot or without."""
    return db.session.scalar(select(Voter.id).where(Voter.edition_id == edition_id).limit(1)) is not None


def canonical_roll(edition_id: int, *, without: Collection[int] = ()) -> bytes:
    """The roll's bytes as the module's docstring defines them, without those who are (or will be) left out."""
    return b"".join(_canonical_lines(edition_id, without))


def _canonical_lines(edition_id: int, without: Collection[int]) -> Iterator[bytes]:
    columns = (Voter.key, Voter.company, Voter.email, Voter.language, Voter.id)
    query = select(*columns).where(has_ballot(edition_id)).order_by(in_order(Voter.key))
    for key, company, email, language, voter_id in db.session.execute(
        query.execution_options(yield_per=1000)
    ):
        line = {"company": company, "email": email, "key": key, "language": language}
        if voter_id not in without:
            yield canonical.dumps(line) + b"\n"


def roll_hash(edition_id: int, *, without: Collection[int] = ()) -> str:
    """SHA-256 of the canonical roll, in hexadecimal."""
    said = hashlib.sha256()
    for line in _canonical_lines(edition_id, without):
        said.update(line)
    return said.hexdigest()


def is_frozen(edition_id: int) -> bool:
    """Whether the roll can no longer change."""
    return frozen(edition_id) is not None


def frozen(edition_id: int) -> Freeze | None:
    """The roll as it was frozen, or None before that."""
    row = db.session.scalar(select(RollFreeze).where(RollFreeze.edition_id == edition_id))
    return row and Freeze(
        row.roll_hash, row.voters, row.frozen_at, row.corrected, row.sealed, row.winners, row.left_out,
        row.winners_by_category,
    )  # fmt: skip


def freeze(edition_id: int, *, by: int | None, now: datetime) -> Freeze:
    """Freezes the roll, on record; a frozen roll stays as it is."""
    if existing := frozen(edition_id):
        return existing
    relabel(edition_id)
    whole, voting = roll_hash(edition_id), count(edition_id)
    sealed = ledger.erasable(edition=edition_id, subject=f"roll:{edition_id}", text=whole, now=now)
    db.session.add(
        RollFreeze(edition_id=edition_id, roll_hash=whole, voters=voting, frozen_at=now, sealed=sealed)
    )
    db.session.flush()
    data = {"by": actor(edition_id, by, now), "roll": sealed, "voters": voting}
    ledger.append(edition=edition_id, kind="roll-frozen", data=data, now=now)
    return Freeze(whole, voting, now, sealed=sealed)


def unfreeze(edition_id: int, *, by: int | None, now: datetime) -> None:  # noqa: ARG001 (the move itself is on record)
    """Opens the roll again, when an edition goes back from prepared; the phase's move is what the ledger records.

    Who was left out is so no more: that is found out anew when the roll is frozen again.
    """
    db.session.execute(delete(RollFreeze).where(RollFreeze.edition_id == edition_id))
    concerned = or_(Voter.won, Voter.left_out != LeftOut.NO)
    forget = update(Voter).where(Voter.edition_id == edition_id, concerned)
    db.session.execute(forget.values(won=False, left_out=LeftOut.NO))


def refuse_frozen(edition_id: int) -> None:
    """Raises `RollFrozen` when the roll is frozen."""
    if is_frozen(edition_id):
        raise RollFrozen


def lock_open(edition_id: int) -> Edition:
    """Holds the edition until the caller's transaction ends, so that nothing is written beside a freeze that is under way.

    Raises `RollFrozen`.
    """
    edition = awards.lock(edition_id)
    refuse_frozen(edition_id)
    return edition


def save_voter(
    *,
    edition_id: int,
    row: Row,
    by: int | None,
    now: datetime,
    voter_id: int | None = None,
    source: Source = Source.LIST,
) -> Voter:
    """Adds a voter, or changes the one with `voter_id` (how it came stays); *row* has no problems.

    Raises `RollFrozen`, `NoSuchVoter` or `AlreadyOnRoll`.
    """
    lock_open(edition_id)
    found = voter(voter_id, edition_id=edition_id) if voter_id is not None else None
    other = db.session.scalar(select(Voter).where(Voter.edition_id == edition_id, Voter.key == row.key))
    if other is not None and other is not found:
        raise AlreadyOnRoll(other)
    before = {found.email} if found is not None else set()
    if found is None:
        found = Voter(edition_id=edition_id, added_at=now, source=source)
    else:
        found.changed_at = now
    put(found, row)
    db.session.add(found)
    db.session.flush()
    relabel(edition_id, addresses={row.email, *before})
    record_changes(edition_id, added=int(voter_id is None), changed=int(voter_id is not None), by=by, now=now)
    return found


def put(target: Voter, row: Row) -> None:
    """Writes a row's values into a voter."""
    target.key = row.key
    for name in (
        "company",
        "orgnr",
        "sole_trader",
        "foreign_country",
        "foreign_number",
        "email",
        "contact_name",
        "language",
    ):
        setattr(target, name, getattr(row, name))


def record_changes(edition_id: int, *, added: int, changed: int, by: int | None, now: datetime) -> None:
    """Voters added, changed or taken off without a list are an import in the ledger, of a row each."""
    sealed = ledger.erasable(
        edition=edition_id, subject=f"roll:{edition_id}", text=roll_hash(edition_id), now=now
    )
    data = {
        "added": added, "by": actor(edition_id, by, now), "changed": changed,
        "refused": 0, "roll": sealed, "rows": added + changed,
    }  # fmt: skip
    ledger.append(edition=edition_id, kind="roll-imported", data=data, now=now)


def remove_voter(voter_id: int, *, edition_id: int, by: int | None, now: datetime) -> str:
    """Takes a voter off the roll before the freeze and gives the company's name; raises `RollFrozen`, `NoSuchVoter`."""
    lock_open(edition_id)
    found = voter(voter_id, edition_id=edition_id)
    company, email = found.company, found.email
    if found.source == Source.NOMINATOR:  # who was taken off by hand does not come back by itself
        db.session.merge(TakenOff(edition_id=edition_id, key=found.came_as, at=now))
    db.session.delete(found)
    db.session.flush()
    relabel(edition_id, addresses={email})
    record_changes(edition_id, added=0, changed=1, by=by, now=now)
    return company


def correct_address(
    voter_id: int, email: str, *, by: int | None, now: datetime, second: int | None = None
) -> Voter:
    """A new address for a voter of a frozen roll, on record; the key stays. Raises `NoSuchVoter`, `ValueError` (`rows.address`)."""
    found = voter(voter_id)
    old, found.email, found.changed_at = found.email, address(email), now
    row = db.session.scalar(select(RollFreeze).where(RollFreeze.edition_id == found.edition_id))
    if row is not None:
        row.corrected += 1
    db.session.flush()
    relabel(found.edition_id, addresses={old, found.email})
    who = actor(found.edition_id, second, now)["who"] if second else None
    sealed = ledger.erasable(edition=found.edition_id, subject=f"voter:{found.id}", text=found.key, now=now)
    data = {"by": actor(found.edition_id, by, now), "second": who, "voter": sealed}
    ledger.append(edition=found.edition_id, kind="address-corrected", data=data, now=now)
    return found
