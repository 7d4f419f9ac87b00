"""A band across letters of editions that call for one: a trial vote's letters say so, whatever words they have.

The words of a letter can be changed by an edition, and are made in many places. The band is put on where every letter
passes on its way out, so no template can forget it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import escape

BODY = re.compile(r"<body\b[^>]*>", re.IGNORECASE)
STYLE = (
    "margin:0;padding:12px 16px;background:#f6edd8;border-top:4px solid #8a6414;color:#1c2321;"
    "font:15px/1.5 Arial,sans-serif;text-align:center"
)


@dataclass(frozen=True)
class Mark:
    """What stands before the subject ("PROV"), and the sentence of the band."""

    prefix: str
    band: str


Load = Callable[[int], Mark | None]
_loaders: list[Load] = []


def marks_letters(load: Load) -> Load:
    """Registers what says which mark the letters of an edition bear, in the letter's language (None: no mark)."""
    _loaders.append(load)
    return load


def mark_of(edition_id: int | None) -> Mark | None:
    """The mark of an edition's letters."""
    if edition_id is None:
        return None
    return next((found for load in _loaders if (found := load(edition_id)) is not None), None)


def subject(mark: Mark, text: str) -> str:
    """The subject behind the mark."""
    return f"{mark.prefix}: {text}"


def plain(mark: Mark, text: str) -> str:
    """The plain text below the band."""
    line = "*" * 64
    return f"{line}\n{mark.prefix}: {mark.band}\n{line}\n\n{text}"


def html(mark: Mark, text: str) -> str:
    """The HTML below the band, which is the first thing in its body."""
    band = f'<p style="{STYLE}"><strong>{escape(mark.prefix)}</strong> · {escape(mark.band)}</p>'
    found = BODY.search(text)
    return text[: found.end()] + band + text[found.end() :] if found else band + text
