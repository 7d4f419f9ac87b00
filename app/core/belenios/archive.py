"""The `.bel` archive's bytes: an old-style tar whose files are data and events (section 4.4).

The archive grows at its end only. Here are the bytes that records make, and a reader that refuses everything which
a writer of archives would not have written: no magic, no closing blocks, every header as it must be.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from app.core.belenios.encoding import canonical, integer, members, parse_canonical, sha256_hex, string
from app.core.belenios.errors import ArchiveError, BeleniosError
from app.core.belenios.events import (
    EVENT_TYPES,
    Event,
    Record,
    ballot_records,
    encrypted_tally_records,
    end_ballots_records,
    next_event,
    partial_decryption_records,
    result_records,
    setup_payload,
    setup_records,
)

__all__ = [
    "EVENT_TYPES", "Event", "Limits", "Reader", "Record", "ballot_records", "encrypted_tally_records",
    "end_ballots_records", "next_event", "partial_decryption_records", "read", "render", "render_header",
    "render_record", "result_records", "setup_payload", "setup_records", "sha256_hex",
]  # fmt: skip

HEADER_NAME = "BELENIOS"
VERSION = 1

_BLOCK = 512
_NAME = re.compile(r"([0-9a-f]{64})\.(data|event)\.json")
_OCTAL = re.compile(rb"[0-7]{11}")
_TIMESTAMP = re.compile(r"0|[1-9][0-9]{0,10}", re.ASCII)


def _tar_header(name: str, size: int, timestamp: int) -> bytes:
    fields = (
        name.encode("ascii").ljust(100, b"\0")
        + b"0000644\0"
        + b"0000000\0" * 2
        + b"%011o\0" % size
        + b"%011o\0" % timestamp
    )
    checksum = sum(fields) + 8 * 0x20 + ord("0")
    return (fields + b"%06o\0 0" % checksum).ljust(_BLOCK, b"\0")


def _tar_file(name: str, content: bytes, timestamp: int) -> bytes:
    if not 0 <= timestamp < 8**11:
        raise ArchiveError("bad-timestamp", "The archive's timestamp is out of range.")
    return _tar_header(name, len(content), timestamp) + content + bytes(-len(content) % _BLOCK)


def render_header(timestamp: int) -> bytes:
    """The archive's first file; `timestamp` is in seconds since 1970."""
    return _tar_file(HEADER_NAME, canonical({"version": VERSION, "timestamp": str(timestamp)}), timestamp)


def render_record(timestamp: int, record: Record) -> bytes:
    """One record as it stands in the archive."""
    return _tar_file(record.name, record.content, timestamp)


def render(timestamp: int, records: Iterable[Record]) -> Iterator[bytes]:
    """The bytes of an archive, piece by piece; the same records and timestamp give the same bytes each time."""
    yield render_header(timestamp)
    for record in records:
        yield render_record(timestamp, record)


def _time(header: bytes) -> int:
    field = header[136:147]
    return int(field, 8) if _OCTAL.fullmatch(field) else 0


class Readable(Protocol):
    """Where bytes come from: a file, or anything that reads like one."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes; none at the end."""


@dataclass(frozen=True)
class Limits:
    """How much a reader takes: bytes of one file, and files."""

    file: int = 512 * 2**20
    files: int = 20_000_000


class Reader:
    """Reads an archive record by record, strictly; `timestamp` is known once the first record was asked for.

    Raises ArchiveError: "not-an-archive", "truncated", "bad-header", "bad-padding", "bad-name", "hash-mismatch",
    "too-large", "unsupported-version". Only the first file's time must be the timestamp: no hash holds that file.
    """

    def __init__(self, stream: Readable, limits: Limits = Limits()) -> None:
        self._stream = stream
        self._limits = limits
        self._offset = 0
        self.timestamp = 0

    def __iter__(self) -> Iterator[Record]:
        first = self._file()
        if first is None or first[0] != HEADER_NAME:
            raise ArchiveError(
                "not-an-archive", "This is not a Belenios archive: it does not start with BELENIOS."
            )
        self._read_header(first[1], first[2])
        for _ in range(self._limits.files):
            found = self._file()
            if found is None:
                return
            name, content, header = found
            match = _NAME.fullmatch(name)
            if match is None:
                raise ArchiveError("bad-name", f"A file of the archive has the name {name[:90]!r}.")
            record = Record("data" if match[2] == "data" else "event", content)
            if header != _tar_header(name, len(content), _time(header)):
                raise ArchiveError(
                    "bad-header", f"The header of {name[:12]}… is not as an archive's header is."
                )
            if record.hash != match[1]:
                raise ArchiveError(
                    "hash-mismatch", f"The content of {name[:12]}… does not have the hash of its name."
                )
            yield record
        raise ArchiveError("too-large", "The archive has too many files.")

    def _read_header(self, content: bytes, header: bytes) -> None:
        try:
            fields = members(parse_canonical(content), ("version", "timestamp"))
            version, text = integer(fields["version"]), string(fields["timestamp"])
        except BeleniosError as error:
            raise ArchiveError("bad-header", f"The archive's first file is malformed: {error}") from error
        if version != VERSION:
            raise ArchiveError("unsupported-version", f"Archives of version {version} are not supported.")
        if not _TIMESTAMP.fullmatch(text) or int(text) >= 8**11:
            raise ArchiveError("bad-header", "The archive's timestamp is malformed.")
        self.timestamp = int(text)
        if render_header(self.timestamp) != header + content + bytes(-len(content) % _BLOCK):
            raise ArchiveError("bad-header", "The archive's first file is not as an archive's first file is.")

    def _file(self) -> tuple[str, bytes, bytes] | None:
        header = self._stream.read(_BLOCK)
        if not header:
            return None
        if self._offset == 0 and not header.startswith(HEADER_NAME.encode()):
            raise ArchiveError(
                "not-an-archive", "This is not a Belenios archive: it does not start with BELENIOS."
            )
        if len(header) < _BLOCK:
            raise ArchiveError(
                "truncated", f"The archive ends within a header, at byte {self._offset + len(header)}."
            )
        size_field = header[124:135]
        name = header[:100].rstrip(b"\0")
        if not _OCTAL.fullmatch(size_field) or not name.isascii():
            raise ArchiveError("bad-header", f"There is no archive's header at byte {self._offset}.")
        size = int(size_field, 8)
        if size > self._limits.file:
            raise ArchiveError("too-large", f"A file of the archive claims {size} bytes, more than is read.")
        padded = size + -size % _BLOCK
        body = self._stream.read(padded)
        if len(body) < padded:
            raise ArchiveError("truncated", f"The archive ends within the file at byte {self._offset}.")
        if any(body[size:]):
            raise ArchiveError("bad-padding", f"The padding of the file at byte {self._offset} is not empty.")
        self._offset += _BLOCK + padded
        return name.decode("ascii"), body[:size], header


def read(stream: Readable, limits: Limits = Limits()) -> Iterator[Record]:
    """The records of an archive, in order. Raises as `Reader` does."""
    return iter(Reader(stream, limits))
