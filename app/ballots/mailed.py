"""A receipt by mail, for the voter who asked: queued with the ballot, deleted when it has left.

Its row joins an address with a ballot's receipt, never with a choice, so it is kept no longer than it is needed: the
outbox deletes it in the transaction that would note it as sent, and a bounce then finds nothing. What could not be
delivered at once is tried again while the vote is open; when it closes, those rows are deleted too. Nobody is asked to
chase a receipt that failed: its voter has seen it on the page.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, select

from app.ballots.models import Ballot, Box, Credential
from app.core.receipts import Receipt
from app.extensions import db
from app.ledger import service as ledger
from app.mail import service as mail
from app.mail.addresses import BadAddress
from app.mail.models import Letter, LetterState
from app.roll.models import Voter

NAME = "receipt"
UNDER_WAY = (LetterState.QUEUED, LetterState.SENDING, LetterState.DEFERRED)


def queue(credential_id: int, *, now: datetime) -> None:
    """The receipt of the ballot that is being accepted, to its voter's address; in the caller's transaction.

    An address that no letter can be sent to costs the letter, never the vote.
    """
    query = (
        select(Voter.email, Voter.language, Voter.edition_id)
        .join(Credential, Credential.voter_id == Voter.id)
        .where(Credential.id == credential_id)
    )
    to, language, edition_id = db.session.execute(query).one()
    with suppress(BadAddress):
        mail.queue(NAME, subject_id=credential_id, to=to, language=language, now=now, edition_id=edition_id)


def of_credential(credential_id: int) -> dict[str, Any] | None:
    """The signed receipt of the ballot that was cast with a credential; None when there is none."""
    query = (
        select(Ballot.tracker, Ballot.event, Ballot.height, Box.fingerprint)
        .join(Box, Box.edition_id == Ballot.edition_id)
        .where(Ballot.credential_id == credential_id)
    )
    row = db.session.execute(query).one_or_none()
    return row and ledger.sign_receipt(Receipt(row.fingerprint, row.tracker, row.event, row.height))


def forget(edition_id: int | None = None) -> None:
    """Deletes the rows of receipts that failed, and of closed votes those that had to be tried again.

    One that is being sent at this moment is left to its worker; `ballots.notices` comes back for it.
    """
    closed = select(Box.edition_id).where(Box.ended_at.is_not(None))
    tried = Letter.edition_id.in_(closed) & (Letter.attempts > 0) & (Letter.state != LetterState.SENDING)
    where = [Letter.name == NAME, or_(Letter.state.not_in(UNDER_WAY), tried)]
    if edition_id is not None:
        where.append(Letter.edition_id == edition_id)
    db.session.execute(delete(Letter).where(*where).execution_options(synchronize_session=False))
