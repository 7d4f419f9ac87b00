"""Nominators who came to stand behind a nomination after its decision, or lost their letter on the way there.

Merging tells nobody. Whoever has not heard of the decision in force gets its letter when the secretariat says so, with
the words that it was told in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from app.awards import service as awards
from app.core import canonical
from app.extensions import db
from app.mail import service as mail
from app.mail.models import LetterState
from app.nominations import service as nominations
from app.nominations.behind import together
from app.nominations.drafts import NominationError
from app.nominations.models import Nomination
from app.nominations.records import happened
from app.screening.decisions.decisions import in_force
from app.screening.decisions.recipients import LEFT, LETTER, Recipient, reachable
from app.screening.models import Decision, DecisionLetter, Verb

TOLD_LATE = (Verb.ACCEPT, Verb.DECLINE)
"""Only whose nomination is decided on has anything to complete."""


class OthersNow(NominationError):
    """Those who have not heard are not those whom the page showed."""


def untold(nomination: Nomination) -> list[Recipient]:
    """Who stands behind the nomination and has not heard of the decision in force."""
    return unaware(nomination, together(nomination))


def unaware(nomination: Nomination, people: Sequence[Nomination]) -> list[Recipient]:
    """Which of *people*, each address once, have not heard of the nomination's decision in force.

    Whoever heard the same of a nomination of their own has.
    """
    decision = in_force(nomination)
    if decision is None or decision.verb not in TOLD_LATE:
        return []
    reached = _reached(decision)
    each = {item.contact_email.lower(): item for item in reversed(people) if reachable(item)}
    return [
        Recipient(item, author=item is nomination)
        for address, item in reversed(each.items())
        if address not in reached and _last_heard(item) is not decision.verb
    ]


def stamp(nomination: Nomination) -> str:
    """A short text that is another one as soon as others would be told, or of another decision."""
    decision = in_force(nomination)
    about = [
        decision.id if decision else 0,
        [[each.nomination.id, each.address] for each in untold(nomination)],
    ]
    return hashlib.sha256(canonical.dumps(about)).hexdigest()[:16]


def tell(edition_id: int, nomination_id: int, seen: str, *, by: int, now: datetime) -> int:
    """Queues the letter of the decision in force to those who have not heard of it; gives how many.

    *seen* is the `stamp` of what the page showed. Raises `Gone` and `OthersNow`.
    """
    awards.lock(edition_id)
    nomination = nominations.nomination(edition_id, nomination_id)
    decision, to = in_force(nomination), untold(nomination)
    if decision is None or not to or seen != stamp(nomination):
        raise OthersNow
    for each in to:
        _queue(decision, each, now=now)
    happened(nomination, "told-rest", now=now, by=by)
    db.session.flush()
    return len(to)


def _queue(decision: Decision, to: Recipient, *, now: datetime) -> None:
    """A letter to somebody who may have had one before that was cancelled."""
    query = select(DecisionLetter).where(
        DecisionLetter.decision_id == decision.id, DecisionLetter.nomination_id == to.nomination.id
    )
    letter = db.session.scalar(query)
    if letter is None:
        letter = DecisionLetter(decision_id=decision.id, nomination_id=to.nomination.id)
        db.session.add(letter)
        db.session.flush()
    mail.queue(
        LETTER,
        subject_id=letter.id,
        to=to.address,
        language=to.language,
        now=now,
        edition_id=decision.nomination.edition_id,
        key=f"{LETTER}:{letter.id}:{len(mail.find(LETTER, letter.id))}",
    )


def _reached(decision: Decision) -> set[str]:
    """The addresses, in small letters, to which the decision's letter has gone or is going."""
    query = select(DecisionLetter.id).where(DecisionLetter.decision_id == decision.id)
    rows = [row for number in db.session.scalars(query) for row in mail.find(LETTER, number)]
    return {row.to.lower() for row in rows if row.state != LetterState.CANCELLED}


def _last_heard(nomination: Nomination) -> Verb | None:
    """What the last letter that has left to this nominator said, moves aside."""
    query = (
        select(DecisionLetter)
        .join(Decision)
        .where(DecisionLetter.nomination_id == nomination.id, Decision.verb != Verb.MOVE)
        .order_by(DecisionLetter.id.desc())
    )
    for letter in db.session.scalars(query):
        if any(row.state in LEFT for row in mail.find(LETTER, letter.id)):
            return Verb(letter.decision.verb)
    return None
