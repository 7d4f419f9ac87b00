"""Keys made, used, copied and destroyed; each of these is in the ledger.

What needs a secret (`make`, `secret`, `server_key`, `destroy_requested`) runs in the worker, on the machine that has
KEYS_DIR. Everything else works on public rows, anywhere.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime

from flask_babel import force_locale, gettext, lazy_gettext
from sqlalchemy import func, select

from app.awards.duties import Blocker, Todo
from app.awards.models import Edition
from app.core.belenios.encoding import canonical, parse
from app.core.belenios.trustees import TrusteeKey, TrusteePublicKey, Trustees
from app.core.ledger_entries import key_fingerprint
from app.core.phases import Phase
from app.extensions import db
from app.jobs import service as jobs
from app.ledger import service as ledger
from app.trustees.keystore import keystore
from app.trustees.models import Key, Owner, Purpose

MADE_FROM_RANDOM = (Purpose.CREDENTIALS, Purpose.SPARES)


class NoSuchKey(LookupError):
    """The edition has no (living) key for this purpose."""


class AlreadyConfirmed(Exception):
    """Somebody has confirmed the copy before."""


def keys(edition_id: int) -> list[Key]:
    """Every key that the edition has or had, in the order in which they were made."""
    return list(db.session.scalars(select(Key).where(Key.edition_id == edition_id).order_by(Key.id)))


def current(edition_id: int, purpose: Purpose) -> Key:
    """The living key for a purpose: neither destroyed nor about to be. Raises `NoSuchKey`."""
    query = select(Key).where(
        Key.edition_id == edition_id,
        Key.purpose == purpose,
        Key.destroy_reason == "",
        Key.destroyed_at.is_(None),
    )
    if (found := db.session.scalar(query)) is None:
        raise NoSuchKey(purpose)
    return found


def make(edition_id: int, purpose: Purpose, *, now: datetime) -> Key:
    """The living key for a purpose, made now if there is none, on record. Worker only; in the caller's transaction.

    The file is on the disk before the row is committed. A file without a row, left by a process that was killed in
    between, is taken over.
    """
    try:
        return current(edition_id, purpose)
    except NoSuchKey:
        pass
    made_before = db.session.scalar(
        select(func.count()).select_from(Key).where(Key.edition_id == edition_id, Key.purpose == purpose)
    )
    number = (made_before or 0) + 1
    name = f"edition-{edition_id}-{purpose}-{number}"
    store = keystore()
    if not store.exists(name):
        fresh = (
            TrusteeKey.generate().private_payload() if purpose is Purpose.TRUSTEE else secrets.token_bytes(32)
        )
        store.put(name, fresh)
    secret = store.get(name)
    key = Key(
        edition_id=edition_id, purpose=purpose, number=number, owner=Owner.SERVER, name=name, made_at=now,
        fingerprint=_secret_fingerprint(secret), destroy_reason="",
    )  # fmt: skip
    if purpose is Purpose.TRUSTEE:
        public = TrusteeKey.from_private(secret).public
        key.trustee, key.public = 1, canonical(public.value())
        key.fingerprint = key_fingerprint(public.element.hex())
    db.session.add(key)
    db.session.flush()
    data = {
        "fingerprint": key.fingerprint,
        "owner": key.owner,
        "purpose": str(purpose),
        "trustee": key.trustee,
    }
    ledger.append(edition=edition_id, kind="key-made", data=data, now=now)
    return key


def _secret_fingerprint(secret: bytes) -> str:
    return hashlib.sha256(hmac.digest(secret, b"anbud-key-fingerprint-v1", "sha256")).hexdigest()


def secret(edition_id: int, purpose: Purpose) -> bytes:
    """The secret of the living key for a purpose. Worker only.

    Raises `NoSuchKey`, `keystore.KeyMissing` or `keystore.WrongPassphrase`.
    """
    return keystore().get(current(edition_id, purpose).name)


def server_key(edition_id: int) -> TrusteeKey:
    """The server's share of the key that opens the box. Worker only; raises as `secret` does."""
    return TrusteeKey.from_private(secret(edition_id, Purpose.TRUSTEE))


def trustees(edition_id: int) -> Trustees:
    """The election's trustees, in the order of the archive. Raises `NoSuchKey` before there is any."""
    query = (
        select(Key)
        .where(Key.edition_id == edition_id, Key.purpose == Purpose.TRUSTEE, Key.destroy_reason == "")
        .order_by(Key.trustee)
    )
    publics = [TrusteePublicKey.from_value(parse(key.public or b"")) for key in db.session.scalars(query)]
    if not publics:
        raise NoSuchKey(Purpose.TRUSTEE)
    return Trustees.build(publics)


