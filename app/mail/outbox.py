"""Taking letters out of the outbox and saying how each one ended. Each function is one transaction of its own.

A letter is queued, sending (claimed by a living worker), then sent, failed or cancelled, or deferred to its next try;
each of these is noted with the server's words. Exactly one durable commit stands between a delivery and the next one,
so a worker that is killed can repeat at most the one letter whose delivery it had not recorded; the rest of its claim
goes back when its lease has run out.

A worker with several connections has a lane for each: a lane claims, and takes back, its own letters alone.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, case, delete, insert, or_, select, update

from app.extensions import db, transaction
from app.jobs import leases
from app.mail import pace, service
from app.mail.models import Letter, LetterEvent, LetterState
from app.mail.quoting import cut

BATCH = 20
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(hours=1)
ATTEMPTS = 14  # about eight hours
WAITING_STATE = case((Letter.attempts > 0, LetterState.DEFERRED.value), else_=LetterState.QUEUED.value)


def take(worker: str, now: datetime, *, lane: int = 0, rate: int = 0, others: bool = True) -> list[Letter]:
    """Up to BATCH due letters, now *worker*'s own: single letters before those to many, second tries before first
    ones but not in place of all of them. Idle, it only reads. With *others*, what dead workers had claimed goes back
    first. Raises `pace.NotYet` when letters are due that *rate* does not let leave yet.
    """
    _return_orphans(worker, lane, others=others)
    if not any(db.session.scalar(_due(state, now).limit(1)) for state in service.WAITING):
        return []
    pace.check(rate)
    with transaction():
        share = pace.Share(rate, BATCH)
        again = _lock(LetterState.DEFERRED, now, max(1, share.most // 2))
        fresh = _lock(LetterState.QUEUED, now, share.most)
        letters = sorted([*again, *fresh], key=lambda letter: letter.bulk)[: share.most]
        share.use(len(letters))
        for letter in letters:
            letter.state, letter.worker, letter.lane = LetterState.SENDING, worker, lane
    for letter in [*again, *fresh]:
        db.session.expunge(letter)  # plain facts from now on: reading them opens no transaction
    return letters


def _due(state: LetterState, now: datetime) -> Select[int]:
    return select(Letter.id).where(
        Letter.state == state, Letter.run_at <= now, Letter.name.in_(list(service.kinds()))
    )


def _lock(state: LetterState, now: datetime, most: int) -> list[Letter]:
    """The first due letters in one state. A query for each state: then the index gives them in order."""
    query = _due(state, now).with_only_columns(Letter).order_by(Letter.bulk, Letter.run_at, Letter.id)
    return list(db.session.scalars(query.limit(most).with_for_update(skip_locked=True)))


def _return_orphans(worker: str, lane: int, *, others: bool) -> None:
    """Puts back what dead workers had claimed, and what this lane of *worker*, which asks for more, did not finish."""
    nobodys = and_(Letter.worker == worker, Letter.lane == lane)
    if others:
        nobodys = or_(nobodys, Letter.worker.not_in(leases.alive()))
    orphaned = and_(Letter.state == LetterState.SENDING, nobodys)
    if db.session.scalar(select(Letter.id).where(orphaned).limit(1)) is None:
        return
    with transaction():
        db.session.execute(update(Letter).where(orphaned).values(state=WAITING_STATE, worker=None))


def own(letter: Letter, worker: str) -> bool:
    """Whether the letter is still *worker*'s to send."""
    mine = select(Letter.id).where(
        Letter.id == letter.id, Letter.worker == worker, Letter.state == LetterState.SENDING
    )
    return db.session.scalar(mine) is not None


def end(letter: Letter, worker: str, *, state: LetterState, now: datetime, answer: str = "") -> None:
    """The letter is sent, failed or cancelled. Of a letter to forget nothing stays once it is sent or cancelled."""
    mine = _mine(worker, Letter.id == letter.id)
    if state != LetterState.FAILED and service.kinds()[letter.name].forget:
        with transaction():
            db.session.execute(delete(Letter).where(mine))
        return
    _note(letter, mine, now, state=state, finished_at=now, answer=answer, attempts=letter.attempts + 1)


def again(letter: Letter, worker: str, now: datetime, *, answer: str) -> bool:
    """Defers the letter to another try after a growing pause; gives it up (True) after ATTEMPTS."""
    tried = letter.attempts + 1
    if tried >= ATTEMPTS:
        end(letter, worker, state=LetterState.FAILED, now=now, answer=answer)
        return True
    pause = min(FIRST_PAUSE * 3 ** min(tried - 1, 10), LONGEST_PAUSE)
    mine = _mine(worker, Letter.id == letter.id)
    _note(letter, mine, now, state=LetterState.DEFERRED, run_at=now + pause, answer=answer, attempts=tried)
    return False


def give_back(letters: list[Letter], worker: str, *, answer: str | None = None) -> None:
    """Puts back letters that were claimed and not tried; *answer* says what stood in the way."""
    if not letters:
        return
    values: dict[str, object] = {"state": WAITING_STATE, "worker": None}
    if answer is not None:
        values["server_answer"] = cut(answer)
    mine = _mine(worker, Letter.id.in_([letter.id for letter in letters]))
    with transaction():
        db.session.execute(update(Letter).where(mine).values(**values))


def _mine(worker: str, which: ColumnElement[bool]) -> ColumnElement[bool]:
    return and_(which, Letter.worker == worker, Letter.state == LetterState.SENDING)


def _note(
    letter: Letter,
    mine: ColumnElement[bool],
    now: datetime,
    *,
    state: LetterState,
    answer: str,
    **values: object,
) -> None:
    """Records how far the letter has come and what was said, in the one commit."""
    words = cut(answer)
    with transaction():
        changed = update(Letter).where(mine).values(worker=None, state=state, server_answer=words, **values)
        if db.session.execute(changed).rowcount == 1:  # type: ignore[attr-defined]
            event = {
                "letter_id": letter.id,
                "at": now,
                "state": state.value,
                "words": words,
                "source": "smtp",
            }
            db.session.execute(insert(LetterEvent), event)
