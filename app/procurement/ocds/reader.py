"""A file in the Open Contracting Data Standard in, a `Notice` out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.procurement import countries, facts
from app.procurement.doubts import Doubts
from app.procurement.facts import LONGEST_TITLE, MOST_CPV
from app.procurement.notice import Money, Notice, Organisation, Source, Why
from app.procurement.ocds import releases, strict_json, values
from app.procurement.ocds.awards import FAILED, Award, distinct, in_force, read_awards, together
from app.procurement.ocds.lots import of_all, read_lots, tenders
from app.procurement.ocds.parties import Parties
from app.procurement.ocds.procedures import kind, procedure
from app.procurement.ocds.references import ted_numbers
from app.procurement.ocds.values import an_object, objects, text, word
from app.procurement.outcome import MOST_WINNERS

OTHER_REASONS = (
    Why.SEVERAL_VALUES,
    Why.SEVERAL_CURRENCIES,
    Why.UNREADABLE_VALUE,
    Why.NO_CURRENCY,
    Why.UNLIKELY_VALUE,
)


def read(data: bytes) -> Notice:
    """The notice in *data*: a release, a release or record package, or a list of releases, of one procurement.

    Raises `NotANotice` (`SeveralProcurements` where it is about more than one), `Damaged` or `TooLarge`.
    """
    found = releases.find(strict_json.load(data))
    said = Doubts()
    if len(found) > 1:
        said.add("procurement_id", Why.SEVERAL_RELEASES, count=str(len(found)))
    return _notice(releases.merged(found), said)


def _notice(release: Mapping[str, Any], said: Doubts) -> Notice:
    parties = Parties(release, said)
    awards = read_awards(release, parties, said)
    counts = tenders(release, said)
    lots = read_lots(release, awards, counts, said)
    tender = an_object(release.get("tender"))
    what = kind(_words(release.get("tag")), release)
    publication, previous = ted_numbers(release, what)
    settled = _awarded(release, awards, said)
    return Notice(
        source=Source.OCDS,
        kind=what,
        publication_number=publication,
        notice_id=values.identifier(release.get("id")),
        procurement_id=values.identifier(release.get("ocid")),
        previous=previous,
        title=_title(release, awards, said),
        language=countries.language(word(release.get("language")).split("-")[0]),
        buyer=_buyer(release, parties, said),
        cpv=_cpv(release, said),
        procedure=procedure(
            word(tender.get("procurementMethod")), word(tender.get("procurementMethodDetails"))
        ),
        value=_value(tender, awards, settled, said),
        tenders_received=of_all(counts, len(lots), said),
        award_date=_award_date(awards, settled, said),
        issue_date=values.day(release.get("date"), "issue_date", said),
        awarded=settled,
        winners=_winners(awards, settled, said),
        lots=lots,
        doubts=said.all(),
    )


def _title(release: Mapping[str, Any], awards: list[Award], said: Doubts) -> str | None:
    tender = an_object(release.get("tender"))
    for name in ("title", f"title_{word(release.get('language'))[:2]}", "title_sv", "title_en"):
        if stated := text(tender.get(name), 2 * LONGEST_TITLE):
            if len(stated) > LONGEST_TITLE:
                said.add("title", Why.TOO_LONG, most=str(LONGEST_TITLE))
            return stated[:LONGEST_TITLE]
    titles = list(dict.fromkeys(award.title for award in awards if award.title))
    if not titles:
        said.add("title", Why.NO_TITLE)
    elif len(titles) > 1:
        said.add("title", Why.SEVERAL_TITLES, other=titles[1])
    return titles[0] if titles else None


def _buyer(release: Mapping[str, Any], parties: Parties, said: Doubts) -> Organisation:
    """The buyer, else the entity that procures on its behalf."""
    buyers = (an_object(release.get("buyer")), *parties.with_role("buyer"))
    agents = (
        an_object(an_object(release.get("tender")).get("procuringEntity")),
        *parties.with_role("procuringentity"),
    )
    for references in (buyers, agents):
        if found := distinct(parties.organisation(each, "buyer") for each in references if each):
            if len(found) > 1:
                others = ", ".join(each.name or each.id or "" for each in found[1:10])
                said.add("buyer", Why.SEVERAL_BUYERS, others=others)
            return found[0]
    said.add("buyer", Why.NO_BUYER)
    return Organisation()


def _cpv(release: Mapping[str, Any], said: Doubts) -> tuple[str, ...]:
    tender = an_object(release.get("tender"))
    items = [tender, *objects(tender.get("items"))]
    for part in ("awards", "contracts"):
        items += [item for each in objects(release.get(part)) for item in objects(each.get("items"))]
    found = tuple(dict.fromkeys(code for item in items for code in values.cpv_codes(item, said)))
    if not found:
        said.add("cpv", Why.NO_CPV)
    return found[:MOST_CPV]


def _awarded(release: Mapping[str, Any], awards: list[Award], said: Doubts) -> bool | None:
    tender = an_object(release.get("tender"))
    status = word(tender.get("status")) or word(tender.get("finalStatus"))
    ended = status in FAILED or "tendercancellation" in _words(release.get("tag"))
    if not awards:
        return False if ended else None
    settled = in_force(awards)
    if settled and ended:
        said.add("awarded", Why.AWARD_CONTRADICTED)
        return None
    held = sum(award.state is True for award in awards)
    if any(award.pending for award in awards):
        said.add("awarded", Why.AWARD_PENDING)
    elif settled is None:
        said.add("awarded", Why.AWARD_UNCLEAR)
    elif settled and held < len(awards):
        said.add("awarded", Why.PARTLY_AWARDED, awarded=str(held), count=str(len(awards)))
    return settled


def _value(
    tender: Mapping[str, Any], awards: list[Award], settled: bool | None, said: Doubts
) -> Money | None:
    if any(award.value for award in awards):
        return together(awards, said)
    if estimate := values.money(tender.get("value"), said):
        said.add("value", Why.ESTIMATE_ONLY, amount=facts.shown(estimate))
    elif settled and not said.has(*OTHER_REASONS):
        said.add("value", Why.NO_VALUE)
    return None


def _award_date(awards: list[Award], settled: bool | None, said: Doubts) -> date | None:
    days = sorted({award.day for award in awards if award.day})
    if len(days) > 1:
        said.add("award_date", Why.SEVERAL_DATES, found=f"{days[0].isoformat()} – {days[-1].isoformat()}")
    elif not days and settled:
        said.add("award_date", Why.NO_AWARD_DATE)
    return days[0] if len(days) == 1 else None


def _winners(awards: list[Award], settled: bool | None, said: Doubts) -> tuple[Organisation, ...]:
    found = distinct(winner for award in awards for winner in award.suppliers)
    if settled and not found:
        said.add("winners", Why.NO_WINNER)
    if len(found) > MOST_WINNERS:
        said.add("winners", Why.TOO_MANY_WINNERS, count=str(len(found)), shown=str(MOST_WINNERS))
    return found[:MOST_WINNERS]


def _words(value: Any) -> list[str]:
    return [word(each) for each in value] if isinstance(value, list) else []
