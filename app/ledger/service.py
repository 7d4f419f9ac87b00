"""The ledger as the other domains see it: open, append, checkpoint, publish; and personal data that can be forgotten.

Everything that writes happens inside the caller's transaction and takes the log's row lock, so that heights follow
one another whatever runs beside it. An append costs O(log n): the row keeps the roots of the complete subtrees.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Protocol
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from app.core import checkpoints, ledger_entries, receipts, signatures
from app.core.checkpoints import Checkpoint
from app.core.ledger_entries import FORMAT, KINDS, SERVICE
from app.core.ledger_file import Record
from app.core.ledger_shapes import plain
from app.core.log import Frontier, leaf_hash
from app.core.receipts import Receipt
from app.extensions import db
from app.ledger import keyfile
from app.ledger.models import Log, LogCheckpoint, LogEntry, Pseudonym


class NoSuchLog(LookupError):
    """There is no log of this edition."""


class OtherLogKey(Exception):
    """LOG_KEY_FILE holds another key than the one that this log was opened with."""


class Identified(Protocol):
    """Anything with a number of its own, such as an account."""

    id: Any


def open_log(*, edition: int | None, slug: str = SERVICE, now: datetime) -> Log:
    """A new log for an edition, or the service's own (`edition` None); its first entry holds the log's public key."""
    origin = checkpoints.check_origin(f"{urlsplit(_settings().base_url).netloc}/liggare/{slug}")
    at = _second(now)
    log = Log(
        edition_id=edition, slug=slug, origin=origin, size=0, frontier=Frontier().to_bytes(), last_at=at
    )
    db.session.add(log)
    db.session.flush()
    data = {"edition": slug, "format": FORMAT, "key": _verifier_key(origin), "origin": origin}
    _add(log, "log-opened", ledger_entries.entry("log-opened", at, data), at)
    return log


def append(
    *, edition: int | None, kind: str, data: Mapping[str, Any], now: datetime, staged: bool = False
) -> int:
    """Appends an entry and gives its height; `staged` hides it until publication.

    `now` before the last entry's time counts as that; a `reason` somebody typed loses control characters. Raises `NoSuchLog`, and `ledger_entries.EntryError` when the
    data is not what the kind wants, or the kind may not be staged.
    """
    log = _locked(edition, now)
    at = max(_second(now), log.last_at)
    if isinstance(data.get("reason"), str):
        data = {**data, "reason": plain(data["reason"])}
    line = ledger_entries.entry(kind, at, data)
    if not staged:
        return _add(log, kind, line, at)
    nonce = secrets.token_bytes(ledger_entries.NONCE_BYTES)
    return _add(log, kind, ledger_entries.staged(nonce, line), at, hidden=line, nonce=nonce)


def publish(*, edition: int, data: Mapping[str, Any], now: datetime) -> None:
    """Reveals every staged entry, in order, and appends what was published."""
    log = _locked(edition, now)
    at = max(_second(now), log.last_at)
    for row in _hidden(log):
        if row.hidden is None or row.nonce is None:
            continue
        line = ledger_entries.revealed(at, row.height, row.nonce, row.hidden)
        _add(log, "revealed", line, at)
        row.revealed_at = at
    _add(log, "published", ledger_entries.entry("published", at, data), at)


def checkpoint(*, edition: int | None, now: datetime) -> bytes:
    """The signed checkpoint of the log as it stands, kept as one that was handed out."""
    log = _locked(edition, now)
    query = select(LogCheckpoint).where(LogCheckpoint.log_id == log.id, LogCheckpoint.size == log.size)
    kept: LogCheckpoint | None = db.session.scalar(query)
    if kept is not None:
        return kept.note
    note = sign(log)
    db.session.add(LogCheckpoint(log_id=log.id, size=log.size, note=note, at=_second(now)))
    db.session.flush()
    return note


def sign(log: Log) -> bytes:
    """The signed checkpoint of a log's present head; the same bytes as long as nothing is appended."""
    opened = db.session.scalar(select(LogEntry.line).where(LogEntry.log_id == log.id, LogEntry.height == 0))
    if opened is None or ledger_entries.read(opened).data["key"] != _verifier_key(log.origin):
        raise OtherLogKey(f"the log {log.origin} was opened with another key")
    head = Checkpoint(log.origin, log.size, Frontier.from_bytes(log.frontier).root())
    return checkpoints.sign(head, _seed())


def sign_receipt(receipt: Receipt) -> dict[str, str | int]:
    """The receipt as the voter gets it, signed with the log's key."""
    seed = _seed()
    return receipts.as_json(receipt, receipts.sign(receipt, seed), _public_key(seed))


