"""Ballots are sent: to everyone when the vote opens, again to one whose letter was lost, a test to oneself.

A letter's row names the credential, never its secret: the worker derives that when the letter leaves, so a resend
carries the same link, and nothing that is stored holds one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.accounts import service as accounts
from app.awards import service as awards
from app.awards.models import Edition
from app.ballots import batches
from app.ballots.models import Credential, State
from app.core.phases import Phase
from app.extensions import db
from app.mail import service as mail
from app.mail.models import Letter, LetterState
from app.roll import service as roll
from app.roll.listing import swedish_order
from app.roll.models import Voter

FIRST_BATCH = "ballots"


class NotVoting(Exception):
    """Ballots are sent and replaced only while the vote is open."""


class NoBallot(Exception):
    """The voter has no ballot that could be sent: it is being prepared, or was voided."""


class OnItsWay(Exception):
    """The voter's letter is queued already."""


@dataclass(frozen=True)
class LetterSummary:
    """What is shown before the vote opens and the letters leave."""

    count: int
    first: list[Voter]


@dataclass(frozen=True)
class Delivery:
    """A voter, the present credential, and its newest letter (None before there is one)."""

    voter: Voter
    credential: Credential
    letter: Letter | None


def summary(edition: Edition) -> LetterSummary:
    """To how many, and the first three in the order of the roll."""
    everyone = sorted(roll.voting(edition.id), key=lambda voter: (swedish_order(voter.company), voter.id))
    return LetterSummary(len(everyone), everyone[:3])


def queue_all(edition_id: int, *, by: int | None, now: datetime) -> int:
    """Queues every voter's letter, once for ever, in the caller's transaction; gives how many."""
    rows = db.session.execute(
        select(Credential.id, Voter.email, Voter.language)
        .join(Voter, Voter.id == Credential.voter_id)
        .where(roll.has_ballot(edition_id), Credential.state == State.ISSUED)
        .order_by(Voter.company, Voter.id)
    )
    recipients = [mail.Recipient(id_, email, language, _key(id_, 1)) for id_, email, language in rows]
    queued = mail.queue_many("ballot", recipients, now=now, edition_id=edition_id, batch=FIRST_BATCH)
    batches.record(
        edition_id, "ballot", selection=batches.EVERYONE, recipients=len(recipients), by=by, now=now, mark=FIRST_BATCH
    )  # fmt: skip
    return queued


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
    """Sends a voter the same ballot again, in the caller's transaction. Raises `NotVoting`, `NoBallot`, `OnItsWay`."""
    open_vote(edition_id, now)
    voter = roll.voter(voter_id, edition_id=edition_id)
    return send(credential_of(voter), voter, by=by, now=now)


def is_on_its_way(credential_id: int) -> bool:
    """Whether a letter with this ballot has not left yet."""
    waiting = {LetterState.QUEUED, LetterState.SENDING}
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
    """Whether somebody in the secretariat has sent a test letter."""
    return bool(mail.find("ballot-test", edition_id))


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


def _newest(edition_id: int):  # type: ignore[no-untyped-def]
    return (
        select(func.max(Letter.id).label("id"))
        .where(Letter.edition_id == edition_id, Letter.name == "ballot")
        .group_by(Letter.subject_id)
        .subquery()
    )


def deliveries(
    edition_id: int, *, search: str = "", state: str = "", offset: int = 0, limit: int = 50
) -> tuple[int, list[Delivery]]:
    """Voters with the state of their letters, found by company, number or address; how many, and a page of them."""
    newest = _newest(edition_id)
    query = (
        select(Voter, Credential, Letter)
        .join(Credential, (Credential.voter_id == Voter.id) & (Credential.state == State.ISSUED))
        .join(
            Letter,
            (Letter.subject_id == Credential.id) & Letter.id.in_(select(newest.c.id)),
            isouter=True,
        )
        .where(Voter.edition_id == edition_id)
    )
    if state:
        query = query.where(Letter.state == state)
    rows = db.session.execute(
        query.with_only_columns(Voter.id, Voter.company, Voter.email, Voter.orgnr)
    ).all()
    wanted = search.strip().casefold()
    fitting = [
        (swedish_order(company), voter_id)
        for voter_id, company, email, orgnr in rows
        if wanted in f"{company}\n{email}\n{orgnr}\n{orgnr[:6]}-{orgnr[6:]}".casefold()
    ]
    ids = [voter_id for _order, voter_id in sorted(fitting)[offset : offset + limit]]
    found = {row[0].id: Delivery(*row) for row in db.session.execute(query.where(Voter.id.in_(ids)))}
    return len(fitting), [found[voter_id] for voter_id in ids]
