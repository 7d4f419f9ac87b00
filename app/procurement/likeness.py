"""Finding what may be the same procurement, nominated twice: pairs, each with its reasons.

The same number is a strong reason, whoever the buyer is. Reference numbers and titles only mean something together with
the buyer. Whoever knows procurement would add: the same title in another year is most often the next procurement, not
the same; two upphandlings-IDs that differ are two procurements, whatever their titles. Both count, but for little.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from app.procurement import comparable, organisations

ENOUGH = 0.75
"""The least likeness of two titles that is worth a look."""
PREFIX = 4
CROWD = 300
"""Where more than so many share a number or a word, each is compared with the first of them alone."""


class Reason(StrEnum):
    """Why two may be the same procurement."""

    SAME_PROCUREMENT = "same-procurement-id"
    SAME_NOTICE = "same-notice"
    EARLIER_NOTICE = "earlier-notice"
    SAME_REFERENCE = "same-reference"
    SAME_TITLE = "same-title"
    TITLE_WITHIN = "title-within"
    OTHER_YEAR = "title-of-another-year"


WEIGHTS = {
    Reason.SAME_PROCUREMENT: 0.98,
    Reason.SAME_NOTICE: 0.97,
    Reason.EARLIER_NOTICE: 0.9,
    Reason.SAME_REFERENCE: 0.9,
    Reason.SAME_TITLE: 0.75,
    Reason.TITLE_WITHIN: 0.4,
    Reason.OTHER_YEAR: 0.3,
}
WEAK = frozenset({Reason.TITLE_WITHIN, Reason.OTHER_YEAR})
IDENTIFYING = frozenset({Reason.SAME_PROCUREMENT, Reason.SAME_NOTICE, Reason.EARLIER_NOTICE})


@dataclass(frozen=True)
class Candidate:
    """A procurement as it was nominated; "" for what is not known.

    `procurement_id` is an upphandlings-ID or a procedure's UUID, `publication` a TED number, `previous` the TED numbers
    of earlier notices, `reference` the buyer's own number.
    """

    id: int
    procurement_id: str = ""
    publication: str = ""
    buyer_id: str = ""
    buyer_name: str = ""
    reference: str = ""
    title: str = ""
    procedure_id: str = ""
    previous: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pair:
    """Two candidates' ids (`first` is the smaller), why they may be one procurement, and how likely (0 to 1)."""

    first: int
    second: int
    reasons: tuple[Reason, ...]
    score: float

    @property
    def weak(self) -> bool:
        """Whether people should expect two procurements that are merely alike."""
        return WEAK.issuperset(self.reasons)


@dataclass(frozen=True)
class _Known:
    """A candidate in comparable form."""

    id: int
    procurements: frozenset[str]
    publication: str
    previous: frozenset[str]
    buyer_id: str
    buyer_name: str
    reference: str
    title: comparable.Title


def pairs(candidates: Iterable[Candidate]) -> list[Pair]:
    """Every two that may be the same procurement, the likeliest first; whatever the order of *candidates*.

    Compared are those that share a number, or a buyer and the beginning of a word in their titles.
    """
    known = sorted((_known(each) for each in candidates), key=lambda each: (each.id, repr(each)))
    found: dict[tuple[int, int], Pair] = {}
    seen: set[tuple[int, int]] = set()
    for one, other in _worth_comparing(known):
        places = (one.id, other.id)
        if one.id == other.id or places in seen:
            continue
        seen.add(places)
        if pair := _compare(one, other):
            found[places] = pair
    return sorted(found.values(), key=lambda pair: (-pair.score, pair.first, pair.second))


def _worth_comparing(known: list[_Known]) -> Iterator[tuple[_Known, _Known]]:
    for keys in (
        _numbers,
        _titles_of_buyer(lambda each: each.buyer_id),
        _titles_of_buyer(lambda each: each.buyer_name),
    ):
        groups: dict[tuple[str, ...], list[_Known]] = defaultdict(list)
        for each in known:
            for key in keys(each):
                groups[key].append(each)
        for members in groups.values():
            if len(members) <= CROWD:
                yield from combinations(members, 2)
            else:
                yield from ((members[0], other) for other in members[1:])


def _numbers(each: _Known) -> Iterator[tuple[str, ...]]:
    yield from (("procurement", number) for number in each.procurements)
    yield from (("notice", number) for number in {each.publication, *each.previous} - {""})
    for buyer in {each.buyer_id, each.buyer_name} - {""} if each.reference else ():
        yield ("reference", buyer, each.reference)


