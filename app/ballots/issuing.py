"""Ballots are issued: keys, credentials, the election and the archive's Setup; and all of it taken back.

`prepare` runs in the worker, outside any transaction: it makes the keys and derives a credential for every voter on
the roll, and the spares. `enter_prepared` then takes what was derived and makes it binding in one quick transaction
with the move of the phase. A credential's secret is HMAC(issuing key; election, voter, generation): it can be derived
again when a letter is sent, so nothing has to store it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import delete, func, insert, select

from app.awards import service as awards
from app.awards.actors import actor
from app.awards.models import Edition
from app.ballots import box, deriving, paper
from app.ballots.models import Box, Credential, State
from app.core.belenios import credentials as core
from app.core.belenios.archive import Event, setup_records
from app.core.belenios.elections import Election, new_uuid
from app.core.phases import Phase
from app.extensions import db, transaction
from app.jobs.service import Progress
from app.ledger import service as ledger
from app.mail import service as mail
from app.roll import freezing
from app.roll import service as roll
from app.trustees import service as trustees
from app.trustees.models import Purpose

CHUNK = 500


class NotDerived(Exception):
    """No credentials are derived for the roll as it is now: `prepare` must run (again) first."""


class NothingToPrepare(Exception):
    """The edition is not where ballots are prepared."""


class LettersLeft(Exception):
    """Ballots have been sent: the roll and the election stand."""


class OtherCredential(Exception):
    """The keys at hand give another credential than the archive has: no link made with them would work."""


def secret_of(credential: Credential, uuid: str) -> str:
    """A credential's secret, derived again. Worker only. Raises `OtherCredential` and as `trustees.secret` does."""
    spare = credential.spare_index is not None
    key = trustees.secret(credential.edition_id, Purpose.SPARES if spare else Purpose.CREDENTIALS)
    number = credential.spare_index if spare else credential.voter_id
    secret = deriving.secret(key, uuid, "spare" if spare else "voter", number or 0, credential.generation)
    if core.public_credential(secret, uuid) != credential.public:
        raise OtherCredential(credential.id)
    return secret


def prepare(edition_id: int, *, now: datetime, progress: Progress | None = None) -> None:
    """Makes the keys and derives all credentials; they bind nobody until `enter_prepared`. Worker only.

    Outside a transaction; may run again, also after it was killed, and then derives for the roll as it is. Raises
    `NothingToPrepare` when the edition is in another phase.
    """
    with transaction():
        edition = awards.lock(edition_id)
        if edition.phase is Phase.PREPARED:
            return
        if edition.phase is not Phase.SHORTLISTING:
            raise NothingToPrepare(edition.phase)
        for purpose in Purpose:
            trustees.make(edition_id, purpose, now=now)
        if (found := box.box(edition_id)) is None:
            found = Box(
                edition_id=edition_id, uuid=new_uuid(), height=-1, head="", ballots=0, headed=-1, questions=[]
            )
            db.session.add(found)
        uuid, spares = found.uuid, edition.spare_count
        freezing.ready(edition_id, by=None, now=now)
    left_out = freezing.to_be_left_out(edition_id)
    roll_hash = roll.roll_hash(edition_id, without=left_out)
    voters = freezing.voter_ids(edition_id, without=left_out)
    keys = [trustees.secret(edition_id, purpose) for purpose in (Purpose.CREDENTIALS, Purpose.SPARES)]
    db.session.rollback()
    series = [
        deriving.Series("voter", keys[0], voters), deriving.Series("spare", keys[1], range(1, spares + 1))
    ]  # fmt: skip
    kept = deriving.derive(uuid, series, progress=progress)
    with transaction():
        if (found := box.box(edition_id)) is None or found.prepared_at is not None:
            return
        db.session.execute(delete(Credential).where(Credential.edition_id == edition_id))
        rows = _rows(edition_id, series, kept)
        while chunk := list(islice(rows, CHUNK)):
            db.session.connection().execute(insert(Credential.__table__), chunk)
        found.roll_hash = roll_hash


def _rows(
    edition_id: int, series: Sequence[deriving.Series], kept: Sequence[bytearray]
) -> Iterator[dict[str, Any]]:
    for each, content in zip(series, kept, strict=True):
        voters = each.kind == "voter"
        for number, (public, label) in zip(each.numbers, deriving.kept(content), strict=True):
            yield {
                "edition_id": edition_id, "public": public, "label": label, "generation": 1, "used": False,
                "voter_id": number if voters else None, "spare_index": None if voters else number,
                "state": State.ISSUED if voters else State.SPARE,
            }  # fmt: skip


