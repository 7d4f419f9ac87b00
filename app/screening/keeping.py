"""How long screening keeps what people wrote: words and reasons of decisions, who was told, and what they answered."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import or_, select

from app.awards.models import Edition, PhaseMove
from app.extensions import db
from app.mail import service as mail
from app.nominations.keeping import ENDS
from app.nominations.models import Nomination
from app.screening.decisions import recipients
from app.screening.merges import merging
from app.screening.models import Decision, Told, ToldLetter
from app.screening.told import concerned

BATCH = 200
EARLIER = ("nomination_accepted", "nomination_declined")
"""Letters of an earlier version of the service."""


def forget_people(*, now: datetime) -> int:
    """Empties what belongs to editions that ended as long ago as each keeps people; gives of how many nominations."""
    found = 0
    for edition_id in _ended(now):
        for name in (recipients.LETTER, concerned.LETTER, *EARLIER):
            mail.forget(name, before=now, edition_id=edition_id)
        numbers = _unforgotten(edition_id)
        forget(numbers)
        found += len(numbers)
    return found


def forget(nominations: Collection[int]) -> None:
    """Empties the words of decisions about these nominations, and everything about who was told of them.

    Of their merges stays which facts were taken, without those that are about people.
    """
    for made in db.session.scalars(select(Decision).where(Decision.nomination_id.in_(nominations))):
        made.reason = made.reason_en = ""
        made.subject_sv = made.subject_en = made.words_sv = made.words_en = ""
    for told in db.session.scalars(select(Told).where(Told.nomination_id.in_(nominations))):
        forget_told(told)
    merging.forget(nominations)
    db.session.flush()


def forget_told(told: Told) -> None:
    """Empties everything about somebody who was told, but that they were, and when; their links open nothing any more."""
    told.name = told.email = told.reply = ""
    told.corrections, told.settled, told.earlier = {}, {}, []
    told.link_version += 1
    for letter in db.session.scalars(select(ToldLetter).where(ToldLetter.told_id == told.id)):
        letter.email = letter.subject = letter.words = ""


def _ended(now: datetime) -> list[int]:
    query = select(Edition.id, Edition.people_kept_days, PhaseMove.at).join(
        PhaseMove, PhaseMove.edition_id == Edition.id
    )
    rows = db.session.execute(query.where(PhaseMove.to_phase.in_(ENDS)))
    return sorted({number for number, days, at in rows if at <= now - timedelta(days=days)})


def _unforgotten(edition_id: int) -> list[int]:
    said = or_(Decision.subject_sv != "", Decision.subject_en != "", Decision.reason != "")
    decided = select(Decision.nomination_id).where(said)
    told = select(Told.nomination_id).where(Told.email != "")
    query = select(Nomination.id).where(
        Nomination.edition_id == edition_id, or_(Nomination.id.in_(decided), Nomination.id.in_(told))
    )
    return list(db.session.scalars(query.order_by(Nomination.id).limit(BATCH)))
