"""Reminders: only to those who have not voted and whose ballot arrived, so many times, so many days apart.

Who might need one is chosen by what the helpdesk shows too: who had voted by the last full hour. Who gets one is chosen
by the worker when the letter leaves: whoever voted or opted out in between gets none. What staff can see must not tell
more than the full hour does, so a reminder's batch never says how many of its letters were held back, or whose.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from app import tokens
from app.awards.models import Edition
from app.ballots import box, issuing, letter_values
from app.ballots.models import Ballot, Credential, ReminderOptOut, State
from app.core.belenios.credentials import DUMMY_SECRET
from app.core.phases import Phase
from app.extensions import db
from app.mail.models import Letter, LetterState
from app.mail.service import letter
from app.roll.models import Voter
from app.web import absolute_url, language

LETTER = "ballot-reminder"
QUIET = timedelta(hours=1)
"""So long before the close nobody is reminded any more."""
TOKEN_AGE = timedelta(days=400)
STOCKHOLM = ZoneInfo("Europe/Stockholm")


class NotNow(Exception):
    """Nobody is reminded: `why` is "closed" (not open, or in its last hour) or "never" (the edition's rule)."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


class Reader(NamedTuple):
    """As much of a voter as a letter's envelope needs: of 100,000 one does not want more."""

    id: int
    company: str
    email: str
    language: str


READER = (Voter.id, Voter.company, Voter.email, Voter.language)


@dataclass(frozen=True)
class Candidate:
    """A voter who may need a reminder; `number`: the how manieth it would be."""

    voter: Reader
    credential_id: int
    number: int


@dataclass(frozen=True)
class Choice:
    """The candidates, and how many were left out for which reason, as of the last full hour."""

    candidates: list[Candidate]
    voted: int
    not_arrived: int
    opted_out: int
    reminded: int


def full_hour(now: datetime) -> datetime:
    """The hour as of which pages tell who has voted."""
    return now.replace(minute=0, second=0, microsecond=0)


def check(edition: Edition, now: datetime) -> None:
    """Raises `NotNow` when nobody can be reminded."""
    if not can_still(edition, now):
        raise NotNow("closed")
    if edition.reminders_at_most < 1:
        raise NotNow("never")


def can_still(edition: Edition, now: datetime) -> bool:
    """Whether the vote is open, and not in its last hour."""
    return (
        edition.phase is Phase.VOTING
        and edition.voting_closes_at is not None
        and now < edition.voting_closes_at - QUIET
    )


def choose(edition: Edition, *, now: datetime) -> Choice:
    """Whom a reminder is queued for now. Raises `NotNow`."""
    check(edition, now)
    rows = db.session.execute(
        select(Credential.id, *READER)
        .join(Credential, (Credential.voter_id == Voter.id) & (Credential.state == State.ISSUED))
        .where(Voter.edition_id == edition.id, Voter.left_out == "")
        .order_by(Voter.company, Voter.id)
    ).all()
    voted, arrived = _voted(edition.id, full_hour(now)), _arrived(edition.id)
    opted_out, reminded = _opted_out(edition.id), _reminded(edition.id)
    day = _midnight(now, edition.reminder_days)
    found: list[Candidate] = []
    left = dict.fromkeys(("voted", "not_arrived", "opted_out", "reminded"), 0)
    for credential_id, *reader in rows:
        voter = Reader._make(reader)
        number, last = reminded.get(voter.id, (0, None))
        if credential_id in voted:
            left["voted"] += 1
        elif credential_id not in arrived:
            left["not_arrived"] += 1
        elif voter.id in opted_out:
            left["opted_out"] += 1
        elif number >= edition.reminders_at_most or (last is not None and last >= day):
            left["reminded"] += 1
        else:
            found.append(Candidate(voter, credential_id, number + 1))
    return Choice(found, **left)


def _midnight(now: datetime, days: int) -> datetime:
    """Whoever was reminded since then was so within *days*: whole days in Sweden, whatever the time of day."""
    today = now.astimezone(STOCKHOLM).replace(hour=0, minute=0, second=0, microsecond=0)
    return today - timedelta(days=days - 1)


def _voted(edition_id: int, by: datetime) -> set[int]:
    query = select(Ballot.credential_id).where(Ballot.edition_id == edition_id, Ballot.arrived_at < by)
    return set(db.session.scalars(query))


def _arrived(edition_id: int) -> set[int]:
    """The credentials whose newest ballot letter was taken by the receiving side and has not come back."""
    newest = (
        select(func.max(Letter.id))
        .where(Letter.edition_id == edition_id, Letter.name == "ballot")
        .group_by(Letter.subject_id)
    )
    query = select(Letter.subject_id).where(Letter.id.in_(newest), Letter.state == LetterState.SENT)
    return set(db.session.scalars(query))


def with_delivered_ballot(edition_id: int) -> list[Reader]:
    """Those on the roll whose ballot arrived, in the order of their companies."""
    rows = db.session.execute(
        select(Credential.id, *READER)
        .join(Credential, (Credential.voter_id == Voter.id) & (Credential.state == State.ISSUED))
        .where(Voter.edition_id == edition_id)
        .order_by(Voter.company, Voter.id)
    )
    arrived = _arrived(edition_id)
    return [Reader._make(reader) for credential_id, *reader in rows if credential_id in arrived]


def _opted_out(edition_id: int) -> set[int]:
    query = select(ReminderOptOut.voter_id).join(Voter).where(Voter.edition_id == edition_id)
    return set(db.session.scalars(query))


def _reminded(edition_id: int) -> dict[int, tuple[int, datetime]]:
    """How often each voter was to be reminded, and when last; also where the letter was held back in the end."""
    query = (
        select(Credential.voter_id, func.count(), func.max(Letter.queued_at))
        .join(Credential, Credential.id == Letter.subject_id)
        .where(Letter.edition_id == edition_id, Letter.name == LETTER, Credential.voter_id.is_not(None))
        .group_by(Credential.voter_id)
    )
    return {int(voter_id or 0): (number, last) for voter_id, number, last in db.session.execute(query)}


@letter(LETTER, bulk=True)
def reminder(subject_id: int, now: datetime) -> dict[str, Any] | None:
    """A voter's ballot once more; `subject_id` is the credential's. None when it is used or void, when it has not arrived
    after all or goes to another address by now, or nobody is to be reminded of it now.
    """
    credential = db.session.get(Credential, subject_id, populate_existing=True)
    if credential is None or credential.state != State.ISSUED or credential.used or not credential.voter_id:
        return None
    voter = db.session.get(Voter, credential.voter_id, populate_existing=True)
    edition = voter and db.session.get(Edition, voter.edition_id, populate_existing=True)
    if voter is None or edition is None or not can_still(edition, now):
        return None
    if voter.left_out or wants_none(voter.id) or not _reaches(credential.id, voter):
        return None
    secret = issuing.secret_of(credential, box.prepared(edition.id).uuid)
    return words(edition, voter, secret, opt_out_url(voter.id))


def _reaches(credential_id: int, voter: Voter) -> bool:
    """Whether the ballot has arrived where the voter is reached, and the reminder that leaves now goes there too."""
    newest = (
        select(Letter.to, Letter.state)
        .where(Letter.name == "ballot", Letter.subject_id == credential_id)
        .order_by(Letter.id.desc())
        .limit(1)
    )
    under_way = select(Letter.to).where(
        Letter.name == LETTER, Letter.subject_id == credential_id, Letter.state == LetterState.SENDING
    )
    arrived = db.session.execute(newest).one_or_none()
    if arrived is None or arrived.state != LetterState.SENT:
        return False
    return {arrived.to.lower(), *map(str.lower, db.session.scalars(under_way))} == {voter.email.lower()}


def preview(edition: Edition, voter: Voter) -> dict[str, Any]:
    """The reminder as *voter* would get it, with a code that opens nothing."""
    return words(edition, voter, DUMMY_SECRET, absolute_url("ballots.reminders", language(), token="exempel"))  # noqa: S106


def words(edition: Edition, voter: Voter, secret: str, no_more: str) -> dict[str, Any]:
    """What a reminder says."""
    return letter_values.of_ballot(edition, voter, secret) | {"unsubscribe": no_more}


# ---- those who want none -------------------------------------------------------------------------


def opt_out_url(voter_id: int) -> str:
    """The address with which a voter says no to reminders; it opens nothing else."""
    token = tokens.make(tokens.Purpose.OPT_OUT, voter_id)
    return absolute_url("ballots.reminders", lang=language(), token=token)


def linked(token: str) -> tuple[Voter, Edition]:
    """Whose such a link is. Raises `tokens.TokenError`, also when the voter is gone from the roll."""
    voter = db.session.get(Voter, tokens.read(tokens.Purpose.OPT_OUT, token, max_age=TOKEN_AGE))
    edition = voter and db.session.get(Edition, voter.edition_id)
    if voter is None or edition is None:
        raise tokens.TokenWrong
    return voter, edition


def wants_none(voter_id: int) -> bool:
    """Whether a voter has said no to reminders."""
    return db.session.scalar(select(ReminderOptOut.at).where(ReminderOptOut.voter_id == voter_id)) is not None


def opt_out(voter_id: int, *, now: datetime) -> None:
    """No more reminders to this voter, in the caller's transaction; saying it again changes nothing."""
    insert = sqlite.insert if db.engine.dialect.name == "sqlite" else postgresql.insert
    values: Iterable[dict[str, Any]] = [{"voter_id": voter_id, "at": now}]
    db.session.execute(
        insert(ReminderOptOut).on_conflict_do_nothing(index_elements=["voter_id"]), list(values)
    )


def opt_in(voter_id: int) -> None:
    """Reminders again, in the caller's transaction."""
    db.session.execute(delete(ReminderOptOut).where(ReminderOptOut.voter_id == voter_id))
