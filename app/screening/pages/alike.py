"""How many pairs of nominations look alike, and which nominations they are."""

from __future__ import annotations

from dataclasses import dataclass

from app.screening.merges import duplicates
from app.screening.pages import memory


@dataclass(frozen=True)
class Found:
    """The number of open pairs, and the nominations in them."""

    pairs: int
    members: frozenset[int]


def found(edition_id: int) -> Found:
    """What `duplicates.open_pairs` gives, in short."""
    return memory.recall(edition_id, "alike", lambda: _find(edition_id))


def _find(edition_id: int) -> Found:
    pairs = duplicates.open_pairs(edition_id)
    return Found(len(pairs), frozenset(each for pair in pairs for each in (pair.first, pair.second)))
