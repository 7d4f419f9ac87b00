"""The letters about ballots. The ballot's own is the one place where a credential's secret is made again."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import quote

from app.awards import deadlines
from app.awards.deadlines import Deadline, Extension
from app.awards.models import Edition
from app.ballots import box, delivery, issuing, mailed
from app.ballots.models import Credential, State, WitnessNote
from app.core.ballot_labels import ballot_label
from app.core.belenios.credentials import DUMMY_SECRET
from app.core.phases import Phase
from app.extensions import db
from app.mail import service as mail
from app.mail.service import letter
from app.roll import service as roll
from app.roll.models import Voter
from app.trustees import service as trustees
from app.web import absolute_url, language


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
    if edition is None or voter is None or not _open(edition, now):
        return None
    secret = issuing.secret_of(credential, box.prepared(edition.id).uuid)
    return _ballot(edition, secret) | {
        "voter": voter,
        "replaces": credential.spare_index is not None,
        "test": False,
    }


@letter("ballot-test")
def ballot_test(subject_id: int, now: datetime) -> dict[str, Any] | None:  # noqa: ARG001 (a letter's shape)
    """The same with a code that opens nothing, to a member of staff; `subject_id` is the edition's."""
    edition = db.session.get(Edition, subject_id)
    if edition is None or box.box(edition.id) is None:
        return None
    first = delivery.summary(edition).first
    shown = {"company": first[0].company if first else "", "contact_name": "", "ballot_label": ""}
    return _ballot(edition, DUMMY_SECRET) | {"voter": shown, "replaces": False, "test": True}


def _ballot(edition: Edition, secret: str) -> dict[str, Any]:
    address = absolute_url("ballots.booth", lang=language(), slug=edition.slug)
    return _about(edition) | {
        "url": f"{address}#{secret}",
        "address": address,
        "code": secret,
        "label": ballot_label(secret),
        "trust": trustees.trust_text(edition, language()),
    }


def _about(edition: Edition) -> dict[str, Any]:
    lang = language()
    return {
        "edition": edition.name(lang),
        "heading": edition.heading(lang),
        "closes": edition.voting_closes_at,
        "contact": edition.contact_email,
        "contact_name": edition.contact_name,
        "reply_to": edition.contact_email or None,
    }


def _open(edition: Edition, now: datetime) -> bool:
    return (
        edition.phase is Phase.VOTING
        and edition.voting_closes_at is not None
        and now < edition.voting_closes_at
    )


@letter("ballot-cast", forget=True)
def ballot_cast(subject_id: int, now: datetime) -> dict[str, Any] | None:
    """That a ballot was cast with a voter's link: no choice, no tracker, no time. `subject_id` is the voter's."""
    voter = db.session.get(Voter, subject_id)
    edition = voter and db.session.get(Edition, voter.edition_id)
    if voter is None or edition is None:
        return None
    return _about(edition) | {"voter": voter, "open": _open(edition, now)}


@letter("receipt", forget=True)
def receipt(subject_id: int, now: datetime) -> dict[str, Any] | None:
    """The receipt that a voter asked for; no choice. `subject_id` is the credential's, whose ballot lies in the box."""
    found = mailed.of_credential(subject_id)
    credential = db.session.get(Credential, subject_id)
    if found is None or credential is None:
        return None
    edition, voter = (
        db.session.get(Edition, credential.edition_id),
        db.session.get(Voter, credential.voter_id),
    )
    if edition is None or voter is None:
        return None
    lookup = absolute_url("ballots.receipt", lang=language(), slug=edition.slug)
    return _about(edition) | {
        "voter": voter,
        "receipt": found,
        "open": _open(edition, now),
        "address": lookup,
        "url": f"{lookup}#{quote(str(found['tracker']), safe='')}",
    }


@letter("address-corrected")
def address_corrected(subject_id: int, now: datetime) -> dict[str, Any] | None:  # noqa: ARG001 (a letter's shape)
    """To the old address, that the ballot now goes to another. `subject_id` is the voter's."""
    voter = db.session.get(Voter, subject_id)
    edition = voter and db.session.get(Edition, voter.edition_id)
    if voter is None or edition is None:
        return None
    return _about(edition) | {"voter": voter}


@letter("voting-extended", bulk=True)
def voting_extended(subject_id: int, now: datetime) -> dict[str, Any] | None:
    """That there is more time to vote. `subject_id` is the voter's."""
    voter = db.session.get(Voter, subject_id)
    edition = voter and db.session.get(Edition, voter.edition_id)
    if voter is None or edition is None or not _open(edition, now):
        return None
    return _about(edition) | {"voter": voter}


@letter("checkpoint")
def checkpoint(subject_id: int, now: datetime) -> dict[str, Any] | None:  # noqa: ARG001 (a letter's shape)
    """The ledger's signed head, for a juror to keep. `subject_id` is the note's."""
    note = db.session.get(WitnessNote, subject_id)
    edition = note and db.session.get(Edition, note.edition_id)
    if note is None or edition is None:
        return None
    return _about(edition) | {"note": note.note.decode(), "occasion": note.occasion, "at": note.at}


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
