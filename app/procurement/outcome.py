"""What the awards of a notice say together: per lot, and for the notice as a whole.

The rules, and why:

- A total that the notice states is its value, whatever the lots add up to: it is what the buyer says. That they differ
  is said. Two totals that differ leave no value.
- With no total, the value of one awarded lot is the notice's, and so is the sum of all awarded lots where each has a
  value in the same currency: that is arithmetic, no guess, and said. Different currencies are never added.
- Several awards of one lot are added, except under a framework agreement, where each may name the same ceiling, and
  except where all name the same amount: there they may be one value written several times. Then there is none.
- Tenders are counted for each lot. The same supplier may tender for many lots, so counts are never added: the notice
  has a count only where one lot's result stands in it.
- The date of the award is the notice's where all its awards share it.
- Something was awarded when a lot was. It was not when every lot is closed without a winner.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import NamedTuple

from app.procurement import facts
from app.procurement.doubts import Doubts
from app.procurement.notice import Lot, Money, Organisation, Why

MOST_LOTS = 1_000
MOST_WINNERS = 500


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
    framework: bool = False


class Description(NamedTuple):
    """How a lot is described."""

    title: str | None = None
    cpv: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LotResult:
    """What the awards of one lot say together."""

    awarded: bool | None
    value: Money | None = None
    tenders: int | None = None
    days: tuple[date, ...] = ()
    winners: tuple[Organisation, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a notice's awards say together."""

    awarded: bool | None = None
    value: Money | None = None
    tenders_received: int | None = None
    award_date: date | None = None
    winners: tuple[Organisation, ...] = ()
    results: Mapping[str, LotResult] | None = None


def of_awards(awards: Sequence[Award], said: Doubts, *, stated: Sequence[Money] = ()) -> Outcome:
    """The outcome of *awards*, with the totals that the notice states; what cannot be told is noted."""
    by_lot: dict[str, list[Award]] = {}
    for award in awards:
        by_lot.setdefault(award.lot, []).append(award)
    results = {lot: _of_lot(of_it, said) for lot, of_it in by_lot.items()}
    awarded = _awarded(results.values(), said)
    won = [result for result in results.values() if result.awarded]
    value = None
    if awarded is not False:
        value = _stated(stated, won, said) if stated else _summed(won, said)
    if awarded and value is None and not stated and not said.has(*_SAYS_WHY_NO_VALUE):
        said.add("value", Why.NO_VALUE)
    return Outcome(
        awarded=awarded,
        value=value,
        tenders_received=_tenders(results, said),
        award_date=_day(won, said),
        winners=_winners(won, said),
        results=results,
    )


def pending(decided: Outcome) -> Outcome:
    """The outcome of an award that is announced and not yet in force."""
    return replace(decided, awarded=None)


def of_whole(award: Award) -> Award:
    """The award as one of the whole procurement, for a notice that is not divided into lots."""
    return replace(award, lot="")


def lots(
    described: Mapping[str, Description], results: Mapping[str, LotResult] | None, said: Doubts
) -> tuple[Lot, ...]:
    """The lots with what was decided about each, in the order of their description; the first `MOST_LOTS`."""
    decided = results or {}
    order = dict.fromkeys([*described, *(lot for lot in decided if lot)])
    if len(order) > MOST_LOTS:
        said.add("lots", Why.TOO_MANY_LOTS, count=str(len(order)), shown=str(MOST_LOTS))
    found = []
    for lot in list(order)[:MOST_LOTS]:
        description, result = described.get(lot, Description()), decided.get(lot, LotResult(None))
        found.append(
            Lot(
                id=lot,
                title=description.title,
                cpv=description.cpv,
                value=result.value,
                tenders_received=result.tenders,
                award_date=result.days[0] if len(result.days) == 1 else None,
                awarded=result.awarded,
                winners=result.winners,
            )
        )
    return tuple(found)


def distinct(found: Sequence[Organisation]) -> tuple[Organisation, ...]:
    """Organisations, each once: by number where there is one, else by name."""
    with_number = {each.name.casefold() for each in found if each.id and each.name}
    kept: dict[tuple[str | None, str | None], Organisation] = {}
    for each in found:
        name = each.name.casefold() if each.name else None
        if each.id or name not in with_number:
            kept.setdefault((each.id, each.country if each.id else name), each)
    return tuple(kept.values())


_SAYS_WHY_NO_VALUE = (
    Why.NO_VALUE, Why.PARTIAL_VALUE, Why.SEVERAL_VALUES, Why.SEVERAL_CURRENCIES, Why.UNPUBLISHED, Why.RANGE_ONLY,
    Why.PRIZE_ONLY, Why.VAT_INCLUDED, Why.PERIODIC_VALUE, Why.UNREADABLE_VALUE, Why.NO_CURRENCY, Why.ESTIMATE_ONLY,
    Why.UNLIKELY_VALUE,
)  # fmt: skip


