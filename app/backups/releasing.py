"""What a copy is, for whoever decides whether it takes over; and taking over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select, update

from app.awards.models import Edition
from app.ballots import readiness
from app.ballots.models import Ballot, Box
from app.copies import service as copies
from app.core.ledger_shapes import write_time
from app.core.phases import Phase
from app.extensions import db
from app.ledger import service as ledger
from app.ledger.models import Log
from app.mail.models import Letter, LetterEvent, LetterState
from app.mail.service import WAITING

UNFINISHED = (*WAITING, LetterState.SENDING)
WORDS = "cancelled when the copy was released"


class Letters(StrEnum):
    """What becomes of letters that had not left when the copy was taken."""

    KEEP = "keep"
    CANCEL = "cancel"


class LettersUndecided(Exception):
    """Letters wait, and nobody has said what becomes of them."""


@dataclass(frozen=True)
class OpenVote:
    """A vote that goes on in the copy: what is in its box, and when the last ballot came."""

    slug: str
    closes_at: datetime | None
    ballots: int
    height: int
    head: str
    last_at: datetime | None


@dataclass(frozen=True)
class Copy:
    """What the copy holds. `letters`: how many of each kind had not left."""

    place: str
    lives: str
    copied_at: datetime | None
    last_at: datetime | None
    logs: list[tuple[str, int]]
    votes: list[OpenVote]
    letters: dict[str, int]

    @property
    def held(self) -> bool:
        """Whether it is a copy at all."""
        return self.place != self.lives


def look() -> Copy:
    """What this database is."""
    home, place = copies.home(), copies.here()
    logs = list(db.session.scalars(select(Log).order_by(Log.slug)))
    unfinished = select(Letter.name, func.count()).where(Letter.state.in_(UNFINISHED)).group_by(Letter.name)
    return Copy(
        place=place,
        lives=home.place if home else place,
        copied_at=home.copied_at if home else None,
        last_at=max((log.last_at for log in logs), default=None),
        logs=[(log.slug, log.size) for log in logs],
        votes=[_vote(edition) for edition in _voting()],
        letters={name: number for name, number in db.session.execute(unfinished.order_by(Letter.name))},  # noqa: C416
    )


def _voting() -> list[Edition]:
    return list(db.session.scalars(select(Edition).where(Edition.phase == Phase.VOTING).order_by(Edition.id)))


def _vote(edition: Edition) -> OpenVote:
    found = db.session.get_one(Box, edition.id, populate_existing=True)
    last = db.session.scalar(select(func.max(Ballot.arrived_at)).where(Ballot.edition_id == edition.id))
    return OpenVote(edition.slug, edition.voting_closes_at, found.ballots, found.height, found.head, last)


def release(*, letters: Letters | None, now: datetime) -> int:
    """The copy takes over: it lives here from now on, on record; gives how many letters were cancelled.

    In the caller's transaction. Raises `LettersUndecided`, and `readiness.BoxDamaged` for a copy that nobody should use.
    """
    readiness.compare()
    copy = look()
    waiting = sum(copy.letters.values())
    if waiting and letters is None:
        raise LettersUndecided
    cancelled = _cancel(now) if letters is Letters.CANCEL else 0
    for edition_id in [None, *(edition.id for edition in _voting())]:
        _record(edition_id, copy, cancelled=cancelled, kept=waiting - cancelled, now=now)
    copies.release(now=now)
    return cancelled


def _cancel(now: datetime) -> int:
    """Cancels what had not left, with its history; who has no ballot then is seen on the page of the ballots."""
    chosen = list(db.session.scalars(select(Letter.id).where(Letter.state.in_(UNFINISHED))))
    for letter_id in chosen:
        db.session.add(
            LetterEvent(
                letter_id=letter_id, at=now, state=LetterState.CANCELLED, words=WORDS, source="service"
            )
        )
    db.session.execute(
        update(Letter)
        .where(Letter.state.in_(UNFINISHED))
        .values(state=LetterState.CANCELLED, worker=None, finished_at=now, server_answer=WORDS)
    )
    return len(chosen)


def _record(edition_id: int | None, copy: Copy, *, cancelled: int, kept: int, now: datetime) -> None:
    try:
        size = ledger.find(edition_id).size
    except ledger.NoSuchLog:
        size = 0
    data = {
        "by": ledger.by(edition=edition_id, role="server", now=now), "cancelled": cancelled, "entries": size, "kept": kept,
        "copied_at": write_time(copy.copied_at) if copy.copied_at else None,
    }  # fmt: skip
    ledger.append(edition=edition_id, kind="copy-released", data=data, now=now)
