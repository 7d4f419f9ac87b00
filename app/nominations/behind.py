"""Who stands behind a nomination once others of the same procurement have been put behind it.

Merged nominations form trees: each leads to the one that it was put behind. The root alone is decided on, listed and
put on the ballot; everyone in its tree nominated it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import select

from app.extensions import db
from app.nominations.models import Nomination, State


def parents(edition_id: int) -> dict[int, int]:
    """Of every merged nomination of the edition, by its number, the one that it was put behind."""
    query = select(Nomination.id, Nomination.merged_into_id).where(
        Nomination.edition_id == edition_id,
        Nomination.state == State.MERGED,
        Nomination.merged_into_id.is_not(None),
    )
    return {number: parent for number, parent in db.session.execute(query) if parent is not None}


def behind(nomination: Nomination) -> list[Nomination]:
    """All nominations that were put behind this one, directly or through others, the oldest first."""
    below = _below(parents(nomination.edition_id), nomination.id)
    if not below:
        return []
    query = select(Nomination).where(Nomination.id.in_(below)).order_by(Nomination.id)
    return list(db.session.scalars(query))


def together(nomination: Nomination) -> list[Nomination]:
    """The nomination and all behind it: everyone who nominated that procurement."""
    return [nomination, *behind(nomination)]


def numbers(edition_id: int, roots: Iterable[int] | None = None) -> dict[int, int]:
    """How many nominations stand behind each root, itself included; only of *roots* where they are named."""
    above = parents(edition_id)
    found: dict[int, int] = defaultdict(lambda: 1)
    for number in above:
        found[top(above, number)] += 1
    return dict(found) if roots is None else {root: found[root] for root in roots}


def root(nomination: Nomination) -> Nomination:
    """The nomination that stands for this one: itself, or the one at the top of those that it was put behind."""
    if nomination.state is not State.MERGED:
        return nomination
    return db.session.get_one(Nomination, top(parents(nomination.edition_id), nomination.id))


def top(above: dict[int, int], number: int) -> int:
    """The number at the top of the tree that *number* belongs to, by what `parents` gave."""
    while number in above:
        number = above[number]
    return number


def _below(above: dict[int, int], number: int) -> list[int]:
    children: dict[int, list[int]] = defaultdict(list)
    for child, parent in above.items():
        children[parent].append(child)
    found, waiting = [], [number]
    while waiting:
        layer = children.get(waiting.pop(), [])
        found += layer
        waiting += layer
    return found
