"""The standard forms of the older TED schema R2.0.9 (2016 to 2023): F01 to F25 and MOVE.

Written from the forms of Implementing Regulation (EU) 2015/1986, whose section numbers are named beside each field, and
from the element names of TED's schema. A form leaves its facts in a `Form`, part by part.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from app.procurement import facts, procedures, ted_awards
from app.procurement.notice import Kind
from app.procurement.ted_form import MOST_TOTALS, Form, between, estimated, lot_number, money
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


def kind(name: str, notice_type: str) -> Kind | None:
    """The kind of a form by its name ("F03_2014") and its NOTICE TYPE; None where neither says it."""
    of_type = next((each for part, each in TYPES if part in notice_type), None)
    return of_type or KINDS.get(name[:3])


def take(element: Element, parent: str, form: Form) -> None:
    """Leaves what one part of the form says in *form*; *parent* is the element that it stands in."""
    taker = _TAKERS.get(element.name) if parent == "OBJECT_CONTRACT" or element.name in _OF_FORM else None
    if taker is not None:
        taker(element, form)


def _cpv(element: Element, *names: str) -> list[str]:
    return [code.attributes.get("CODE", "") for name in names for code in element.all(f"{name}/CPV_CODE")]


def _notice_type(element: Element, form: Form) -> None:
    form.kind = kind(form.name, element.attributes.get("TYPE", ""))


def _contracting_body(element: Element, form: Form) -> None:
    for name in ("ADDRESS_CONTRACTING_BODY", "ADDRESS_CONTRACTING_BODY_ADDITIONAL"):  # I.1
        form.add_buyers(element.all(name))


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


def _total_range(element: Element, form: Form) -> None:
    total = between(element, form)
    if total and len(form.stated) < MOST_TOTALS:
        form.stated.append(total)


def _divided(_element: Element, form: Form) -> None:
    form.is_divided = True


def _undivided(_element: Element, form: Form) -> None:
    form.is_divided = False


def _object(element: Element, form: Form) -> None:
    numbers = element.all("LOT_NO")[:1]
    number = lot_number(numbers[0].value()) if numbers else ""
    titles = element.all("TITLE")[:1]
    title = facts.text(titles[0].words(), form.said, field="lots") if titles else None
    form.add_lot(number, title, _cpv(element, "CPV_ADDITIONAL"))  # II.2.1, II.2.2


def _procedure(element: Element, form: Form) -> None:
    names = (each.name for each in element.walk())
    form.procedure = next((found for name in names if (found := procedures.of_element(name))), None)  # IV.1.1
    form.is_framework = element.first("FRAMEWORK") is not None  # IV.1.3
    _previous(element, form)  # IV.2.1


def _previous(element: Element, form: Form) -> None:
    form.previous.extend(number.value() for number in element.all("NOTICE_NUMBER_OJ")[:20])


def _complement(element: Element, form: Form) -> None:
    form.dispatched = facts.day(element.value("DATE_DISPATCH_NOTICE"), form.said, field="issue_date")  # VI.5
    _previous(element, form)  # F14 VII


_OF_FORM: Mapping[str, Callable[[Element, Form], None]] = {
    "NOTICE": _notice_type,
    "CONTRACTING_BODY": _contracting_body,
    "PROCEDURE": _procedure,
    "AWARD_CONTRACT": ted_awards.award,
    "RESULTS": ted_awards.contest,
    "COMPLEMENTARY_INFO": _complement,
    "MODIFICATIONS_CONTRACT": ted_awards.modifications,
}
_OF_OBJECT: Mapping[str, Callable[[Element, Form], None]] = {
    "TITLE": _title,
    "REFERENCE_NUMBER": _reference,
    "CPV_MAIN": _cpv_main,
    "VAL_TOTAL": _total,
    "VAL_RANGE_TOTAL": _total_range,
    "VAL_ESTIMATED_TOTAL": estimated,
    "LOT_DIVISION": _divided,
    "NO_LOT_DIVISION": _undivided,
    "OBJECT_DESCR": _object,
}
_TAKERS = {**_OF_FORM, **_OF_OBJECT}
NAME = re.compile(r"F\d\d_\d{4}|MOVE")
"""The element that a form of this schema is."""
