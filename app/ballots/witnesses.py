"""While the vote is open: box heads into the ledger, checkpoints to the jurors, notices to those who voted."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select, update

from app.accounts import service as accounts
from app.awards import service as awards
from app.awards.models import Edition
from app.ballots import box
from app.ballots.models import Ballot, Credential, WitnessNote
from app.core.phases import Phase
from app.extensions import db
from app.ledger import service as ledger
from app.mail import service as mail
from app.mail.models import Letter
from app.roll.models import Voter

STOCKHOLM = ZoneInfo("Europe/Stockholm")
NOTICES_AT_ONCE = 500
FORGET_AFTER = timedelta(hours=1)


def witness(edition_id: int, occasion: str, *, now: datetime) -> bytes:
    """A checkpoint of the edition's log, mailed to every juror once an occasion; in the caller's transaction.

    Nobody has to be a witness of a trial vote.
    """
    note = ledger.checkpoint(edition=edition_id, now=now)
    query = select(WitnessNote).where(WitnessNote.edition_id == edition_id, WitnessNote.occasion == occasion)
    if db.session.scalar(query) is not None:
        return note
    kept = WitnessNote(edition_id=edition_id, occasion=occasion, note=note, at=now)
    db.session.add(kept)
    db.session.flush()
    if awards.by_id(edition_id).trial:
        return note
    recipients = [
        mail.Recipient(kept.id, juror.email, juror.language, f"checkpoint:{kept.id}:{juror.id}")
        for juror in accounts.jurors()
    ]
    mail.queue_many("checkpoint", recipients, now=now, edition_id=edition_id)
    return note


def daily(edition_id: int, *, now: datetime) -> None:
    """The box's head into the ledger if it moved, a checkpoint, and once a day its letters; in a transaction."""
    box.box_head(edition_id, now=now)
    witness(edition_id, f"day {now.astimezone(STOCKHOLM).date().isoformat()}", now=now)


def voting_editions() -> list[int]:
    """The editions in which one can vote now."""
    return list(
        db.session.scalars(select(Edition.id).where(Edition.phase == Phase.VOTING).order_by(Edition.id))
    )


def queue_notices(*, now: datetime) -> int:
    """Queues the notices that are due, in random order, and forgets their times; in the caller's transaction.

    Gives how many there were; call again while there are any.
    """
    rows = db.session.execute(
        select(Ballot.credential_id, Ballot.edition_id, Voter.id, Voter.email, Voter.language)
        .join(Credential, Credential.id == Ballot.credential_id)
        .join(Voter, Voter.id == Credential.voter_id)
        .where(Ballot.notice_at <= now)
        .limit(NOTICES_AT_ONCE)
    ).all()
    mixed = list(rows)
    secrets.SystemRandom().shuffle(mixed)
    for edition_id in {row[1] for row in mixed}:
        recipients = [
            mail.Recipient(voter_id, email, language, f"ballot-cast:{credential_id}")
            for credential_id, of, voter_id, email, language in mixed
            if of == edition_id
        ]
        mail.queue_many("ballot-cast", recipients, now=now, edition_id=edition_id)
    told = update(Ballot).where(Ballot.credential_id.in_([row[0] for row in mixed])).values(notice_at=None)
    db.session.execute(told.execution_options(synchronize_session=False))
    return len(mixed)


def forget_notices(*, now: datetime) -> None:
    """Deletes the rows of notices that did not go away by themselves when they left: refused, or given up. Who voted, and
    when, is not kept with the letters; nobody is shown them.
    """
    db.session.execute(
        delete(Letter).where(
            Letter.name == "ballot-cast",
            Letter.state.not_in(mail.WAITING),
            Letter.finished_at < now - FORGET_AFTER,
        )
    )
