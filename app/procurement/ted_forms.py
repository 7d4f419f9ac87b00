"""The standard forms of the older TED schema R2.0.9 (2016 to 2023): F01 to F25 and MOVE.

Written from the forms of Implementing Regulation (EU) 2015/1986, whose section numbers are named beside each field, and
from the element names of TED's schema. A form leaves its facts in a `Form`, part by part.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from app.procurement import countries, facts, outcome, procedures
from app.procurement.doubts import Doubts
from app.procurement.notice import Kind, Money, Organisation, Why
from app.procurement.outcome import Award, Description, State
from app.procurement.xml import Element

KINDS = {
    "F01": Kind.PLANNING,
    "F02": Kind.CONTRACT,
    "F03": Kind.AWARD,
    "F04": Kind.PLANNING,
    "F05": Kind.CONTRACT,
    "F06": Kind.AWARD,
    "F07": Kind.QUALIFICATION,
    "F08": Kind.PLANNING,
    "F12": Kind.CONTEST,
    "F13": Kind.CONTEST_RESULT,
    "F14": Kind.CHANGE,
    "F15": Kind.TRANSPARENCY,
    "F20": Kind.MODIFICATION,
    "F24": Kind.CONTRACT,
    "F25": Kind.AWARD,
}
TYPES = (
    ("AWARD", Kind.AWARD),
    ("QSU", Kind.QUALIFICATION),
    ("ONLY", Kind.PLANNING),
    ("REDUCING", Kind.PLANNING),
    ("CALL_COMPETITION", Kind.CONTRACT),
    ("CONTRACT", Kind.CONTRACT),
    ("PRI", Kind.CONTRACT),
)
"""By a part of the form's NOTICE TYPE, where the form serves several; "PRI" alone opens a concession (F23)."""
UNPUBLISHED = "NO"
MOST_AWARDS = 20_000
MOST_TOTALS = 10
MOST_BUYERS = 200


@dataclass
class Form:
    """What a form says, in one language."""

    name: str
    language: str | None
    is_original: bool
    kind: Kind | None = None
    said: Doubts = field(default_factory=Doubts)
    titles: list[str] = field(default_factory=list)
    reference: str | None = None
    buyers: list[Organisation] = field(default_factory=list)
    cpv: list[str] = field(default_factory=list)
    stated: list[Money] = field(default_factory=list)
    estimates: list[Money] = field(default_factory=list)
    is_divided: bool | None = None
    lots: dict[str, Description] = field(default_factory=dict)
    awards: list[Award] = field(default_factory=list)
    framework: bool = False
    procedure: str | None = None
    previous: list[str] = field(default_factory=list)
    dispatched: date | None = None

    def add_award(self, award: Award) -> None:
        """Keeps an award, up to a number that no notice has."""
        if len(self.awards) < MOST_AWARDS:
            self.awards.append(award)

    def add_lot(self, number: str, title: str | None, cpv: list[str]) -> None:
        """Keeps a lot, and its codes for the whole notice."""
        self.cpv.extend(cpv[: facts.MOST_CPV] if len(self.cpv) < facts.MOST_CPV else ())
        if number and len(self.lots) < MOST_AWARDS:
            kept = len(self.lots) < outcome.MOST_LOTS
            described = Description(title, facts.cpv(cpv, self.said)) if kept else Description()
            self.lots.setdefault(number, described)


def kind(name: str, notice_type: str) -> Kind | None:
    """The kind of a form by its name ("F03_2014") and its NOTICE TYPE; None where neither says it."""
    of_type = next((each for part, each in TYPES if part in notice_type), None)
    return of_type or KINDS.get(name[:3])


def take(element: Element, parent: str, form: Form) -> None:
    """Leaves what one part of the form says in *form*; *parent* is the element that it stands in."""
    taker = _TAKERS.get(element.name) if parent == "OBJECT_CONTRACT" or element.name in _OF_FORM else None
    if taker is not None:
        taker(element, form)


def organisation(address: Element, form: Form, *, field: str) -> Organisation:
    """An address block as an organisation."""
    country = address.first("COUNTRY")
    numbers = [number for number in [address.value("NATIONALID")] if number]
    return facts.organisation(
        address.value("OFFICIALNAME"),
        numbers,
        countries.country(country.attributes.get("VALUE", "")) if country is not None else None,
        form.said,
        field=field,
        email=address.value("E_MAIL") if field == "buyer" else "",
    )


def lot_number(found: str) -> str:
    """A lot's number as it is compared: "01" and "1" are one."""
    plain = " ".join(found.split())[: facts.LONGEST_ID]
    return plain.lstrip("0") or plain if plain.isdigit() else plain


def cpv(element: Element, *names: str) -> list[str]:
    """The codes below elements of these names."""
    return [code.attributes.get("CODE", "") for name in names for code in element.all(f"{name}/CPV_CODE")]


