"""How many pairs look alike, remembered in each process until something happens to a nomination of the edition.

Finding them takes longer than all the rest of the list; nearly always nothing has happened since somebody looked last.
Whatever changes the answer leaves an event, a nomination or a finding behind, so these tell whether it still holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_, select

from app.extensions import db
from app.nominations.models import Nomination, NominationEvent
from app.screening import duplicates
from app.screening.models import Distinct

MOST_REMEMBERED = 16


@dataclass(frozen=True)
class Found:
    """The number of open pairs, and the nominations in them."""

    pairs: int
    members: frozenset[int]


_remembered: dict[tuple[str, int], tuple[Any, Found]] = {}


def found(edition_id: int) -> Found:
    """What `duplicates.open_pairs` gives now, or gave when everything was as it is."""
    place, seen = (str(db.engine.url), edition_id), _state(edition_id)
    known = _remembered.get(place)
    if known is not None and known[0] == seen:
        return known[1]
    pairs = duplicates.open_pairs(edition_id)
    fresh = Found(len(pairs), frozenset(each for pair in pairs for each in (pair.first, pair.second)))
    while len(_remembered) >= MOST_REMEMBERED:
        _remembered.pop(next(iter(_remembered)))
    _remembered[place] = (seen, fresh)
    return fresh


def _state(edition_id: int) -> tuple[Any, ...]:
    """What is different once anything has happened."""
    own = select(Nomination.id).where(Nomination.edition_id == edition_id)
    nominations = select(
        func.count(),
        func.max(Nomination.id),
        func.max(Nomination.updated_at),
        func.sum(Nomination.merged_into_id),
    ).where(Nomination.edition_id == edition_id)
    states = select(Nomination.state, func.count()).where(Nomination.edition_id == edition_id)
    events = select(func.count(), func.max(NominationEvent.id)).where(NominationEvent.nomination_id.in_(own))
    marks = select(func.count(), func.max(Distinct.id)).where(
        or_(Distinct.first_id.in_(own), Distinct.second_id.in_(own))
    )
    return (
        *map(tuple, db.session.execute(nominations)),
        *sorted(map(tuple, db.session.execute(states.group_by(Nomination.state)))),
        *map(tuple, db.session.execute(events)),
        *map(tuple, db.session.execute(marks)),
    )
