"""What the secretariat decides of a nomination: accepted, declined, moved to another category."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.awards import categories
from app.awards import service as awards
from app.awards.plaintext import tidy
from app.core.phases import Phase
from app.extensions import db
from app.nominations.drafts import NotNow, tell
from app.nominations.models import Nomination, Nominee, State
from app.nominations.records import happened, record_content, record_decision
from app.nominations.service import nomination

DECIDED_IN = (Phase.NOMINATING, Phase.SHORTLISTING)
DECIDABLE = (State.CONFIRMED, State.COMPLETION_ASKED, State.ACCEPTED, State.DECLINED)


class OnShortlist(ValueError):
    """The nomination stands on the shortlist; it has to be taken off first."""


class WrongPhase(ValueError):
    """Decisions are made while nominations are open and while the shortlist is made."""


def accept(edition_id: int, nomination_id: int, *, by: int, now: datetime) -> None:
    """The secretariat takes the nomination up; its author is told. Raises `Gone`, `NotNow`, `WrongPhase`."""
    deciding = _deciding(edition_id, nomination_id, but=State.ACCEPTED)
    deciding.state, deciding.decided_at, deciding.decision_reason = State.ACCEPTED, now, ""
    db.session.flush()
    happened(deciding, "accepted", now=now, by=by)
    record_decision(deciding, "nomination-accepted", by=by, now=now)
    tell(deciding, "nomination_accepted", now=now)


def decline(edition_id: int, nomination_id: int, reason: str, *, by: int, now: datetime) -> None:
    """The secretariat declines with a reason, which its author is told. Raises as `accept`, and `OnShortlist`."""
    deciding = _deciding(edition_id, nomination_id, but=State.DECLINED)
    if db.session.scalar(select(Nominee.id).where(Nominee.nomination_id == nomination_id)) is not None:
        raise OnShortlist
    deciding.state, deciding.decided_at, deciding.decision_reason = State.DECLINED, now, tidy(reason)
    db.session.flush()
    happened(deciding, "declined", now=now, by=by, note=deciding.decision_reason)
    record_decision(deciding, "nomination-declined", by=by, now=now)
    tell(deciding, "nomination_declined", now=now)


def move(edition_id: int, nomination_id: int, category_slug: str, *, by: int, now: datetime) -> None:
    """The secretariat moves a nomination to the category where it belongs; raises as `decline`."""
    edition = awards.lock(edition_id)
    moving = nomination(edition_id, nomination_id)
    if edition.phase not in DECIDED_IN:
        raise WrongPhase
    if moving.state not in DECIDABLE:
        raise NotNow(moving.state)
    if db.session.scalar(select(Nominee.id).where(Nominee.nomination_id == nomination_id)) is not None:
        raise OnShortlist
    moving.category = categories.category(edition_id, category_slug)
    db.session.flush()
    happened(moving, "moved", now=now, by=by, note=moving.category.slug)
    record_content(moving, "nomination-edited", now=now)


def _deciding(edition_id: int, nomination_id: int, *, but: State) -> Nomination:
    if awards.lock(edition_id).phase not in DECIDED_IN:
        raise WrongPhase
    deciding = nomination(edition_id, nomination_id)
    if deciding.state not in DECIDABLE or deciding.state is but:
        raise NotNow(deciding.state)
    return deciding
