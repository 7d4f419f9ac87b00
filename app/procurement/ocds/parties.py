"""Buyers and suppliers: references resolved through `parties`, numbers written as their country writes them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from babel import Locale

from app.procurement import countries, facts
from app.procurement.doubts import Doubts
from app.procurement.identifiers import personal_numbers
from app.procurement.notice import Organisation, Why
from app.procurement.ocds import values
from app.procurement.ocds.values import an_object, objects, text, word

SWEDISH_SCHEMES = frozenset({"se-on", "se-blv", "se-kk", "0007"})
"""The Swedish organisation number: org-id.guide's SE-ON and its former codes, and ISO/IEC 6523's ICD."""
SCHEME_IN_ID = re.compile(r"(SE-(?:ON|BLV|KK))-(.+)", re.IGNORECASE)


class Parties:
    """The parties of one release, by id."""

    def __init__(self, release: Mapping[str, Any], said: Doubts) -> None:
        self._all = list(objects(release.get("parties")))
        self._by_id = {key: party for party in self._all if (key := values.identifier(party.get("id")))}
        self._said = said

    def with_role(self, role: str) -> Iterator[Mapping[str, Any]]:
        """The parties that have *role* among theirs, in the file's order."""
        return (each for each in self._all if role in _words(each.get("roles")))

    def organisation(self, reference: Mapping[str, Any], field: str) -> Organisation:
        """The organisation that *reference* names, with what `parties` knows of it (in OCDS 1.0 it stands there itself)."""
        key = values.identifier(reference.get("id"))
        known = self._by_id.get(key or "", {})
        party = {**reference, **known}
        registered = [an_object(party.get("identifier")), *objects(party.get("additionalIdentifiers"))]
        names = (known.get("name"), reference.get("name"), *(each.get("legalName") for each in registered))
        numbers = [
            (word(each.get("scheme")), number)
            for each in registered
            if (number := values.identifier(each.get("id")))
        ]
        if not numbers and (found := SCHEME_IN_ID.fullmatch(key or "")):
            numbers = [(found[1].casefold(), found[2])]
        numbers.sort(key=lambda each: each[0] not in SWEDISH_SCHEMES)
        swedish = bool(numbers) and numbers[0][0] in SWEDISH_SCHEMES
        return facts.organisation(
            self._without_personal(next((name for each in names if (name := text(each))), ""), field),
            [number for _, number in numbers],
            "SE" if swedish else _country(an_object(party.get("address")), numbers),
            self._said,
            field=field,
            email=text(an_object(party.get("contactPoint")).get("email")) or "",
        )

    def _without_personal(self, name: str, field: str) -> str:
        for number in personal_numbers(name):
            self._said.add(field, Why.PERSONAL_NUMBER)
            name = name.replace(number, "…")
        return name


def _words(value: Any) -> list[str]:
    return [word(each) for each in value] if isinstance(value, list) else [word(value)]


def _country(address: Mapping[str, Any], numbers: list[tuple[str, str]]) -> str | None:
    """The country of the address, else of the register: org-id.guide's codes begin with the country's."""
    for stated in (address.get("country"), address.get("countryName")):
        if (name := text(stated)) and (code := countries.country(name) or _names().get(name.casefold())):
            return code
    registers = (scheme for scheme, _ in numbers if scheme[2:3] == "-")
    return next((code for each in registers if (code := countries.country(each[:2]))), None)


@cache
def _names() -> dict[str, str]:
    """Codes of countries by their Swedish and English names."""
    known = ((code, name) for lang in ("en", "sv") for code, name in Locale(lang).territories.items())
    return {name.casefold(): code for code, name in known if countries.country(code) == code}
