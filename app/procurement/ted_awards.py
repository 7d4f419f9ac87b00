"""Awards in the standard forms of the older TED schema R2.0.9: section V, and what F20 says about changes."""

from __future__ import annotations

import re
from dataclasses import replace

from app.procurement import facts
from app.procurement.awards import Award, State
from app.procurement.doubts import Doubts
from app.procurement.notice import Money, Organisation, Why
from app.procurement.ted_form import Form, between, estimated, is_withheld, lot_number, money, organisation
from app.procurement.xml import Element

_NUMBERED = re.compile(r"(?:lot|part|del|nr)[ .:]*([0-9]+)|([0-9]+) ?[-–—:] .*", re.IGNORECASE | re.DOTALL)
"""A lot's number with its word or its title: "Del 1", "1 – North"."""


def award(element: Element, form: Form) -> None:
    """Section V: an award, or that there was none."""
    lots = [lot for each in element.all("LOT_NO") for lot in _lots(each.value(), form)]
    won, lost = element.first("AWARDED_CONTRACT"), element.first("NO_AWARDED_CONTRACT")
    title = element.first("TITLE")
    of_any = _awarded(won, form, is_shared=len(lots) > 1) if won is not None and lost is None else None
    for lot in lots or [""]:
        if title is not None and lot not in form.lots:
            form.add_lot(lot, facts.text(title.words(), form.said, field="lots"), [])
        if won is not None and lost is not None:
            form.said.add("awarded", Why.AWARD_CONTRADICTED, lot=lot)
        state = State.CLOSED if won is None and lost is not None else State.UNSAID
        form.add_award(replace(of_any, lot=lot) if of_any else Award(lot, state))


def _lots(found: str, form: Form) -> list[str]:
    """The lots that an award names: one, or a list of described ones ("2, 4, 10"), or one with words ("1 – North")."""
    number = lot_number(found)
    if not number or number in form.lots:
        return [number] if number else []
    several = [lot_number(part) for part in re.split(r"[,;&+]| och | and ", found) if part.strip()]
    if len(several) > 1 and all(lot in form.lots for lot in several):
        return list(dict.fromkeys(several))
    words = _NUMBERED.fullmatch(found.strip())
    of_words = lot_number(words[1] or words[2]) if words else ""
    return [of_words if of_words in form.lots else number]


def _awarded(won: Element, form: Form, *, is_shared: bool) -> Award:
    day = facts.day(won.value("DATE_CONCLUSION_CONTRACT"), form.said, field="award_date")  # V.2.1
    return Award(
        lot="",
        state=State.AWARDED,
        value=None if is_shared else _award_value(won, form),
        tenders=_tenders(won, form),
        days=(day,) if day else (),
        winners=_contractors(won, form),
        is_framework=form.is_framework,
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
    found = form.bounded(won.within("ADDRESS_CONTRACTOR"))  # V.2.3
    return tuple(organisation(each, form, field="winners") for each in found)


def _award_value(won: Element, form: Form) -> Money | None:
    for values in [*won.all("VALUES"), *won.all("VALUE"), won]:  # V.2.4
        total, ends = values.first("VAL_TOTAL"), values.first("VAL_RANGE_TOTAL")
        if is_withheld(values) and (total or ends) is not None:
            form.said.add("value", Why.UNPUBLISHED)
            return None
        if total is not None:
            return money(total, form)
        if ends is not None:
            return between(ends, form)
        estimate = values.first("VAL_ESTIMATED_TOTAL")
        if estimate is not None:
            estimated(estimate, form)
    return None


def contest(element: Element, form: Form) -> None:
    """Section V of F13: the prizes of a design contest, or that there were none."""
    prize, none = element.first("AWARDED_PRIZE"), element.first("NO_AWARDED_PRIZE")  # V
    if prize is None:
        form.add_award(Award("", State.UNSAID if none is None else State.CLOSED))
        return
    day = facts.day(prize.value("DATE_DECISION_JURY"), form.said, field="award_date")
    amount = prize.first("VAL_PRIZE")
    value = money(amount, form) if amount is not None else None
    if value:
        form.said.add("value", Why.PRIZE_ONLY, amount=facts.shown(value))
    is_secret = any(map(is_withheld, prize.all("WINNERS")))
    winners = [] if is_secret else form.bounded(prize.within("ADDRESS_WINNER"))
    form.add_award(
        Award(
            lot="",
            state=State.AWARDED,
            tenders=facts.count(prize.value("PARTICIPANTS/NB_PARTICIPANTS"), form.said),
            days=(day,) if day else (),
            winners=tuple(organisation(each, form, field="winners") for each in winners),
        )
    )


def modifications(element: Element, form: Form) -> None:
    """Section VII of F20: what changed in a contract."""
    values = element.first("INFO_MODIFICATIONS/VALUES")  # VII.2.3
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
