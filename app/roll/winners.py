"""Which of those on the roll won a contract that stands on the ballot, and whether they vote.

A contract's winners are those that the notice names (of the parts that are meant, where some are) and those that the
nomination names; once the secretariat has corrected the nomination's winners, only what it wrote. A nominator who says
that it won is one too. Winners are matched by number, never by name: a name is no proof, and whoever is left out by
mistake cannot vote. One ballot votes in all categories, so who is left out is left out altogether.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, update

from app.awards.models import Edition
from app.extensions import db
from app.ledger import service as ledger
from app.nominations.behind import parents, top
from app.nominations.models import Nomination, Nominee, Relation
from app.nominations.notices import SECRETARIAT
from app.procurement import organisations
from app.roll.models import LeftOut, RollFreeze, Voter
from app.roll.rows import Row

SWEDEN = "SE"
CHUNK = 500
Number = tuple[str, str]
"""(country, number as it is compared); a country that nobody stated is ""."""


class WonContract(Exception):
    """Somebody who won a contract on the ballot, in an edition where such do not vote."""


@dataclass(frozen=True)
class Winner:
    """Somebody who is said to have won what stands on the ballot, and which nominations say so."""

    name: str
    number: Number | None
    nominees: Sequence[int] = ()
    categories: frozenset[int] = frozenset()
    nominations: Sequence[int] = ()


@dataclass(frozen=True)
class Concerned:
    """A voter who won: in which categories, and by which nominations."""

    voter: Voter
    winner: Winner


@dataclass(frozen=True)
class Winners:
    """All of an edition's winners: on the roll, not on it, and those who cannot be matched for want of a number."""

    on_roll: Sequence[Concerned] = ()
    elsewhere: Sequence[Winner] = ()
    numberless: Sequence[Winner] = ()

    @property
    def ids(self) -> set[int]:
        """The voters' numbers."""
        return {each.voter.id for each in self.on_roll}

    def by_category(self) -> dict[int, int]:
        """How many of the voters won in each category."""
        found: dict[int, int] = defaultdict(int)
        for each in self.on_roll:
            for category in each.winner.categories:
                found[category] += 1
        return dict(found)


@dataclass
class _Found:
    name: str
    nominees: set[int] = field(default_factory=set)
    categories: set[int] = field(default_factory=set)
    nominations: set[int] = field(default_factory=set)

    def winner(self, number: Number | None) -> Winner:
        return Winner(
            self.name, number, sorted(self.nominees), frozenset(self.categories), sorted(self.nominations)
        )


def winners(edition: Edition) -> Winners:
    """Who won what stands on the ballot now, against the roll as it is now."""
    numbered: dict[Number, _Found] = {}
    nameless: dict[str, _Found] = {}
    for nominee, nomination in _behind(edition.id):
        for name, number in said(nomination):
            found = (
                numbered.setdefault(number, _Found(name))
                if number is not None
                else nameless.setdefault(name.casefold(), _Found(name))
            )
            found.name = found.name or name
            found.nominees.add(nominee.id)
            found.categories.add(nominee.category_id)
            found.nominations.add(nomination.id)
    _join_countryless(numbered)
    voters = _voters(edition.id, numbered)
    on_roll = [
        Concerned(voter, found.winner(number))
        for number, found in numbered.items()
        for voter in voters[number]
    ]
    elsewhere = [found.winner(number) for number, found in numbered.items() if not voters[number]]
    known = {found.name.casefold() for found in numbered.values()}
    alone = [found.winner(None) for name, found in nameless.items() if name not in known]
    return Winners(
        sorted(on_roll, key=lambda each: (each.voter.company.casefold(), each.voter.id)),
        sorted(elsewhere, key=lambda each: each.name.casefold()),
        sorted(alone, key=lambda each: each.name.casefold()),
    )


def nominees(edition_id: int) -> dict[int, Nominee]:
    """The nominees by their numbers, for pages that name them."""
    return {
        each.id: each for each in db.session.scalars(select(Nominee).where(Nominee.edition_id == edition_id))
    }


def _behind(edition_id: int) -> Iterator[tuple[Nominee, Nomination]]:
    """Each nominee with its nomination, and with every one that was merged into that."""
    standing = {each.nomination_id: each for each in nominees(edition_id).values()}
    above = parents(edition_id)
    roots = {number: top(above, number) for number in above}
    numbers = [number for number in {*standing, *roots} if roots.get(number, number) in standing]
    for start in range(0, len(numbers), CHUNK):
        some = select(Nomination).where(Nomination.id.in_(numbers[start : start + CHUNK]))
        for nomination in db.session.scalars(some.order_by(Nomination.id)):
            yield standing[roots.get(nomination.id, nomination.id)], nomination


def said(nomination: Nomination) -> Iterator[tuple[str, Number | None]]:
    """(name, number or None) of everyone who won by what this nomination and its notice say."""
    source = (nomination.sources or {}).get("winners") or {}
    corrected = source.get("from") == SECRETARIAT and source.get("value") == nomination.winners
    noticed = [] if corrected else list(_of_notice(nomination))
    countries = {str(each.get("id")): str(each.get("country") or "") for each in _organisations(nomination)}
    for each in noticed:
        yield str(each.get("name") or ""), _number(str(each.get("id") or ""), str(each.get("country") or ""))
    for line in nomination.winners.splitlines():
        name, _, digits = line.strip().rpartition(",")
        number = _number(digits.strip(), countries.get(digits.strip(), "")) if name else None
        if name and number is not None:
            yield name.strip(), number
        elif line.strip():
            yield line.strip().rstrip(", "), None
    if nomination.relation is Relation.WON:
        country = nomination.foreign_country or SWEDEN
        yield nomination.company, _number(nomination.orgnr or nomination.foreign_number, country)


