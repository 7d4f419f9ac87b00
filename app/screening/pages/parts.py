"""What other modules of screening add to a nomination's page: more words for the templates that the page includes.

@parts.on_page("duplicates")
def found(edition: Edition, nomination: Nomination) -> dict[str, Any]: ...
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.awards.models import Edition
from app.nominations.models import Nomination

Provider = Callable[[Edition, Nomination], dict[str, Any]]

_providers: dict[str, Provider] = {}


def on_page(name: str) -> Callable[[Provider], Provider]:
    """Registers what the part *name* of the page shows (at import, once)."""

    def register(provider: Provider) -> Provider:
        _providers[name] = provider
        return provider

    return register


def of(edition: Edition, nomination: Nomination) -> dict[str, Any]:
    """What every part shows."""
    found: dict[str, Any] = {}
    for provider in _providers.values():
        found |= provider(edition, nomination)
    return found
