"""One run over one archive: reads it record by record, collects the facts, makes the checks."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import BinaryIO

from app.core.belenios.archive import Event, Reader
from app.core.belenios.credentials import check_public_credentials, parse_public_credentials
from app.core.belenios.elections import Election
from app.core.belenios.encoding import sha256_hex
from app.core.belenios.results import Result, parse_owned
from app.core.belenios.tallies import EncryptedTally
from app.core.belenios.trustees import Trustees
from app.core.report import (
    ArchiveFacts,
    BallotFact,
    Check,
    EventFact,
    PartialFact,
    failed,
    passed,
    skipped,
)
from app.core.verify.box import Box
from app.core.verify.chain import Chain
from app.core.verify.opening import check_decryptions, check_result, check_tally, check_trustees

Progress = Callable[[int, int], None]
"""Called with the number of bytes read and of ballots checked."""


class Source:
    """A stream that hashes and counts what is read from it."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream = stream
        self.digest = hashlib.sha256()
        self.bytes = 0

    def read(self, size: int) -> bytes:
        data = self.stream.read(size)
        self.digest.update(data)
        self.bytes += len(data)
        return data


class Verification:
    """The archive as far as it was read: `checks` made so far and, after the Setup, `facts`."""

    def __init__(self, source: Source, processes: int, progress: Progress | None) -> None:
        self.source = source
        self.processes = processes
        self.progress = progress
        self.checks: list[Check] = []
        self.chain = Chain()
        self.facts: ArchiveFacts | None = None
        self.box: Box | None = None

    def read(self) -> None:
        """Reads the whole archive. Raises BeleniosError where it cannot go on."""
        reader = Reader(self.source)
        for record in reader:
            taken = self.chain.take(record)
            if taken is None:
                continue
            event, payload = taken
            if event.type == "Setup":
                self._setup(event, payload, reader.timestamp)
            else:
                self._event(event, payload)
            self.chain.settle()
            assert self.facts is not None
            self.facts.events.append(EventFact(event.height, event.type, event.hash, event.payload))
        self.chain.finish()
        count = len(self.facts.events) if self.facts else 0
        self._note(
            passed(
                "archive",
                f"{self.chain.records} files, each with the hash that it is named by, in one unbroken chain of "
                f"{count} events.",
                files=self.chain.records, events=count, head=self.chain.last.hash if self.chain.last else None,
            )
        )  # fmt: skip

    def _note(self, check: Check) -> None:
        self.checks.append(check)

    def _setup(self, event: Event, payload: bytes, timestamp: int) -> None:
        names = ("election", "trustees", "credentials")
        raw_election, raw_trustees, raw_credentials = self.chain.bring_for(payload, names, names)
        election, trustees = Election.parse(raw_election), Trustees.parse(raw_trustees)
        weights = parse_public_credentials(raw_credentials)
        check_public_credentials(list(weights))
        self._note(
            passed(
                "election",
                f'"{election.name}", {len(election.questions)} question(s), group Ed25519, fingerprint '
                f"{election.fingerprint}.",
                uuid=election.uuid, fingerprint=election.fingerprint,
            )
        )  # fmt: skip
        self._note(check_trustees(election, trustees))
        self._note(
            passed(
                "credentials",
                f"{len(weights)} different public credentials (weight {sum(weights.values())}).",
                count=len(weights), weight=sum(weights.values()), credentials=sha256_hex(raw_credentials),
            )
        )  # fmt: skip
        self.facts = ArchiveFacts(
            election=election,
            trustees=trustees,
            uuid=election.uuid,
            fingerprint=election.fingerprint,
            credentials=weights,
            setup_hash=event.payload or "",
            credentials_hash=sha256_hex(raw_credentials),
            timestamp=timestamp,
            archive_sha256="",
        )
        self.box = Box(election, weights, self.processes, self._advance)

    def _advance(self, ballots: int) -> None:
        if self.progress:
            self.progress(self.source.bytes, ballots)

    def _event(self, event: Event, payload: bytes) -> None:
        facts, box = self.facts, self.box
        assert facts is not None and box is not None  # noqa: PT018 - Setup came first
        if event.type == "Ballot":
            box.add(event.height, payload)
        elif event.type == "EndBallots":
            facts.closed = True
        elif event.type == "EncryptedTally":
            names = ("num_tallied", "total_weight", "encrypted_tally")
            (tally,) = self.chain.bring_for(payload, names, names[2:])
            facts.encrypted_tally = EncryptedTally.parse(facts.election, tally, payload)
        elif event.type == "PartialDecryption":
            (partial,) = self.chain.bring_for(payload, ("owner", "payload"), ("payload",))
            owner, hash_ = parse_owned(payload)
            facts.partial_decryptions.append(PartialFact(owner, partial, hash_))
        elif event.type == "Result":
            facts.result = Result.parse(facts.election, payload)
            facts.result_hash = event.payload

    def conclude(self) -> None:
        """Makes the checks that need the whole archive."""
        facts, box = self.facts, self.box
        assert facts is not None and box is not None  # noqa: PT018 - `read` came to its end
        box.finish()
        events = {event.height: event for event in facts.events}
        facts.ballots = [
            BallotFact(height, events[height].hash, events[height].payload or "", credential, tracker)
            for height, credential, tracker in box.facts
        ]
        facts.archive_sha256 = self.source.digest.hexdigest()
        self.checks += [_ballots(box), _once(box)]
        state = "The box is closed." if facts.closed else "The box is still open: more ballots may come."
        self._note(passed("closed", state, closed=facts.closed) if facts.closed else skipped("closed", state))
        sound = not box.problem_count and not box.second
        self.checks += check_tally(facts, box.tally if sound else None)
        decryption_checks, partials = check_decryptions(facts)
        self.checks += [*decryption_checks, *check_result(facts, partials)]


def _ballots(box: Box) -> Check:
    if box.problem_count:
        first = box.problems[0]
        text = f"{box.problem_count} of {box.checked} ballots are invalid; at height {first.height}: {first.text}"
        found = [{"height": p.height, "reason": p.reason, "text": p.text} for p in box.problems]
        return failed("ballots", text, reason=first.reason, ballots=box.checked, invalid=found)
    text = f"{box.checked} ballots, each canonical, for this election, by a credential of the list, with right proofs."
    return passed("ballots", text, ballots=box.checked)


def _once(box: Box) -> Check:
    if box.second:
        first = box.second[0]
        text = f"At height {first.height} there is {first.text}."
        heights = [problem.height for problem in box.second[:100]]
        return failed("one-ballot-each", text, reason="second-ballot", count=len(box.second), heights=heights)
    return passed("one-ballot-each", "No credential voted twice.", voted=len(box.voted))
