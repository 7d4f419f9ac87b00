"""Ballots are sent: to everyone before the vote opens or when it does, again to one whose letter was lost, a test to oneself.

A letter's row names the credential, never its secret: the worker derives that when the letter leaves, so a resend
carries the same link, and nothing that is stored holds one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from app.accounts import service as accounts
from app.awards import service as awards
from app.awards.models import Edition
from app.ballots import batches, box
from app.ballots.models import Credential, State
from app.core.phases import Phase
from app.extensions import db
from app.letters import service as worded
from app.mail import service as mail
from app.mail.models import Letter, LetterState
from app.roll import service as roll
from app.roll.models import Voter
from app.roll.sought import in_order

FIRST_BATCH = "ballots"


class NotVoting(Exception):
    """Ballots are not sent, or not any more."""


class NoBallot(Exception):
    """The voter has no ballot that could be sent: it is being prepared, or was voided."""


class OtherNumber(Exception):
    """It is another number of letters than whoever sends them was shown."""


class OnItsWay(Exception):
    """The voter's letter is queued already."""


@dataclass(frozen=True)
class LetterSummary:
    """What is shown before letters leave: how many, and the first of those who get one."""

    count: int
    first: list[Voter]


@dataclass(frozen=True)
class Arrivals:
    """Of the ballots that were sent, each by its newest letter: how many have arrived."""

    delivered: int
    sent: int

    @property
    def missing(self) -> int:
        """Those that failed, came back, or are still on the way."""
        return self.sent - self.delivered


def summary(edition: Edition) -> LetterSummary:
    """To how many, and the first three in the order of the roll."""
    return LetterSummary(roll.count(edition.id), _first(select(Voter).where(roll.has_ballot(edition.id))))


def unsent(edition: Edition) -> LetterSummary:
    """The same of those to whom no ballot has been sent yet."""
    waiting = _unsent(edition.id)
    number = db.session.scalar(waiting.with_only_columns(func.count()).order_by(None))
    return LetterSummary(number or 0, _first(waiting))


def _first(voters: Any) -> list[Voter]:
    ordered = voters.with_only_columns(Voter).order_by(None).order_by(in_order(Voter.sorts_as), Voter.id)
    return list(db.session.scalars(ordered.limit(3)))


def _unsent(edition_id: int) -> Any:
    letters = select(Letter.id).where(Letter.name == "ballot", Letter.subject_id == Credential.id)
    return (
        select(Credential.id, Voter.email, Voter.language)
        .join(Voter, Voter.id == Credential.voter_id)
        .where(roll.has_ballot(edition_id), Credential.state == State.ISSUED, ~letters.exists())
        .order_by(Voter.company, Voter.id)
    )


def queue_all(edition_id: int, *, by: int | None, now: datetime) -> int:
    """Queues the ballots that were never sent, in the caller's transaction; gives how many."""
    rows = db.session.execute(_unsent(edition_id))
    recipients = [mail.Recipient(id_, email, language, _key(id_, 1)) for id_, email, language in rows]
    if not recipients:
        return 0
    queued = mail.queue_many("ballot", recipients, now=now, edition_id=edition_id, batch=FIRST_BATCH)
    batches.record(
        edition_id, "ballot", selection=batches.EVERYONE, recipients=len(recipients), by=by, now=now, mark=FIRST_BATCH
    )  # fmt: skip
    return queued


def send_early(edition_id: int, *, expected: int, by: int, now: datetime) -> int:
    """Sends the ballots before the vote opens; afterwards there is no way back. In the caller's transaction.

    Raises `NotVoting` when the edition is not prepared, `batches.Nobody` when all of them were sent, `OtherNumber`
    when it is not *expected* letters.
    """
    edition = awards.lock(edition_id)
    if edition.phase is not Phase.PREPARED or not box.is_prepared(edition_id):
        raise NotVoting(edition.phase)
    if not (number := unsent(edition).count):
        raise batches.Nobody("ballot")
    if number != expected:
        raise OtherNumber(number)
    return queue_all(edition_id, by=by, now=now)


def _key(credential_id: int, number: int) -> str:
    return f"ballot:{credential_id}:{number}"


