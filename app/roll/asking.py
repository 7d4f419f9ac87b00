"""Companies ask for a ballot themselves: confirmed from a letter, then approved or declined by the secretariat.

Nobody learns here whether a company is on the roll. The page answers alike in every case; if the company is on the roll
with the very address that was given, the letter to that address says so, and no request comes of it. If it is there with
another address, the request goes its way, the secretariat sees that, and who is on the roll is told; nothing about the
voter on the roll is changed by a request, whatever becomes of it.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select

from app import tokens
from app.awards import locks
from app.awards import service as awards
from app.awards.actors import actor
from app.awards.models import Edition, Unit
from app.core.phases import Phase
from app.extensions import db
from app.ledger import service as ledger
from app.mail import service as mail
from app.roll import keys, service
from app.roll.models import BallotRequest, RequestState, Source, Voter
from app.roll.rows import Row

OPEN_IN = (Phase.NOMINATING, Phase.SHORTLISTING)
CONFIRM_WITHIN = timedelta(days=7)
"""So long a request waits for its letter to be answered; then it is forgotten."""
KEPT_AFTER = timedelta(days=30)
"""So long a request that was decided is kept."""
LETTERS_A_DAY = 3
"""So many letters a day an address gets for requests, whoever makes them."""
AT_ONCE = 500
FIELDS = (
    "company", "orgnr", "sole_trader", "foreign_country", "foreign_number", "email", "contact_name", "language",
)  # fmt: skip
QUESTIONS, ANSWERS = ("request-confirm", "request-known"), ("request-approved", "request-declined")


locks.hold("unit", lambda edition: bool(waiting(edition.id)))  # each is a company's, or a person's


class NotOpen(Exception):
    """Ballots cannot be asked for in this edition (now)."""


class TooManyLetters(Exception):
    """The address has had as many letters today as one address gets."""


class NoSuchRequest(Exception):
    """No such request in this edition (any more)."""


class AlreadyDecided(Exception):
    """The request was decided, or is not confirmed yet."""


def is_open(edition: Edition) -> bool:
    """Whether a ballot can be asked for."""
    return edition.self_registration and edition.phase in OPEN_IN and not service.is_frozen(edition.id)


def ask(edition_id: int, row: Row, *, now: datetime) -> None:
    """Takes a request (of a row without problems) and mails the address; says the same whatever is on the roll.

    Raises `NotOpen`, `TooManyLetters`.
    """
    edition = awards.lock(edition_id)
    if not is_open(edition):
        raise NotOpen
    day = BallotRequest.sent_at > now - timedelta(days=1)
    if _count(func.lower(BallotRequest.email) == row.email.lower(), day) >= LETTERS_A_DAY:
        raise TooManyLetters
    made = BallotRequest(
        edition_id=edition_id, public_id=secrets.token_urlsafe(16), key=row.key, sent_at=now, state=RequestState.SENT,
        **{name: getattr(row, name) for name in FIELDS},
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    voter = on_roll(made)
    known = voter is not None and keys.same_address(voter.email) == keys.same_address(row.email)
    _tell(made, "request-known" if known else "request-confirm", now=now)


def on_roll(request: BallotRequest) -> Voter | None:
    """The voter that the request is about, if it is on the roll."""
    query = select(Voter).where(Voter.edition_id == request.edition_id, Voter.key == request.key)
    found: Voter | None = db.session.scalar(query)
    return found


def token(request: BallotRequest) -> str:
    """What the confirming link carries."""
    return tokens.make(tokens.Purpose.CONFIRM_REQUEST, request.public_id)


def linked(edition_id: int, public_id: str) -> BallotRequest:
    """The request that a mailed link is about; raises `NoSuchRequest`."""
    query = select(BallotRequest).where(
        BallotRequest.edition_id == edition_id, BallotRequest.public_id == public_id
    )
    found: BallotRequest | None = db.session.scalar(query)
    if found is None:
        raise NoSuchRequest
    return found


def confirm(edition_id: int, public_id: str, *, now: datetime) -> bool:
    """Puts the request before the secretariat; False when it was there already. Raises `NoSuchRequest`, `NotOpen`.

    A company's request is worth nothing once persons vote, nor a person's where companies do.
    """
    edition = awards.lock(edition_id)
    asked = linked(edition_id, public_id)
    if asked.state != RequestState.SENT:
        return False
    if asked.key.startswith(keys.PERSON) is not (edition.unit is Unit.PERSON):
        raise NoSuchRequest
    if not is_open(edition):
        raise NotOpen
    asked.state, asked.confirmed_at = RequestState.CONFIRMED, now
    for other in _same(asked):
        _delete(other)
    db.session.flush()
    if (voter := on_roll(asked)) is not None:
        _tell_holder(asked, voter, now=now)
    return True


def _tell_holder(asked: BallotRequest, voter: Voter, *, now: datetime) -> None:
    """Who is on the roll hears that somebody else asked for its ballot: once a day at most, however many ask."""
    mail.queue(
        "request-known", subject_id=asked.id, to=voter.email, language=voter.language, now=now,
        edition_id=asked.edition_id, key=f"request-known:voter:{voter.id}:{now:%Y-%m-%d}",
    )  # fmt: skip


def _same(asked: BallotRequest) -> list[BallotRequest]:
    """Other letters for the same company and address that nobody has answered."""
    query = select(BallotRequest).where(
        BallotRequest.edition_id == asked.edition_id, BallotRequest.key == asked.key, BallotRequest.id != asked.id,
        BallotRequest.state == RequestState.SENT, BallotRequest.sent_at < asked.sent_at,
        func.lower(BallotRequest.email) == asked.email.lower(),
    )  # fmt: skip
    return list(db.session.scalars(query))


def waiting(edition_id: int) -> int:
    """How many wait for the secretariat."""
    return _count(BallotRequest.edition_id == edition_id, BallotRequest.state == RequestState.CONFIRMED)


def listed(edition_id: int) -> list[BallotRequest]:
    """Those that were confirmed: first those that wait, the oldest first, then the decided, the newest first."""
    query = select(BallotRequest).where(
        BallotRequest.edition_id == edition_id, BallotRequest.state != RequestState.SENT
    )
    found = list(db.session.scalars(query.order_by(BallotRequest.confirmed_at, BallotRequest.id)))
    decided = [each for each in found if each.decided_at]
    decided.sort(key=lambda each: (each.decided_at, each.id), reverse=True)
    return [each for each in found if not each.decided_at] + decided


def find(request_id: int, *, edition_id: int) -> BallotRequest:
    """One request that was confirmed; raises `NoSuchRequest`."""
    found = db.session.get(BallotRequest, request_id, populate_existing=True)
    if found is None or found.edition_id != edition_id or found.state == RequestState.SENT:
        raise NoSuchRequest
    return found


def sharing(asked: BallotRequest) -> list[Voter]:
    """Others on the roll with the request's address: a company written in another way, perhaps."""
    query = select(Voter).where(
        Voter.edition_id == asked.edition_id, func.lower(Voter.email) == asked.email.lower(), Voter.key != asked.key
    )  # fmt: skip
    return list(db.session.scalars(query.order_by(Voter.company).limit(10)))


