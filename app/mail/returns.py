"""Return paths (VERP): each letter's envelope names it, so that a report needs nothing else to find its letter.

`studs+4711-k3v2…@award.example` is letter 4711 and a MAC of twelve characters of base32: 60 bits, lower case, so that
the whole part before the @ stays far below the 64 characters of RFC 5321 and survives relays that change case. Short,
yet enough: it can be tried out only by mailing us, and a thousand million forged reports have one chance in a
thousand million. It covers the Message-ID too, whose random part goes with the row: a row number that is used again,
or a letter that is sent anew after it came back, has another MAC.
"""

from __future__ import annotations

import base64
import hmac
import re
from email.utils import parseaddr

from config import Settings

MAC = 12
LABEL = b"anbudspriset.return-path.v1"
TAG = re.compile(r"([0-9]{1,10})-([a-z2-7]{12})")
LAST_ROW = 2**31 - 1
"""Beyond it PostgreSQL does not say that there is no such row: it refuses the question."""


def path(settings: Settings, letter_id: int, message_id: str) -> str:
    """The envelope's sender for that letter; "" when BOUNCE_ADDRESS is not set."""
    if not settings.mail.bounce_address:
        return ""
    local, _, domain = settings.mail.bounce_address.rpartition("@")
    return f"{local}+{letter_id}-{_mac(settings.secret_keys[0], letter_id, message_id)}@{domain}"


def read(settings: Settings, address: str) -> tuple[int, str] | None:
    """The letter and the MAC that a return path names; None when the address is no return path of this service."""
    local, _, domain = settings.mail.bounce_address.rpartition("@")
    found_local, at, found_domain = parseaddr(address[:400])[1].lower().rpartition("@")
    start = f"{local.lower()}+"
    if not (local and at) or found_domain != domain.lower() or not found_local.startswith(start):
        return None
    match = TAG.fullmatch(found_local[len(start) :])
    return (int(match[1]), match[2]) if match and int(match[1]) <= LAST_ROW else None


def fits(settings: Settings, letter_id: int, message_id: str, mac: str) -> bool:
    """Whether we made this MAC for that letter, with any key that is still in use."""
    return any(hmac.compare_digest(_mac(key, letter_id, message_id), mac) for key in settings.secret_keys)


def _mac(key: str, letter_id: int, message_id: str) -> str:
    digest = hmac.digest(key.encode(), b"%s:%d:%s" % (LABEL, letter_id, message_id.encode()), "sha256")
    return base64.b32encode(digest).decode("ascii").lower()[:MAC]
