"""The `.bel` archive: data and a chain of events, one file of an old-style tar each (section 4.4).

The archive grows at its end only. Every file is named by the SHA-256 of its content; an event names its payload and
its parent by their hashes. Here are its records as values (so that a database can hold them), the bytes that they
make, and a reader that refuses everything which the writer would not have written.

>>> Event(0, "Setup", None, "00" * 32).content[:29]
b'{"height":0,"type":"Setup","p'
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, BinaryIO, Literal

from app.core.belenios.elections import Election
from app.core.belenios.encoding import (
    canonical,
    hash_value,
    integer,
    members,
    parse_canonical,
    sha256_hex,
    string,
)
from app.core.belenios.errors import ArchiveError, BeleniosError
from app.core.belenios.results import owned_partial_decryption
from app.core.belenios.tallies import EncryptedTally
from app.core.belenios.trustees import Trustees

EVENT_TYPES = (
    "Setup", "Ballot", "EndBallots", "EncryptedTally", "Shuffle", "EndShuffles", "PartialDecryption", "Result",
)  # fmt: skip
HEADER_NAME = "BELENIOS"
VERSION = 1

_BLOCK = 512
_NAME = re.compile(r"([0-9a-f]{64})\.(data|event)\.json")
_OCTAL = re.compile(rb"[0-7]{11}")
_TIMESTAMP = re.compile(r"0|[1-9][0-9]{0,10}", re.ASCII)


@dataclass(frozen=True)
class Record:
    """One file of an archive: data or an event, and its exact bytes."""

    kind: Literal["data", "event"]
    content: bytes

    @cached_property
    def hash(self) -> str:
        """The content's SHA-256 in hexadecimal."""
        return sha256_hex(self.content)

    @property
    def name(self) -> str:
        """The file's name in the archive."""
        return f"{self.hash}.{self.kind}.json"


@dataclass(frozen=True)
class Event:
    """An event of the chain; `parent` and `payload` are hashes or None."""

    height: int
    type: str
    parent: str | None
    payload: str | None

    @cached_property
    def content(self) -> bytes:
        """The event's exact bytes."""
        value: dict[str, Any] = {"height": self.height, "type": self.type}
        if self.parent is not None:
            value = {"parent": self.parent, **value}
        if self.payload is not None:
            value["payload"] = self.payload
        return canonical(value)

    @cached_property
    def hash(self) -> str:
        """The SHA-256 of the event's bytes in hexadecimal."""
        return sha256_hex(self.content)

    @property
    def record(self) -> Record:
        """The event as a record of the archive."""
        return Record("event", self.content)

    @classmethod
    def parse(cls, content: bytes) -> Event:
        """The event of its bytes. Raises ArchiveError "bad-event"."""
        try:
            fields = members(parse_canonical(content), ("height", "type"), ("parent", "payload"))
            parent, payload = (
                hash_value(fields[name]) if name in fields else None for name in ("parent", "payload")
            )
            event = cls(integer(fields["height"]), string(fields["type"]), parent, payload)
        except BeleniosError as error:
            raise ArchiveError("bad-event", f"An event is malformed: {error}") from error
        if event.content != content or event.type not in EVENT_TYPES or event.height < 0:
            raise ArchiveError("bad-event", "An event is malformed.")
        return event


def next_event(previous: Event | None, type: str, payload_hash: str | None) -> Event:
    """The event that follows `previous` (None: the first one)."""
    if previous is None:
        return Event(0, type, None, payload_hash)
    return Event(previous.height + 1, type, previous.hash, payload_hash)


def _records(previous: Event | None, type: str, *contents: bytes) -> list[Record]:
    data = [Record("data", content) for content in contents]
    event = next_event(previous, type, data[-1].hash if data else None)
    return [*data, event.record]


def setup_payload(election_hash: str, trustees_hash: str, credentials_hash: str) -> bytes:
    """The payload of the Setup event (section 4.10)."""
    return canonical({"election": election_hash, "trustees": trustees_hash, "credentials": credentials_hash})


def setup_records(election: Election, trustees: Trustees, credentials_payload: bytes) -> list[Record]:
    """The records that start an archive; the last is the Setup event."""
    setup = setup_payload(election.hash, trustees.hash, sha256_hex(credentials_payload))
    return _records(None, "Setup", election.payload, trustees.payload, credentials_payload, setup)


def ballot_records(previous: Event, ballot: bytes) -> list[Record]:
    """The records of one ballot that was accepted."""
    return _records(previous, "Ballot", ballot)


def end_ballots_records(previous: Event) -> list[Record]:
    """The record that closes the box."""
    return _records(previous, "EndBallots")


def encrypted_tally_records(previous: Event, tally: EncryptedTally) -> list[Record]:
    """The records of the encrypted tally."""
    return _records(previous, "EncryptedTally", tally.payload, tally.sized_payload)


def partial_decryption_records(previous: Event, owner: int, payload: bytes) -> list[Record]:
    """The records of a trustee's partial decryption; `owner` counts the trustees from 1."""
    return _records(previous, "PartialDecryption", payload, owned_partial_decryption(owner, payload))


def result_records(previous: Event, payload: bytes) -> list[Record]:
    """The records of the result."""
    return _records(previous, "Result", payload)


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


@dataclass(frozen=True)
class Limits:
    """How much a reader takes: bytes of one file, and files."""

    file: int = 512 * 2**20
    files: int = 20_000_000


class Reader:
    """Reads an archive record by record, strictly; `timestamp` is known once the first record was asked for.

    Raises ArchiveError: "not-an-archive", "truncated", "bad-header", "bad-padding", "bad-name", "hash-mismatch",
    "too-large", "unsupported-version".
    """

    def __init__(self, stream: BinaryIO, limits: Limits = Limits()) -> None:
        self._stream = stream
        self._limits = limits
        self._offset = 0
        self.timestamp = 0

    def __iter__(self) -> Iterator[Record]:
        first = self._file()
        if first is None or first[0] != HEADER_NAME:
            raise ArchiveError("not-an-archive", "This is not a Belenios archive: it does not start with BELENIOS.")
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
            if header != _tar_header(name, len(content), self.timestamp):
                raise ArchiveError("bad-header", f"The header of {name[:12]}… is not as an archive's header is.")
            if record.hash != match[1]:
                raise ArchiveError("hash-mismatch", f"The content of {name[:12]}… does not have the hash of its name.")
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
            raise ArchiveError("not-an-archive", "This is not a Belenios archive: it does not start with BELENIOS.")
        if len(header) < _BLOCK:
            raise ArchiveError("truncated", f"The archive ends within a header, at byte {self._offset + len(header)}.")
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


def read(stream: BinaryIO, limits: Limits = Limits()) -> Iterator[Record]:
    """The records of an archive, in order. Raises as `Reader` does."""
    return iter(Reader(stream, limits))
