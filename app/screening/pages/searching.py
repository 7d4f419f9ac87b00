"""Searching and sorting texts alike on both databases, whatever their capitals, with å, ä, ö and accents forgiven.

SQLite folds only a–z, and PostgreSQL what its locale knows; so each letter that Swedish names and words have is named
here. `vaxjo` finds Växjö, `VÄXJÖ` does too.
"""

from __future__ import annotations

import re
from functools import reduce

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, func, literal, or_

from app.extensions import db
from app.nominations.models import Nomination
from app.procurement import identifiers, organisations

MOST_WORDS = 6
FOLDED = {
    "å": "a", "ä": "a", "à": "a", "á": "a", "æ": "a", "ö": "o", "ø": "o", "ó": "o", "é": "e", "è": "e", "ë": "e",
    "ü": "u", "ú": "u", "í": "i", "ç": "c", "ñ": "n",
}  # fmt: skip
ALPHABET = {"å": "{", "ä": "|", "æ": "|", "ö": "}", "ø": "}", "é": "e", "ü": "y"}
"""The last three letters of the alphabet stand behind z, as in Swedish lists."""

SEARCHED = (
    Nomination.title, Nomination.authority, Nomination.company, Nomination.contact_name, Nomination.contact_email,
    Nomination.notice, Nomination.publication, Nomination.procurement_id, Nomination.reference,
    Nomination.buyer_number, Nomination.orgnr, Nomination.winners,
)  # fmt: skip


def matches(search: str) -> ColumnElement[bool]:
    """Nominations in which every word of *search* stands somewhere; TED and organisation numbers in any spelling."""
    everything = _folded(_together())
    words = and_(*(_word(everything, word) for word in search.split()[:MOST_WORDS]))
    try:
        return or_(Nomination.publication == identifiers.ted(search), words)
    except identifiers.IdentifierError:
        return words


def alphabetical(column: SQLColumnExpression[str]) -> ColumnElement[str]:
    """*column* to be sorted by, in the order of the Swedish alphabet, capitals or not."""
    plain = db.session.get_bind().dialect.name == "postgresql"
    return _replaced(func.lower(column), ALPHABET).collate("C" if plain else "BINARY")


def fold(text: str) -> str:
    """A text as it is compared: small letters, without rings and dots."""
    return "".join(FOLDED.get(sign, sign) for sign in text.lower())


def _word(everything: ColumnElement[str], word: str) -> ColumnElement[bool]:
    spellings = {fold(word), *({word, word.upper(), word.capitalize()} if not fold(word).isascii() else ())}
    if re.fullmatch(r"(?i)(SE)?[\d\s-]{10,14}(01)?", word):
        try:
            digits = organisations.swedish(word)
        except organisations.OrganisationError:
            digits = ""
        spellings |= {digits, organisations.shown(digits)} if digits else set()
    return or_(*(everything.like(f"%{_escaped(each)}%", escape="\\") for each in sorted(spellings)))


def _together() -> ColumnElement[str]:
    """All that is searched in, one text a line: no word reaches from one into the next."""
    first, *others = (func.coalesce(column, "") for column in SEARCHED)
    return reduce(lambda all_, column: all_ + literal("\n") + column, others, first)


def _folded(text: ColumnElement[str]) -> ColumnElement[str]:
    return _replaced(func.lower(text), FOLDED)


def _replaced(text: ColumnElement[str], signs: dict[str, str]) -> ColumnElement[str]:
    for sign, other in signs.items():
        for spelling in (sign, sign.upper()):
            text = func.replace(text, spelling, other)
    return text


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
