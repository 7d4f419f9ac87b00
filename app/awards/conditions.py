"""What can be nominated, in words, on an edition's public page. The rules are for a domain above to know.

@conditions.on_edition_page
def public(edition: Edition, lang: str) -> list[str]: ...
"""

from __future__ import annotations

from collections.abc import Callable

from app.awards.models import Edition

Source = Callable[[Edition, str], list[str]]

_sources: list[Source] = []


def on_edition_page(source: Source) -> Source:
    """Registers who knows such rules (at import, once)."""
    _sources.append(source)
    return source


def said(edition: Edition, lang: str) -> list[str]:
    """Every rule in a sentence of its own, in "sv" or "en"."""
    return [line for source in _sources for line in source(edition, lang)]
