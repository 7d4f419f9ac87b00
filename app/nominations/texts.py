"""What may stand in a nomination's fields: how long, which characters, and what is kept of something that may not."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Any

from app.awards.plaintext import printable, tidy
from app.nominations.models import Relation
from app.procurement import identifiers, organisations

LIMITS: Mapping[str, int] = {
    "authority": 160,
    "buyer_number": 40,
    "authority_email": 254,
    "person_name": 120,
    "person_email": 254,
    "title": 300,
    "notice": 500,
    "procurement_id": 60,
    "reference": 60,
    "cpv": 200,
    "procedure": 40,
    "value": 60,
    "winners": 2000,
    "relation": 20,
    "relation_words": 300,
    "why": 3000,
    "remarks": 3000,
    "company": 160,
    "orgnr": 20,
    "foreign_number": 40,
    "contact_name": 120,
    "contact_email": 254,
}
"""The longest text in characters, field by field."""

LONG = frozenset({"why", "remarks", "winners"})
DRAFT_LIMIT = 20_000
"""So much of a field a draft keeps, however much too long it is."""

MOST_LOTS = 200
MASK = "······-····"


def storable(field: str, text: str) -> str:
    """What a draft keeps of *text*: everything but control characters, personal numbers and what no one can read.

    An organisation number is kept only when it is certain that it is none of a person.
    """
    plain = "".join(sign for sign in tidy(text) if printable(sign, lines=field in LONG))[:DRAFT_LIMIT]
    if field == "orgnr":
        return _organisation_number(plain)
    if field in {"foreign_number", "buyer_number"}:
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


def read_count(text: str) -> int | None:
    """A number of tenders (0 to 9,999), or None."""
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    return int(plain) if re.fullmatch(r"[0-9]{1,4}", plain) else None


READ: Mapping[str, Callable[[str], Any]] = {"awarded_on": read_date, "tenders": read_count}
FIELDS = frozenset({*LIMITS, *READ, "sole_trader", "foreign_country", "lots"})
"""Every field of the form but the category, which is a row of its own."""


def stored(typed: Mapping[str, Any], only: Collection[str] | None = None) -> dict[str, Any]:
    """The fields of a form (of *only* those), as typed, in the form in which a draft keeps them.

    What cannot be read as a date or a number stands under `typed`, so that it comes back as it was.
    """
    wanted = FIELDS if only is None else FIELDS & set(only)
    values: dict[str, Any] = {
        name: storable(name, str(typed.get(name) or "")) for name in LIMITS if name in wanted
    }
    if "relation" in values:
        values["relation"] = Relation(values["relation"]) if values["relation"] in set(Relation) else None
    if "sole_trader" in wanted:
        values["sole_trader"] = bool(typed.get("sole_trader"))
    if "foreign_country" in wanted:
        country = str(typed.get("foreign_country") or "").upper()
        values["foreign_country"] = country if country in organisations.COUNTRIES else ""
    if "lots" in wanted:
        values["lots"] = [storable("reference", str(lot))[:100] for lot in typed.get("lots") or []][
            :MOST_LOTS
        ]
    unread = {}
    for name, read in READ.items():
        if name in wanted:
            text = str(typed.get(name) or "").strip()
            values[name] = read(text)
            unread[name] = storable("value", text)[:60] if text and values[name] is None else ""
    return {**values, "typed": unread} if unread else values


def _organisation_number(text: str) -> str:
    try:
        return organisations.swedish(text)
    except organisations.WrongCheckDigit:
        return text[: LIMITS["orgnr"]]
    except organisations.OrganisationError:
        return ""


def _is_personal(text: str) -> bool:
    return bool(identifiers.personal_numbers(text) or identifiers.personal_numbers(re.sub(r"\s", "", text)))
