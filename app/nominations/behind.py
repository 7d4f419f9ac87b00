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


def behind(nomination: Nomination) -> list[Nomination]:
    """All nominations that were put behind this one, directly or through others, the oldest first."""
    found: list[Nomination] = []
    waiting = [nomination.id]
    while waiting:
        query = select(Nomination).where(
            Nomination.merged_into_id.in_(waiting), Nomination.state == State.MERGED
        )
        layer = list(db.session.scalars(query))
        found += layer
        waiting = [item.id for item in layer]
    return sorted(found, key=lambda item: item.id)


def together(nomination: Nomination) -> list[Nomination]:
    """The nomination and all behind it: everyone who nominated that procurement."""
    return [nomination, *behind(nomination)]


def numbers(edition_id: int, roots: Iterable[int] | None = None) -> dict[int, int]:
    """How many nominations stand behind each root, itself included; only of *roots* where they are named."""
    query = select(Nomination.id, Nomination.merged_into_id).where(
        Nomination.edition_id == edition_id, Nomination.state == State.MERGED
    )
    children: dict[int, list[int]] = defaultdict(list)
    for number, parent in db.session.execute(query):
        if parent is not None:
            children[parent].append(number)
    wanted = children.keys() if roots is None else roots

    def count(number: int) -> int:
        return 1 + sum(count(child) for child in children.get(number, ()))

    return {root: count(root) for root in wanted}


def root(nomination: Nomination) -> Nomination:
    """The nomination that stands for this one: itself, or the one at the top of those that it was put behind."""
    top = nomination
    while top.state is State.MERGED and top.merged_into_id is not None:
        top = db.session.get_one(Nomination, top.merged_into_id)
    return top
