"""How long nominations are kept, and whom a new deadline concerns."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import or_, select

from app.awards import service as awards
from app.awards.models import Edition, PhaseMove
from app.core.phases import Phase
from app.extensions import db
from app.ledger import service as ledger
from app.mail import service as mail
from app.mail.service import Recipient
from app.nominations import forgetting, reminding, scrubbing
from app.nominations.drafts import KEPT_FOR, OPEN_STATES, delete
from app.nominations.models import Nomination, State
from app.nominations.records import erase, happened
from app.nominations.service import EDITABLE

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
    """Removes people from the nominations of editions that ended as long ago as each of them keeps people.

    The procurement's facts stay. Gives of how many nominations; the letters about them are forgotten too.
    """
    ended = _ended(now)
    for edition_id in ended:
        for name in ANSWERS:
            mail.forget(name, before=now, edition_id=edition_id)
    somebody = or_(
        Nomination.forgotten_at.is_(None),
        Nomination.person_name != "",
        Nomination.person_email != "",
        Nomination.authority_email != "",
    )
    query = select(Nomination).where(Nomination.edition_id.in_(ended), somebody)
    found = list(db.session.scalars(query.order_by(Nomination.id).limit(BATCH)))
    for item in found:
        forgetting.forget(item)
        item.decision_reason = ""
        for event in item.events:
            event.note = ""
        item.forgotten_at = item.forgotten_at or now
        erase(item)
        happened(item, "forgotten", now=now)
    if found:
        scrubbing.ask(now=now)
    db.session.flush()
    return len(found)


def forget_letters(*, now: datetime) -> None:
    """Deletes what the outbox still knows of links that were mailed, as long ago as drafts go."""
    for name in LINKS:
        mail.forget(name, before=now - KEPT_FOR)


def _ended(now: datetime) -> list[int]:
    """The editions whose people have been kept for as long as they are."""
    query = select(Edition.id, Edition.people_kept_days, PhaseMove.at).join(
        PhaseMove, PhaseMove.edition_id == Edition.id
    )
    rows = db.session.execute(query.where(PhaseMove.to_phase.in_(ENDS)))
    return sorted({number for number, days, at in rows if at <= now - timedelta(days=days)})


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
