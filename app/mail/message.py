"""One mail as bytes: text and HTML as multipart/alternative (RFC 2046), both quoted-printable (RFC 2045).

Written out here rather than through EmailMessage, whose generator costs more than everything else in sending: the
frame is the same for every letter, the bodies are encoded in C, and headers that repeat are folded once.
The boundary holds "=_", which quoted-printable text never contains (RFC 2045, section 6.7), so no body can end early.
"""

from __future__ import annotations

import binascii
import re
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address, HeaderRegistry
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from functools import lru_cache

from app.mail.addresses import checked, envelope

BOUNDARY = "=_anbudspriset"
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
FOLD = "\r\n "
WITH_ADDRESS = {"From", "Reply-To"}
WORD_BYTES = 39  # 52 characters of base64: with the longest name of ours a line stays below 76
NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*")

_registry = HeaderRegistry()


@dataclass(frozen=True)
class Mail:
    """What one letter says, to whom, from whom. `sender` is a header value such as `Anbudspriset <post@example.se>`."""

    sender: str
    to: str
    subject: str
    text: str
    html: str
    language: str
    message_id: str
    date: datetime
    extra: tuple[tuple[str, str], ...] = field(default=())


def one_line(text: str) -> str:
    """*text* as a header may carry it: no line break or control character, single spaces."""
    return " ".join(CONTROL.sub(" ", text).split())


@lru_cache(maxsize=512)
def header(name: str, value: str) -> bytes:
    """A folded header line with its CRLF; non-ASCII becomes encoded words (RFC 2047). Line breaks cannot get in."""
    if not NAME.fullmatch(name):
        raise ValueError("not a header's name")
    value = one_line(value)
    if not value.isascii():
        display, address = parseaddr(value) if name in WITH_ADDRESS else (value, "")
        return f"{name}: {_words(display)}{f'{FOLD}<{address}>' if address else ''}\r\n".encode("ascii")
    return str(_registry(name, value).fold(policy=SMTP)).encode("ascii")


def _words(text: str) -> str:
    """*text* as encoded words, a line each. Done here because the library loses spaces where it folds between two."""
    rows, row = [], ""
    for character in text:
        if len((row + character).encode()) > WORD_BYTES:
            rows.append(row)
            row = ""
        row += character
    return FOLD.join(f"=?utf-8?b?{b64encode(row.encode()).decode()}?=" for row in [*rows, row])


@lru_cache(maxsize=8)
def sender_parts(sender: str) -> tuple[str, str]:
    """The From header's value and the envelope's address of MAIL_FROM; raises `addresses.BadAddress`."""
    name, address = parseaddr(sender)
    address = envelope(checked(address))
    local, _, domain = address.rpartition("@")
    return str(Address(display_name=one_line(name), username=local, domain=domain)), address


def build(mail: Mail) -> bytes:
    """The whole mail with CRLF line ends, ready for DATA. The address in To is plain, as the envelope has it."""
    sender, address = sender_parts(mail.sender)
    domain = address.rpartition("@")[2]
    head = [
        header("From", sender),
        f"To: {envelope(checked(mail.to))}\r\n".encode(),
        header("Subject", mail.subject),
        f"Date: {format_datetime(mail.date)}\r\nMessage-ID: <{mail.message_id}@{domain}>\r\n".encode("ascii"),
        header("Content-Language", mail.language),
        b"Auto-Submitted: auto-generated\r\n",  # RFC 3834; Precedence is in no standard (RFC 2076), and says no more
        *(header(name, value) for name, value in mail.extra),
        FRAME_HEAD,
    ]
    return b"".join([*head, FRAME_TEXT, encoded(mail.text), FRAME_HTML, encoded(mail.html), FRAME_END])


def encoded(body: str) -> bytes:
    """*body* in UTF-8, quoted-printable, CRLF line ends, the last line ended."""
    lines = body.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n") + "\n"
    return binascii.b2a_qp(lines.replace("\n", "\r\n").encode(), istext=True)


def _part(kind: str) -> bytes:
    return (
        f'--{BOUNDARY}\r\nContent-Type: text/{kind}; charset="utf-8"\r\n'
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    ).encode("ascii")


FRAME_HEAD = (
    f'MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="{BOUNDARY}"\r\n\r\n'
).encode("ascii")
FRAME_TEXT = _part("plain")
FRAME_HTML = b"\r\n" + _part("html")
FRAME_END = f"\r\n--{BOUNDARY}--\r\n".encode("ascii")
