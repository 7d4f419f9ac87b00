"""Those who nominated come on the roll by themselves, where the edition lets them vote.

`sync` compares the accepted nominations (and those merged behind them) with the roll and makes up the difference, so it
may run as often as one likes: every few minutes, and once more when the ballots are made. It never touches a voter whom
something else put on the roll.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, or_, select

from app.awards.models import Edition, Unit
from app.core.phases import Phase
from app.extensions import db
from app.nominations.behind import parents, top
from app.nominations.models import Nomination, State
from app.roll import rows, service
from app.roll.models import Source, TakenOff, Voter
from app.roll.rows import Row

SYNCED_IN = (Phase.NOMINATING, Phase.SHORTLISTING)


@dataclass(frozen=True)
class Nominator:
    """Who sent a nomination that counts, as a row of the roll; `problems` say why it cannot stand there."""

    nomination_id: int
    row: Row
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class Standing:
    """The nominators as a page shows them."""

    on_roll: Sequence[Voter]
    listed: int
    """so many were on the roll already"""
    impossible: Sequence[Nominator]
    taken_off: int


def nominators(edition: Edition) -> list[Nominator]:
    """The senders of the nominations that are accepted, and of those put behind them, the oldest first."""
    above = parents(edition.id)
    query = select(Nomination).where(
        Nomination.edition_id == edition.id,
        Nomination.state.in_([State.ACCEPTED, State.MERGED]),
        Nomination.forgotten_at.is_(None),
    )
    found = list(db.session.scalars(query.order_by(Nomination.id)))
    accepted = {each.id for each in found if each.state is State.ACCEPTED}
    person = edition.unit is Unit.PERSON
    return [_nominator(each, person=person) for each in found if top(above, each.id) in accepted]


def _nominator(nomination: Nomination, *, person: bool) -> Nominator:
    row, problems = rows.judge(
        line=0, company=rows.tidy(nomination.company), number=nomination.orgnr or nomination.foreign_number,
        sole_trader="ja" if nomination.sole_trader else "", country=nomination.foreign_country,
        email=nomination.contact_email, contact=rows.tidy(nomination.contact_name), language=nomination.language,
        person=person,
    )  # fmt: skip
    return Nominator(nomination.id, row, tuple(problems))


def wanted(edition: Edition) -> dict[str, Row]:
    """By key, whom the nominations put on the roll; nobody where nominators do not vote."""
    found: dict[str, Row] = {}
    for each in nominators(edition) if edition.nominators_vote else []:
        if not each.problems:
            found.setdefault(each.row.key, each.row)
    return found


def sync(edition_id: int, *, by: int | None = None, now: datetime) -> tuple[int, int]:
    """Puts on the roll whom the nominations want there and takes off whom they do not any more; (added, taken off).

    On record where it changes anything. Raises `service.RollFrozen`.
    """
    edition = service.lock_open(edition_id)
    if edition.phase not in SYNCED_IN:
        return 0, 0
    asked, there = wanted(edition), service.voters(edition_id)
    off = set(db.session.scalars(select(TakenOff.key).where(TakenOff.edition_id == edition_id)))
    leaving = [v for v in there if v.source == Source.NOMINATOR and v.came_as not in asked]
    staying = [v for v in there if v.source != Source.NOMINATOR or v.came_as in asked]
    known = {voter.key for voter in staying} | {voter.came_as for voter in staying} | off
    for voter in leaving:
        db.session.delete(voter)
    db.session.flush()
    joining = [row for key, row in asked.items() if key not in known]
    for row in joining:
        fresh = Voter(edition_id=edition_id, added_at=now, source=Source.NOMINATOR)
        service.put(fresh, row)
        fresh.came_as = fresh.key
        db.session.add(fresh)
    db.session.flush()
    if joining or leaving:
        addresses = {row.email for row in joining} | {voter.email for voter in leaving}
        service.relabel(edition_id, addresses=addresses)
        service.record_changes(edition_id, added=len(joining), changed=len(leaving), by=by, now=now)
    return len(joining), len(leaving)


def standing(edition: Edition) -> Standing:
    """Who came so, who was there already, and who cannot be put on the roll, and why."""
    there = service.voters(edition.id)
    asked = wanted(edition)
    came = [voter for voter in there if voter.source == Source.NOMINATOR]
    others = {voter.key for voter in there if voter.source != Source.NOMINATOR}
    impossible = [each for each in nominators(edition) if each.problems] if edition.nominators_vote else []
    off = list(db.session.scalars(select(TakenOff.key).where(TakenOff.edition_id == edition.id)))
    return Standing(came, len(asked.keys() & others), impossible, len(asked.keys() & set(off)))


def let_on(edition_id: int) -> None:
    """Forgets who was taken off: the next `sync` puts them on the roll again."""
    db.session.execute(delete(TakenOff).where(TakenOff.edition_id == edition_id))


def editions() -> list[int]:
    """The editions whose nominators may come or go: those where they vote, and where some stand who did."""
    came = select(Voter.edition_id).where(Voter.source == Source.NOMINATOR)
    query = select(Edition.id).where(
        Edition.phase.in_(SYNCED_IN), or_(Edition.nominators_vote, Edition.id.in_(came))
    )
    return list(db.session.scalars(query.order_by(Edition.id)))