def erasable(*, edition: int | None, subject: str, text: str, now: datetime) -> str:
    """`text` as it may stand in the log, under the subject's own nonce (made at the first use, deleted by `erase`)."""
    log = _locked(edition, now)
    query = select(Pseudonym).where(Pseudonym.log_id == log.id, Pseudonym.subject == subject)
    row = db.session.scalar(query)
    if row is None:
        row = Pseudonym(log_id=log.id, subject=subject, nonce=secrets.token_bytes(ledger_entries.NONCE_BYTES))
        db.session.add(row)
        db.session.flush()
    return ledger_entries.erasable(row.nonce, text)


def erase(*, subject: str) -> int:
    """Forgets a subject in every log; gives how many nonces were deleted."""
    result = db.session.execute(delete(Pseudonym).where(Pseudonym.subject == subject))
    return int(getattr(result, "rowcount", 0))


def by(
    *, edition: int | None, role: str, account: Identified | int | None = None, now: datetime
) -> dict[str, Any]:
    """Who did it, as entries say it: the role, and a pseudonym where an account acted (the object, or its number)."""
    if account is None:
        return {"role": str(role), "who": None}
    return {"role": str(role), "who": person(edition=edition, account=account, now=now)}


def person(*, edition: int | None, account: Identified | int, now: datetime) -> str:
    """An account's pseudonym in a log; always the same one until it is erased."""
    subject = f"account:{account if isinstance(account, int) else account.id}"
    return erasable(edition=edition, subject=subject, text=subject, now=now)


def last(*, edition: int | None, kind: str) -> Record | None:
    """The last entry of a kind, staged ones included with what they hide; None when there is none."""
    if kind not in KINDS:
        raise ValueError(f"there is no kind of entry {kind!r}")
    log = find(edition)
    query = select(LogEntry).where(LogEntry.log_id == log.id, LogEntry.kind == kind)
    row = db.session.scalar(query.order_by(LogEntry.height.desc()).limit(1))
    return None if row is None else record(row)


def record(row: LogEntry) -> Record:
    """A row as what it says, hidden or not."""
    entry = ledger_entries.read(row.hidden or row.line)
    return Record(row.height, entry.kind, entry.at, entry.data, row.hidden is not None)


def find(edition: int | None) -> Log:
    """The log of an edition, or the service's; raises `NoSuchLog`."""
    log: Log | None = db.session.scalar(select(Log).where(_is(edition)))
    if log is None:
        raise NoSuchLog(str(edition))
    return log


def find_by_slug(slug: str) -> Log:
    """The log with this name in its address; raises `NoSuchLog`."""
    log: Log | None = db.session.scalar(select(Log).where(Log.slug == slug))
    if log is None:
        raise NoSuchLog(slug)
    return log


def _locked(edition: int | None, now: datetime) -> Log:
    """The log's row, locked until the transaction ends; the service's log is opened when it is first needed."""
    query = select(Log).where(_is(edition)).with_for_update().execution_options(populate_existing=True)
    log: Log | None = db.session.scalar(query)
    if log is not None:
        return log
    if edition is not None:
        raise NoSuchLog(str(edition))
    try:
        with db.session.begin_nested():
            return open_log(edition=None, now=now)
    except IntegrityError:  # another transaction was quicker
        return _locked(None, now)


def _is(edition: int | None) -> Any:
    return Log.edition_id.is_(None) if edition is None else Log.edition_id == edition


def _add(
    log: Log, kind: str, line: bytes, at: datetime, *, hidden: bytes | None = None, nonce: bytes | None = None
) -> int:
    height = log.size
    row = LogEntry(log_id=log.id, height=height, kind=kind, at=at, line=line, hidden=hidden, nonce=nonce)
    db.session.add(row)
    log.frontier = Frontier.from_bytes(log.frontier).append(leaf_hash(line)).to_bytes()
    log.size = height + 1
    log.last_at = at
    db.session.flush()
    return height


def _hidden(log: Log) -> list[LogEntry]:
    query = select(LogEntry).where(
        LogEntry.log_id == log.id, LogEntry.hidden.is_not(None), LogEntry.revealed_at.is_(None)
    )
    return list(db.session.scalars(query.order_by(LogEntry.height)))


def _second(now: datetime) -> datetime:
    return now.astimezone(UTC).replace(microsecond=0)


def _settings() -> Any:
    return current_app.extensions["settings"]


def _seed() -> bytes:
    return keyfile.seed(_settings())


def _verifier_key(origin: str) -> str:
    return checkpoints.verifier_key(origin, _public_key(_seed()))


@lru_cache(maxsize=4)
def _public_key(seed: bytes) -> bytes:
    return signatures.public_key(seed)