def _of_notice(nomination: Nomination) -> list[Mapping[str, Any]]:
    read = nomination.read or {}
    chosen = [lot for lot in read.get("lots") or [] if lot.get("id") in set(nomination.lots or [])]
    if chosen:
        return [each for lot in chosen for each in lot.get("winners") or []]
    return _organisations(nomination)


def _organisations(nomination: Nomination) -> list[Mapping[str, Any]]:
    read = nomination.read or {}
    lots = [each for lot in read.get("lots") or [] for each in lot.get("winners") or []]
    return [*(read.get("winners") or []), *lots]


def _number(text: str, country: str) -> Number | None:
    """A number as it is compared; None where there is none, or where it may be a person's."""
    try:
        return SWEDEN, organisations.swedish(text)
    except organisations.PersonalNumber:
        return None
    except organisations.OrganisationError:
        pass
    abroad = country.upper() if country.upper() != SWEDEN else ""
    try:
        return abroad, organisations.foreign(text, abroad)
    except organisations.OrganisationError:
        return None


def _join_countryless(numbered: dict[Number, _Found]) -> None:
    """A number whose country one source left out is the same company as where another states it."""
    for number in [each for each in numbered if not each[0]]:
        for other, found in numbered.items():
            if other[0] not in {"", SWEDEN} and organisations.foreign(number[1], other[0]) == other[1]:
                gone = numbered.pop(number)
                for name in ("nominees", "categories", "nominations"):
                    getattr(found, name).update(getattr(gone, name))
                break


def _voters(edition_id: int, numbers: Iterable[Number]) -> Mapping[Number, list[Voter]]:
    """The voters with each number: several where each person has a ballot."""
    wanted = list(numbers)
    swedish = [digits for country, digits in wanted if country == SWEDEN]
    found: dict[Number, list[Voter]] = defaultdict(list)
    for start in range(0, len(swedish), CHUNK):
        some = Voter.orgnr.in_(swedish[start : start + CHUNK])
        for voter in db.session.scalars(select(Voter).where(Voter.edition_id == edition_id, some)):
            found[SWEDEN, voter.orgnr].append(voter)
    abroad = [each for each in wanted if each[0] != SWEDEN]
    if abroad:
        foreign = select(Voter).where(Voter.edition_id == edition_id, Voter.foreign_country != "")
        by_number: dict[Number, list[Voter]] = defaultdict(list)
        for voter in db.session.scalars(foreign):
            by_number[voter.foreign_country, voter.foreign_number].append(voter)
        countries = sorted({country for country, _ in by_number})
        for country, digits in abroad:
            for place in [country] if country else countries:
                spelled = organisations.foreign(digits, place)
                found[country, digits] += by_number.get((place, spelled), [])
    return found


def left_out_ids(edition: Edition) -> set[int]:
    """The voters who will have no ballot, if it is made now."""
    return set() if edition.winners_vote else winners(edition).ids


def settle(edition: Edition) -> None:
    """Says of every voter who won that it did, and leaves it out where winners do not vote; before the freeze."""
    found = winners(edition)
    values = {"won": True} if edition.winners_vote else {"won": True, "left_out": LeftOut.WINNER}
    everyone = update(Voter).where(Voter.edition_id == edition.id)
    stale = or_(Voter.won, Voter.left_out != LeftOut.NO)
    db.session.execute(everyone.where(stale).values(won=False, left_out=LeftOut.NO))
    ids = sorted(found.ids)
    for start in range(0, len(ids), CHUNK):
        db.session.execute(everyone.where(Voter.id.in_(ids[start : start + CHUNK])).values(**values))
    db.session.flush()


def refuse_winner(edition: Edition, row: Row) -> None:
    """For whoever is put on the roll after the freeze; raises `WonContract` where winners do not vote."""
    if edition.winners_vote:
        return
    known = winners(edition)
    numbers = {each.winner.number for each in known.on_roll} | {each.number for each in known.elsewhere}
    if any(number and _has_number(row, number) for number in numbers):
        raise WonContract(row.key)


def _has_number(row: Row, number: Number) -> bool:
    country, digits = number
    if country == SWEDEN:
        return row.orgnr == digits
    if not row.foreign_country or country not in {"", row.foreign_country}:
        return False
    return organisations.foreign(digits, row.foreign_country) == row.foreign_number


def record(edition: Edition, *, now: datetime) -> None:
    """Writes the number of winners beside the freeze and into the ledger."""
    found = winners(edition)
    frozen = db.session.scalars(select(RollFreeze).where(RollFreeze.edition_id == edition.id)).one()
    frozen.winners = len(found.ids)
    frozen.left_out = 0 if edition.winners_vote else frozen.winners
    voting = found.by_category() if edition.winners_vote else {}
    frozen.winners_by_category = {str(category): number for category, number in sorted(voting.items())}
    db.session.flush()
    data = {"left_out": frozen.left_out, "may_vote": edition.winners_vote, "winners": frozen.winners}
    ledger.append(edition=edition.id, kind="roll-conflicts", data=data, now=now)
