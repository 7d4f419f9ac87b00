"""The forms of TED's schemas R2.0.7 and R2.0.8 (to 2016; for defence, F16 to F19, to 2023).

They wrap the same few facts in hundreds of elements whose names differ from form to form (`NAME_ADDRESSES_CONTACT_VEAT`,
`NAME_ADDRESSES_CONTACT_CONTRACT_AWARD_UTILITIES`), so the facts are found by the innermost elements, whose names are
shared. Forms of Regulation (EC) No 1564/2005 and Implementing Regulation (EU) No 842/2011.
"""

from __future__ import annotations

import re
from datetime import date

from app.procurement import countries, facts, procedures
from app.procurement.awards import Award, State
from app.procurement.doubts import Doubts
from app.procurement.notice import Kind, Money, Organisation, Why
from app.procurement.ted_form import MOST_TOTALS, Form, lot_number
from app.procurement.xml import Element

KINDS = {
    "PRIOR_INFORMATION": Kind.PLANNING,
    "PRIOR_INFORMATION_DEFENCE": Kind.PLANNING,
    "PRIOR_INFORMATION_MOVE": Kind.PLANNING,
    "PERIODIC_INDICATIVE_UTILITIES": Kind.PLANNING,
    "BUYER_PROFILE": Kind.PLANNING,
    "CONTRACT": Kind.CONTRACT,
    "CONTRACT_UTILITIES": Kind.CONTRACT,
    "CONTRACT_DEFENCE": Kind.CONTRACT,
    "CONTRACT_CONCESSIONAIRE": Kind.CONTRACT,
    "CONTRACT_CONCESSIONAIRE_DEFENCE": Kind.CONTRACT,
    "CONTRACT_SUB_DEFENCE": Kind.CONTRACT,
    "CONCESSION": Kind.CONTRACT,
    "SIMPLIFIED_CONTRACT": Kind.CONTRACT,
    "CONTRACT_AWARD": Kind.AWARD,
    "CONTRACT_AWARD_UTILITIES": Kind.AWARD,
    "CONTRACT_AWARD_DEFENCE": Kind.AWARD,
    "CONTRACT_MOVE": Kind.AWARD,
    "QUALIFICATION_SYSTEM_UTILITIES": Kind.QUALIFICATION,
    "DESIGN_CONTEST": Kind.CONTEST,
    "RESULT_DESIGN_CONTEST": Kind.CONTEST_RESULT,
    "ADDITIONAL_INFORMATION_CORRIGENDUM": Kind.CHANGE,
    "VOLUNTARY_EX_ANTE_TRANSPARENCY_NOTICE": Kind.TRANSPARENCY,
    "OTH_NOT": Kind.OTHER,
}
CONTAINERS = frozenset({"AWARD_CONTRACT_CONTRACT_AWARD_UTILITIES", "RESULTS_CONTEST_RESULT_DESIGN_CONTEST"})
AWARDS = re.compile(r"AWARD_OF_CONTRACT(?:_DEFEN[CS]E)?|AWARD_AND_CONTRACT_VALUE|RESULT_CONTEST")
UNWANTED = re.compile(
    r"SHORT_(?:CONTRACT_)?DESCRIPTION|.*APPEAL.*|ANNEX_D.*|.*CRITERIA.*|LEFTI.*|INTERNET_ADDRESSES.*|.*LOCATION.*"
    r"|MORE_INFORMATION_TO_SUB.*|ADDITIONAL_INFORMATION|CONTENTS"
)
_ADDRESSES = ("CA_CE_CONCESSIONAIRE_PROFILE", "ADDRESS_NOT_STRUCT")
_CONTRACTORS = ("CONTACT_DATA_WITHOUT_RESPONSIBLE_NAME", "CONTACT_DATA_WITHOUT_RESPONSIBLE_NAME_CHP")
_WITH_VAT_RATE, _ESTIMATE = "COSTS_RANGE_AND_CURRENCY_WITH_VAT_RATE", "INITIAL_ESTIMATED_TOTAL_VALUE_CONTRACT"


def take(element: Element, form: Form) -> None:
    """Leaves what one part of the form says in *form*."""
    if AWARDS.fullmatch(element.name):
        form.add_award(_award(element, form))
        return
    for each in element.walk():
        _title(each, form)
        _take_leaf(each, form)
        form.procedure = form.procedure or procedures.of_element(each.name)
    for lot in element.walk():
        if "ANNEX_B" in lot.name:
            number, title = lot.value("LOT_NUMBER"), lot.first("LOT_TITLE")
            described = facts.text(title.words(), form.said, field="lots") if title is not None else None
            form.add_lot(lot_number(number), described, [])
    totals = [*element.all(f"TOTAL_FINAL_VALUE/{_WITH_VAT_RATE}"), *element.all(_WITH_VAT_RATE)]
    for total in totals[:MOST_TOTALS]:
        if value := _money(total, form):
            form.stated.append(value)


def _title(element: Element, form: Form) -> None:
    is_title = element.name.startswith("TITLE_") or element.name == "TI_DOC"
    if is_title and not form.titles and element.words():
        form.titles.append(element.words())


