"""A report is put down at its letter: once, whatever the way it comes and however often.

Which letter, its return path says (`app.mail.returns`), or, where a report has lost that, the Message-ID of what was
sent back: it has 122 random bits, so nobody can name a letter that never reached them.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import structlog
from flask import current_app
from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError

from app.extensions import db, transaction
from app.mail import message, returns
from app.mail.bounces import reading
from app.mail.bounces.reading import Fate, Report, Verdict
from app.mail.models import BounceReport, Letter, LetterEvent, LetterState
from config import Settings

MOST_EVENTS = 20
MOST_REPORTS = 1000
AWAY = (OperationalError, InterfaceError)
"""What the database says when it is away or busy: no message's fault."""

log = structlog.get_logger("mail")


class Outcome(StrEnum):
    """What was made of a message."""

    BOUNCED = "bounced"
    NOTED = "noted"
    REPEATED = "repeated"
    FORGOTTEN = "forgotten"
    UNMATCHED = "unmatched"
    IGNORED = "ignored"


class NotYet(Exception):
    """The letter is being handed over at this moment: the report has to be brought again a little later."""


def take(data: bytes, *, way: str, now: datetime) -> Outcome:
    """Reads one message that came by *way* and puts down what it says, in a transaction. Raises `NotYet`."""
    report = reading.read(data)
    try:
        with transaction():
            outcome = _take(report, way, now)
    except IntegrityError:  # it comes by two ways at this moment, and the other one was quicker
        outcome = Outcome.REPEATED
    log.info("report", way=way, outcome=outcome)
    return outcome


def _take(report: Report, way: str, now: datetime) -> Outcome:
    settings: Settings = current_app.extensions["settings"]
    named = [found for each in report.sent_to if (found := returns.read(settings, each)) is not None]
    if not report.fates:
        real = any(_by_return_path(settings, *each) for each in named)
        if report.auto_reply or not real:
            return Outcome.IGNORED
        return _unmatched(report, way, "unread", now)
    for each in named:
        if (letter := _by_return_path(settings, *each)) is not None:
            return _put_down(letter, report, now)
    if named:
        there = select(Letter.id).where(Letter.id.in_([letter_id for letter_id, _mac in named]))
        forgotten = db.session.scalar(there.limit(1)) is None
        return Outcome.FORGOTTEN if forgotten else _unmatched(report, way, "signature", now)
    domain = message.sender_parts(settings.mail_from)[1].rpartition("@")[2]
    ours = [local for local, of in report.originals if of.lower() == domain.lower()]
    for local in ours:
        letter = db.session.scalar(select(Letter).where(Letter.message_id == local).with_for_update())
        if letter is not None:
            return _put_down(letter, report, now)
    return Outcome.FORGOTTEN if ours else _unmatched(report, way, "unknown", now)


def _by_return_path(settings: Settings, letter_id: int, mac: str) -> Letter | None:
    letter = db.session.get(Letter, letter_id, with_for_update=True, populate_existing=True)
    if letter is None or not returns.fits(settings, letter.id, letter.message_id, mac):
        return None
    return letter


def _put_down(letter: Letter, report: Report, now: datetime) -> Outcome:
    if letter.state == LetterState.SENDING:
        raise NotYet(letter.id)
    fate = report.fate(letter.to)
    assert fate is not None
    said = select(func.count()).where(LetterEvent.letter_id == letter.id, LetterEvent.report.is_not(None))
    if db.session.scalar(said.where(LetterEvent.report == report.digest)):
        return Outcome.REPEATED
    if (db.session.scalar(said) or 0) >= MOST_EVENTS:
        return Outcome.IGNORED
    words = _words(fate)
    db.session.add(
        LetterEvent(
            letter_id=letter.id,
            at=now,
            state=fate.verdict,
            words=words,
            source="bounce",
            report=report.digest,
        )
    )
    if fate.verdict is not Verdict.BOUNCED or letter.state != LetterState.SENT:
        return Outcome.NOTED
    letter.state, letter.server_answer, letter.finished_at = LetterState.BOUNCED, words, now
    return Outcome.BOUNCED


def _words(fate: Fate) -> str:
    return fate.words if fate.status in fate.words else f"{fate.status} {fate.words}".strip()


def _unmatched(report: Report, way: str, why: str, now: datetime) -> Outcome:
    """Kept for the secretariat's page, the newest MOST_REPORTS of them."""
    if db.session.scalar(select(BounceReport.id).where(BounceReport.report == report.digest)) is not None:
        return Outcome.REPEATED
    fate = report.fates[0] if report.fates else None
    row = BounceReport(
        at=now, way=way, why=why, status=fate.verdict if fate else "",
        words=_words(fate) if fate else "", report=report.digest,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    db.session.execute(delete(BounceReport).where(BounceReport.id <= row.id - MOST_REPORTS))
    return Outcome.UNMATCHED


def unmatched(limit: int = 10) -> tuple[int, list[BounceReport]]:
    """How many reports fit no letter, and the newest of them."""
    number = db.session.scalar(select(func.count()).select_from(BounceReport)) or 0
    query = select(BounceReport).order_by(BounceReport.id.desc()).limit(limit)
    return number, list(db.session.scalars(query))
