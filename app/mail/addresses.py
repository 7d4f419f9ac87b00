"""Addresses as the outbox takes them and as SMTP wants them."""

from __future__ import annotations

import re

import idna

FORBIDDEN = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029<>(),;:\\\"\[\]]")
DOMAIN = re.compile(r"(?i)(?!-)[a-z0-9_-]{1,63}(?<!-)(\.(?!-)[a-z0-9_-]{1,63}(?<!-))*")
MAX_LENGTH = 254


class BadAddress(ValueError):
    """Text that is not one plain mail address."""


def checked(address: str) -> str:
    """*address* without surrounding space, safe to stand in a header and an envelope; raises `BadAddress`."""
    address = address.strip()
    local, at, domain = address.rpartition("@")
    if (
        not at
        or not local
        or not domain
        or "@" in local
        or len(address) > MAX_LENGTH
        or FORBIDDEN.search(address)
    ):
        raise BadAddress("not a mail address")
    try:
        ascii_domain = envelope(address).rpartition("@")[2]
    except (idna.IDNAError, UnicodeError) as error:
        raise BadAddress("not a mail address") from error
    if not DOMAIN.fullmatch(ascii_domain):
        raise BadAddress("not a mail address")
    return address


def envelope(address: str) -> str:
    """*address* as the envelope and the headers carry it: the domain in ASCII (IDNA 2008), the rest untouched."""
    local, _, domain = address.rpartition("@")
    if domain.isascii():
        return f"{local}@{domain}"
    return f"{local}@{idna.encode(domain, uts46=True).decode('ascii')}"


def needs_smtputf8(address: str) -> bool:
    """Whether the part before the @ has letters that only a server with SMTPUTF8 can take."""
    return not address.rpartition("@")[0].isascii()