def _take_leaf(element: Element, form: Form) -> None:
    name = element.name
    if name in _ADDRESSES and not form.buyers:
        form.buyers.append(_organisation(element, form, field="buyer"))
    elif name in {"FILE_REFERENCE_NUMBER", "REFERENCE_NUMBER_ATTRIBUTED"}:
        form.reference = form.reference or facts.reference(element.words())
    elif name == "CPV_CODE" and len(form.cpv) < facts.MOST_CPV:
        form.cpv.append(element.attributes.get("CODE", ""))
    elif name == "NOTICE_NUMBER_OJ" and len(form.previous) < MOST_TOTALS:
        form.previous.append(element.value())
    elif name == "NOTICE_DISPATCH_DATE":
        form.dispatched = _day(element, form, field="issue_date")
    elif name in {"COSTS_RANGE_AND_CURRENCY", _ESTIMATE}:
        _estimate(element, form)
    elif form.kind is Kind.CHANGE and ("DISCONTINUED" in name or "UNSUCCESSFUL" in name):
        form.add_award(Award("", State.CLOSED))


def _award(element: Element, form: Form) -> Award:
    found = form.bounded(element.within(*_CONTRACTORS))
    winners = tuple(_organisation(each, form, field="winners") for each in found)
    days = [
        day
        for each in element.within("CONTRACT_AWARD_DATE", "DATE_OF_CONTRACT_AWARD")
        if (day := _day(each, form, field="award_date"))
    ]
    numbers = [each.value() for each in element.within("LOT_NUMBER") if each.value()]
    lot = lot_number(numbers[0]) if numbers else ""
    titles = [each.words() for each in element.within("CONTRACT_TITLE", "TITLE_CONTRACT")]
    if lot and titles:
        form.add_lot(lot, facts.text(titles[0], form.said, field="lots"), [])
    counts = [each.value() for each in element.within("OFFERS_RECEIVED_NUMBER", "NUMBER_OF_OFFERS_RECEIVED")]
    for estimate in element.within(_ESTIMATE):
        _estimate(estimate, form)
    for prize in element.within("PRIZE_VALUE"):
        if value := facts.money(_amount(prize), prize.attributes.get("CURRENCY", ""), form.said):
            form.said.add("value", Why.PRIZE_ONLY, amount=facts.shown(value))
    return Award(
        lot=lot,
        state=State.AWARDED if winners or days else State.UNSAID,
        value=_award_value(element, form),
        tenders=facts.count(counts[0], form.said) if counts else None,
        days=tuple(days[:1]),
        winners=winners,
        is_framework=form.is_framework,
    )


def _award_value(element: Element, form: Form) -> Money | None:
    found = next(element.within(_WITH_VAT_RATE), None)
    if found is None:
        return None
    value = _money(found, form)
    periods = ("NUMBER_OF_YEARS", "NUMBER_OF_MONTHS")
    if value and any(each.value() not in {"", "0", "1"} for each in element.within(*periods)):
        form.said.add("value", Why.PERIODIC_VALUE, amount=facts.shown(value))
        return None
    return value


def _money(element: Element, form: Form) -> Money | None:
    currency = element.attributes.get("CURRENCY", "")
    amount, low, high = (
        next(element.within(name), None) for name in ("VALUE_COST", "LOW_VALUE", "HIGH_VALUE")
    )
    if amount is None:
        ends = [
            facts.money(_amount(each), currency, Doubts()) if each is not None else None
            for each in (low, high)
        ]
        form.add_range(*ends)
        return None
    value = facts.money(_amount(amount), currency, form.said)
    if value and element.first("INCLUDING_VAT") is not None:
        form.said.add("value", Why.VAT_INCLUDED, amount=facts.shown(value))
        return None
    return value


def _estimate(element: Element, form: Form) -> None:
    amount = element.first("VALUE_COST")
    if amount is not None and len(form.estimates) < MOST_TOTALS:
        value = facts.money(_amount(amount), element.attributes.get("CURRENCY", ""), Doubts())
        form.estimates.extend([value] if value else [])


def _amount(element: Element) -> str:
    """The amount for programs, beside which the text has spaces and commas."""
    return element.attributes.get("FMTVAL") or element.value()


def _organisation(element: Element, form: Form, *, field: str) -> Organisation:
    country = next(element.within("COUNTRY"), None)
    named = next(element.within("ORGANISATION"), element)
    official = next(named.within("OFFICIALNAME"), named)
    mail = next((each.value() for each in element.within("E_MAIL")), "")
    return facts.organisation(
        official.value(),
        [each.value() for each in element.within("NATIONALID")],
        countries.country(country.attributes.get("VALUE", "")) if country is not None else None,
        form.said,
        field=field,
        email=mail if field == "buyer" else "",
    )


def _day(element: Element, form: Form, *, field: str) -> date | None:
    year, month, day = (element.value(name) for name in ("YEAR", "MONTH", "DAY"))
    return facts.day_of(year, month, day, form.said, field=field)
