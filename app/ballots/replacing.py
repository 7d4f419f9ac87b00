"""A lost or mis-sent ballot: the address is corrected, or the credential voided and a spare put in its place.

Void and cast lock the same row, so a ballot is either counted or void, never both. The ledger tells at once which
public credential was voided, at which height of the box, and which spare took its place; it never tells whose.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from app.awards import service as awards
from app.awards.actors import actor
from app.ballots import box, delivery
from app.ballots.models import Credential, Replacement, State
from app.core.phases import Phase
from app.extensions import db
from app.ledger import service as ledger
from app.mail import service as mail
from app.roll import service as roll
from app.roll.models import Voter


class AlreadyVoted(Exception):
    """A ballot was cast with this credential: it is counted, and cannot be replaced."""


class NoSpareLeft(Exception):
    """Every spare is in use."""


class SameAddress(Exception):
    """The address is the one that is there."""


def replace(voter_id: int, *, edition_id: int, reason: str, by: int, now: datetime) -> Credential:
    """Voids a voter's unused credential, activates a spare and sends it; in the caller's transaction.

    Pressing twice uses one spare: while its letter has not left, it is not replaced again (`delivery.OnItsWay`).
    Raises also `delivery.NotVoting`, `delivery.NoBallot`, `AlreadyVoted`, `NoSpareLeft`.
    """
    delivery.open_vote(edition_id, now)
    voter = roll.voter(voter_id, edition_id=edition_id)
    head = box.lock(edition_id)
    present = delivery.credential_of(voter)
    if present.spare_index is not None and delivery.is_on_its_way(present.id):
        raise delivery.OnItsWay(present.id)
    old, new = _void(present), _spare(edition_id)
    new.state, new.voter_id = State.ISSUED, voter.id
    db.session.add(
        Replacement(
            old_id=old.id,
            new_id=new.id,
            edition_id=edition_id,
            box_height=head.height,
            reason=reason,
            by=by,
            at=now,
        )
    )
    db.session.flush()
    said = {"box_height": head.height, "by": actor(edition_id, by, now), "second": None}
    ledger.append(edition=edition_id, kind="ballot-voided", data=said | {"credential": old.public}, now=now)
    activated = said | {"new": new.public, "old": old.public}
    ledger.append(edition=edition_id, kind="ballot-activated", data=activated, now=now)
    mail.cancel("ballot", old.id, now)
    delivery.send(new, voter, by=by, now=now)
    return new


def _void(credential: Credential) -> Credential:
    voided = db.session.execute(
        update(Credential)
        .where(Credential.id == credential.id, Credential.used.is_(False), Credential.state == State.ISSUED)
        .values(state=State.VOID)
        .execution_options(synchronize_session=False)
    )
    if voided.rowcount != 1:  # type: ignore[attr-defined]
        raise AlreadyVoted(credential.id)
    db.session.refresh(credential)
    return credential


def _spare(edition_id: int) -> Credential:
    query = (
        select(Credential)
        .where(Credential.edition_id == edition_id, Credential.state == State.SPARE)
        .order_by(Credential.spare_index)
        .limit(1)
    )
    if (found := db.session.scalar(query)) is None:
        raise NoSpareLeft(edition_id)
    return found


def replacements(edition_id: int) -> list[Replacement]:
    """What was replaced, oldest first."""
    query = select(Replacement).where(Replacement.edition_id == edition_id)
    return list(db.session.scalars(query.order_by(Replacement.at, Replacement.old_id)))


def correct_address(voter_id: int, email: str, *, edition_id: int, by: int, now: datetime) -> Voter:
    """A new address for a voter of the frozen roll, who gets the same ballot there; in the caller's transaction.

    The old address is told. Raises `delivery.NotVoting`, `ValueError` for an address that is none, `SameAddress`.
    """
    edition = awards.lock(edition_id)
    if edition.phase is not Phase.PREPARED:
        delivery.open_vote(edition_id, now)
    voter = roll.voter(voter_id, edition_id=edition_id)
    old = voter.email
    voter = roll.correct_address(voter_id, email, by=by, now=now)
    if voter.email == old:
        raise SameAddress(voter_id)
    if edition.phase is Phase.VOTING:
        credential = delivery.credential_of(voter)
        mail.cancel("ballot", credential.id, now)
        delivery.send(credential, voter, by=by, now=now)
        mail.queue(
            "address-corrected",
            subject_id=voter.id,
            to=old,
            language=voter.language,
            now=now,
            edition_id=edition_id,
        )
    return voter
