"""Batches: whoever sends a letter to a selection gets a number for it, in the ledger too; nobody is never everyone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from app.ballots.models import LetterBatch
from app.extensions import db
from app.ledger import service as ledger
from app.mail import service as mail

EVERYONE, ONE = "everyone", "one"


class Nobody(Exception):
    """The selection is empty: nothing is sent."""


def record(
    edition_id: int,
    letter: str,
    *,
    selection: str,
    recipients: int,
    by: int | None,
    now: datetime,
    mark: str | None = None,
    by_plan: bool = False,
) -> LetterBatch:
    """Numbers one act of sending, in the caller's transaction, which holds the edition. *mark*: its letters' batch.

    Raises `Nobody` for no recipients.
    """
    if recipients < 1:
        raise Nobody(letter)
    query = select(func.coalesce(func.max(LetterBatch.number), 0)).where(LetterBatch.edition_id == edition_id)
    number = (db.session.scalar(query) or 0) + 1
    made = LetterBatch(
        edition_id=edition_id, number=number, letter=letter, selection=selection, recipients=recipients, by=by,
        by_plan=by_plan, at=now, mark=f"{letter}:{number}" if mark is None else mark,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    data = {"batch": number, "letter": letter, "recipients": recipients}
    ledger.append(edition=edition_id, kind="letters-queued", data=data, now=now)
    return made


def queue(
    edition_id: int,
    letter: str,
    recipients: Sequence[mail.Recipient],
    *,
    selection: str,
    by: int | None,
    now: datetime,
    by_plan: bool = False,
) -> LetterBatch:
    """Queues a letter to exactly these, as a batch; the caller holds the edition. Raises `Nobody` for an empty list."""
    made = record(
        edition_id, letter, selection=selection, recipients=len(recipients), by=by, now=now, by_plan=by_plan
    )
    mail.queue_many(letter, recipients, now=now, edition_id=edition_id, batch=made.mark)
    return made


def batches(edition_id: int) -> list[LetterBatch]:
    """What was sent to many at once, the newest first."""
    query = select(LetterBatch).where(LetterBatch.edition_id == edition_id, LetterBatch.mark != "")
    return list(db.session.scalars(query.order_by(LetterBatch.number.desc())))


def single_letters(edition_id: int) -> int:
    """How many letters were sent one by one, from the voter's page."""
    query = select(func.count()).where(LetterBatch.edition_id == edition_id, LetterBatch.mark == "")
    return db.session.scalar(query) or 0


def counts(batch: LetterBatch) -> mail.Counts:
    """How the letters of a batch stand."""
    return mail.counts(edition_id=batch.edition_id, name=batch.letter, batch=batch.mark)
