"""Letters as the other domains see them: register one, queue it, ask how it went, try again.

    @letter("ballot")
    def ballot(subject_id, now):
        return {"voter": …, "url": …}

The function gives the context of the templates `mail/ballot.subject.txt`, `mail/ballot.txt` and `mail/ballot.html`
(None: this letter must not be sent any more, and becomes cancelled). It is called by the worker when the letter is
sent, with the letter's language set for `gettext`, `web.language()` and `absolute_url(…, lang=…)`; what it gives is
never stored. The entry `reply_to`, where it gives one, becomes the Reply-To header; `unsubscribe`, an https address that
takes a POST, becomes List-Unsubscribe and List-Unsubscribe-Post (RFC 8058). It must only read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from app.extensions import db
from app.mail.addresses import checked
from app.mail.models import Letter, LetterEvent, LetterState

Context = Callable[[int, datetime], dict[str, Any] | None]
CHUNK = 500
WAITING = (LetterState.QUEUED, LetterState.DEFERRED)
UNDELIVERED = (LetterState.FAILED, LetterState.BOUNCED)


class UnknownLetter(LookupError):
    """A letter that no function was registered for."""


class NotFailed(Exception):
    """Only a letter that failed or came back can be tried again."""


@dataclass(frozen=True)
class Kind:
    """A registered letter: what makes its context, whether it goes to many (then it carries a List-Id), and whether
    its row is deleted in the transaction that would record it as sent or cancelled.
    """

    name: str
    context: Context
    bulk: bool = False
    forget: bool = False


@dataclass(frozen=True)
class Recipient:
    """One row for `queue_many`."""

    subject_id: int
    to: str
    language: str
    key: str | None = None


@dataclass(frozen=True)
class Counts:
    """How many letters stand where."""

    queued: int = 0
    sending: int = 0
    sent: int = 0
    deferred: int = 0
    failed: int = 0
    bounced: int = 0
    cancelled: int = 0

    @property
    def total(self) -> int:
        """All of them but the cancelled."""
        return self.unfinished + self.sent + self.failed + self.bounced

    @property
    def unfinished(self) -> int:
        """Those still on their way."""
        return self.queued + self.sending + self.deferred


_kinds: dict[str, Kind] = {}


def letter(name: str, *, bulk: bool = False, forget: bool = False) -> Callable[[Context], Context]:
    """Registers the context function of the letter *name*; *bulk* letters go to many people at once, of those to
    *forget* nothing stays once they have left.
    """

    def register(context: Context) -> Context:
        _kinds[name] = Kind(name, context, bulk, forget)
        return context

    return register


def kinds() -> dict[str, Kind]:
    """Every registered letter, by name."""
    return _kinds


def queue(
    name: str,
    *,
    subject_id: int,
    to: str,
    language: str,
    now: datetime,
    edition_id: int | None = None,
    key: str | None = None,
    batch: str = "",
    run_at: datetime | None = None,
) -> Letter:
    """A letter in the caller's transaction; it leaves after the commit, at *run_at* (at once when None).

    *key* is unique for ever: a second call returns the first letter. Raises `UnknownLetter` and `addresses.BadAddress`.
    """
    values = _row(
        name,
        Recipient(subject_id, to, language, key),
        now=now,
        edition_id=edition_id,
        batch=batch,
        run_at=run_at,
    )
    if (found := _by_key(key)) is not None:
        return found
    row = Letter(**values)
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:  # another transaction was quicker with the same key
        if (found := _by_key(key)) is None:
            raise
        return found
    return row


def queue_many(
    name: str,
    recipients: Iterable[Recipient],
    *,
    now: datetime,
    edition_id: int | None = None,
    batch: str = "",
    run_at: datetime | None = None,
) -> int:
    """Queues many letters in the caller's transaction; gives how many are new (keys that are there already are not)."""
    rows = [
        _row(name, recipient, now=now, edition_id=edition_id, batch=batch, run_at=run_at)
        for recipient in recipients
    ]
    insert = sqlite.insert if db.engine.dialect.name == "sqlite" else postgresql.insert
    before = _number(Letter.name == name)
    for start in range(0, len(rows), CHUNK):
        statement = insert(Letter).on_conflict_do_nothing(index_elements=["key"])
        db.session.execute(statement, rows[start : start + CHUNK])
    return _number(Letter.name == name) - before


