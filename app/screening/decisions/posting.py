"""The letters of decisions on their way: queued for everyone who is told, and cancelled when something newer is said."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select

from app.extensions import db
from app.mail import service as mail
from app.nominations.behind import together
from app.nominations.models import Nomination
from app.screening.decisions.recipients import LETTER, Recipient
from app.screening.models import Decision, DecisionLetter, Verb


def cancel(nomination: Nomination, verbs: Collection[Verb], *, now: datetime) -> None:
    """Cancels what is queued to anyone behind the nomination about decisions of *verbs*, of whichever nomination."""
    numbers = [item.id for item in together(nomination)]
    query = (
        select(DecisionLetter.id)
        .join(Decision)
        .where(DecisionLetter.nomination_id.in_(numbers), Decision.verb.in_(verbs))
    )
    for number in db.session.scalars(query):
        mail.cancel(LETTER, number, now)


def queue(decision: Decision, to: Sequence[Recipient], *, now: datetime) -> None:
    """Queues the decision's letter to each of *to*."""
    for recipient in to:
        letter = DecisionLetter(decision_id=decision.id, nomination_id=recipient.nomination.id)
        db.session.add(letter)
        db.session.flush()
        mail.queue(
            LETTER,
            subject_id=letter.id,
            to=recipient.address,
            language=recipient.language,
            now=now,
            edition_id=decision.nomination.edition_id,
            key=f"{LETTER}:{letter.id}",
        )


def letters(decision: Decision) -> list[tuple[str, str]]:
    """Each address that is told of a decision, with how far its letter has come."""
    query = select(DecisionLetter.id).where(DecisionLetter.decision_id == decision.id)
    return [
        (row.to, row.state)
        for number in db.session.scalars(query.order_by(DecisionLetter.id))
        for row in mail.find(LETTER, number)
    ]