def _titles_of_buyer(buyer_of: Callable[[_Known], str]) -> Callable[[_Known], Iterator[tuple[str, ...]]]:
    def keys(each: _Known) -> Iterator[tuple[str, ...]]:
        buyer = buyer_of(each)
        if buyer and each.title.words:
            yield buyer, "", *sorted(each.title.words)
            yield from ((buyer, beginning) for beginning in {word[:PREFIX] for word in each.title.words})

    return keys


def _compare(one: _Known, other: _Known) -> Pair | None:
    reasons = [*_by_numbers(one, other), *(_by_buyer(one, other) if _same_buyer(one, other) else ())]
    if not reasons:
        return None
    doubtful = Reason.SAME_PROCUREMENT not in dict(reasons) and _differ(one.procurements, other.procurements)
    unlikely = math.prod(
        1 - likely * (0.5 if doubtful and reason not in IDENTIFYING else 1) for reason, likely in reasons
    )
    return Pair(one.id, other.id, tuple(reason for reason, _ in reasons), round(1 - unlikely, 3))


def _by_numbers(one: _Known, other: _Known) -> Iterator[tuple[Reason, float]]:
    if one.procurements & other.procurements:
        yield Reason.SAME_PROCUREMENT, WEIGHTS[Reason.SAME_PROCUREMENT]
    if one.publication and one.publication == other.publication:
        yield Reason.SAME_NOTICE, WEIGHTS[Reason.SAME_NOTICE]
    elif (
        one.publication in other.previous
        or other.publication in one.previous
        or one.previous & other.previous
    ):
        yield Reason.EARLIER_NOTICE, WEIGHTS[Reason.EARLIER_NOTICE]


def _by_buyer(one: _Known, other: _Known) -> Iterator[tuple[Reason, float]]:
    if one.reference and one.reference == other.reference:
        yield Reason.SAME_REFERENCE, WEIGHTS[Reason.SAME_REFERENCE]
    likeness = comparable.alike(one.title, other.title)
    years = (one.title.years, other.title.years)
    if likeness >= ENOUGH and all(years) and not years[0] & years[1]:
        yield Reason.OTHER_YEAR, WEIGHTS[Reason.OTHER_YEAR] * likeness
    elif likeness >= ENOUGH:
        yield Reason.SAME_TITLE, WEIGHTS[Reason.SAME_TITLE] * likeness
    elif (
        likeness
        and comparable.within(one.title, other.title)
        and not (all(years) and not years[0] & years[1])
    ):
        yield Reason.TITLE_WITHIN, WEIGHTS[Reason.TITLE_WITHIN] * likeness


def _same_buyer(one: _Known, other: _Known) -> bool:
    if one.buyer_id and other.buyer_id:
        return one.buyer_id == other.buyer_id
    return bool(one.buyer_name) and one.buyer_name == other.buyer_name


def _differ(ones: frozenset[str], others: frozenset[str]) -> bool:
    """Whether both have a number of the same kind (upphandlings-ID, UUID), and none in common."""
    return any(map(str.isalnum, ones)) and any(map(str.isalnum, others)) and not ones & others


def _known(candidate: Candidate) -> _Known:
    procurements = (candidate.procurement_id, candidate.procedure_id)
    return _Known(
        id=candidate.id,
        procurements=frozenset(number for each in procurements if (number := _number(each))),
        publication=_notice(candidate.publication),
        previous=frozenset(number for each in candidate.previous if (number := _notice(each))),
        buyer_id=_organisation(candidate.buyer_id),
        buyer_name=comparable.buyer_name(candidate.buyer_name),
        reference=comparable.reference(candidate.reference),
        title=comparable.title(candidate.title),
    )


def _number(text: str) -> str:
    """An upphandlings-ID without spaces and hyphens; a UUID, which has five parts, with its hyphens; in small letters."""
    plain = re.sub(r"\s", "", text).casefold()
    return plain if plain.count("-") == 4 else plain.replace("-", "")


def _notice(text: str) -> str:
    return text.strip().lstrip("0").casefold()


def _organisation(text: str) -> str:
    for read in (organisations.swedish, organisations.foreign):
        try:
            return read(text)
        except organisations.OrganisationError:
            continue
    return ""
