"""The roll as it is shown: in the Swedish order of names, a page at a time, searched; and as a list to keep."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.extensions import db
from app.roll.models import Voter
from app.roll.service import voters

PAGE = 100
HEADINGS = ["Företag", "Organisationsnummer", "E-post", "Kontaktperson", "Språk", "Enskild firma", "Land"]
_LAST = {"å": "z1", "ä": "z2", "æ": "z2", "ö": "z3", "ø": "z3"}  # after z, in this order


@dataclass(frozen=True)
class Page:
    """Some of the roll: page `number` of `pages`, of the `found` that fit the `query`."""

    voters: Sequence[Voter]
    query: str
    number: int
    pages: int
    found: int


def swedish_order(text: str) -> tuple[str, ...]:
    """A key that sorts as Swedish does: case and accents aside, å ä ö after z."""
    key = []
    for sign in unicodedata.normalize("NFC", text).casefold():
        plain = unicodedata.normalize("NFD", sign)[0]
        key.append(_LAST.get(sign, plain))
    return tuple(key)


def page(edition_id: int, *, query: str = "", number: int = 1) -> Page:
    """The page *number* (the nearest there is) of those whose name, number or address holds *query*."""
    query = query.strip()[:100]
    rows = db.session.execute(
        select(Voter.id, Voter.company, Voter.orgnr, Voter.foreign_number, Voter.email, Voter.contact_name)
        .where(Voter.edition_id == edition_id)
    )  # fmt: skip
    wanted = query.casefold()
    digits = "".join(sign for sign in wanted if sign.isdigit()) if not any(map(str.isalpha, wanted)) else ""
    found = [
        (swedish_order(company), voter_id)
        for voter_id, company, orgnr, foreign, email, contact in rows
        if wanted in f"{company}\n{foreign}\n{email}\n{contact}".casefold() or (digits and digits in orgnr)
    ]
    found.sort()
    pages = max(1, -(-len(found) // PAGE))
    number = min(max(1, number), pages)
    ids = [voter_id for _, voter_id in found[(number - 1) * PAGE : number * PAGE]]
    by_id = {each.id: each for each in db.session.scalars(select(Voter).where(Voter.id.in_(ids)))}
    return Page([by_id[each] for each in ids], query, number, pages, len(found))


def export_rows(edition_id: int) -> list[list[object]]:
    """The roll's rows under `HEADINGS`; reading them in again changes nothing."""
    ordered = sorted(voters(edition_id), key=lambda each: swedish_order(each.company))
    return [
        [
            each.company, each.foreign_number or each.number, each.shown_email, each.contact_name, each.language,
            "ja" if each.sole_trader else "", each.foreign_country,
        ]
        for each in ordered
    ]  # fmt: skip
