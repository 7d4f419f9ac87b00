"""The ledger as a file: one entry a line, then a signed checkpoint over all of them, and not one byte more.

::

    {"at":"2026-01-12T08:00:00Z","data":{"edition":"2026","format":"anbud-ledger-1","key":"…","origin":"…"},"kind":"log-opened"}
    {"at":"2026-01-12T08:00:00Z","data":{…},"kind":"edition-created"}
    award.example/2026
    2
    <root hash>

    — award.example/2026 <signature>

The first entry carries the log's public key; whoever wants to know that it is the right one compares it with the key
that jurors and newspapers got at the start. `read` accepts a file only if every line is an entry of a known kind,
times never go back, every revealed entry opens exactly one earlier staged one, and the checkpoint is by that key over
exactly these lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from app.core import checkpoints, ledger_entries, log
from app.core.canonical import dumps
from app.core.checkpoints import Checkpoint, CheckpointError
from app.core.ledger_entries import Entry, EntryError


class LedgerError(ValueError):
    """The bytes are no ledger; `line` counts from 1 and is 0 when it is about the whole, `code` names the reason."""

    def __init__(self, code: str, line: int, reason: str) -> None:
        self.code, self.line, self.reason = code, line, reason
        super().__init__(f"line {line}: {reason}" if line else reason)


@dataclass(frozen=True)
class Opening:
    """What opens the staged entry at `height`: its nonce and its bytes."""

    height: int
    nonce: bytes
    entry: bytes


@dataclass(frozen=True)
class Record:
    """An entry at its height. `was_staged`: it was hidden until it was revealed, or still is (kind "staged")."""

    height: int
    kind: str
    at: datetime
    data: Mapping[str, Any]
    was_staged: bool = False


@dataclass(frozen=True)
class Ledger:
    """A ledger whose form and checkpoint hold. `records`: a staged one carries its content once that is known."""

    lines: tuple[bytes, ...]
    records: tuple[Record, ...]
    key: str
    edition: str
    checkpoint: Checkpoint

    def of(self, *kinds: str) -> list[Record]:
        """The records of these kinds, in order."""
        return [record for record in self.records if record.kind in kinds]

    def last(self, kind: str) -> Record | None:
        """The last record of this kind."""
        found = self.of(kind)
        return found[-1] if found else None


def write(lines: Iterable[bytes], note: bytes) -> bytes:
    """The file of these entries' lines and the signed checkpoint over them."""
    return b"".join(line + b"\n" for line in lines) + note


def read(data: bytes, *, openings: Sequence[Opening] = ()) -> Ledger:
    """The ledger in a file; raises `LedgerError`.

    `openings` are staged entries that are known before publication (to the jury); each must open its commitment,
    unless it is of a later entry than the file has.
    """
    lines, note = _split(data)
    entries = [_entry(line, number) for number, line in enumerate(lines, start=1)]
    _check_order(entries)
    opened = entries[0].data
    checkpoint = _check_note(note, str(opened["key"]), str(opened["origin"]), lines)
    known = _known(entries, openings)
    records = tuple(
        Record(
            height,
            (known.get(height) or item).kind,
            item.at,
            (known.get(height) or item).data,
            item.kind == "staged",
        )
        for height, item in enumerate(entries)
    )
    return Ledger(tuple(lines), records, str(opened["key"]), str(opened["edition"]), checkpoint)


def _split(data: bytes) -> tuple[list[bytes], bytes]:
    lines: list[bytes] = []
    start = 0
    while data.startswith(b"{", start):
        end = data.find(b"\n", start)
        if end < 0:
            raise LedgerError("truncated", len(lines) + 1, "the file ends within an entry")
        lines.append(data[start:end])
        start = end + 1
    if not lines:
        raise LedgerError("empty", 1, "the file does not begin with an entry")
    return lines, data[start:]


def _entry(line: bytes, number: int) -> Entry:
    try:
        return ledger_entries.read(line)
    except EntryError as error:
        raise LedgerError("entry", number, str(error)) from error


def _check_order(entries: Sequence[Entry]) -> None:
    if entries[0].kind != "log-opened":
        raise LedgerError("first-entry", 1, "the first entry does not open the log")
    for number, (before, item) in enumerate(pairwise(entries), start=2):
        if item.kind == "log-opened":
            raise LedgerError("first-entry", number, "the log is opened a second time")
        if item.at < before.at:
            raise LedgerError("times", number, "this entry is earlier than the one before it")


def _check_note(note: bytes, key: str, origin: str, lines: Sequence[bytes]) -> Checkpoint:
    try:
        if checkpoints.read_verifier_key(key)[0] != origin:
            raise LedgerError("key", 1, "the key is named otherwise than the log")
    except CheckpointError as error:
        raise LedgerError("key", 1, str(error)) from error
    try:
        checkpoint = checkpoints.verify(note, key)
    except CheckpointError as error:
        raise LedgerError("checkpoint", len(lines) + 1, f"the checkpoint: {error}") from error
    if checkpoint.size != len(lines):
        raise LedgerError(
            "size", 0, f"the checkpoint is over {checkpoint.size} entries, the file has {len(lines)}"
        )
    if checkpoint.root != log.root([log.leaf_hash(line) for line in lines]):
        raise LedgerError("root", 0, "the entries are not those that the checkpoint is over")
    return checkpoint


def _known(entries: Sequence[Entry], openings: Sequence[Opening]) -> dict[int, Entry]:
    """What the staged entries say, by height."""
    known: dict[int, Entry] = {}
    for number, item in enumerate(entries, start=1):
        if item.kind == "revealed":
            height = int(item.data["height"])
            if height >= number - 1 or height in known:
                raise LedgerError(
                    "revealed", number, f"entry {height} is revealed twice or before it was made"
                )
            opening = Opening(height, bytes.fromhex(item.data["nonce"]), dumps(item.data["entry"]))
            known[height] = _open(entries, opening, number)
    for opening in openings:
        if opening.height >= len(entries):
            continue  # of an entry that came after this file
        found = _open(entries, opening, 0)
        if known.setdefault(opening.height, found) != found:
            raise LedgerError("revealed", 0, f"two openings of entry {opening.height}")
    return known


def _open(entries: Sequence[Entry], opening: Opening, number: int) -> Entry:
    target = entries[opening.height] if 0 <= opening.height < len(entries) else None
    if target is None or target.kind != "staged":
        raise LedgerError("revealed", number, f"entry {opening.height} is not staged")
    try:
        inner = ledger_entries.read(opening.entry)
        commitment = ledger_entries.commitment(opening.nonce, opening.entry)
    except EntryError as error:
        raise LedgerError("revealed", number, str(error)) from error
    if commitment != target.data["commitment"] or inner.at != target.at:
        raise LedgerError("revealed", number, f"entry {opening.height} is not what it was committed to")
    if not ledger_entries.KINDS[inner.kind].may_be_staged:
        raise LedgerError("revealed", number, f"an entry {inner.kind} is public at once")
    return inner
