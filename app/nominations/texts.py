"""What may stand in a nomination's fields: how long, which characters, and what is kept of something that may not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from app.awards.plaintext import printable, tidy
from app.procurement import identifiers, organisations

LIMITS: Mapping[str, int] = {
    "authority": 160,
    "title": 160,
    "notice": 500,
    "cpv": 40,
    "value": 60,
    "why": 3000,
    "remarks": 3000,
    "company": 160,
    "orgnr": 20,
    "foreign_number": 40,
    "contact_name": 120,
    "contact_email": 254,
}
"""The longest text in characters, field by field."""

LONG = frozenset({"why", "remarks"})
DRAFT_LIMIT = 20_000
"""So much of a field a draft keeps, however much too long it is."""

MASK = "······-····"


def storable(field: str, text: str) -> str:
    """What a draft keeps of *text*: everything but control characters, personal numbers and what no one can read.

    An organisation number is kept only when it is certain that it is none of a person.
    """
    plain = "".join(sign for sign in tidy(text) if printable(sign, lines=field in LONG))[:DRAFT_LIMIT]
    if field == "orgnr":
        return _organisation_number(plain)
    if field == "foreign_number":
        return re.sub(r"\d", "", plain) if _is_personal(plain) else plain
    return masked(plain)


def masked(text: str) -> str:
    """*text* with every personal number in it made unreadable."""
    for number in identifiers.personal_numbers(text):
        text = text.replace(number, MASK)
    return text


def read_date(text: str) -> date | None:
    """A date as the browser sends it (2026-05-31), or None."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def stored(typed: Mapping[str, Any]) -> dict[str, Any]:
    """All fields of a form, as typed, in the form in which a draft keeps them."""
    values: dict[str, Any] = {name: storable(name, str(typed.get(name) or "")) for name in LIMITS}
    values["sole_trader"] = bool(typed.get("sole_trader"))
    country = str(typed.get("foreign_country") or "").upper()
    values["foreign_country"] = country if country in organisations.COUNTRIES else ""
    when = str(typed.get("awarded_on") or "")
    values["awarded_on"] = read_date(when)
    values["typed"] = (
        {"awarded_on": storable("value", when)[:60]} if when.strip() and not values["awarded_on"] else {}
    )
    return values


def _organisation_number(text: str) -> str:
    try:
        return organisations.swedish(text)
    except organisations.WrongCheckDigit:
        return text[: LIMITS["orgnr"]]
    except organisations.OrganisationError:
        return ""


def _is_personal(text: str) -> bool:
    return bool(identifiers.personal_numbers(text) or identifiers.personal_numbers(re.sub(r"\s", "", text)))
