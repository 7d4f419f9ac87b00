"""The outbox as a worker's source of work: claims a few letters, writes each one, hands it over, records the answer."""

from __future__ import annotations

import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from functools import partial
from urllib.parse import urlsplit

import structlog
from flask import current_app
from sqlalchemy.exc import DBAPIError

from app.extensions import clock, db
from app.jobs import leases
from app.jobs.claims import describe, where
from app.mail import message, outbox, pace, rendering, returns, service, smtp
from app.mail.addresses import checked, envelope
from app.mail.models import Letter, LetterState
from app.mail.notes import Notes
from config import Settings

LONGEST_AWAY = 60.0
RECHECK = 5.0
LONGEST_NAP = 0.5
DOUBT = 10.0

LINK = re.compile(r"https?://[!-;=?-~]+")

log = structlog.get_logger("mail")


class BadLink(ValueError):
    """A letter's `unsubscribe` that cannot stand in a header."""


class Outbox:
    """One lane of a worker's post: one connection to the relay, kept from batch to batch."""

    def __init__(self, lane: int = 0, notes: Notes | None = None) -> None:
        self.lane = lane
        self.notes = notes or Notes()
        self.connection: smtp.Connection | None = None
        self._away_until = 0.0
        self._away_for = 0.5
        self._doubt_until = 0.0

    def work(self, worker: str, stop: threading.Event) -> bool:
        """Sends one batch; False when there was nothing to send or the relay is away."""
        try:
            return self._work(worker, stop)
        except DBAPIError:
            self._doubt()
            raise

    def _work(self, worker: str, stop: threading.Event) -> bool:
        self.notes.settle()  # the database was away: what had happened by then is recorded first
        if time.monotonic() < self._away_until:
            return False
        try:
            letters = self._take(worker)
        except pace.NotYet as error:
            db.session.rollback()
            return not stop.wait(min(error.seconds, LONGEST_NAP))
        if not letters:
            self._connection().rest()
            return False
        tally: Counter[str] = Counter()
        answer: str | None = None
        try:
            for letter in self._still_own(letters, worker):
                if stop.is_set() or self.notes.waiting():
                    break
                tally[self._send(letter, worker)] += 1
        except smtp.Away as error:
            self._wait_for_relay(error)
            answer = error.answer
        finally:  # of those that were tried nothing is changed: they are no longer being sent
            self.notes.write(partial(outbox.give_back, letters, worker, answer=answer))
        log.info("letters", **tally)
        return answer is None

    def _take(self, worker: str) -> list[Letter]:
        settings: Settings = current_app.extensions["settings"]
        if leases.late(worker):
            self._doubt()
        sure = time.monotonic() >= self._doubt_until
        return outbox.take(worker, clock.now(), lane=self.lane, rate=settings.mail.rate, others=sure)

    def _doubt(self) -> None:
        """The database is in trouble, so a worker that seems dead may only be unable to write, and have a delivery in
        mind: it is left the time to say so before its letters are taken over.
        """
        self._doubt_until = time.monotonic() + DOUBT

    def close(self) -> None:
        """Says goodbye to the relay."""
        if self.connection is not None:
            self.connection.close()

    def _connection(self) -> smtp.Connection:
        if self.connection is None:
            settings: Settings = current_app.extensions["settings"]
            own_name = urlsplit(settings.base_url).hostname or "localhost"
            self.connection = smtp.Connection(smtp.relay(settings.smtp_url), own_name=own_name)
        return self.connection

    def _still_own(self, letters: list[Letter], worker: str) -> Iterator[Letter]:
        """The letters of a claim, as long as it holds: a machine that slept may have lost it."""
        seen = time.time()
        for letter in letters:
            if not 0 <= time.time() - seen < RECHECK:
                kept = outbox.own(letter, worker)
                db.session.rollback()
                if not kept:
                    continue
                seen = time.time()
            yield letter

    def _wait_for_relay(self, error: smtp.Away) -> None:
        self._away_until = time.monotonic() + self._away_for
        log.warning("relay away", answer=error.answer, seconds=self._away_for)
        self._away_for = min(2 * self._away_for, LONGEST_AWAY)

    def _send(self, letter: Letter, worker: str) -> str:
        """Sends one letter and records how it ended, in a word for the log; raises `smtp.Away`."""
        now = clock.now()
        settings: Settings = current_app.extensions["settings"]
        end = partial(outbox.end, letter, worker, now=now)
        again = partial(outbox.again, letter, worker, now)
        try:
            words = rendering.words(letter, now)
            mail = None if words is None else _mail(letter, words, settings)
        except Exception as error:
            db.session.rollback()
            self._log_unwritten(letter, error)
            self.notes.write(partial(again, answer=f"could not be written: {describe(error)}"))
            return "not_written"
        db.session.rollback()  # no read stays open while the relay takes its time
        if mail is None:
            self.notes.write(partial(end, state=LetterState.CANCELLED))
            return "cancelled"
        sender = returns.path(settings, letter.id, letter.message_id)
        sender = sender or message.sender_parts(settings.mail_from)[1]
        try:
            answer = self._connection().send(sender=sender, to=letter.to, mail=mail)
        except smtp.Refused as error:
            self.notes.write(partial(end, state=LetterState.FAILED, answer=error.answer))
            return "failed"
        except (smtp.Later, smtp.Dropped) as error:
            return "failed" if self.notes.write(partial(again, answer=error.answer)) else "again"
        self._away_for = 0.5
        self.notes.write(partial(end, state=LetterState.SENT, answer=answer))
        return "sent"

    @staticmethod
    def _log_unwritten(letter: Letter, error: Exception) -> None:
        name = type(error).__name__
        log.error("letter not written", letter=letter.id, name=letter.name, error=name, where=where(error))


def _mail(letter: Letter, words: rendering.Words, settings: Settings) -> bytes:
    """The bytes of one letter."""
    domain = message.sender_parts(settings.mail_from)[1].rpartition("@")[2]
    extra = []
    if words.reply_to:
        extra.append(("Reply-To", envelope(checked(words.reply_to))))
    if service.kinds()[letter.name].bulk:
        extra.append(("List-Id", f"<{letter.name}.anbudspriset.{domain}>"))
    if words.unsubscribe:
        extra.append(("List-Unsubscribe", f"<{_link(words.unsubscribe)}>"))
        extra.append(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
    return message.build(
        message.Mail(
            sender=settings.mail_from, to=letter.to, subject=words.subject, text=words.text, html=words.html,
            language=letter.language, message_id=letter.message_id, date=clock.now(), extra=tuple(extra),
        )
    )  # fmt: skip


def _link(address: str) -> str:
    """*address* as it may stand between < and > in a header; raises `BadLink`."""
    if not LINK.fullmatch(address):
        raise BadLink("the address for List-Unsubscribe is no plain link")
    return address
