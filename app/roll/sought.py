"""How voters are found and sorted by the database: two columns of each row, made when it is written.

A search is then a LIKE over one text that is folded already, and the order is that of bytes: both databases agree,
whatever they know of å, ä and ö.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, collate, event
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapper

from app.extensions import db
from app.procurement import organisations

LONGEST = 400
_LAST = {"å": "{1", "ä": "{2", "æ": "{2", "ö": "{3", "ø": "{3"}  # after z, in this order


def sought(row: Mapping[str, Any]) -> str:
    """What a search looks through: name, numbers, address (also as it is shown) and contact, folded."""

    def get(name: str) -> str:
        return str(row.get(name) or "")

    orgnr, email = get("orgnr"), get("email")
    number = (
        organisations.shown(orgnr) if orgnr else f"{get('foreign_country')} {get('foreign_number')}".strip()
    )
    parts = (get("company"), orgnr, number, email, _shown(email), get("contact_name"))
    return "\n".join(dict.fromkeys(folded(part) for part in parts if part))


def folded(text: str) -> str:
    """A text as searches compare it: case aside, å one sign however it was typed."""
    return unicodedata.normalize("NFC", text).casefold()


def sorts_as(company: str) -> str:
    """A key whose bytes sort as Swedish does: case and accents aside, å ä ö after z."""
    key = "".join(
        _LAST.get(sign) or (sign if sign.isascii() else unicodedata.normalize("NFD", sign)[0])
        for sign in folded(company)
    )
    return key[:LONGEST]


def in_order(column: Any) -> ColumnElement[str]:
    """`sorts_as` for ORDER BY: by its bytes, which is SQLite's own way and PostgreSQL's where it is asked to."""
    if db.engine.dialect.name == "sqlite":
        return column  # type: ignore[no-any-return]
    return collate(column, "C")


def like(text: str) -> list[str]:
    """The patterns (escaped with a backslash) that must all fit for what somebody typed: one for each word."""
    words = folded(text).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_").split()
    return [f"%{word}%" for word in words]


def filled(context: DefaultExecutionContext) -> str:
    """The default of `Voter.sought`, also where rows are inserted in bulk."""
    return sought(context.get_current_parameters())  # type: ignore[no-untyped-call]


def sorted_(context: DefaultExecutionContext) -> str:
    """The default of `Voter.sorts_as`."""
    return sorts_as(str(context.get_current_parameters().get("company") or ""))  # type: ignore[no-untyped-call]


def follow(voter: type[Any]) -> None:
    """Keeps the two columns of the model in step with the others when a row is changed."""

    @event.listens_for(voter, "before_update")
    def _changed(_mapper: Mapper[Any], _connection: Connection, row: Any) -> None:
        row.sought, row.sorts_as = sought(vars(row)), sorts_as(row.company)


def _shown(email: str) -> str:
    local, _, domain = email.rpartition("@")
    try:
        return f"{local}@{domain.encode('ascii').decode('idna')}"
    except UnicodeError:
        return email
