"""A mail server's words as they may be kept and shown: bounded, and without what they may quote of a letter."""

from __future__ import annotations

import re

from app.core.belenios.credentials import SECRET_FORM

LONGEST = 300
CUT = "[…]"
LINK = re.compile(r"(?<!\S)\S*#\S{8,}|[a-z][a-z0-9+.-]{0,30}://\S*", re.IGNORECASE)
ADDRESS = re.compile(r"[^\s<>()\[\]:;,\"']{1,200}@[^\s<>()\[\]:;,\"']{1,255}")
TOKEN = re.compile(r"(?<![A-Za-z0-9_-])(?=[A-Za-z_-]*[0-9])[A-Za-z0-9_-]{22,}")
UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]+")


def cut(words: str) -> str:
    """*words* on one line, without links, addresses, ballots' codes and other long tokens, at most LONGEST characters.

    >>> cut("550 5.1.1 <anna@example.se>: see https://x.example/p#AAAAA\\r\\n(no such user)")
    '550 5.1.1 <[…]>: see […] (no such user)'
    """
    words = " ".join(UNSEEN.sub(" ", words[: 10 * LONGEST]).split())
    for pattern in (LINK, ADDRESS, SECRET_FORM, TOKEN):
        words = pattern.sub(CUT, words)
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…"