def _row(
    name: str, to: Recipient, *, now: datetime, edition_id: int | None, batch: str, run_at: datetime | None
) -> dict[str, Any]:
    if name not in _kinds:
        raise UnknownLetter(name)
    return {
        "name": name, "subject_id": to.subject_id, "to": checked(to.to), "language": to.language,
        "edition_id": edition_id, "key": to.key, "batch": batch, "bulk": _kinds[name].bulk, "state": LetterState.QUEUED.value,
        "run_at": run_at or now, "attempts": 0, "message_id": _message_id(name), "queued_at": now,
    }  # fmt: skip


def _message_id(name: str) -> str:
    return f"{name}.{uuid4().hex}"


def _by_key(key: str | None) -> Letter | None:
    return None if key is None else db.session.scalar(select(Letter).where(Letter.key == key))


def _number(*where: ColumnElement[bool]) -> int:
    return db.session.scalar(select(func.count()).select_from(Letter).where(*where)) or 0


def _which(edition_id: int | None, name: str | None, batch: str | None) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if edition_id is not None:
        where.append(Letter.edition_id == edition_id)
    if name is not None:
        where.append(Letter.name == name)
    if batch is not None:
        where.append(Letter.batch == batch)
    return where


def counts(*, edition_id: int | None = None, name: str | None = None, batch: str | None = None) -> Counts:
    """How many letters stand where, of those that match every argument given."""
    query = select(Letter.state, func.count()).where(*_which(edition_id, name, batch)).group_by(Letter.state)
    return Counts(**{state: number for state, number in db.session.execute(query)})  # noqa: C416


def find(name: str, subject_id: int) -> list[Letter]:
    """The letters *name* about that subject, oldest first."""
    query = select(Letter).where(Letter.name == name, Letter.subject_id == subject_id).order_by(Letter.id)
    return list(db.session.scalars(query))


def failures(edition_id: int | None = None, *, name: str | None = None) -> list[Letter]:
    """The letters that failed or came back, oldest first, each with the server's answer."""
    where = _which(edition_id, name, None)
    query = select(Letter).where(Letter.state.in_(UNDELIVERED), *where).order_by(Letter.id)
    return list(db.session.scalars(query))


def history(letter_id: int) -> list[LetterEvent]:
    """What became of that letter, oldest first."""
    query = select(LetterEvent).where(LetterEvent.letter_id == letter_id).order_by(LetterEvent.id)
    return list(db.session.scalars(query))


def retry(letter_id: int, now: datetime, *, to: str | None = None) -> Letter:
    """Queues a letter that failed or came back again, to a corrected address where one is given; raises `NotFailed`.

    One that came back is another delivery from now on: with a Message-ID of its own, no late report about the first
    can touch it, and no mail server takes it for one it has had.
    """
    row = db.session.get(Letter, letter_id, with_for_update=True, populate_existing=True)
    if row is None or row.state not in UNDELIVERED:
        raise NotFailed(letter_id)
    if row.state == LetterState.BOUNCED:
        row.message_id = _message_id(row.name)
    row.state, row.run_at, row.attempts = LetterState.QUEUED, now, 0
    row.to = checked(to) if to is not None else row.to
    row.server_answer = row.finished_at = None
    db.session.add(LetterEvent(letter_id=row.id, at=now, state=row.state, words="", source="secretariat"))
    db.session.flush()
    return row


def cancel(name: str, subject_id: int, now: datetime) -> int:
    """Cancels the letters *name* about that subject that have not left; gives how many."""
    rows = [row for row in find(name, subject_id) if row.state in WAITING]
    for row in rows:
        row.state, row.finished_at = LetterState.CANCELLED, now
        db.session.add(LetterEvent(letter_id=row.id, at=now, state=row.state, words="", source="service"))
    db.session.flush()
    return len(rows)


def forget(name: str, *, before: datetime, edition_id: int | None = None) -> None:
    """Deletes the letters *name* that were finished before *before*, of one edition where it is named."""
    where = [Letter.name == name, Letter.finished_at < before, *_which(edition_id, None, None)]
    db.session.execute(delete(Letter).where(*where))
