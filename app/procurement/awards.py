"""Decisions about lots, as the readers of all XML standards hand them over, and what comes of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from typing import NamedTuple

from app.procurement.notice import Money, Organisation


class State(Enum):
    """What was decided about a lot."""

    AWARDED = "awarded"
    CLOSED = "closed"
    OPEN = "open"
    UNSAID = "unsaid"


@dataclass(frozen=True, slots=True)
class Award:
    """One decision about one lot, as a notice states it; several may concern the same lot."""

    lot: str
    state: State
    value: Money | None = None
    tenders: int | None = None
    days: tuple[date, ...] = ()
    winners: tuple[Organisation, ...] = ()
    is_framework: bool = False


class Description(NamedTuple):
    """How a lot is described."""

    title: str | None = None
    cpv: tuple[str, ...] = ()


class Stated(NamedTuple):
    """What a notice says about its value as a whole."""

    totals: Sequence[Money] = ()
    ranges: Sequence[tuple[str, str]] = ()
    """The lowest and the highest tender, as they are shown."""
    estimate: Money | None = None
    is_withheld: bool = False
    is_contest: bool = False
    """A contest has prizes and no value."""


@dataclass(frozen=True, slots=True)
class LotResult:
    """What the awards of one lot say together."""

    awarded: bool | None
    value: Money | None = None
    values: tuple[Money, ...] = ()
    counts: tuple[int, ...] = ()
    days: tuple[date, ...] = ()
    winners: tuple[Organisation, ...] = ()

    @property
    def tenders(self) -> int | None:
        """The number of tenders, where only one is stated."""
        return self.counts[0] if len(self.counts) == 1 else None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a notice's awards say together."""

    awarded: bool | None = None
    value: Money | None = None
    tenders_received: int | None = None
    award_date: date | None = None
    winners: tuple[Organisation, ...] = ()
    results: Mapping[str, LotResult] | None = None


def of_whole(award: Award) -> Award:
    """The award as one of the whole procurement, for a notice that is not divided into lots."""
    return replace(award, lot="")


def distinct(found: Sequence[Organisation]) -> tuple[Organisation, ...]:
    """Organisations, each once: by number where there is one, else by name."""
    if len(found) <= 1:
        return tuple(found)
    with_number = {each.name.casefold() for each in found if each.id and each.name}
    kept: dict[tuple[str | None, str | None], Organisation] = {}
    for each in found:
        name = each.name.casefold() if each.name else None
        if each.id or name not in with_number:
            kept.setdefault((each.id, each.country if each.id else name), each)
    return tuple(kept.values())
