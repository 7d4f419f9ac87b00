"""What makes two voters the same: a company's number, or an address and a name as they are compared.

The same address and the same name are written in many ways. Here, and nowhere else, is said which spellings are one:

    >>> same_address("Eva@ÅKES.se") == same_address("eva@xn--kes-tla.se")
    True
    >>> same_name("Evas  EL-firma") == same_name("evas el firma")
    True
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import Protocol

PERSON, SOLE_TRADER, SWEDISH = "person:", "sole:", "se:"


class Identified(Protocol):
    """What a key is made of."""

    @property
    def person(self) -> bool: ...
    @property
    def company(self) -> str: ...
    @property
    def orgnr(self) -> str: ...
    @property
    def foreign_country(self) -> str: ...
    @property
    def foreign_number(self) -> str: ...
    @property
    def email(self) -> str: ...
    @property
    def contact_name(self) -> str: ...


def same_address(text: str) -> str:
    """An address as it is compared: small letters, its domain in ASCII (IDNA), no spaces around it.

    Mailboxes whose names differ in case alone are one: no provider tells them apart, and two ballots for one mailbox are
    worse than one.
    """
    local, at, domain = unicodedata.normalize("NFC", text.strip()).rpartition("@")
    try:
        domain = domain.casefold().encode("idna").decode("ascii")
    except UnicodeError:
        domain = domain.casefold()
    return f"{local.casefold()}{at}{domain.lower()}"


def same_name(text: str) -> str:
    """A name as it is compared: case, signs, doubled spaces and the way that accents are composed do not tell names apart.

    Accents themselves do: Åsa is not Asa.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return re.sub(r"[\W_]+", " ", folded).strip()


def voter_key(row: Identified) -> str:
    """`se:` and ten digits; a country and its number; a hash of address and name for a sole trader or a person."""
    if row.person:
        return PERSON + _together(row.email, row.contact_name)
    if row.orgnr:
        return f"{SWEDISH}{row.orgnr}"
    if row.foreign_country:
        return f"{row.foreign_country.lower()}:{row.foreign_number}"
    return SOLE_TRADER + _together(row.email, row.company)


def _together(email: str, name: str) -> str:
    return hashlib.sha256(f"{same_address(email)}\n{same_name(name)}".encode()).hexdigest()
