"""What is kept about people, why, and for how long: each domain says it beside the code that does it.

    privacy.keep(Kept(order, title, what, why, how_long))

The privacy page shows what is registered and nothing else, so that it cannot promise what no code does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any


@dataclass(frozen=True)
class Kept:
    """One sort of data; the texts are lazily translated. `order` is its place on the page, lowest first."""

    order: int
    title: Any
    what: Any
    why: Any
    how_long: Any


_kept: list[Kept] = []


def keep(kept: Kept) -> Kept:
    """Registers one sort of data (at import, once)."""
    _kept.append(kept)
    return kept


def all_kept() -> list[Kept]:
    """Everything that is registered, in the order of the page."""
    return sorted(_kept, key=lambda kept: kept.order)


def days(period: timedelta) -> int:
    """Whole days of a constant, for its sentence."""
    return period.days
