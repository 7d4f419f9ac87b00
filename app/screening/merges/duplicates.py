"""Nominations that look like the same procurement, and what people have found about them.

Whether two look alike is decided by what they say, and by what those say that were put behind them. Two that somebody
found to be about different procurements are not shown again, until that is taken back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select

from app.awards import service as awards
from app.extensions import db
from app.nominations import behind
from app.nominations import service as nominations
from app.nominations.drafts import NominationError, NotNow
from app.nominations.models import Nomination, State
from app.nominations.records import happened
from app.procurement import likeness
from app.procurement.likeness import Candidate, Reason
from app.screening.decisions.decisions import DECIDED_IN, WrongPhase
from app.screening.models import Distinct

ROOTS = (State.CONFIRMED, State.COMPLETION_ASKED, State.ACCEPTED, State.DECLINED)
"""Nominations that count and stand for themselves: what is compared and can be merged."""


class NotMarked(NominationError):
    """Nobody has found that these two are about different procurements."""


@dataclass(frozen=True)
class Alike:
    """Two nominations (first < second) that look alike, why, and how likely they are the same (0 to 1)."""

    first: int
    second: int
    reasons: tuple[Reason, ...]
    score: float

    @property
    def weak(self) -> bool:
        """Whether people should expect two procurements that are merely alike."""
        return likeness.WEAK.issuperset(self.reasons)


@dataclass(frozen=True)
class Group:
    """Nominations that hang together by pairs, the strongest pair first."""

    members: tuple[int, ...]
    pairs: tuple[Alike, ...]


def open_pairs(edition_id: int) -> list[Alike]:
    """Every pair of the edition that nobody has merged or found to be distinct, strongest first."""
    found, above = _candidates(edition_id)
    return _open(edition_id, likeness.pairs(found), above)


def of(nomination: Nomination) -> list[Alike]:
    """The open pairs of one nomination (or of the one that it stands behind), strongest first."""
    top = behind.root(nomination).id
    return [pair for pair in open_pairs(nomination.edition_id) if top in (pair.first, pair.second)]


def groups(pairs: Sequence[Alike]) -> list[Group]:
    """Pairs that share a nomination belong together; strongest first."""
    heads: dict[int, int] = {}
    for pair in pairs:
        heads[_head(heads, pair.second)] = _head(heads, pair.first)
    sorted_pairs: dict[int, list[Alike]] = {}
    for pair in pairs:
        sorted_pairs.setdefault(_head(heads, pair.first), []).append(pair)
    return [
        Group(tuple(sorted({each for pair in one for each in (pair.first, pair.second)})), tuple(one))
        for one in sorted_pairs.values()
    ]


def between(first: Nomination, second: Nomination) -> Alike | None:
    """Why two nominations look alike, marked as distinct or not; None when they don't."""
    found, above = _candidates(first.edition_id)
    both = {first.id, second.id}
    own = [each for each in found if behind.top(above, each.id) in both]
    return next(iter(_between_roots(likeness.pairs(own), above)), None)


def distinguish(edition_id: int, first_id: int, second_id: int, *, by: int, now: datetime) -> None:
    """Somebody found that two are about different procurements; nothing happens when that is known.

    Raises `Gone`, `NotNow` (also for one and the same), `WrongPhase`.
    """
    first, second = _two(edition_id, first_id, second_id)
    if marks(first, second):
        return
    low, high = sorted((first.id, second.id))
    db.session.add(Distinct(first_id=low, second_id=high, account_id=by, at=now))
    db.session.flush()
    for each, other in ((first, second), (second, first)):
        happened(each, "distinct", now=now, by=by, note=other.title)


def reconsider(edition_id: int, first_id: int, second_id: int, *, by: int, now: datetime) -> None:
    """Takes back that two are about different procurements; raises as `distinguish`, and `NotMarked`."""
    first, second = _two(edition_id, first_id, second_id)
    found = marks(first, second)
    if not found:
        raise NotMarked
    for mark in found:
        db.session.delete(mark)
    db.session.flush()
    for each, other in ((first, second), (second, first)):
        happened(each, "alike", now=now, by=by, note=other.title)


