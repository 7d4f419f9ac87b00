"""The letters about ballots. The ballot's own is the one place where a credential's secret is made again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.awards import deadlines
from app.awards.deadlines import Deadline, Extension
from app.awards.models import Edition
from app.ballots import box, issuing, letter_values, mailed
from app.ballots import wordings as _wordings  # noqa: F401 (registers the usual words)
from app.ballots.models import Credential, State, WitnessNote
from app.core.phases import Phase
from app.extensions import db
from app.letters import service as worded
from app.mail import service as mail
from app.mail.models import Letter, LetterState
from app.mail.service import letter
from app.roll import service as roll
from app.roll.models import Voter
from app.web import language


@letter("ballot", bulk=True)
def ballot(subject_id: int, now: datetime) -> dict[str, Any] | None:
    """A voter's ballot; `subject_id` is the credential's. Not sent when it is void or too late."""
    credential = db.session.get(Credential, subject_id, populate_existing=True)
    if credential is None or credential.state != State.ISSUED or credential.voter_id is None:
        return None
    edition, voter = (
        db.session.get(Edition, credential.edition_id),
        db.session.get(Voter, credential.voter_id),
    )
    if edition is None or voter is None or not (edition.phase is Phase.PREPARED or _open(edition, now)):
        return None
    given = letter_values.of_ballot(
        edition, voter, issuing.secret_of(credential, box.prepared(edition.id).uuid)
    )
    given["notices"] = [*_repeats(credential), *given["notices"]]
    return given


def _repeats(credential: Credential) -> list[str]:
    """What a letter says that was sent before, or whose ballot takes another's place."""
    earlier = [row for row in mail.find("ballot", credential.id) if row.state == LetterState.SENT]
    if earlier:
        return [letter_values.same_again(earlier[-1].finished_at)]
    if credential.spare_index is None:
        return []
    others = select(Credential.id).where(
        Credential.voter_id == credential.voter_id, Credential.id != credential.id
    )
    return [letter_values.in_its_place()] if db.session.scalar(others.limit(1)) else []


@letter("ballot-test")
def ballot_test(subject_id: int, now: datetime) -> dict[str, Any] | None:
    """The same with a code that opens nothing, to a member of staff; `subject_id` is the edition's."""
    edition = db.session.get(Edition, subject_id)
    if edition is None or box.box(edition.id) is None:
        return None
    return worded.context(edition, worded.editable("ballot"), language(), sample_id=None, now=now, test=True)


def _open(edition: Edition, now: datetime) -> bool:
    return (
        edition.phase is Phase.VOTING
        and edition.voting_closes_at is not None
        and now < edition.voting_closes_at
    )


def _voter(voter_id: int | None) -> tuple[Voter, Edition] | tuple[None, None]:
    voter = db.session.get(Voter, voter_id)
    edition = voter and db.session.get(Edition, voter.edition_id)
    return (voter, edition) if voter is not None and edition is not None else (None, None)


@letter("ballot-cast", forget=True)
def ballot_cast(subject_id: int, now: datetime) -> dict[str, Any] | None:  # noqa: ARG001 (a letter's shape)
    """That a ballot was cast with a voter's link: no choice, no tracker, no time. `subject_id` is the voter's."""
    voter, edition = _voter(subject_id)
    return letter_values.about(edition, voter) if edition else None


@letter("receipt", forget=True)
def receipt(subject_id: int, now: datetime) -> dict[str, Any] | None:  # noqa: ARG001 (a letter's shape)
    """The receipt that a voter asked for; no choice. `subject_id` is the credential's, whose ballot lies in the box."""
    found = mailed.of_credential(subject_id)
    credential = db.session.get(Credential, subject_id)
    if found is None or credential is None:
        return None
    voter, edition = _voter(credential.voter_id)
    return letter_values.of_receipt(edition, voter, found) if edition else None


@letter("address-corrected")
def address_corrected(subject_id: int, now: datetime) -> dict[str, Any] | None:  # noqa: ARG001 (a letter's shape)
    """To the old address, that the ballot now goes to another. `subject_id` is the voter's."""
    voter, edition = _voter(subject_id)
    if voter is None or edition is None:
        return None
    elsewhere = (
        select(Credential.state)
        .join(Letter, (Letter.name == "ballot") & (Letter.subject_id == Credential.id))
        .where(
            Credential.voter_id == voter.id, Letter.to != voter.email, Letter.state != LetterState.CANCELLED
        )
    )
    states = set(db.session.scalars(elsewhere))
    return letter_values.of_corrected(edition, voter, sent=bool(states), void=State.ISSUED not in states)


@letter("voting-extended", bulk=True)
def voting_extended(subject_id: int, now: datetime) -> dict[str, Any] | None:
    """That there is more time to vote. `subject_id` is the voter's."""
    voter, edition = _voter(subject_id)
    return letter_values.about(edition, voter) if edition and _open(edition, now) else None


@letter("checkpoint")
def checkpoint(subject_id: int, now: datetime) -> dict[str, Any] | None:  # noqa: ARG001 (a letter's shape)
    """The ledger's signed head, for a juror to keep. `subject_id` is the note's."""
    note = db.session.get(WitnessNote, subject_id)
    edition = note and db.session.get(Edition, note.edition_id)
    if note is None or edition is None:
        return None
    return letter_values.of_checkpoint(edition, note.note.decode(), note.occasion, note.at)


@deadlines.when_extended
def tell_voters(extension: Extension) -> None:
    """When the vote is prolonged, everyone on the roll is told, in the transaction that prolongs it."""
    edition = extension.edition
    if extension.deadline is not Deadline.VOTING or edition.phase is not Phase.VOTING:
        return
    voters = db.session.query(Voter.id, Voter.email, Voter.language).filter(roll.has_ballot(edition.id))
    after = int(extension.after.timestamp())
    recipients = [
        mail.Recipient(id_, email, lang, f"voting-extended:{id_}:{after}") for id_, email, lang in voters
    ]
    mail.queue_many(
        "voting-extended", recipients, now=extension.now, edition_id=edition.id, batch=f"extended:{after}"
    )
