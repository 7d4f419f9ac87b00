"""Which column of a list is what: by its heading, in Swedish or English, or else by what stands in it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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
    "given": ("fornamn", "tilltalsnamn", "first name", "firstname", "given name"),
    "family": ("efternamn", "last name", "lastname", "surname", "family name"),
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


@dataclass(frozen=True)
class Layout:
    """Where a list's rows begin (the place of the first in its beginning) and which column is what.

    `guessed`: there are headings that say nothing to us, so that somebody has to look at what was guessed.
    """

    begins: int
    columns: Mapping[str, int]
    guessed: bool = False

    def complete(self, *, person: bool) -> bool:
        """Whether rows can be read with it."""
        return not self.guessed and not missing(self.columns, person=person)


def missing(columns: Mapping[str, int], *, person: bool) -> list[str]:
    """The fields without which no row can be used, and that no column is."""
    if person:
        wanted = [("contact", {"contact", "given", "family"}), ("email", {"email"})]
    else:
        wanted = [("company", {"company"}), ("number", {"number", "sole_trader"}), ("email", {"email"})]
    return [name for name, those in wanted if not those & columns.keys()]


def recognise(rows: Sequence[Sequence[str]], *, person: bool = False) -> Layout:
    """What can be told from the beginning of a list; what cannot is left out."""
    searched = rows[:SEARCHED_ROWS]
    named = [(_columns(cells, person=person), index) for index, cells in enumerate(searched)]
    found, index = max(named, key=lambda each: (len(each[0]), -each[1]), default=({}, 0))
    if not missing(found, person=person):
        return Layout(index + 1, found)
    first = next((place for place, cells in enumerate(searched) if _any_address(cells)), 0)
    guessed = by_content(rows[first], person=person) if rows else {}
    if not first and not missing(guessed, person=person):
        return Layout(0, guessed)
    if len(found) > 1:
        return Layout(index + 1, found)
    if first:  # headings that say nothing to us: what stands below says something
        return Layout(first, {**guessed, **found}, guessed=True)
    return Layout(min(index + len(found), len(rows)), found or guessed)


def _any_address(cells: Sequence[str]) -> bool:
    return any("@" in cell for cell in cells)


def _columns(cells: Sequence[str], *, person: bool) -> dict[str, int]:
    columns: dict[str, int] = {}
    loose = []
    for index, cell in enumerate(cells):
        plain = heading(cell)
        if plain in _FIELD:
            columns.setdefault(_FIELD[plain], index)
        elif plain in _LOOSE_NAME:
            loose.append(index)
    first, second = ("contact", "company") if person else ("company", "contact")
    for index in loose:
        columns.setdefault(first if first not in columns else second, index)
    return columns


def by_content(first: Sequence[str], *, person: bool = False) -> dict[str, int]:
    """Columns of a list without headings, by its first row: the address, the number, a name, another name."""
    columns: dict[str, int] = {}
    names = ("contact", "company") if person else ("company", "contact")
    for index, cell in enumerate(first):
        field = _looks_like(cell.strip())
        if field == "company":
            field = next((name for name in names if name not in columns), "")
        if field:
            columns.setdefault(field, index)
    return columns


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