def marks(first: Nomination, second: Nomination) -> list[Distinct]:
    """What people found of two nominations, or of any two that stand behind them: distinct procurements."""
    ones, others = ([each.id for each in behind.together(item)] for item in (first, second))
    query = select(Distinct).where(
        or_(
            Distinct.first_id.in_(ones) & Distinct.second_id.in_(others),
            Distinct.first_id.in_(others) & Distinct.second_id.in_(ones),
        )
    )
    return list(db.session.scalars(query.order_by(Distinct.id)))


def all_marks(edition_id: int) -> list[Distinct]:
    """Everything that people found to be distinct in the edition, the newest first."""
    query = select(Distinct).join(Nomination, Nomination.id == Distinct.first_id)
    return list(
        db.session.scalars(query.where(Nomination.edition_id == edition_id).order_by(Distinct.id.desc()))
    )


def _candidates(edition_id: int) -> tuple[list[Candidate], dict[int, int]]:
    """All that count, merged ones too, as `likeness` compares them, and what each of the merged stands behind."""
    query = select(
        Nomination.id,
        Nomination.merged_into_id,
        Nomination.procurement_id,
        Nomination.publication,
        Nomination.buyer_number,
        Nomination.authority,
        Nomination.reference,
        Nomination.title,
        Nomination.read["previous"].label("previous"),
    ).where(Nomination.edition_id == edition_id, Nomination.state.in_((*ROOTS, State.MERGED)))
    rows = db.session.execute(query.order_by(Nomination.id)).all()
    above = {row.id: row.merged_into_id for row in rows if row.merged_into_id is not None}
    found = [
        Candidate(
            id=row.id,
            procurement_id=row.procurement_id,
            publication=row.publication,
            buyer_id=row.buyer_number,
            buyer_name=row.authority,
            reference=row.reference,
            title=row.title,
            previous=tuple(map(str, row.previous or ())),
        )
        for row in rows
    ]
    return found, above


def _open(edition_id: int, pairs: Iterable[likeness.Pair], above: dict[int, int]) -> list[Alike]:
    distinct = {
        _ordered(behind.top(above, mark.first_id), behind.top(above, mark.second_id))
        for mark in all_marks(edition_id)
    }
    return [pair for pair in _between_roots(pairs, above) if (pair.first, pair.second) not in distinct]


def _between_roots(pairs: Iterable[likeness.Pair], above: dict[int, int]) -> list[Alike]:
    """Pairs of what stands for itself: the strongest of those between two trees, with the reasons of all."""
    strongest: dict[tuple[int, int], Alike] = {}
    for pair in pairs:
        first, second = _ordered(behind.top(above, pair.first), behind.top(above, pair.second))
        if first == second:
            continue
        known = strongest.get((first, second))
        reasons = tuple(dict.fromkeys((*(known.reasons if known else ()), *pair.reasons)))
        score = max(pair.score, known.score if known else 0.0)
        strongest[first, second] = Alike(first, second, reasons, score)
    return sorted(strongest.values(), key=lambda pair: (-pair.score, pair.first, pair.second))


def _two(edition_id: int, first_id: int, second_id: int) -> tuple[Nomination, Nomination]:
    if awards.lock(edition_id).phase not in DECIDED_IN:
        raise WrongPhase
    first, second = (nominations.nomination(edition_id, each) for each in (first_id, second_id))
    for each in (first, second):
        if each.state not in ROOTS or first.id == second.id:
            raise NotNow(each.state)
    return first, second


def _ordered(one: int, other: int) -> tuple[int, int]:
    return (one, other) if one < other else (other, one)


def _head(heads: dict[int, int], number: int) -> int:
    while heads.setdefault(number, number) != number:
        number = heads[number]
    return number