def open_vote(edition_id: int, now: datetime) -> Edition:
    """The edition, locked, when one can vote in it. Raises `NotVoting`."""
    edition = awards.lock(edition_id)
    if (
        edition.phase is not Phase.VOTING
        or edition.voting_closes_at is None
        or now >= edition.voting_closes_at
    ):
        raise NotVoting(edition.phase)
    return edition


def credential_of(voter: Voter) -> Credential:
    """The credential with which a voter may vote (or has voted). Raises `NoBallot`."""
    query = select(Credential).where(Credential.voter_id == voter.id, Credential.state == State.ISSUED)
    found = db.session.scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise NoBallot(voter.id)
    return found


def resend(voter_id: int, *, edition_id: int, by: int | None, now: datetime) -> Letter:
    """Sends a voter the same ballot again, in the caller's transaction. Raises `NotVoting`, `NoBallot`, `OnItsWay`.

    Before the vote opens, only where ballots have left already.
    """
    edition = awards.lock(edition_id)
    if edition.phase is not Phase.PREPARED or not mail.counts(edition_id=edition_id, name="ballot").total:
        open_vote(edition_id, now)
    voter = roll.voter(voter_id, edition_id=edition_id)
    return send(credential_of(voter), voter, by=by, now=now)


def is_on_its_way(credential_id: int) -> bool:
    """Whether a letter with this ballot has not left yet."""
    waiting = {LetterState.QUEUED, LetterState.SENDING, LetterState.DEFERRED}
    return any(letter.state in waiting for letter in mail.find("ballot", credential_id))


def send(credential: Credential, voter: Voter, *, by: int | None, now: datetime) -> Letter:
    """Queues a letter with this ballot, beside those sent before. Raises `OnItsWay`."""
    before = mail.find("ballot", credential.id)
    if is_on_its_way(credential.id):
        raise OnItsWay(credential.id)
    letter = mail.queue(
        "ballot", subject_id=credential.id, to=voter.email, language=voter.language, now=now,
        edition_id=credential.edition_id, key=_key(credential.id, len(before) + 1), batch="" if before else FIRST_BATCH,
    )  # fmt: skip
    batches.record(
        credential.edition_id, "ballot", selection=batches.ONE, recipients=1, by=by, now=now, mark=""
    )
    return letter


def send_test(edition: Edition, *, account_id: int, language: str, now: datetime) -> Letter:
    """Sends a member of staff the ballot letter with a code that opens nothing."""
    account = accounts.account(account_id)
    return mail.queue(
        "ballot-test",
        subject_id=edition.id,
        to=account.email,
        language=language,
        now=now,
        edition_id=edition.id,
    )


def test_letter_sent(edition_id: int) -> bool:
    """Whether somebody has seen the letter: a test to oneself, from here or from where its words are changed, or one that
    a trial vote has delivered.
    """
    sent = mail.find("ballot-test", edition_id) or worded.was_tested(edition_id, "ballot")
    return bool(sent) or any(
        trial.delivered or (trial.trial_id and mail.counts(edition_id=trial.trial_id, name="ballot").sent)
        for trial in awards.trials(edition_id)
    )


def counts(edition_id: int) -> mail.Counts:
    """How many ballot letters stand where: of each present credential the newest one."""
    newest = _newest(edition_id)
    query = (
        select(Letter.state, func.count())
        .join(newest, Letter.id == newest.c.id)
        .join(Credential, Credential.id == Letter.subject_id)
        .where(Credential.state == State.ISSUED)
        .group_by(Letter.state)
    )
    return mail.Counts(**{state: number for state, number in db.session.execute(query)})  # noqa: C416


def arrivals(edition_id: int) -> Arrivals:
    """How many of the ballots that were sent have arrived."""
    found = counts(edition_id)
    return Arrivals(found.sent, found.total)


def _newest(edition_id: int):  # type: ignore[no-untyped-def]
    return (
        select(func.max(Letter.id).label("id"))
        .where(Letter.edition_id == edition_id, Letter.name == "ballot")
        .group_by(Letter.subject_id)
        .subquery()
    )