def approve(request_id: int, *, edition_id: int, by: int, now: datetime) -> Voter:
    """Puts the company on the roll and tells it. Raises `NoSuchRequest`, `AlreadyDecided`, `service.AlreadyOnRoll`,
    `service.RollFrozen`.
    """
    service.lock_open(edition_id)
    asked = _undecided(request_id, edition_id)
    made = service.save_voter(
        edition_id=edition_id, row=row_of(asked), by=by, now=now, source=Source.REGISTERED
    )
    _decided(asked, RequestState.APPROVED, by=by, now=now)
    return made


def decline(request_id: int, *, edition_id: int, reason: str, by: int, now: datetime) -> None:
    """Declines a request and mails the reason. Raises `NoSuchRequest`, `AlreadyDecided`."""
    awards.lock(edition_id)
    asked = _undecided(request_id, edition_id)
    asked.reason = reason
    _decided(asked, RequestState.DECLINED, by=by, now=now)


def row_of(asked: BallotRequest) -> Row:
    """The request as a row of the roll."""
    person = asked.key.startswith(keys.PERSON)
    return Row(line=0, person=person, **{name: getattr(asked, name) for name in FIELDS})


def _undecided(request_id: int, edition_id: int) -> BallotRequest:
    asked = find(request_id, edition_id=edition_id)
    if asked.state != RequestState.CONFIRMED:
        raise AlreadyDecided
    return asked


def _decided(asked: BallotRequest, state: RequestState, *, by: int, now: datetime) -> None:
    asked.state, asked.decided_at, asked.decided_by = state, now, by
    db.session.flush()
    approved = state is RequestState.APPROVED
    data = {
        "approved": approved,
        "by": actor(asked.edition_id, by, now),
        "registration": _pseudonym(asked, now),
    }
    ledger.append(edition=asked.edition_id, kind="registration-decided", data=data, now=now)
    _tell(asked, "request-approved" if approved else "request-declined", now=now)


def _pseudonym(asked: BallotRequest, now: datetime) -> str:
    subject, text = f"registration:{asked.public_id}", f"{asked.key}\n{asked.email}"
    return ledger.erasable(edition=asked.edition_id, subject=subject, text=text, now=now)


def _tell(asked: BallotRequest, name: str, *, now: datetime) -> None:
    mail.queue(
        name, subject_id=asked.id, to=asked.email, language=asked.language, now=now,
        edition_id=asked.edition_id, key=f"{name}:{asked.public_id}",
    )  # fmt: skip


def forget(*, now: datetime) -> int:
    """Deletes what nobody confirmed in time, what was decided long ago, and what the outbox knows of their letters."""
    unanswered = (BallotRequest.state == RequestState.SENT) & (BallotRequest.sent_at < now - CONFIRM_WITHIN)
    old = list(
        db.session.scalars(
            select(BallotRequest)
            .where(unanswered | (BallotRequest.decided_at < now - KEPT_AFTER))
            .order_by(BallotRequest.id)
            .limit(AT_ONCE)
        )
    )
    for each in old:
        _delete(each)
    for names, kept in ((QUESTIONS, CONFIRM_WITHIN), (ANSWERS, KEPT_AFTER)):
        for name in names:
            mail.forget(name, before=now - kept)
    return len(old)


def _delete(asked: BallotRequest) -> None:
    ledger.erase(subject=f"registration:{asked.public_id}")
    db.session.delete(asked)
    db.session.flush()


def _count(*conditions: ColumnElement[bool]) -> int:
    return db.session.scalar(select(func.count()).select_from(BallotRequest).where(*conditions)) or 0