def is_withheld(element: Element) -> bool:
    """Whether the buyer asked that it not be published."""
    return element.attributes.get("PUBLICATION") == UNPUBLISHED


def _notice_type(element: Element, form: Form) -> None:
    form.kind = kind(form.name, element.attributes.get("TYPE", ""))


def _contracting_body(element: Element, form: Form) -> None:
    for name in ("ADDRESS_CONTRACTING_BODY", "ADDRESS_CONTRACTING_BODY_ADDITIONAL"):  # I.1
        for address in element.all(name)[:MOST_BUYERS]:
            form.buyers.append(organisation(address, form, field="buyer"))


def _title(element: Element, form: Form) -> None:
    if len(form.titles) < MOST_TOTALS:
        form.titles.append(element.words())  # II.1.1


def _reference(element: Element, form: Form) -> None:
    form.reference = form.reference or facts.reference(element.words())


def _cpv_main(element: Element, form: Form) -> None:
    form.cpv.extend([code.attributes.get("CODE", "") for code in element.all("CPV_CODE")][:1])  # II.1.2


def _total(element: Element, form: Form) -> None:
    total = money(element, form)  # II.1.7
    if total and len(form.stated) < MOST_TOTALS:
        form.stated.append(total)


def _range(element: Element, form: Form) -> None:
    if is_withheld(element):
        form.said.add("value", Why.UNPUBLISHED)
        return
    currency = element.attributes.get("CURRENCY", "")
    low, high = (facts.money(element.value(name), currency, Doubts()) for name in ("LOW", "HIGH"))
    if low and low == high:
        form.stated.append(low)
    elif low or high:
        form.said.add(
            "value",
            Why.RANGE_ONLY,
            low=facts.shown(low) if low else "?",
            high=facts.shown(high) if high else "?",
        )


def _estimated(element: Element, form: Form) -> None:
    estimate = facts.money(element.value(), element.attributes.get("CURRENCY", ""), Doubts())
    if estimate and len(form.estimates) < MOST_TOTALS:
        form.estimates.append(estimate)


def _divided(_element: Element, form: Form) -> None:
    form.is_divided = True


def _undivided(_element: Element, form: Form) -> None:
    form.is_divided = False


def _object(element: Element, form: Form) -> None:
    numbers = element.all("LOT_NO")[:1]
    number = lot_number(numbers[0].value()) if numbers else ""
    titles = element.all("TITLE")[:1]
    title = facts.text(titles[0].words(), form.said, field="lots") if titles else None
    form.add_lot(number, title, cpv(element, "CPV_ADDITIONAL"))  # II.2.1, II.2.2


def _procedure(element: Element, form: Form) -> None:
    names = (each.name for each in element.walk())
    form.procedure = next((found for name in names if (found := procedures.of_element(name))), None)  # IV.1.1
    form.framework = element.first("FRAMEWORK") is not None  # IV.1.3
    _previous(element, form)  # IV.2.1


def _previous(element: Element, form: Form) -> None:
    form.previous.extend(number.value() for number in element.all("NOTICE_NUMBER_OJ")[:20])


def _award(element: Element, form: Form) -> None:
    lots = [lot for each in element.all("LOT_NO") for lot in _lots(each.value(), form)]
    won, lost = element.first("AWARDED_CONTRACT"), element.first("NO_AWARDED_CONTRACT")
    title = element.first("TITLE")
    for lot in lots or [""]:
        if title is not None and lot not in form.lots:
            form.add_lot(lot, facts.text(title.words(), form.said, field="lots"), [])
        state = State.UNSAID
        if won is not None and lost is not None:
            form.said.add("awarded", Why.AWARD_CONTRADICTED, lot=lot)
        elif won is not None or lost is not None:
            state = State.CLOSED if won is None else State.AWARDED
        form.add_award(_awarded(won, lot, state, form, is_shared=len(lots) > 1))


def _lots(found: str, form: Form) -> list[str]:
    """The lots that an award names: one, or a list of described ones ("2, 4, 10"), or one with words ("1 – North")."""
    number = lot_number(found)
    if not number or number in form.lots:
        return [number] if number else []
    several = [lot_number(part) for part in re.split(r"[,;&+]| och | and ", found) if part.strip()]
    if len(several) > 1 and all(lot in form.lots for lot in several):
        return list(dict.fromkeys(several))
    leading = re.match(r"(?:lot|del|part|nr)?[ .:]*([0-9]+)(?![0-9.,])", found, re.IGNORECASE)
    return [lot_number(leading[1])] if leading and lot_number(leading[1]) in form.lots else [number]


def _awarded(won: Element | None, lot: str, state: State, form: Form, *, is_shared: bool) -> Award:
    if won is None or state is not State.AWARDED:
        return Award(lot, state)
    day = facts.day(won.value("DATE_CONCLUSION_CONTRACT"), form.said, field="award_date")  # V.2.1
    return Award(
        lot=lot,
        state=state,
        value=None if is_shared else _award_value(won, form),
        tenders=_tenders(won, form),
        days=(day,) if day else (),
        winners=_contractors(won, form),
        framework=form.framework,
    )


