"""What the awards of a notice say together: per lot, and for the notice as a whole.

The rules for values are in `totals`. The others, and why:

- Tenders are counted for each lot. The same supplier may tender for many lots, so counts are never added: the notice
  has a count only where one lot's result stands in it.
- The date of the award is the notice's where all its awards share it.
- Something was awarded when a lot was. It was not when every lot is closed without a winner.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from app.procurement import totals
from app.procurement.awards import Award, Description, LotResult, Outcome, State, Stated, distinct
from app.procurement.doubts import Doubts
from app.procurement.notice import Lot, Organisation, Why

MOST_LOTS = 1_000
MOST_WINNERS = 500


def of_awards(awards: Sequence[Award], said: Doubts, stated: Stated) -> Outcome:
    """The outcome of *awards*, with what the notice states as a whole; what cannot be told is noted."""
    by_lot: dict[str, list[Award]] = {}
    for award in awards:
        by_lot.setdefault(award.lot, []).append(award)
    results = {lot: _of_lot(of_it) for lot, of_it in by_lot.items()}
    awarded = _awarded(awards, results, said)
    won = [result for result in results.values() if result.awarded]
    return Outcome(
        awarded=awarded,
        value=None if awarded is False else totals.of_notice(stated, won, said),
        tenders_received=_tenders(results, said),
        award_date=_day(won, said),
        winners=_winners(won, said),
        results=results,
    )


def pending(decided: Outcome, said: Doubts) -> Outcome:
    """The outcome of an award that is announced and not yet in force: nothing is awarded so far."""
    said.forget("awarded")
    said.add("awarded", Why.AWARD_PENDING)
    results = {lot: replace(result, awarded=None) for lot, result in (decided.results or {}).items()}
    return replace(decided, awarded=None, results=results)


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


def _of_lot(awards: Sequence[Award]) -> LotResult:
    values = tuple(award.value for award in awards if award.value)
    return LotResult(
        awarded=_lot_awarded([award.state for award in awards]),
        value=totals.of_lot(values, is_framework=any(award.is_framework for award in awards)),
        values=values,
        counts=tuple(sorted({award.tenders for award in awards if award.tenders is not None})),
        days=tuple(sorted({day for award in awards for day in award.days})),
        winners=distinct([winner for award in awards for winner in award.winners]),
    )


def _lot_awarded(states: Sequence[State]) -> bool | None:
    if State.AWARDED in states:
        return True
    return False if set(states) == {State.CLOSED} else None


def _awarded(awards: Sequence[Award], results: Mapping[str, LotResult], said: Doubts) -> bool | None:
    found = [result.awarded for result in results.values()]
    if True in found:
        if len(found) == 1:  # no lots, or one: its awards are what is told apart
            found = [award.state is State.AWARDED for award in awards if award.state is not State.UNSAID]
        if not all(found):
            said.add("awarded", Why.PARTLY_AWARDED, awarded=str(found.count(True)), count=str(len(found)))
        return True
    if found and None not in found:
        return False
    return None


def _tenders(results: Mapping[str, LotResult], said: Doubts) -> int | None:
    differ = [lot for lot, result in results.items() if len(result.counts) > 1]
    if differ:
        counts = [str(each) for each in results[differ[0]].counts]
        said.add("tenders_received", Why.TENDERS_DIFFER, found=", ".join(counts), lots=", ".join(differ[:20]))
    if len(results) == 1:
        return next(iter(results.values())).tenders
    found = [f"{lot}: {result.tenders}" for lot, result in results.items() if result.tenders is not None]
    if found:
        said.add("tenders_received", Why.TENDERS_PER_LOT, found=", ".join(found[:20]))
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
