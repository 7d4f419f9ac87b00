"""What a nomination's page says of others of the same procurement: who stands behind it, and who may belong there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.accounts import service as accounts
from app.awards.models import Edition
from app.extensions import db
from app.nominations import behind
from app.nominations.models import Nomination
from app.screening.decisions.decisions import DECIDED_IN, in_force
from app.screening.decisions.recipients import Recipient
from app.screening.merges import duplicates, latecomers, merging
from app.screening.merges.choices import BY_NAME
from app.screening.merges.comparison import because, text
from app.screening.models import Decision, Merge
from app.screening.pages import parts
from app.screening.pages.labels import label
from app.web import language


@dataclass(frozen=True)
class Joined:
    """A merge in force, as people read it: `who` made it, `deeper` where it stands behind one that is behind."""

    merge: Merge
    who: str
    deeper: bool

    @property
    def at(self) -> datetime:
        """When."""
        return self.merge.at


@dataclass(frozen=True)
class LooksLike:
    """Another nomination, and why it may be about the same procurement."""

    other: Nomination
    why: str
    weak: bool
    across: bool


@dataclass(frozen=True)
class Part:
    """Everything the part shows. `above` is the merge that put this one behind another."""

    root: Nomination
    above: Joined | None
    below: list[Joined]
    number: int
    alike: list[LooksLike]
    distinct: list[Nomination]
    decision: Decision | None
    untold: list[Recipient]
    stamp: str
    open: bool


def part(edition: Edition, nomination: Nomination) -> Part:
    """What there is to say of one nomination."""
    root = behind.root(nomination)
    tree = {each.id for each in behind.together(nomination)}
    active = merging.merges(edition.id)
    above = next((each for each in active if each.source_id == nomination.id), None)
    below = [each for each in active if each.target_id in tree]
    return Part(
        root=root,
        above=_joined(above, nomination) if above else None,
        below=[_joined(each, nomination) for each in below],
        number=len(tree),
        alike=looks_like(nomination) if root is nomination else [],
        distinct=_distinct(edition, tree),
        decision=in_force(nomination),
        untold=latecomers.untold(nomination),
        stamp=latecomers.stamp(nomination),
        open=edition.phase in DECIDED_IN,
    )


def looks_like(nomination: Nomination) -> list[LooksLike]:
    """The open pairs of a nomination, strongest first."""
    pairs = duplicates.of(nomination)
    others = by_id({pair.first if pair.second == nomination.id else pair.second for pair in pairs})
    found = []
    for pair in pairs:
        other = others[pair.first if pair.second == nomination.id else pair.second]
        found.append(
            LooksLike(other, because(pair.reasons), pair.weak, other.category_id != nomination.category_id)
        )
    return found


def by_id(numbers: set[int]) -> dict[int, Nomination]:
    """Nominations by their numbers, in one query."""
    query = select(Nomination).where(Nomination.id.in_(numbers))
    return {item.id: item for item in db.session.scalars(query)} if numbers else {}


def going_back(merge: Merge, edition: Edition) -> list[tuple[Nomination, list[tuple[str, str, str]]]]:
    """What an undo changes: nominations, each with label, present text and text after it."""
    found = []
    for number, said in merging.after_undoing(merge).said.items():
        nomination = db.session.get_one(Nomination, number)
        lines = [
            (
                label("person_name" if name == "person" else name),
                text(nomination, BY_NAME[name], edition),
                _text_of(value, name, edition),
            )
            for name, value in said.items()
        ]
        found.append((nomination, lines))
    return found


def _text_of(value: dict[str, Any], name: str, edition: Edition) -> str:
    """What a nomination with that value would say."""
    if name == "category":
        number = value["category_id"]
        return next((item.name(language()) for item in edition.categories if item.id == number), "")
    columns = {column: value[column] for column in BY_NAME[name].columns}
    return text(Nomination(**columns), BY_NAME[name], edition)


def _joined(merge: Merge, seen_from: Nomination) -> Joined:
    who = accounts.account(merge.account_id).name
    return Joined(merge, who, deeper=seen_from.id not in (merge.target_id, merge.source_id))


def _distinct(edition: Edition, tree: set[int]) -> list[Nomination]:
    others = set()
    for mark in duplicates.all_marks(edition.id):
        if (mark.first_id in tree) != (mark.second_id in tree):
            others.add(mark.second_id if mark.first_id in tree else mark.first_id)
    return sorted({behind.root(each) for each in by_id(others).values()}, key=lambda item: item.id)


@parts.on_page("duplicates")
def _on_page(edition: Edition, nomination: Nomination) -> dict[str, Any]:
    return {"merged": part(edition, nomination)}
