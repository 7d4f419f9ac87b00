"""The value of a lot and of a whole notice, out of what is stated and what was awarded.

- A total that the notice states is its value, whatever the lots add up to: it is what the buyer says. That they differ
  is said. Two totals that differ leave no value.
- With no total, the value of one awarded lot is the notice's, and so is the sum of all awarded lots where each has a
  value in the same currency: that is arithmetic, no guess, and said. Different currencies are never added.
- Several awards of one lot are added, except under a framework agreement, where each may name the same ceiling, and
  except where all name the same amount: there they may be one value written several times. Then there is none.
- What was withheld from publication is not added up from its parts. A range is no value, nor is an estimate.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from app.procurement import facts
from app.procurement.awards import LotResult, Stated
from app.procurement.doubts import Doubts
from app.procurement.notice import Money, Why

_SAYS_WHY_NO_VALUE = (
    Why.NO_VALUE, Why.PARTIAL_VALUE, Why.SEVERAL_VALUES, Why.SEVERAL_CURRENCIES, Why.UNPUBLISHED, Why.RANGE_ONLY,
    Why.PRIZE_ONLY, Why.VAT_INCLUDED, Why.PERIODIC_VALUE, Why.UNREADABLE_VALUE, Why.NO_CURRENCY, Why.ESTIMATE_ONLY,
    Why.UNLIKELY_VALUE,
)  # fmt: skip


def of_lot(values: Sequence[Money], *, is_framework: bool) -> Money | None:
    """The value of a lot whose awards have these values."""
    if len(values) <= 1:
        return values[0] if values else None
    if is_framework or len(set(values)) == 1 or len({value.currency for value in values}) > 1:
        return None
    return _sum(values)


def of_notice(stated: Stated, won: Sequence[LotResult], said: Doubts) -> Money | None:
    """The value of a notice that states *stated* and whose awarded lots are *won*; what is in doubt is noted."""
    if stated.is_withheld:
        return None  # nor is it added up from its parts
    if stated.totals:
        return _stated(stated.totals, won, said)
    value = _summed(won, said)
    if won and value is None and not stated.is_contest:
        for low, high in stated.ranges[:1]:
            said.add("value", Why.RANGE_ONLY, low=low, high=high)
        if stated.estimate:
            said.add("value", Why.ESTIMATE_ONLY, amount=facts.shown(stated.estimate))
        if not said.has(*_SAYS_WHY_NO_VALUE):
            said.add("value", Why.NO_VALUE)
    return value


def _stated(stated: Sequence[Money], won: Sequence[LotResult], said: Doubts) -> Money | None:
    distinct_totals = list(dict.fromkeys(stated))
    if len(distinct_totals) > 1:
        several = len({total.currency for total in distinct_totals}) > 1
        why = Why.SEVERAL_CURRENCIES if several else Why.SEVERAL_VALUES
        said.add("value", why, found=_listed(distinct_totals))
        return None
    total = distinct_totals[0]
    values = [value for result in won for value in result.values]
    if len({value.currency for value in [total, *values]}) > 1:
        said.add("value", Why.SEVERAL_CURRENCIES, found=_listed([total, *_by_currency(values)]))
    elif values and all(result.values for result in won) and not _adds_up(total, won):
        said.add("value", Why.LOTS_ADD_UP_OTHERWISE, total=facts.shown(total), lots=facts.shown(_sum(values)))
    return facts.likely(total, said)


def _adds_up(total: Money, won: Sequence[LotResult]) -> bool:
    """Whether the awards make the total: all of them, or one for each lot where all of a lot's are the same."""
    all_of_them = [value for result in won for value in result.values]
    one_each = [value for result in won for value in dict.fromkeys(result.values)]
    rounded = len(all_of_them)  # each may have been rounded to a whole unit
    return any(abs(_sum(values).amount - total.amount) <= rounded for values in (all_of_them, one_each))


def _summed(won: Sequence[LotResult], said: Doubts) -> Money | None:
    found = [value for result in won for value in result.values]
    values = [result.value for result in won if result.value]
    if len({value.currency for value in found}) > 1:
        said.add("value", Why.SEVERAL_CURRENCIES, found=_listed(_by_currency(found)))
    elif any(result.values and not result.value for result in won):
        said.add("value", Why.SEVERAL_VALUES, found=_listed(found))
    elif 0 < len(values) < len(won):
        said.add("value", Why.PARTIAL_VALUE, found=_listed(values))
    elif values:
        if len(values) > 1:
            said.add("value", Why.SUM_OF_LOTS, lots=_listed(values))
        for value in values:
            facts.likely(value, said)
        return _sum(values) if any(value.amount for value in values) else None
    return None


def _sum(values: Sequence[Money]) -> Money:
    return Money(sum((value.amount for value in values), Decimal()), values[0].currency)


def _by_currency(values: Sequence[Money]) -> list[Money]:
    currencies = dict.fromkeys(value.currency for value in values)
    return [_sum([value for value in values if value.currency == currency]) for currency in currencies]


def _listed(values: Sequence[Money]) -> str:
    return ", ".join(facts.shown(value) for value in values[:10])
