"""Text from people: tidied, and checked for characters that a page, a letter or a ballot cannot show."""

from __future__ import annotations

import unicodedata

INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))


def tidy(text: str) -> str:
    """Text as it is kept: composed characters, plain line ends, none of the invisible signs that pasting brings."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return text.translate(INVISIBLE).replace("\t", " ").strip()


def printable(sign: str, *, lines: bool) -> bool:
    """Whether a character can be shown: no control character, nothing that turns the direction of text around it."""
    return sign.isprintable() or sign == "\u00a0" or (lines and sign == "\n")


def strange(text: str, *, lines: bool) -> list[str]:
    """The characters of *text* that cannot be shown, each once, named by number (U+0000)."""
    return sorted({f"U+{ord(sign):04X}" for sign in text if not printable(sign, lines=lines)})
