"""The rows of the list: how many stand behind each, whether it meets the rules, and what it waits for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from flask_babel import gettext, ngettext
from sqlalchemy import select
from sqlalchemy.orm import load_only

from app.awards.models import Edition
from app.extensions import db
from app.nominations import behind
from app.nominations.models import Nomination, State
from app.screening.eligibility import eligibility
from app.screening.eligibility.eligibility import Standing, Summary
from app.screening.models import Party, Told


@dataclass(frozen=True)
class Wait:
    """Something that is still to be done, in a few words, and the part of the nomination's page where it is done."""

    text: str
    part: str


@dataclass(frozen=True)
class Row:
    """A nomination in the list. `root` is the one that it stands behind, where it was merged."""

    nomination: Nomination
    behind: int
    summary: Summary
    waits: list[Wait] = field(default_factory=list)
    root: Nomination | None = None


def rows(edition: Edition, nominations: Sequence[Nomination]) -> list[Row]:
    """What the list says of each, in a few queries for all of them."""
    ids = [item.id for item in nominations]
    above = behind.parents(edition.id)
    numbers: dict[int, int] = defaultdict(lambda: 1)
    for number in above:
        numbers[behind.top(above, number)] += 1
    summaries = eligibility.summaries(edition.id, ids)
    told = _told(ids, above)
    roots = _roots({behind.top(above, item.id) for item in nominations if item.id in above})
    return [
        Row(
            item,
            numbers[item.id],
            summaries[item.id],
            _waits(item, summaries[item.id], told[item.id]),
            roots.get(behind.top(above, item.id)) if item.id in above else None,
        )
        for item in nominations
    ]


def _told(ids: Sequence[int], above: dict[int, int]) -> dict[int, list[Told]]:
    """Who was told of each nomination, or of one that stands behind it."""
    wanted = set(ids)
    members = [*ids, *(number for number in above if behind.top(above, number) in wanted)]
    found: dict[int, list[Told]] = defaultdict(list)
    for told in db.session.scalars(select(Told).where(Told.nomination_id.in_(members))):
        found[behind.top(above, told.nomination_id)].append(told)
    return found


def _roots(ids: set[int]) -> dict[int, Nomination]:
    if not ids:
        return {}
    query = select(Nomination).where(Nomination.id.in_(ids)).options(load_only(Nomination.title))
    return {item.id: item for item in db.session.scalars(query)}


def _waits(item: Nomination, summary: Summary, told: Sequence[Told]) -> list[Wait]:
    """What is still to be done."""
    found = []
    if item.state is State.CONFIRMED:
        found.append(_to_decide(summary))
    elif item.state is State.COMPLETION_ASKED:
        found.append(Wait(gettext("Waits for its author"), "decision"))
    elif item.state is State.ACCEPTED and not any(each.party is Party.AUTHORITY for each in told):
        found.append(Wait(gettext("The authority is not told"), "told"))
    if any(each.answered_at and not each.seen_at for each in told):
        found.append(Wait(gettext("An answer is unread"), "told"))
    if any(each.declines for each in told):
        found.append(Wait(gettext("Does not want to take part"), "told"))
    return found


def _to_decide(summary: Summary) -> Wait:
    if summary.standing is Standing.UNCLEAR:
        text = ngettext("One rule to answer", "%(num)s rules to answer", summary.open)
        return Wait(text, "rules")
    return Wait(gettext("Can be decided"), "decision")