def _tenders(won: Element, form: Form) -> int | None:
    tenders = won.first("TENDERS")  # V.2.2
    if tenders is not None and is_withheld(tenders):
        form.said.add("tenders_received", Why.UNPUBLISHED)
        return None
    return facts.count((tenders or won).value("NB_TENDERS_RECEIVED"), form.said)


def _contractors(won: Element, form: Form) -> tuple[Organisation, ...]:
    if any(is_withheld(each) for each in won.all("CONTRACTORS")):
        form.said.add("winners", Why.UNPUBLISHED)
        return ()
    found = won.within("ADDRESS_CONTRACTOR")  # V.2.3
    return tuple(organisation(each, form, field="winners") for each in found)


def _award_value(won: Element, form: Form) -> Money | None:
    for values in [*won.all("VALUES"), *won.all("VALUE"), won]:  # V.2.4
        total, between = values.first("VAL_TOTAL"), values.first("VAL_RANGE_TOTAL")
        if is_withheld(values) and (total or between) is not None:
            form.said.add("value", Why.UNPUBLISHED)
            return None
        if total is not None:
            return money(total, form)
        if between is not None:
            _award_range(between, form)
            return None
        estimate = values.first("VAL_ESTIMATED_TOTAL")
        if estimate is not None:
            _estimated(estimate, form)
    return None


def _award_range(element: Element, form: Form) -> None:
    kept, form.stated = form.stated, []
    _range(element, form)
    form.stated = kept


def money(element: Element, form: Form) -> Money | None:
    """An amount with its currency as an attribute."""
    if is_withheld(element):
        form.said.add("value", Why.UNPUBLISHED)
        return None
    return facts.money(element.value(), element.attributes.get("CURRENCY", ""), form.said)


def _contest(element: Element, form: Form) -> None:
    prize, none = element.first("AWARDED_PRIZE"), element.first("NO_AWARDED_PRIZE")  # V
    if prize is None:
        form.add_award(Award("", State.UNSAID if none is None else State.CLOSED))
        return
    day = facts.day(prize.value("DATE_DECISION_JURY"), form.said, field="award_date")
    amount = prize.first("VAL_PRIZE")
    value = money(amount, form) if amount is not None else None
    if value:
        form.said.add("value", Why.PRIZE_ONLY, amount=facts.shown(value))
    winners = () if any(map(is_withheld, prize.all("WINNERS"))) else tuple(prize.within("ADDRESS_WINNER"))
    form.add_award(
        Award(
            lot="",
            state=State.AWARDED,
            tenders=facts.count(prize.value("PARTICIPANTS/NB_PARTICIPANTS"), form.said),
            days=(day,) if day else (),
            winners=tuple(organisation(each, form, field="winners") for each in winners),
        )
    )


def _complement(element: Element, form: Form) -> None:
    form.dispatched = facts.day(element.value("DATE_DISPATCH_NOTICE"), form.said, field="issue_date")  # VI.5
    _previous(element, form)  # F14 VII


def _modifications(element: Element, form: Form) -> None:
    values = element.first("INFO_MODIFICATIONS/VALUES")  # F20 VII.2.3
    if values is None:
        return
    before, after = (
        facts.money(amount.value(), amount.attributes.get("CURRENCY", ""), Doubts())
        if amount is not None
        else None
        for amount in (values.first("VAL_TOTAL_BEFORE"), values.first("VAL_TOTAL_AFTER"))
    )
    if before and after and before != after:
        form.said.add("value", Why.CHANGED_VALUE, before=facts.shown(before), after=facts.shown(after))


_OF_FORM: Mapping[str, Callable[[Element, Form], None]] = {
    "NOTICE": _notice_type,
    "CONTRACTING_BODY": _contracting_body,
    "PROCEDURE": _procedure,
    "AWARD_CONTRACT": _award,
    "RESULTS": _contest,
    "COMPLEMENTARY_INFO": _complement,
    "MODIFICATIONS_CONTRACT": _modifications,
}
_OF_OBJECT: Mapping[str, Callable[[Element, Form], None]] = {
    "TITLE": _title,
    "REFERENCE_NUMBER": _reference,
    "CPV_MAIN": _cpv_main,
    "VAL_TOTAL": _total,
    "VAL_RANGE_TOTAL": _range,
    "VAL_ESTIMATED_TOTAL": _estimated,
    "LOT_DIVISION": _divided,
    "NO_LOT_DIVISION": _undivided,
    "OBJECT_DESCR": _object,
}
_TAKERS = {**_OF_FORM, **_OF_OBJECT}
NAME = re.compile(r"F\d\d_\d{4}|MOVE")
"""The element that a form of this schema is."""
