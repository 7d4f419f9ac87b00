"""Checks the ballots of an archive, in one process or several, and adds them up while it does."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field

from app.core.belenios.ballots import Ballot, check_ballot, warm
from app.core.belenios.elections import Election
from app.core.belenios.errors import BallotError
from app.core.belenios.tallies import RunningTally
from app.core.processes import worker_context

CHUNK = 40
KEPT_PROBLEMS = 20


@dataclass(frozen=True)
class Problem:
    """A ballot that must not be counted: the event's height, a stable word and a sentence."""

    height: int
    reason: str
    text: str


@dataclass
class _Outcome:
    credentials: list[str | None] = field(default_factory=list)
    trackers: list[str | None] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    tally: bytes = b""


def _check_chunk(election: Election, weights: Mapping[str, int], chunk: list[tuple[int, bytes]]) -> _Outcome:
    outcome, tally = _Outcome(), RunningTally(election)
    for height, data in chunk:
        ballot: Ballot | None = None
        try:
            ballot = check_ballot(election, data, weights)
            tally.add(ballot, weights[ballot.credential])
        except BallotError as error:
            outcome.problems.append(Problem(height, error.code, error.text))
        outcome.credentials.append(ballot.credential if ballot else None)
        outcome.trackers.append(ballot.tracker if ballot else None)
    outcome.tally = tally.to_bytes()
    return outcome


_election: Election
_weights: Mapping[str, int]


def _start(payload: bytes, weights: Mapping[str, int]) -> None:
    global _election, _weights
    _election, _weights = Election.parse(payload), weights
    warm(_election)


def _work(chunk: list[tuple[int, bytes]]) -> _Outcome:
    return _check_chunk(_election, _weights, chunk)


class Box:
    """Takes ballots, checks each on its own and knows in the end which voted twice.

    With `processes` > 1 the checks run beside the reading; at most a few chunks wait in memory.
    """

    def __init__(
        self,
        election: Election,
        weights: Mapping[str, int],
        processes: int = 1,
        progress: Callable[[int], None] | None = None,
    ) -> None:
        self.election = election
        self.weights = weights
        self.problems: list[Problem] = []
        self.problem_count = 0
        self.voted: dict[str, int] = {}
        self.second: list[Problem] = []
        self.facts: list[tuple[int, str, str]] = []
        self.tally = RunningTally(election)
        self.checked = 0
        self._chunk: list[tuple[int, bytes]] = []
        self._pool: ProcessPoolExecutor | None = None
        self._processes = max(1, processes)
        self._running: deque[tuple[list[int], Future[_Outcome]]] = deque()
        self._progress = progress

    def add(self, height: int, data: bytes) -> None:
        """Takes the ballot of the event at `height`."""
        self._chunk.append((height, data))
        if len(self._chunk) >= CHUNK:
            self._send()

    def finish(self) -> None:
        """Waits for all checks."""
        if self._chunk:
            self._send()
        while self._running:
            self._receive()
        self.close()

    def close(self) -> None:
        """Ends the worker processes."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None

    def _send(self) -> None:
        chunk, self._chunk = self._chunk, []
        heights = [height for height, _ in chunk]
        if self._processes == 1:
            self._gather(heights, _check_chunk(self.election, self.weights, chunk))
            return
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                self._processes,
                worker_context(),
                initializer=_start,
                initargs=(self.election.payload, self.weights),
            )
        self._running.append((heights, self._pool.submit(_work, chunk)))
        if len(self._running) > 3 * self._processes:
            self._receive()

    def _receive(self) -> None:
        heights, future = self._running.popleft()
        self._gather(heights, future.result())

    def _gather(self, heights: list[int], outcome: _Outcome) -> None:
        self.problem_count += len(outcome.problems)
        self.problems += outcome.problems[: KEPT_PROBLEMS - len(self.problems)]
        for height, credential, tracker in zip(heights, outcome.credentials, outcome.trackers, strict=True):
            if credential is None or tracker is None:
                continue
            first = self.voted.setdefault(credential, height)
            if first != height:
                text = (
                    f"a second ballot by the credential {credential[:12]}…, whose first is at height {first}"
                )
                self.second.append(Problem(height, "second-ballot", text))
            self.facts.append((height, credential, tracker))
        self.tally.merge(RunningTally.from_bytes(self.election, outcome.tally))
        self.checked += len(heights)
        if self._progress:
            self._progress(self.checked)
