"""What a verification says: named checks, each with what was compared, and the facts that they rest on."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from app.core.belenios.elections import Election
    from app.core.belenios.results import Result
    from app.core.belenios.tallies import EncryptedTally
    from app.core.belenios.trustees import Trustees

Status = Literal["passed", "failed", "skipped"]
EXIT_VALID, EXIT_INVALID, EXIT_UNREADABLE = 0, 1, 2


@dataclass(frozen=True)
class Check:
    """One check: a stable id, how it went, an English sentence and what was compared."""

    id: str
    status: Status
    text: str
    details: dict[str, Any] = field(default_factory=dict)

    def value(self) -> dict[str, Any]:
        """The check as a JSON value."""
        return {"id": self.id, "status": self.status, "text": self.text, "details": self.details}

    def line(self) -> str:
        """The check as one line of text."""
        mark = {"passed": "ok  ", "failed": "FAIL", "skipped": "skip"}[self.status]
        return printable(f"{mark} {self.id}: {self.text}")


def printable(text: str) -> str:
    """`text` without control characters, which a terminal might obey: archives carry names made by others."""
    return "".join(character if character.isprintable() else f"\\u{ord(character):04x}" for character in text)


def passed(id: str, text: str, **details: Any) -> Check:
    """A check that held."""
    return Check(id, "passed", text, details)


def failed(id: str, text: str, **details: Any) -> Check:
    """A check that did not hold; `details["reason"]` is a stable word where there is one."""
    return Check(id, "failed", text, details)


def skipped(id: str, text: str, **details: Any) -> Check:
    """A check that could not be made, or that the archive gives no occasion for; the text says why."""
    return Check(id, "skipped", text, details)


@dataclass(frozen=True)
class Report:
    """The outcome of a verification.

    `verdict` is the sentence for people, `exit_code` 0 (valid), 1 (invalid) or 2 (cannot be read), `result` the
    counts of the opened tally (a list for each question) or None, `summary` the figures worth showing.
    """

    checks: tuple[Check, ...]
    verdict: str
    exit_code: int
    result: list[list[int]] | None = None
    summary: dict[str, Any] = field(default_factory=dict)

    @property
    def valid(self) -> bool:
        """Whether the verifier found the archive valid."""
        return self.exit_code == EXIT_VALID

    def failures(self) -> list[Check]:
        """The checks that did not hold."""
        return [check for check in self.checks if check.status == "failed"]

    def value(self) -> dict[str, Any]:
        """The report as a JSON value."""
        return {
            "verdict": self.verdict,
            "exit_code": self.exit_code,
            "summary": self.summary,
            "result": self.result,
            "checks": [check.value() for check in self.checks],
        }

    def to_json(self) -> str:
        """The report as JSON text, indented."""
        return json.dumps(self.value(), ensure_ascii=False, indent=1)

    def lines(self) -> Iterable[str]:
        """The report as lines of text, a line for each check and the verdict last."""
        for check in self.checks:
            yield check.line()
        yield printable(self.verdict)


@dataclass(frozen=True)
class EventFact:
    """An event of the archive's hash chain; `payload` is the payload's hash or None."""

    height: int
    type: str
    hash: str
    payload: str | None


@dataclass(frozen=True)
class BallotFact:
    """A ballot as it stands in the box: where, which bytes, whose public credential."""

    height: int
    event_hash: str
    payload_hash: str
    credential: str
    tracker: str


@dataclass(frozen=True)
class PartialFact:
    """A partial decryption: `owner` counts the trustees from 1, `payload` is its exact bytes."""

    owner: int
    payload: bytes
    payload_hash: str


@dataclass
class ArchiveFacts:
    """What the verifier read from an archive, given to the checks of the ledger."""

    election: Election
    trustees: Trustees
    uuid: str
    fingerprint: str
    credentials: dict[str, int]
    setup_hash: str
    credentials_hash: str
    timestamp: int
    archive_sha256: str
    events: list[EventFact] = field(default_factory=list)
    ballots: list[BallotFact] = field(default_factory=list)
    partial_decryptions: list[PartialFact] = field(default_factory=list)
    closed: bool = False
    encrypted_tally: EncryptedTally | None = None
    result_hash: str | None = None
    result: Result | None = None

    @property
    def head(self) -> EventFact:
        """The last event."""
        return self.events[-1]
