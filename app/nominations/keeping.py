"""How long nominations are kept, and whom a new deadline concerns."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from app.awards import service as awards
from app.awards.models import Edition, PhaseMove
from app.core.phases import Phase
from app.extensions import db
from app.ledger import service as ledger
from app.mail import service as mail
from app.mail.service import Recipient
from app.nominations import reminding
from app.nominations.drafts import KEPT_FOR, OPEN_STATES, delete
from app.nominations.models import AskedLetter, Nomination, State
from app.nominations.records import erase, happened
from app.nominations.service import EDITABLE

PEOPLE_KEPT_FOR = timedelta(days=365)
"""So long after the end of an edition the names and addresses of those who nominated are kept."""

ENDS = (Phase.PUBLISHED, Phase.CANCELLED)
BATCH = 200
LINKS = ("nomination_draft", "nomination_confirm", "nomination_reminder")
ANSWERS = (
    "nomination_copy",
    "nomination_changed",
    "nomination_withdrawn",
    "nominations_extended",
)


def delete_unfinished(*, now: datetime) -> int:
    """Deletes drafts, unconfirmed and withdrawn nominations that nobody has touched for KEPT_FOR; gives how many."""
    query = select(Nomination).where(
        Nomination.state.in_((*OPEN_STATES, State.WITHDRAWN)), Nomination.updated_at <= now - KEPT_FOR
    )
    old = list(db.session.scalars(query.order_by(Nomination.id).limit(BATCH)))
    for edition_id in sorted({item.edition_id for item in old}):
        awards.lock(edition_id)
    for item in old:
        delete(item)
    return len(old)


def forget_people(*, now: datetime) -> int:
    """Removes who nominated from editions that ended PEOPLE_KEPT_FOR ago; the procurement's facts stay."""
    ended = select(PhaseMove.edition_id).where(
        PhaseMove.to_phase.in_(ENDS), PhaseMove.at <= now - PEOPLE_KEPT_FOR
    )
    query = select(Nomination).where(Nomination.edition_id.in_(ended), Nomination.forgotten_at.is_(None))
    found = list(db.session.scalars(query.order_by(Nomination.id).limit(BATCH)))
    for item in found:
        item.contact_name = item.contact_email = item.company = item.orgnr = item.remarks = ""
        item.foreign_country = item.foreign_number = item.decision_reason = ""
        item.forgotten_at = now
        for asked in db.session.scalars(select(AskedLetter).where(AskedLetter.nomination_id == item.id)):
            db.session.delete(asked)
        for event in item.events:
            event.note = ""
        erase(item)
        happened(item, "forgotten", now=now)
    db.session.flush()
    return len(found)


def forget_letters(*, now: datetime) -> None:
    """Deletes what the outbox still knows of letters: links as long ago as drafts go, the others as people do."""
    for name in LINKS:
        mail.forget(name, before=now - KEPT_FOR)
    for name in ANSWERS:
        mail.forget(name, before=now - PEOPLE_KEPT_FOR)


def tell_extended(edition: Edition, until: datetime, *, now: datetime) -> int:
    """Queues one letter to each address that has a nomination or a draft; gives how many."""
    concerned = Nomination.state.in_((*OPEN_STATES, *EDITABLE))
    query = select(Nomination).where(Nomination.edition_id == edition.id, concerned).order_by(Nomination.id)
    newest = {
        item.contact_email.lower(): item
        for item in db.session.scalars(query)
        if reminding.sound(item.contact_email)
    }
    recipients = [
        Recipient(
            item.id, item.contact_email, item.language, f"nominations_extended:{item.id}:{until.isoformat()}"
        )
        for item in newest.values()
    ]
    if recipients:
        last = ledger.last(edition=edition.id, kind="letters-queued")
        batch = 1 + (int(last.data["batch"]) if last else 0)
        mail.queue_many("nominations_extended", recipients, now=now, edition_id=edition.id, batch=str(batch))
        data = {"batch": batch, "letter": "nominations-extended", "recipients": len(recipients)}
        ledger.append(edition=edition.id, kind="letters-queued", data=data, now=now)
    return len(recipients)
