"""Parts of an edition's public page that a domain above writes: a heading, sentences, figures, perhaps a link.

@page_parts.on_edition_page
def who_votes(edition: Edition, lang: str) -> Part | None: ...
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.awards.models import Edition


@dataclass(frozen=True)
class Part:
    """What stands there: `lines` are sentences of a list, `figures` names with their values, `code` one long value with
    its name and a sentence about what it is good for. `key` is the part's address on the page.
    """

    key: str
    title: str
    lines: Sequence[str] = ()
    figures: Sequence[tuple[str, str]] = ()
    code: tuple[str, str, str] | None = None
    endpoint: str = ""
    action: str = ""
    values: dict[str, Any] = field(default_factory=dict)


Source = Callable[[Edition, str], Part | None]

_sources: list[Source] = []


def on_edition_page(source: Source) -> Source:
    """Registers who writes a part (at import, once)."""
    _sources.append(source)
    return source


def parts(edition: Edition, lang: str) -> list[Part]:
    """Every part that there is something to say in, in "sv" or "en"."""
    return [part for source in _sources if (part := source(edition, lang)) is not None]
