"""The ledger as a file, what opens its staged entries before publication, and its verification against the rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlalchemy import select

from app.core import checkpoints, ledger_file
from app.core.ledger_file import Ledger, LedgerError, Opening
from app.core.log import Frontier, leaf_hash
from app.extensions import db
from app.ledger import service
from app.ledger.models import Log, LogCheckpoint, LogEntry

PIECE = 500


def chunks(log: Log, *, between: Callable[[], None] = lambda: None) -> Iterator[bytes]:
    """The file of a log in pieces: the entries up to the size that its row has now, then a checkpoint over them.

    `between` is called after each piece is read. A slow download ends its reading transaction there: a reader that
    stays would hold up every writer of an SQLite database. The log only grows, so the pieces fit.
    """
    return _pieces(log.id, log.size, service.sign(log), between)


def _pieces(log_id: int, size: int, note: bytes, between: Callable[[], None]) -> Iterator[bytes]:
    query = select(LogEntry.line).where(LogEntry.log_id == log_id).order_by(LogEntry.height)
    for start in range(0, size, PIECE):
        end = min(start + PIECE, size)
        lines = db.session.scalars(query.where(LogEntry.height >= start, LogEntry.height < end)).all()
        between()
        yield b"".join(line + b"\n" for line in lines)
    yield note


def export(*, edition: int | None) -> bytes:
    """The whole file of an edition's log (or the service's)."""
    return b"".join(chunks(service.find(edition)))


def openings(*, edition: int | None) -> list[Opening]:
    """What opens the staged entries that are not revealed yet: for the jury's eyes, and for verification before that."""
    log = service.find(edition)
    query = select(LogEntry).where(
        LogEntry.log_id == log.id, LogEntry.hidden.is_not(None), LogEntry.revealed_at.is_(None)
    )
    return [
        Opening(row.height, row.nonce, row.hidden)
        for row in db.session.scalars(query.order_by(LogEntry.height))
        if row.nonce is not None and row.hidden is not None
    ]


def verify(log: Log) -> Ledger:
    """Checks a log from its rows alone and gives it back read; raises `LedgerError`.

    The file must be one (`ledger_file.read`), every staged row must open its commitment, the stored frontier must be
    that of the lines, and every checkpoint that was ever handed out must be of a beginning of this log.
    """
    hidden = openings(edition=log.edition_id)
    ledger = ledger_file.read(b"".join(chunks(log)), openings=hidden)
    if ledger.of("staged"):
        raise LedgerError("staged", 0, "a staged entry has lost what opens it")
    frontier = Frontier()
    roots = {0: frontier.root()}
    for line in ledger.lines:
        frontier = frontier.append(leaf_hash(line))
        roots[frontier.size] = frontier.root()
    if frontier.to_bytes() != log.frontier:
        raise LedgerError("frontier", 0, "the log's row is not that of its entries")
    for kept in db.session.scalars(select(LogCheckpoint).where(LogCheckpoint.log_id == log.id)):
        handed_out = checkpoints.verify(kept.note, ledger.key)
        if roots.get(handed_out.size) != handed_out.root:
            raise LedgerError(
                "history", 0, f"the checkpoint over {handed_out.size} entries is of another past"
            )
    return ledger
