"""Lots, by the lots extension (`tender.lots`, `relatedLots`), and the counts of tenders, by the bids extension."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from app.procurement.doubts import Doubts
from app.procurement.notice import Lot, Why
from app.procurement.ocds import values
from app.procurement.ocds.awards import FAILED, Award, distinct, in_force, together
from app.procurement.ocds.values import an_object, objects, text, word
from app.procurement.outcome import MOST_LOTS

Counts = dict[str | None, set[int]]
"""Numbers of tenders that are stated, by lot; None is the procurement as a whole."""


def read_lots(
    release: Mapping[str, Any], awards: Iterable[Award], counts: Counts, said: Doubts
) -> tuple[Lot, ...]:
    """The lots in the file's order, those that only awards name after those of the tender; the first `MOST_LOTS`."""
    tender = an_object(release.get("tender"))
    of_lot: dict[str, list[Award]] = defaultdict(list)
    stated = {key: lot for lot in objects(tender.get("lots")) if (key := values.identifier(lot.get("id")))}
    for award in awards:
        for key in award.lots:
            of_lot[key].append(award)
    order = list(dict.fromkeys((*stated, *of_lot)))
    if len(order) > MOST_LOTS:
        said.add("lots", Why.TOO_MANY_LOTS, count=str(len(order)), shown=str(MOST_LOTS))
    codes = _codes(tender, said)
    return tuple(
        _lot(key, stated.get(key, {}), of_lot.get(key, []), tuple(codes.get(key, ())), counts.get(key, set()))
        for key in order[:MOST_LOTS]
    )


def _lot(
    key: str, stated: Mapping[str, Any], awards: list[Award], codes: tuple[str, ...], counted: set[int]
) -> Lot:
    alone = all(award.lots == (key,) for award in awards)  # else an amount is for several lots together
    days = {award.day for award in awards if award.day}
    return Lot(
        id=key,
        title=text(stated.get("title")),
        cpv=codes,
        value=together(awards, Doubts()) if alone else None,  # said once, of the procurement
        tenders_received=next(iter(counted)) if len(counted) == 1 else None,
        award_date=next(iter(days)) if len(days) == 1 else None,
        awarded=False if not awards and word(stated.get("status")) in FAILED else in_force(awards),
        winners=distinct(winner for award in awards for winner in award.suppliers),
    )


def tenders(release: Mapping[str, Any], said: Doubts) -> Counts:
    """How many tenders came in, by lot and as a whole: what the bids extension counts, else `numberOfTenderers`."""
    counts: Counts = defaultdict(set)
    statistics = an_object(release.get("bids")).get("statistics")
    for measure in ("bids", "validbids"):
        if not counts:
            for each in objects(statistics):
                if word(each.get("measure")) == measure:
                    _count(each, counts, said)
    tender = an_object(release.get("tender"))
    if None not in counts and tender.get("numberOfTenderers") is not None:
        _count({"value": tender["numberOfTenderers"]}, counts, said)
    if not counts and (tenderers := list(objects(tender.get("tenderers")))):
        counts[None].add(
            len({values.identifier(each.get("id")) or text(each.get("name")) for each in tenderers})
        )
    return counts


def of_all(counts: Counts, lots: int, said: Doubts) -> int | None:
    """The procurement's number of tenders; of its only lot, where it has one; else None and a doubt."""
    stated = counts.get(None) or (next(iter(counts.values())) if len(counts) == 1 and lots <= 1 else set())
    if len(stated) == 1:
        return next(iter(stated))
    if stated:
        said.add("tenders_received", Why.TENDERS_DIFFER, found=", ".join(map(str, sorted(stated)[:10])))
    elif counts:
        per_lot = (f"{lot}: {', '.join(map(str, sorted(found)))}" for lot, found in list(counts.items())[:10])
        said.add("tenders_received", Why.TENDERS_PER_LOT, found="; ".join(per_lot))
    return None


def _count(statistic: Mapping[str, Any], counts: Counts, said: Doubts) -> None:
    number = values.whole(statistic.get("value"))
    if number is None:
        said.add("tenders_received", Why.UNREADABLE_TENDERS, found=values.sample(statistic.get("value")))
        return
    related = statistic.get("relatedLots")
    for lot in related if isinstance(related, list) and related else [statistic.get("relatedLot")]:
        counts[values.identifier(lot)].add(number)


def _codes(tender: Mapping[str, Any], said: Doubts) -> dict[str, dict[str, None]]:
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for item in objects(tender.get("items")):
        if lot := values.identifier(item.get("relatedLot")):
            found[lot].update(dict.fromkeys(values.cpv_codes(item, said)))
    return found
