"""Opens the sealed box: encrypted tally, partial decryption with its strong proof, result.

Each step is one transaction that first looks whether it was made before: a worker that is killed between two of them
leaves the box as it was after the first, and the next worker goes on from there. Nothing that casting has checked is
checked again here; the verifiers do that afterwards, over everything.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, select

from app.ballots import service as ballots
from app.core import decryption
from app.core.belenios import archive
from app.core.belenios.elections import Election
from app.core.belenios.encoding import sha256_hex
from app.core.belenios.results import compute_result, partial_decryption
from app.core.belenios.tallies import EncryptedTally
from app.extensions import db, transaction
from app.ledger import service as ledger
from app.tally.models import PartialDecryption, Tally
from app.trustees import service as trustees

SERVER = 1


def encrypt(*, edition_id: int, now: datetime) -> None:
    """Publishes the encrypted tally of the box: the last thing that is public before publication."""
    if read(edition_id).encrypted_at is not None:
        return
    summed = ballots.running_tally(edition_id).encrypted_tally()
    with transaction():
        tally = locked(edition_id)
        if tally.encrypted_at is not None:
            return
        records = archive.encrypted_tally_records(ballots.last_event(edition_id), summed)
        event = ballots.append_events(edition_id, records, now=now)
        tally.ballots, tally.encrypted_at = summed.count, now
        tally.encrypted_tally, tally.sized_tally = summed.payload, summed.sized_payload
        ledger.append(
            edition=edition_id,
            kind="encrypted-tally",
            data={
                "ballots": summed.count,
                "encrypted_tally": summed.hash,
                "event": event.hash,
                "height": event.height,
            },
            now=now,
        )
        ballots.box_head(edition_id, now=now, staged=False)
        ballots.witness(edition_id, "encrypted-tally", now=now)


def decrypt(*, edition_id: int, now: datetime) -> None:
    """The server's partial decryption and its strong proof; raises what `trustees` raises when the key is not there."""
    if _partials(edition_id):
        return
    election = ballots.election(edition_id)
    summed = _encrypted(read(edition_id), election)
    key = trustees.server_key(edition_id)
    payload = partial_decryption(election, summed, key)
    proof = decryption.prove(election, summed, payload, key, SERVER)
    with transaction():
        locked(edition_id)
        if _partials(edition_id):
            return
        records = archive.partial_decryption_records(ballots.last_event(edition_id), SERVER, payload)
        ballots.append_events(edition_id, records, now=now)
        db.session.add(PartialDecryption(edition_id=edition_id, owner=SERVER, payload=payload, made_at=now))
        ledger.append(edition=edition_id, kind="strong-decryption", data=proof, now=now, staged=True)


def open_result(*, edition_id: int, now: datetime) -> None:
    """Computes the result from the partial decryptions and closes the archive with it."""
    with transaction():
        tally = locked(edition_id)
        if tally.opened_at is not None:
            return
        election = ballots.election(edition_id)
        result = compute_result(
            election, trustees.trustees(edition_id), _encrypted(tally, election), _partials(edition_id)
        )
        records = archive.result_records(ballots.last_event(edition_id), result.payload)
        event = ballots.append_events(edition_id, records, now=now)
        tally.result, tally.result_payload, tally.opened_at = result.counts, result.payload, now
        tally.result_hash = sha256_hex(result.payload)
        ledger.append(
            edition=edition_id,
            kind="result",
            data={"event": event.hash, "height": event.height, "result": tally.result_hash},
            now=now,
            staged=True,
        )
        ballots.box_head(edition_id, now=now, staged=True)


def read(edition_id: int) -> Tally:
    """The edition's tally, as it is now."""
    return db.session.scalars(_tally(edition_id)).one()


def _tally(edition_id: int) -> Select[Tally]:
    query = select(Tally).where(Tally.edition_id == edition_id)
    return query.execution_options(populate_existing=True)


def locked(edition_id: int) -> Tally:
    """The edition's tally, its row locked until the end of the transaction."""
    return db.session.scalars(_tally(edition_id).with_for_update()).one()


def _encrypted(tally: Tally, election: Election) -> EncryptedTally:
    assert tally.encrypted_tally is not None
    assert tally.sized_tally is not None
    return EncryptedTally.parse(election, tally.encrypted_tally, tally.sized_tally)


def _partials(edition_id: int) -> dict[int, bytes]:
    found = db.session.scalars(select(PartialDecryption).where(PartialDecryption.edition_id == edition_id))
    return {partial.owner: partial.payload for partial in found}
