"""Single values of a release, whatever type stands there: what cannot be read becomes None and, where it matters, a doubt."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from app.procurement import facts
from app.procurement.doubts import Doubts
from app.procurement.facts import LONGEST_ID, LONGEST_TITLE
from app.procurement.identifiers import IdentifierError, cpv
from app.procurement.notice import Money, Why

SPREADSHEET = re.compile(r"(\d+)\.0+")
AMOUNT = re.compile(r"\d{1,30}(?:\.\d{1,30})?")
LEADING_ZERO_LOST = 7


def an_object(value: Any) -> Mapping[str, Any]:
    """*value* where it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def objects(value: Any) -> Iterator[Mapping[str, Any]]:
    """The objects in *value* where it is an array."""
    return (each for each in value if isinstance(each, dict)) if isinstance(value, list) else iter(())


def text(value: Any, longest: int = LONGEST_TITLE) -> str | None:
    """*value* as one line without control signs and lone surrogates, cut where it is longer than any; None for no text."""
    if not isinstance(value, str):
        return None
    if 0 < len(value) <= longest and value.isalnum():
        return value
    plain = " ".join(value[: 4 * longest].split())
    if not plain.isprintable():
        plain = " ".join("".join(map(_harmless, plain)).split())
        if not any(sign.isprintable() and sign != " " for sign in plain):
            return None
    return plain[:longest].rstrip() or None


def _harmless(sign: str) -> str:
    category = unicodedata.category(sign)
    return " " if category == "Cc" else "\ufffd" if category == "Cs" else sign


def sample(value: Any) -> str:
    """What stands in a field that cannot be read, short enough to show."""
    if isinstance(value, (dict, list)):
        return "{…}" if isinstance(value, dict) else "[…]"
    return text(str(value), 40) or ""


def identifier(value: Any) -> str | None:
    """An id, which may be a text or a number; `11111111.0`, as spreadsheets write it, loses its `.0`."""
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        value = f"{value:f}" if isinstance(value, Decimal) else str(value)
    plain = text(value, LONGEST_ID)
    found = SPREADSHEET.fullmatch(plain) if plain else None
    return found[1] if found else plain


def word(value: Any) -> str:
    """A code of a codelist, in small letters; "" where there is none."""
    return (text(value, LONGEST_ID) or "").casefold()


def day(value: Any, field: str, said: Doubts) -> date | None:
    """The calendar day of a date-time as it is stated, in its own time zone."""
    return facts.day(text(value, LONGEST_ID) or "", said, field=field)


def whole(value: Any) -> int | None:
    """A count: 2, 2.0, "2" or "2.0"; None for anything else, also for what is negative."""
    amount = decimal(value)
    return int(amount) if amount is not None and amount == int(amount) and amount < 10**6 else None


def decimal(value: Any) -> Decimal | None:
    """An amount that is not negative: a number, or a text of digits with a full stop at most."""
    if isinstance(value, str) and AMOUNT.fullmatch(value.strip()):
        value = Decimal(value.strip())
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)) or value < 0:
        return None
    return Decimal(value)


def money(value: Any, said: Doubts) -> Money | None:
    """An OCDS Value; None, with a doubt, where amount or currency is missing or no such thing, or the amount is zero."""
    given = an_object(value)
    if given.get("amount") is None:
        return None
    amount = decimal(given["amount"])
    currency = (text(given.get("currency"), LONGEST_ID) or "").upper()
    if amount is None:
        said.add("value", Why.UNREADABLE_VALUE, found=sample(given["amount"]))
    elif not re.fullmatch("[A-Z]{3}", currency):
        said.add("value", Why.NO_CURRENCY, amount=f"{amount:f}")
    else:
        return facts.likely(Money(amount, currency), said)
    return None


def cpv_codes(item: Mapping[str, Any], said: Doubts) -> Iterator[str]:
    """The CPV codes of an item (or a tender): its own classification first, then the additional ones."""
    for each in (an_object(item.get("classification")), *objects(item.get("additionalClassifications"))):
        if word(each.get("scheme")) not in {"cpv", "eu-cpv"} or each.get("id") is None:
            continue
        code = _cpv(each["id"])
        if code is None:
            said.add("cpv", Why.UNREADABLE_CPV, found=sample(each["id"]))
        else:
            yield code


def _cpv(value: Any) -> str | None:
    code = identifier(value) or ""
    if (
        len(code) == LEADING_ZERO_LOST and code.isdigit() and code != value
    ):  # a number: spreadsheets drop zeros
        code = f"0{code}"
    try:
        return cpv(code)[:8]
    except IdentifierError:
        return None