def server_only(edition: Edition | int) -> bool:
    """Whether no juror holds a key: then whoever runs the server can open the box."""
    edition_id = edition if isinstance(edition, int) else edition.id
    query = select(func.count()).select_from(Key).where(
        Key.edition_id == edition_id, Key.purpose == Purpose.TRUSTEE, Key.owner == Owner.JUROR, Key.destroy_reason == ""
    )  # fmt: skip
    return not db.session.scalar(query)


def trust_text(edition: Edition | int, lang: str) -> str:
    """Who can open the votes of this edition, in one sentence that holds for its actual trustees."""
    with force_locale(lang):
        if server_only(edition):
            return gettext("The server alone holds the key: whoever runs the server can open the votes.")
        return gettext(
            "The key is shared between the server and the jury: nobody can open a vote alone, not even whoever runs the server."
        )


def confirm_copy(key_id: int, *, edition_id: int, by: int, now: datetime) -> Key:
    """That a sealed copy of a trustee key lies in a safe place, on record. Raises `NoSuchKey`, `AlreadyConfirmed`."""
    key = db.session.get(Key, key_id, with_for_update=True, populate_existing=True)
    if key is None or key.edition_id != edition_id or key.purpose != Purpose.TRUSTEE or key.destroy_reason:
        raise NoSuchKey(Purpose.TRUSTEE)
    if key.copy_confirmed_at is not None:
        raise AlreadyConfirmed(key_id)
    key.copy_confirmed_at, key.copy_confirmed_by = now, by
    db.session.flush()
    data = {
        "by": ledger.by(edition=edition_id, role="secretariat", account=by, now=now),
        "fingerprint": key.fingerprint, "purpose": key.purpose,
    }  # fmt: skip
    ledger.append(edition=edition_id, kind="key-copy-confirmed", data=data, now=now)
    return key


def request_destruction(edition_id: int, purposes: Sequence[Purpose], reason: str, *, now: datetime) -> None:
    """Decides that living keys are destroyed: no one can use them from the commit on; a worker destroys the files.

    In the caller's transaction, in any process.
    """
    for purpose in purposes:
        try:
            current(edition_id, purpose).destroy_reason = reason
        except NoSuchKey:
            continue
        db.session.flush()
        jobs.enqueue("trustees.destroy", {"edition_id": edition_id}, now=now, edition_id=edition_id)


def to_destroy(edition_id: int) -> list[Key]:
    """The keys whose destruction is decided and not yet carried out."""
    query = select(Key).where(
        Key.edition_id == edition_id, Key.destroy_reason != "", Key.destroyed_at.is_(None)
    )
    return list(db.session.scalars(query.order_by(Key.id)))


def record_destroyed(key_id: int, *, now: datetime) -> None:
    """After the file is gone: the row and the ledger say so. In the caller's transaction; once."""
    key = db.session.get(Key, key_id, with_for_update=True, populate_existing=True)
    if key is None or key.destroyed_at is not None:
        return
    key.destroyed_at = now
    db.session.flush()
    data = {"fingerprint": key.fingerprint, "purpose": key.purpose, "reason": key.destroy_reason}
    ledger.append(edition=key.edition_id, kind="key-destroyed", data=data, now=now)


def sealed_copy(edition_id: int) -> tuple[str, bytes]:
    """The file name and the bytes of the trustee key's sealed copy. Worker's machine only."""
    key = current(edition_id, Purpose.TRUSTEE)
    return f"{key.name}.key", keystore().sealed(key.name)


def blockers(edition: Edition, to: Phase, *, now: datetime) -> list[Blocker]:  # noqa: ARG001 (every domain's shape)
    """What about the keys keeps the edition from entering a phase."""
    if to is not Phase.VOTING:
        return []
    try:
        current(edition.id, Purpose.TRUSTEE)
    except NoSuchKey:
        return [Blocker(lazy_gettext("There is no key yet that opens the votes."))]
    return []


def todos(edition: Edition, *, now: datetime) -> list[Todo]:  # noqa: ARG001 (every domain's shape)
    """What somebody should do about the keys."""
    if edition.phase not in {Phase.PREPARED, Phase.VOTING, Phase.COUNTING}:
        return []
    try:
        key = current(edition.id, Purpose.TRUSTEE)
    except NoSuchKey:
        return []
    if key.copy_confirmed_at is not None:
        return []
    return [
        Todo(
            title=lazy_gettext("Nobody has confirmed a copy of the key that opens the votes"),
            detail=lazy_gettext("If the server's disk is lost without a copy, the votes can never be counted."),
            endpoint="trustees.keys", values={"slug": edition.slug}, action=lazy_gettext("Store a copy"), warn=True,
        )
    ]  # fmt: skip


def enter(edition_id: int, to: Phase, *, by: int | None, now: datetime) -> None:  # noqa: ARG001 (every domain's shape)
    """The keys' part of a move: a cancelled or archived edition keeps none."""
    if to in {Phase.CANCELLED, Phase.ARCHIVED}:
        request_destruction(edition_id, list(Purpose), f"the edition is {to}", now=now)
