"""What takes long to find about a whole edition, remembered in each process until something happens there.

Whatever changes the answer leaves a trace: an event, a nomination that is new, gone or changed, a finding, an answer, a
rule. These are counted first; as long as they are as they were, so is the answer.

    standings = memory.recall(edition_id, "standings", lambda: eligibility.summaries(edition_id))
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import func, or_, select

from app.extensions import db
from app.nominations.models import Nomination, NominationEvent
from app.nominations.rules import Rule
from app.screening.models import Answer, Distinct

Value = TypeVar("Value")
MOST = 32

_kept: dict[tuple[str, int, str], tuple[Any, Any]] = {}


def recall(edition_id: int, what: str, find: Callable[[], Value]) -> Value:
    """What *find* gives, or gave when everything was as it is. The value is shared: nobody may change it."""
    place, traces = (str(db.engine.url), edition_id, what), _traces(edition_id)
    known = _kept.get(place)
    if known is not None and known[0] == traces:
        return known[1]  # type: ignore[no-any-return]
    value = find()
    while len(_kept) >= MOST:
        _kept.pop(next(iter(_kept)))
    _kept[place] = (traces, value)
    return value


def _traces(edition_id: int) -> list[Any]:
    """Different once anything has happened."""
    own = select(Nomination.id).where(Nomination.edition_id == edition_id)
    states = (
        select(
            Nomination.state, Nomination.category_id, func.count(), func.max(Nomination.id),
            func.max(Nomination.updated_at), func.sum(Nomination.merged_into_id),
        )
        .where(Nomination.edition_id == edition_id)
        .group_by(Nomination.state, Nomination.category_id)
        .order_by(Nomination.state, Nomination.category_id)
    )  # fmt: skip
    events = select(func.count(), func.max(NominationEvent.id)).where(NominationEvent.nomination_id.in_(own))
    marks = select(func.count(), func.max(Distinct.id)).where(
        or_(Distinct.first_id.in_(own), Distinct.second_id.in_(own))
    )
    answers = select(func.count(), func.max(Answer.id), func.max(Answer.at)).where(
        Answer.nomination_id.in_(own)
    )
    rules = select(func.count(), func.max(Rule.id), func.max(Rule.changed_at)).where(
        Rule.edition_id == edition_id
    )
    return [
        tuple(row) for query in (states, events, marks, answers, rules) for row in db.session.execute(query)
    ]
