"""The parts of the results in an eForms notice, each by itself, with the numbers by which they refer to each other."""

from __future__ import annotations

from collections.abc import Sequence, Sized
from typing import NamedTuple

from app.procurement import facts
from app.procurement.notice import TooLarge
from app.procurement.xml import Element

TENDER_VALUE, LOT_MAXIMUM, COUNT = "win-ten-val", "max-val", "rec-sub-cou"
"""What a field is called where it is withheld (BT-195)."""
MOST_OF_A_KIND = 25_000
MOST_REFERENCES = 5_000


class Amount(NamedTuple):
    """An amount as it stands, and whether it is withheld."""

    amount: str
    currency: str
    withheld: str | None
    """Until which day it is withheld ("" without an end), or None."""


class Result(NamedTuple):
    """What was decided about a lot (RES-…)."""

    lot: str
    code: str
    reason: str
    tenders: tuple[str, ...]
    contracts: tuple[str, ...]
    received: tuple[str, str | None] | None
    maximum: Amount | None


class Tender(NamedTuple):
    """A tender (TEN-…)."""

    lot: str
    party: str
    amount: Amount | None


class Contract(NamedTuple):
    """A contract (CON-…): its dates and tenders."""

    decided: str
    concluded: str
    tenders: dict[str, None]
    """Each once, in the order of the file."""


def result(element: Element) -> Result:
    """What a `LotResult` says."""
    statistics = element.all("ReceivedSubmissionsStatistics")
    counted = [
        each
        for code in ("tenders", *facts.WITHHELD)
        for each in statistics
        if each.value("StatisticsCode") == code  # BT-760
    ]
    maximum = element.first("FrameworkAgreementValues/MaximumValueAmount")  # BT-709
    withheld = privacy(element.all("FrameworkAgreementValues/FieldsPrivacy"))
    return Result(
        lot=element.value("TenderLot/ID")[: facts.LONGEST_ID],  # BT-13713
        code=element.value("TenderResultCode"),
        reason=element.value("DecisionReason/DecisionReasonCode"),  # BT-144
        tenders=refs(element, "LotTender"),  # OPT-320
        contracts=refs(element, "SettledContract"),  # OPT-315
        received=(counted[0].value("StatisticsNumeric"), privacy(counted[0].all("FieldsPrivacy")).get(COUNT))
        if counted
        else None,  # BT-759
        maximum=_amount(maximum, withheld.get(LOT_MAXIMUM)),
    )


def tender(element: Element) -> Tender:
    """What a `LotTender` says."""
    withheld = privacy(element.all("FieldsPrivacy"))
    return Tender(
        lot=element.value("TenderLot/ID")[: facts.LONGEST_ID],  # BT-13714
        party=element.value("TenderingParty/ID"),  # OPT-310
        amount=_amount(element.first("LegalMonetaryTotal/PayableAmount"), withheld.get(TENDER_VALUE)),
    )


def _amount(element: Element | None, withheld: str | None) -> Amount | None:
    if element is None:
        return None
    return Amount(element.value()[:40], element.attributes.get("currencyID", "")[:10], withheld)


def refs(element: Element, name: str) -> tuple[str, ...]:
    """The numbers to which it refers; raises `TooLarge` where there are more than in any notice."""
    found = element.all(f"{name}/ID")
    if len(found) > MOST_REFERENCES:
        raise TooLarge("a part that refers to more others than any notice does", most=str(MOST_REFERENCES))
    return tuple(each.value() for each in found)


def bounded(kept: Sized) -> None:
    """Raises `TooLarge` where more was kept than any notice has."""
    if len(kept) > MOST_OF_A_KIND:
        raise TooLarge("more parts of one kind than any notice has", most=str(MOST_OF_A_KIND))


def privacy(elements: Sequence[Element]) -> dict[str, str]:
    """The withheld fields (BT-195) and until when (BT-198)."""
    return {each.value("FieldIdentifierCode"): each.value("PublicationDate") for each in elements}


def contract(element: Element) -> Contract:
    """What a `SettledContract` says."""
    dates = element.value("AwardDate"), element.value("IssueDate")  # BT-1451, BT-145
    return Contract(*dates, dict.fromkeys(refs(element, "LotTender")))  # BT-3202
