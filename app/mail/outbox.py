"""Taking letters out of the outbox and saying how each one ended. Each function is one transaction of its own.

A letter is queued, sending (claimed by a living worker), then sent, failed or cancelled. Exactly one durable commit
stands between a delivery and the next one, so a worker that is killed can repeat at most the one letter whose
delivery it had not recorded; the rest of its claim goes back when its lease has run out.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select, update

from app.extensions import db, transaction
from app.jobs import leases
from app.mail import service
from app.mail.models import Letter, LetterState

BATCH = 20
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(hours=1)
ATTEMPTS = 14  # about eight hours


def take(worker: str, now: datetime) -> list[Letter]:
    """Up to BATCH due letters, now *worker*'s own: single letters before those to many. Idle, it only reads."""
    _return_orphans(worker)
    due = and_(
        Letter.state == LetterState.QUEUED, Letter.run_at <= now, Letter.name.in_(list(service.kinds()))
    )
    if db.session.scalar(select(Letter.id).where(due).limit(1)) is None:
        return []
    with transaction():
        query = select(Letter).where(due).order_by(Letter.bulk, Letter.run_at, Letter.id).limit(BATCH)
        letters = list(db.session.scalars(query.with_for_update(skip_locked=True)))
        for letter in letters:
            letter.state, letter.worker = LetterState.SENDING, worker
    for letter in letters:
        db.session.expunge(letter)  # plain facts from now on: reading them opens no transaction
    return letters


def _return_orphans(worker: str) -> None:
    """Puts back what dead workers had claimed, and what *worker*, who now asks for more, did not finish."""
    nobodys = or_(Letter.worker.not_in(leases.alive()), Letter.worker == worker)
    orphaned = and_(Letter.state == LetterState.SENDING, nobodys)
    if db.session.scalar(select(Letter.id).where(orphaned).limit(1)) is None:
        return
    with transaction():
        db.session.execute(update(Letter).where(orphaned).values(state=LetterState.QUEUED, worker=None))


def own(letter: Letter, worker: str) -> bool:
    """Whether the letter is still *worker*'s to send."""
    mine = select(Letter.id).where(
        Letter.id == letter.id, Letter.worker == worker, Letter.state == LetterState.SENDING
    )
    return db.session.scalar(mine) is not None


def end(letter: Letter, worker: str, *, state: LetterState, now: datetime, answer: str = "") -> None:
    """The letter is sent, failed or cancelled."""
    _set(letter, worker, state=state, finished_at=now, server_answer=answer, attempts=letter.attempts + 1)


def again(letter: Letter, worker: str, now: datetime, *, answer: str) -> bool:
    """Queues the letter for another try after a growing pause; gives it up (True) after ATTEMPTS."""
    tried = letter.attempts + 1
    if tried >= ATTEMPTS:
        end(letter, worker, state=LetterState.FAILED, now=now, answer=answer)
        return True
    pause = min(FIRST_PAUSE * 3 ** min(tried - 1, 10), LONGEST_PAUSE)
    _set(letter, worker, state=LetterState.QUEUED, run_at=now + pause, server_answer=answer, attempts=tried)
    return False


def give_back(letters: list[Letter], worker: str, *, answer: str | None = None) -> None:
    """Queues letters that were claimed and not tried; *answer* says what stood in the way."""
    if not letters:
        return
    values: dict[str, object] = {"state": LetterState.QUEUED, "worker": None}
    if answer is not None:
        values["server_answer"] = answer
    mine = and_(
        Letter.id.in_([letter.id for letter in letters]),
        Letter.worker == worker,
        Letter.state == LetterState.SENDING,
    )
    with transaction():
        db.session.execute(update(Letter).where(mine).values(**values))


def _set(letter: Letter, worker: str, **values: object) -> None:
    mine = and_(Letter.id == letter.id, Letter.worker == worker, Letter.state == LetterState.SENDING)
    with transaction():
        db.session.execute(update(Letter).where(mine).values(worker=None, **values))
