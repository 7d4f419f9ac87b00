"""Which column of a list is what: by its heading, in Swedish or English, or else by what stands in it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from app.procurement import organisations

SEARCHED_ROWS = 12

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "company": (
        "foretag", "foretagsnamn", "foretagets namn", "bolag", "bolagsnamn", "firma", "firmanamn", "leverantor",
        "leverantorsnamn", "organisation", "organisationens namn", "organisationsnamn", "medlem", "medlemsforetag",
        "company", "company name", "name of company", "organisation name", "organization", "organization name",
        "supplier", "supplier name", "member",
    ),
    "number": (
        "organisationsnummer", "organisationsnr", "orgnummer", "orgnr", "org nr", "org nummer", "organisations nr",
        "organisation number", "organization number", "organisation no", "org no", "orgno", "org number",
        "registreringsnummer", "registration number", "registration no", "company number", "company no", "vat number",
        "momsregistreringsnummer", "momsnummer", "vat",
    ),
    "email": (
        "e post", "epost", "epostadress", "e postadress", "mejl", "mejladress", "mail", "mailadress", "email",
        "e mail", "email address", "e mail address", "adress", "address", "mottagare", "recipient",
    ),
    "contact": (
        "kontakt", "kontaktperson", "kontaktpersonens namn", "kontaktnamn", "contact", "contact person",
        "contact name", "person", "ansvarig",
    ),
    "language": ("sprak", "language", "lang"),
    "sole_trader": (
        "enskild firma", "enskild", "enskild naringsidkare", "enskild naringsverksamhet", "sole trader",
        "sole proprietor", "sole proprietorship",
    ),
    "country": ("land", "landskod", "country", "country code"),
}  # fmt: skip
_FIELD = {heading: field for field, headings in HEADINGS.items() for heading in headings}
_LOOSE_NAME = ("namn", "name")  # the company's, unless another column is; then the contact's


def heading(text: str) -> str:
    """A heading as it is compared: small letters without accents, signs as single spaces."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return re.sub(r"[^a-z0-9]+", " ", plain).strip()


def find_headings(rows: Sequence[Sequence[str]]) -> tuple[int, dict[str, int] | None]:
    """(the row after the headings, field → column), or (0, None) when no row names both company and address."""
    for index, cells in enumerate(rows[:SEARCHED_ROWS]):
        columns = _columns(cells)
        if "company" in columns and "email" in columns:
            return index + 1, columns
    return 0, None


def _columns(cells: Sequence[str]) -> dict[str, int]:
    columns: dict[str, int] = {}
    loose = []
    for index, cell in enumerate(cells):
        plain = heading(cell)
        if plain in _FIELD:
            columns.setdefault(_FIELD[plain], index)
        elif plain in _LOOSE_NAME:
            loose.append(index)
    for index in loose:
        columns.setdefault("company" if "company" not in columns else "contact", index)
    return columns


def by_content(rows: Sequence[Sequence[str]]) -> dict[str, int] | None:
    """Columns of a list without headings, by its first row: the address, the number, a name, another name."""
    first = rows[0]
    columns: dict[str, int] = {}
    for index, cell in enumerate(first):
        field = _looks_like(cell.strip())
        if field == "company" and "company" in columns:
            field = "contact"
        if field:
            columns.setdefault(field, index)
    return columns if {"company", "email", "number"} <= columns.keys() else None


def _looks_like(cell: str) -> str:
    if "@" in cell:
        return "email"
    if cell.casefold() in {"sv", "en"}:
        return "language"
    try:
        organisations.swedish(cell)
    except organisations.WrongCheckDigit:
        return "number"
    except organisations.OrganisationError:
        return "company" if any(sign.isalpha() for sign in cell) else ""
    return "number"
