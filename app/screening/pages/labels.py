"""The fields of a nomination by name, and what stands in them as people read it: for facts, and for what has changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import format_date, gettext

from app.awards.models import Edition
from app.nominations.show import countries, procedures, relations
from app.procurement import organisations
from app.web import language

LONG = frozenset({"why", "remarks", "relation_words", "winners"})
"""Texts whose changes are shown word by word."""


def label(field: str) -> str:
    """What a field is called; its name where nobody has named it."""
    return _labels().get(field, field)


def said(field: str, value: Any, edition: Edition) -> str:
    """A field's value in words; "" where there is none. *value* is the field's own, or as JSON keeps it."""
    if value is None or value in ("", []):
        return ""
    read = _READERS.get(field)
    if field == "category":
        return next((item.name(language()) for item in edition.categories if item.slug == value), str(value))
    return read(value) if read else _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return str(gettext("yes") if value else gettext("no"))
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value)


def _day(value: Any) -> str:
    try:
        return str(
            format_date(value if isinstance(value, date) else date.fromisoformat(str(value)), "d MMMM y")
        )
    except ValueError:
        return str(value)


def _country(value: Any) -> str:
    return str(gettext("Sweden")) if value == "SE" else countries(language()).get(str(value), str(value))


_READERS: Mapping[str, Any] = {
    "awarded_on": _day,
    "buyer_country": _country,
    "foreign_country": _country,
    "procedure": lambda value: procedures().get(value, str(value)),
    "relation": lambda value: relations().get(value, str(value)),
    "orgnr": lambda value: organisations.shown(str(value)),
}


def _labels() -> dict[str, str]:
    return {
        "category": gettext("Category"),
        "authority": gettext("Authority"),
        "buyer_number": gettext("Organisation number"),
        "buyer_country": gettext("Country"),
        "authority_email": gettext("The authority’s address"),
        "person_name": gettext("Person to honour"),
        "person_email": gettext("The person’s address"),
        "title": gettext("Procurement"),
        "notice": gettext("Notice"),
        "publication": gettext("TED number"),
        "procurement_id": gettext("Procurement ID"),
        "reference": gettext("Reference number"),
        "cpv": gettext("CPV code"),
        "procedure": gettext("Procedure"),
        "awarded_on": gettext("Awarded"),
        "value": gettext("Value"),
        "currency": gettext("Currency"),
        "tenders": gettext("Tenders received"),
        "winners": gettext("Winners"),
        "lots": gettext("Parts"),
        "why": gettext("Why it should win"),
        "remarks": gettext("Remarks for the jury"),
        "relation": gettext("Stands to the procurement"),
        "relation_words": gettext("Stands to it, in their words"),
        "company": gettext("Nominated by"),
        "orgnr": gettext("Their organisation number"),
        "sole_trader": gettext("Sole trader"),
        "foreign_country": gettext("Their country"),
        "foreign_number": gettext("Their number there"),
        "contact_name": gettext("Contact"),
        "contact_email": gettext("Contact’s address"),
    }
