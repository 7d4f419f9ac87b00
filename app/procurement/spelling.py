"""Texts as people paste them, brought to the signs that a keyboard has.

>>> plain("１５１５３１\u00a0– 2021")
'151531 - 2021'
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

LONGEST = 2_000
SOFT_HYPHEN = "\u00ad"
DASHES = re.compile(r"[\u2010-\u2015\u2043\u2212]")
INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def plain(text: str) -> str:
    """Full-width digits, odd spaces and typographic dashes as ordinary ones, single spaces, nothing invisible.

    What is longer than any number or name is cut.
    """
    ordinary = DASHES.sub("-", unicodedata.normalize("NFKC", text[:LONGEST]))
    return " ".join(INVISIBLE.sub("", ordinary).split())


def spellings(text: str) -> Iterator[str]:
    """The text with soft hyphens as the invisible signs that they are; then as the hyphens that some programs mean."""
    yield plain(text)
    if SOFT_HYPHEN in text[:LONGEST]:
        yield plain(text.replace(SOFT_HYPHEN, "-"))