def _of_lot(awards: Sequence[Award], said: Doubts) -> LotResult:
    counts = sorted({award.tenders for award in awards if award.tenders is not None})
    if len(counts) > 1:
        said.add("tenders_received", Why.TENDERS_DIFFER, found=", ".join(str(each) for each in counts))
    return LotResult(
        awarded=_lot_awarded(awards, said),
        value=_lot_value(awards, said),
        tenders=counts[0] if len(counts) == 1 else None,
        days=tuple(sorted({day for award in awards for day in award.days})),
        winners=distinct([winner for award in awards for winner in award.winners]),
    )


def _lot_awarded(awards: Sequence[Award], said: Doubts) -> bool | None:
    states = [award.state for award in awards]
    if State.AWARDED not in states:
        return False if set(states) == {State.CLOSED} else None
    if State.CLOSED in states:
        won = states.count(State.AWARDED)
        said.add("awarded", Why.PARTLY_AWARDED, awarded=str(won), count=str(len(states)))
    return True


def _lot_value(awards: Sequence[Award], said: Doubts) -> Money | None:
    values = [award.value for award in awards if award.value]
    if len(values) <= 1:
        return values[0] if values else None
    if len({value.currency for value in values}) > 1:
        said.add("value", Why.SEVERAL_CURRENCIES, found=_listed(values))
        return None
    if len(set(values)) == 1 or any(award.framework for award in awards):
        said.add("value", Why.SEVERAL_VALUES, found=_listed(values))
        return None
    return _sum(values)


def _awarded(results: Iterable[LotResult], said: Doubts) -> bool | None:
    found = [result.awarded for result in results]
    if True in found:
        if not all(found):
            said.add("awarded", Why.PARTLY_AWARDED, awarded=str(found.count(True)), count=str(len(found)))
        return True
    if found and None not in found:
        return False
    return None


def _stated(stated: Sequence[Money], won: Sequence[LotResult], said: Doubts) -> Money | None:
    distinct_totals = list(dict.fromkeys(stated))
    if len(distinct_totals) > 1:
        several = len({total.currency for total in distinct_totals}) > 1
        why = Why.SEVERAL_CURRENCIES if several else Why.SEVERAL_VALUES
        said.add("value", why, found=_listed(distinct_totals))
        return None
    total = distinct_totals[0]
    values = [result.value for result in won if result.value]
    if len({value.currency for value in [total, *values]}) > 1:
        said.add("value", Why.SEVERAL_CURRENCIES, found=_listed([total, *_by_currency(values)]))
    elif values and len(values) == len(won):
        lots = _sum(values)
        if abs(lots.amount - total.amount) > len(values):  # each may have been rounded to a whole unit
            said.add("value", Why.LOTS_ADD_UP_OTHERWISE, total=facts.shown(total), lots=facts.shown(lots))
    return facts.likely(total, said)


def _summed(won: Sequence[LotResult], said: Doubts) -> Money | None:
    values = [result.value for result in won if result.value]
    if len({value.currency for value in values}) > 1:
        said.add("value", Why.SEVERAL_CURRENCIES, found=_listed(_by_currency(values)))
        return None
    if not values:
        return None
    if len(values) < len(won):
        said.add("value", Why.PARTIAL_VALUE, found=_listed(values))
        return None
    if len(values) > 1:
        said.add("value", Why.SUM_OF_LOTS, count=str(len(values)), lots=_listed(values))
    for value in values:
        facts.likely(value, said)
    return _sum(values) if any(value.amount for value in values) else None


def _tenders(results: Mapping[str, LotResult], said: Doubts) -> int | None:
    if len(results) == 1:
        return next(iter(results.values())).tenders
    counts = [f"{lot}: {result.tenders}" for lot, result in results.items() if result.tenders is not None]
    if counts:
        said.add("tenders_received", Why.TENDERS_PER_LOT, found=", ".join(counts[:20]))
    return None


def _day(won: Sequence[LotResult], said: Doubts) -> date | None:
    days = sorted({day for result in won for day in result.days})
    if len(days) > 1:
        said.add("award_date", Why.SEVERAL_DATES, found=f"{days[0].isoformat()} – {days[-1].isoformat()}")
    elif won and not days and not said.has(Why.PLACEHOLDER_DATE):
        said.add("award_date", Why.NO_AWARD_DATE)
    return days[0] if len(days) == 1 else None


def _winners(won: Sequence[LotResult], said: Doubts) -> tuple[Organisation, ...]:
    found = distinct([winner for result in won for winner in result.winners])
    if won and not found:
        said.add("winners", Why.NO_WINNER)
    if len(found) > MOST_WINNERS:
        said.add("winners", Why.TOO_MANY_WINNERS, count=str(len(found)), shown=str(MOST_WINNERS))
    return found[:MOST_WINNERS]


def _sum(values: Sequence[Money]) -> Money:
    return Money(sum((value.amount for value in values), Decimal()), values[0].currency)


def _by_currency(values: Sequence[Money]) -> list[Money]:
    currencies = dict.fromkeys(value.currency for value in values)
    return [_sum([value for value in values if value.currency == currency]) for currency in currencies]


def _listed(values: Sequence[Money]) -> str:
    return ", ".join(facts.shown(value) for value in values[:10])
