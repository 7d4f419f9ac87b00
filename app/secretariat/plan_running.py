"""Running the plan: each item exactly once, however many workers there are and whenever they die.

The act and the mark that it is done are one transaction, which holds the edition and the item: whoever comes second
finds it done, and who dies in the middle leaves nothing of either.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import select

from app import web
from app.accounts import service as accounts
from app.awards import service as awards
from app.awards.models import Edition
from app.extensions import db, transaction
from app.mail import service as mail
from app.mail.service import letter
from app.secretariat import plan, planned_acts
from app.secretariat.models import PlanItem, PlanState

LATE = "plan-late"

log = structlog.get_logger("plan")


def due(now: datetime) -> list[int]:
    """What has reached its time and has not happened, the earliest first; reads only."""
    query = select(PlanItem.id).where(PlanItem.state == PlanState.PLANNED, PlanItem.at <= now)
    return list(db.session.scalars(query.order_by(PlanItem.at, PlanItem.id)))


def run(item_id: int, *, now: datetime) -> str:
    """Carries out one item in a transaction of its own, or tells the secretariat once why not; what became of it."""
    try:
        with transaction():
            return _carry_out(item_id, now)
    except planned_acts.Blocked:
        with transaction():
            _warn(item_id, now)
        return "late"


def _carry_out(item_id: int, now: datetime) -> str:
    found = _held(item_id)
    if found is None:
        return "gone"
    item, edition = found
    if planned_acts.due_at(item, edition) > now:
        return "ahead"
    state = planned_acts.ended(item, edition, now)
    if state is None:
        item.letters = planned_acts.carry_out(item, edition, now)
        state = PlanState.DONE
    item.state, item.ended_at = state, now
    db.session.flush()
    return str(state)


def _held(item_id: int) -> tuple[PlanItem, Edition] | None:
    """The item while it waits, with its edition, both locked in the order in which everyone locks them."""
    edition_id = db.session.scalar(select(PlanItem.edition_id).where(PlanItem.id == item_id))
    if edition_id is None:
        return None
    edition = awards.lock(edition_id)
    query = select(PlanItem).where(PlanItem.id == item_id, PlanItem.state == PlanState.PLANNED)
    item = db.session.scalar(query.with_for_update().execution_options(populate_existing=True))
    return None if item is None else (item, edition)


def _warn(item_id: int, now: datetime) -> None:
    found = _held(item_id)
    if found is None or found[0].warned_at is not None:
        return
    item, _edition = found
    item.warned_at = now
    for colleague in accounts.secretaries():
        mail.queue(
            LATE, subject_id=item.id, to=colleague.email, language=colleague.language, now=now,
            edition_id=item.edition_id, key=f"{LATE}:{item.id}:{int(item.at.timestamp())}:{colleague.id}",
        )  # fmt: skip


@letter(LATE)
def plan_late(subject_id: int, now: datetime) -> dict[str, Any] | None:
    """That something planned could not be done, and why; not sent when it has been done or taken away since."""
    return _about(subject_id, now)


@letter(plan.REQUEST)
def plan_request(subject_id: int, now: datetime) -> dict[str, Any] | None:
    """To the others in the secretariat: one of them confirms a planned opening as the second person."""
    said = _about(subject_id, now)
    item = db.session.get(PlanItem, subject_id, populate_existing=True)
    if said is None or item is None or item.confirmed_by is None or item.second_id is not None:
        return None
    edition = awards.by_id(item.edition_id)
    return said | {
        "name": accounts.account(item.confirmed_by).name,
        "reason": item.reason,
        "voters": item.voters,
        "url": web.absolute_url(
            "secretariat.plan_confirm", lang=web.language(), slug=edition.slug, item_id=item.id
        ),
    }


def _about(item_id: int, now: datetime) -> dict[str, Any] | None:
    item = db.session.get(PlanItem, item_id, populate_existing=True)
    if item is None or item.state != PlanState.PLANNED:
        return None
    edition, lang = awards.by_id(item.edition_id), web.language()
    return {
        "edition": edition.name(lang),
        "what": planned_acts.title(item),
        "at": planned_acts.due_at(item, edition),
        "why": planned_acts.obstacle(item, edition, now),
        "url": web.absolute_url("secretariat.plan", lang=lang, slug=edition.slug),
    }
