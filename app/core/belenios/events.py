"""The records of an archive: data, and events that form a chain (section 4.4).

They are plain values, so that a database can hold them; `archive` makes bytes of them. Every record is named by the
SHA-256 of its content; an event names its payload and its parent by their hashes.

>>> Event(0, "Setup", None, "00" * 32).content[:29]
b'{"height":0,"type":"Setup","p'
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

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
