"""The awards of a release with the contracts that follow from them: who won what, for how much, and whether it holds.

An award is in force when its status is "active" (or a contract of it was signed), not yet when it is "pending", and not
at all when it is "cancelled" or "unsuccessful". EU profiles state value and date with the contract instead; these are
read where the award has none. Where award and contracts state different values there is none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from app.procurement import facts
from app.procurement.doubts import Doubts
from app.procurement.notice import Money, Organisation, Why
from app.procurement.ocds import values
from app.procurement.ocds.parties import Parties
from app.procurement.ocds.values import objects, text, word

FAILED = frozenset({"cancelled", "canceled", "unsuccessful"})
IN_FORCE = frozenset({"active", "complete"})
SIGNED = frozenset({"active", "terminated", "complete", "incomplete"})


@dataclass(frozen=True, slots=True)
class Award:
    """One award. `state` is True in force, False failed, None pending or not said; `pending` tells these two apart."""

    title: str | None
    state: bool | None
    pending: bool
    day: date | None
    value: Money | None
    suppliers: tuple[Organisation, ...]
    lots: tuple[str, ...]


def read_awards(release: Mapping[str, Any], parties: Parties, said: Doubts) -> list[Award]:
    """The release's awards; of several with one id the last, as the standard's merging has it."""
    contracts = defaultdict(list)
    for contract in objects(release.get("contracts")):
        contracts[values.identifier(contract.get("awardID"))].append(contract)
    known: dict[str | int, Mapping[str, Any]] = {}
    for place, award in enumerate(objects(release.get("awards"))):
        known[values.identifier(award.get("id")) or place] = award
    return [
        _award(award, contracts.get(key, []) if isinstance(key, str) else [], parties, said)
        for key, award in known.items()
    ]


def _award(
    award: Mapping[str, Any], contracts: list[Mapping[str, Any]], parties: Parties, said: Doubts
) -> Award:
    status = word(award.get("status")) or word(award.get("finalStatus"))
    live = [each for each in contracts if word(each.get("status")) not in FAILED]
    state = _state(status, contracts, live, said)
    if state is False:
        return Award(text(award.get("title")), False, False, None, None, (), _lots(award))
    return Award(
        title=text(award.get("title")),
        state=state,
        pending=status == "pending",
        day=_day(award, live, said),
        value=_value(award, live, said),
        suppliers=tuple(parties.organisation(each, "winners") for each in objects(award.get("suppliers"))),
        lots=_lots(award),
    )


def _state(
    status: str, contracts: list[Mapping[str, Any]], live: list[Mapping[str, Any]], said: Doubts
) -> bool | None:
    if status in FAILED:
        return False
    if status in IN_FORCE and contracts and not live:
        said.add("awarded", Why.AWARD_CONTRADICTED)
        return None
    signed = any(word(each.get("status")) in SIGNED or text(each.get("dateSigned")) for each in live)
    return True if status in IN_FORCE or (signed and status != "pending") else None


def _day(award: Mapping[str, Any], live: list[Mapping[str, Any]], said: Doubts) -> date | None:
    stated = [award.get("date")] if award.get("date") else [each.get("dateSigned") for each in live]
    days = sorted({day for each in stated if (day := values.day(each, "award_date", said))})
    if len(days) > 1:
        said.add("award_date", Why.SEVERAL_DATES, found=f"{days[0].isoformat()} – {days[-1].isoformat()}")
    return days[0] if len(days) == 1 else None


def _value(award: Mapping[str, Any], live: list[Mapping[str, Any]], said: Doubts) -> Money | None:
    own = values.money(award.get("value"), said)
    signed = [values.money(each.get("value"), said) for each in live]
    known = [each for each in signed if each]
    of_contracts = total(known) if len(known) == len(signed) else None
    if own and of_contracts and own != of_contracts:
        said.add("value", Why.SEVERAL_VALUES, found=f"{facts.shown(own)}, {facts.shown(of_contracts)}")
        return None
    return own or of_contracts


def _lots(award: Mapping[str, Any]) -> tuple[str, ...]:
    related = award.get("relatedLots")
    stated = related if isinstance(related, list) else [award.get("relatedLot")]
    return tuple(dict.fromkeys(key for each in stated if (key := values.identifier(each))))


def together(awards: Iterable[Award], said: Doubts) -> Money | None:
    """What *awards* are worth together; None, and a doubt, where that cannot be told.

    Several awards of the same lot that all state the same amount may be one value written several times.
    """
    held = [award for award in awards if award.state is not False]
    amounts = [award.value for award in held if award.value]
    shown = ", ".join(facts.shown(each) for each in amounts[:10])
    if not amounts:
        return None
    if len(amounts) < len(held):
        said.add("value", Why.NO_VALUE, found=shown)
    elif len({each.currency for each in amounts}) > 1:
        said.add("value", Why.SEVERAL_CURRENCIES, found=shown)
    elif any(_repeated(held)):
        said.add("value", Why.SEVERAL_VALUES, found=shown)
    else:
        if len(amounts) > 1:
            said.add("value", Why.SUM_OF_LOTS, count=str(len(amounts)), lots=shown)
        return total(amounts)
    return None


def _repeated(held: Iterable[Award]) -> Iterator[bool]:
    of_lots: dict[tuple[str, ...], list[Money | None]] = defaultdict(list)
    for award in held:
        if award.lots:
            of_lots[award.lots].append(award.value)
    return (len(amounts) > 1 and len(set(amounts)) == 1 for amounts in of_lots.values())


def total(amounts: Iterable[Money]) -> Money | None:
    """The sum of amounts in one currency; None for none, or for several currencies."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for each in amounts:
        sums[each.currency] += each.amount
    return Money(next(iter(sums.values())), next(iter(sums))) if len(sums) == 1 else None


def in_force(awards: Iterable[Award]) -> bool | None:
    """True where one of them is in force, False where all failed, else None."""
    states = {award.state for award in awards}
    return True if True in states else False if states == {False} else None


def distinct(found: Iterable[Organisation]) -> tuple[Organisation, ...]:
    """Each organisation once, by its number, else by its name; those of whom neither is known are left out."""
    by_key: dict[tuple[str | None, str], Organisation] = {}
    for each in found:
        if each.id or each.name:
            by_key.setdefault((each.country, each.id) if each.id else (None, each.name or ""), each)
    return tuple(by_key.values())
