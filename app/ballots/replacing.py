"""After the freeze: a ballot is voided and a spare put in its place, an address corrected, a voter added with a spare.

Two people decide each of these (`decisions`); here is what is then done, in their transaction. Void and cast lock the
same row, so a ballot is either counted or void, never both. The ledger tells at once which public credential was
voided, at which height of the box, and which spare was activated; it never tells whose.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, select, update

from app.awards import service as awards
from app.awards.actors import actor
from app.awards.models import Edition
from app.ballots import box, delivery, issuing, reminding
from app.ballots.models import Credential, Replacement, State
from app.core.phases import Phase
from app.extensions import db
from app.ledger import service as ledger
from app.mail import service as mail
from app.roll import late
from app.roll import service as roll
from app.roll.models import Source, Voter
from app.roll.rows import Row, address

LATEST = datetime.max.replace(tzinfo=UTC)


class AlreadyVoted(Exception):
    """A ballot was cast with this credential: it is counted, and cannot be replaced."""


class NoSpareLeft(Exception):
    """Every spare is in use."""


class SameAddress(Exception):
    """The address is the one that is there."""


@dataclass(frozen=True)
class Changes:
    """What was changed after the freeze, as it is counted publicly."""

    corrected: int
    replaced: int
    added: int
    spares_left: int


@dataclass(frozen=True)
class Two:
    """Who asked, and who approved."""

    first: int
    second: int


def at_work(edition_id: int, now: datetime, *, sent: bool = False) -> Edition:
    """The edition, locked, between the freeze (or with *sent* the first letters) and the close.

    Raises `delivery.NotVoting`.
    """
    edition = awards.lock(edition_id)
    if edition.phase is Phase.PREPARED and (not sent or issuing.letters_left(edition_id)):
        return edition
    return delivery.open_vote(edition_id, now)


def replace(
    voter_id: int, *, edition_id: int, reason: str, by: Two, now: datetime, email: str = ""
) -> Credential:
    """Voids a voter's unused credential, activates a spare and sends it, to *email* where that is another address.

    Pressing twice uses one spare: while its letter has not left, it is not replaced again (`delivery.OnItsWay`).
    Raises also `delivery.NotVoting`, `delivery.NoBallot`, `AlreadyVoted`, `NoSpareLeft`, `ValueError` (`rows.address`).
    """
    edition = at_work(edition_id, now, sent=True)
    voter = roll.voter(voter_id, edition_id=edition_id)
    head = box.lock(edition_id)
    present = delivery.credential_of(voter)
    if present.spare_index is not None and delivery.is_on_its_way(present.id):
        raise delivery.OnItsWay(present.id)
    before = voter.email
    if email and address(email) != before:
        voter = roll.correct_address(voter_id, email, by=by.first, second=by.second, now=now)
    old, new = _void(present), _activate(edition_id, voter)
    db.session.add(
        Replacement(
            old_id=old.id, new_id=new.id, edition_id=edition_id, box_height=head.height, reason=reason, by=by.first,
            at=now,
        )
    )  # fmt: skip
    db.session.flush()
    said = _said(edition_id, head, by, now)
    ledger.append(edition=edition_id, kind="ballot-voided", data=said | {"credential": old.public}, now=now)
    activated = said | {"new": new.public, "old": old.public}
    ledger.append(edition=edition_id, kind="ballot-activated", data=activated, now=now)
    mail.cancel("ballot", old.id, now)
    _send_if_due(edition, new, voter, by=by, now=now)
    if voter.email != before:
        _tell(voter, before, now)
    return new


def correct_address(voter_id: int, email: str, *, edition_id: int, by: Two, now: datetime) -> Voter:
    """A new address for a voter of the frozen roll, who gets the same ballot there; in the caller's transaction.

    The old address is told. Raises `delivery.NotVoting`, `delivery.OnItsWay` while a letter is just leaving,
    `ValueError` for an address that is none, `SameAddress`.
    """
    edition = at_work(edition_id, now)
    voter = roll.voter(voter_id, edition_id=edition_id)
    before = voter.email
    voter = roll.correct_address(voter_id, email, by=by.first, second=by.second, now=now)
    if voter.email == before:
        raise SameAddress(voter_id)
    credential = delivery.credential_of(voter)
    mail.cancel("ballot", credential.id, now)
    mail.cancel(reminding.LETTER, credential.id, now)  # it carries the link, too
    _send_if_due(edition, credential, voter, by=by, now=now)
    _tell(voter, before, now)
    return voter


def add(row: Row, *, edition_id: int, by: Two, now: datetime) -> Voter:
    """Puts a voter on the frozen roll and gives them a spare ballot; in the caller's transaction.

    Raises `delivery.NotVoting`, `NoSpareLeft`, `roll.AlreadyOnRoll`.
    """
    edition = at_work(edition_id, now)
    head = box.lock(edition_id)
    voter = late.add(edition_id=edition_id, row=row, by=by.first, second=by.second, now=now)
    new = _activate(edition_id, voter)
    activated = _said(edition_id, head, by, now) | {"new": new.public, "old": None}
    ledger.append(edition=edition_id, kind="ballot-activated", data=activated, now=now)
    _send_if_due(edition, new, voter, by=by, now=now)
    return voter


def _said(edition_id: int, head: box.Head, by: Two, now: datetime) -> dict[str, object]:
    second = ledger.person(edition=edition_id, account=by.second, now=now)
    return {"box_height": head.height, "by": actor(edition_id, by.first, now), "second": second}


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


def _activate(edition_id: int, voter: Voter) -> Credential:
    query = (
        select(Credential)
        .where(Credential.edition_id == edition_id, Credential.state == State.SPARE)
        .order_by(Credential.spare_index)
        .limit(1)
        .execution_options(populate_existing=True)
    )
    if (found := db.session.scalar(query)) is None:
        raise NoSpareLeft(edition_id)
    found.state, found.voter_id = State.ISSUED, voter.id
    db.session.flush()
    return found


def _send_if_due(edition: Edition, ballot: Credential, voter: Voter, *, by: Two, now: datetime) -> None:
    """At once where ballots have left; before that, the letter goes with everyone's."""
    if edition.phase is Phase.VOTING or issuing.letters_left(edition.id):
        delivery.send(ballot, voter, by=by.first, now=now)


def _tell(voter: Voter, before: str, now: datetime) -> None:
    mail.queue(
        "address-corrected", subject_id=voter.id, to=before, language=voter.language, now=now,
        edition_id=voter.edition_id,
    )  # fmt: skip


def replacements(edition_id: int) -> list[Replacement]:
    """What was replaced, oldest first."""
    query = select(Replacement).where(Replacement.edition_id == edition_id)
    return list(db.session.scalars(query.order_by(Replacement.at, Replacement.old_id)))


def changes(edition_id: int) -> Changes:
    """What was changed after the freeze, in numbers."""
    frozen = roll.frozen(edition_id)
    replaced = select(func.count()).select_from(Replacement).where(Replacement.edition_id == edition_id)
    added = select(func.count()).select_from(Voter).where(
        Voter.edition_id == edition_id, Voter.source == Source.ADDED,
        Voter.added_at >= (frozen.frozen_at if frozen else LATEST),
    )  # fmt: skip
    return Changes(
        corrected=frozen.corrected if frozen else 0,
        replaced=db.session.scalar(replaced) or 0,
        added=db.session.scalar(added) or 0,
        spares_left=issuing.spares_left(edition_id),
    )