def enter_prepared(edition_id: int, *, by: int | None, now: datetime) -> None:
    """Freezes the roll and makes what `prepare` derived the edition's election, in the caller's transaction.

    Raises `NotDerived` when roll or number of spares changed since, `rules.RuleError` for an impossible question.
    """
    edition = awards.lock(edition_id)
    found = box.box(edition_id)
    if found is None or found.prepared_at is not None:
        raise NotDerived(edition_id)
    frozen = freezing.freeze(edition_id, by=by, now=now)
    publics = dict(_publics(edition_id))
    if (found.roll_hash, len(publics[False]), len(publics[True])) != (
        frozen.roll_hash, frozen.voters, edition.spare_count,
    ):  # fmt: skip
        raise NotDerived(edition_id)
    found.questions = paper.frozen(edition)
    found.prepared_at = now
    db.session.flush()
    election = _election(edition, found)
    payload = core.public_credentials_payload(publics[False] + publics[True])
    records = setup_records(election, trustees.trustees(edition_id), payload)
    found.election, found.fingerprint = election.payload, election.fingerprint
    found.credentials_hash, found.setup_hash = records[2].hash, records[3].hash
    db.session.flush()
    box.append(box.lock(edition_id), records[:-1], Event.parse(records[-1].content))
    _record(edition_id, found, publics[True], frozen.voters, now)


def _publics(edition_id: int) -> Iterator[tuple[bool, list[str]]]:
    """(False, the voters' public credentials), (True, the spares'), each sorted."""
    for spare in (False, True):
        place = Credential.spare_index.is_not(None) if spare else Credential.spare_index.is_(None)
        query = select(Credential.public).where(Credential.edition_id == edition_id, place)
        yield spare, sorted(db.session.scalars(query))


def _election(edition: Edition, found: Box) -> Election:
    return Election.build(
        uuid=found.uuid,
        name=edition.name_sv,
        description=edition.heading_sv,
        questions=[paper.of_election(rule) for rule in box.questions(edition.id)],
        public_key=trustees.trustees(edition.id).election_key,
        administrator=edition.contact_name or None,
        credential_authority="server",
    )


def _record(edition_id: int, found: Box, spares: list[str], voters: int, now: datetime) -> None:
    rules = box.questions(edition_id)
    defined = {"questions": [rule.ledger(index) for index, rule in enumerate(rules)]}
    ledger.append(edition=edition_id, kind="ballot-defined", data=defined, now=now)
    issued = {
        "credentials": found.credentials_hash, "election": found.fingerprint, "setup": found.setup_hash,
        "spares": spares, "voters": voters,
    }  # fmt: skip
    ledger.append(edition=edition_id, kind="credentials-issued", data=issued, now=now)


def letters_left(edition_id: int) -> bool:
    """Whether a ballot has been sent, whatever became of its letter: from then on the election stands."""
    counts = mail.counts(edition_id=edition_id, name="ballot")
    return bool(counts.total or counts.cancelled)


def unprepare(edition_id: int, *, by: int | None, now: datetime) -> None:
    """Destroys election and credentials, on record, and opens the roll again; in the caller's transaction.

    The keys that credentials are derived from are destroyed too; the trustee key stays for the next election. Raises
    `LettersLeft`.
    """
    found = box.box(edition_id)
    if found is None:
        return
    if letters_left(edition_id):
        raise LettersLeft(edition_id)
    reason = "the edition went back to its shortlist"
    if found.prepared_at is not None:
        data = {"by": actor(edition_id, by, now), "credentials": found.credentials_hash, "reason": reason}
        ledger.append(edition=edition_id, kind="credentials-destroyed", data=data, now=now)
    box.remove(edition_id)
    trustees.request_destruction(edition_id, (Purpose.CREDENTIALS, Purpose.SPARES), reason, now=now)
    roll.unfreeze(edition_id, by=by, now=now)


def spares_left(edition_id: int) -> int:
    """How many spares can still be activated."""
    query = select(func.count()).select_from(Credential).where(
        Credential.edition_id == edition_id, Credential.state == State.SPARE
    )  # fmt: skip
    return db.session.scalar(query) or 0
