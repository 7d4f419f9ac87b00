"""The homomorphic sum of the ballots, as it grows and as it is published (section 4.18).

A box keeps a `RunningTally` beside its ballots, or one for every few hundred and merges them: closing it then costs
nothing that depends on the number of ballots. Nothing here checks a ballot again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any

from app.core.belenios.ballots import Ballot
from app.core.belenios.elections import Election
from app.core.belenios.encoding import (
    array,
    canonical,
    hash_value,
    integer,
    members,
    parse_canonical,
    sha256_hex,
)
from app.core.belenios.errors import EncodingError, TallyError
from app.core.belenios.groups import IDENTITY, decode, decode_deferred, power
from app.core.belenios.proofs import Ciphertext
from app.core.processes import worker_context

SMALL = 2**30
"""From here on the protocol's tools write a weight or a count as a string."""

_CHUNK = 250


def number_value(number: int) -> int | str:
    """A weight or a count as a JSON value."""
    return number if number < SMALL else str(number)


def number_from(value: Any) -> int:
    """The weight or count of a JSON value. Raises EncodingError unless it is written in the one right way."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:
        number = int(value)
    else:
        number = integer(value)
    if number < 0 or number_value(number) != value:
        raise EncodingError("bad-number", "A count is not written in its canonical form.")
    return number


def ciphertexts_from(value: Any, election: Election) -> tuple[tuple[Ciphertext, ...], ...]:
    """One list of ciphertexts for each question, from a JSON value."""
    rows = array(value, len(election.questions))
    return tuple(
        tuple(_ciphertext(item) for item in array(row, question.width))
        for row, question in zip(rows, election.questions, strict=True)
    )


def _ciphertext(value: Any) -> Ciphertext:
    fields = members(value, ("alpha", "beta"))
    return Ciphertext(decode(fields["alpha"]), decode(fields["beta"]))


@dataclass(frozen=True)
class EncryptedTally:
    """An encrypted tally as published: the ciphertexts, and how many ballots of what weight are in them."""

    payload: bytes
    sized_payload: bytes
    ciphertexts: tuple[tuple[Ciphertext, ...], ...]
    count: int
    total_weight: int

    @classmethod
    def parse(cls, election: Election, payload: bytes, sized_payload: bytes) -> EncryptedTally:
        """The tally of its two payloads. Raises EncodingError, GroupError or TallyError."""
        fields = members(parse_canonical(sized_payload), ("num_tallied", "total_weight", "encrypted_tally"))
        count, weight = integer(fields["num_tallied"]), number_from(fields["total_weight"])
        if count < 0:
            raise TallyError("tally-count", "The number of tallied ballots is negative.")
        ciphertexts = ciphertexts_from(parse_canonical(payload), election)
        tally = cls(payload, sized_payload, ciphertexts, count, weight)
        if hash_value(fields["encrypted_tally"]) != tally.hash:
            raise TallyError("tally-hash", "The sized encrypted tally names another encrypted tally.")
        if canonical(_values(ciphertexts)) != payload or tally._sized() != sized_payload:
            raise TallyError("not-canonical", "The encrypted tally is not in its canonical form.")
        return tally

    def _sized(self) -> bytes:
        return sized_payload(self.count, self.total_weight, self.hash)

    @cached_property
    def hash(self) -> str:
        """The SHA-256 of the encrypted tally (not of the sized one) in hexadecimal."""
        return sha256_hex(self.payload)


def sized_payload(count: int, total_weight: int, tally_hash: str) -> bytes:
    """The payload of an EncryptedTally event."""
    return canonical(
        {"num_tallied": count, "total_weight": number_value(total_weight), "encrypted_tally": tally_hash}
    )


def _values(ciphertexts: Iterable[Iterable[Ciphertext]]) -> list[list[dict[str, str]]]:
    return [[item.value() for item in row] for row in ciphertexts]


class RunningTally:
    """The product of the ballots' ciphertexts, each to the power of its weight."""

    def __init__(self, election: Election) -> None:
        self.election = election
        self.count = 0
        self.total_weight = 0
        self._sums = [[Ciphertext(IDENTITY, IDENTITY)] * question.width for question in election.questions]

    def add(self, ballot: Ballot | bytes, weight: int = 1) -> None:
        """Adds a ballot that was checked before."""
        if isinstance(ballot, Ballot):
            rows = [answer.choices for answer in ballot.answers]
        else:
            rows = [
                tuple(
                    Ciphertext(decode_deferred(item["alpha"]), decode_deferred(item["beta"]))
                    for item in answer["choices"]
                )
                for answer in json.loads(ballot)["answers"]
            ]
        self._add(rows, 1, weight)

    def _add(
        self, rows: Iterable[Iterable[Ciphertext]], count: int, weight: int, exponent: int | None = None
    ) -> None:
        exponent = weight if exponent is None else exponent
        sums = []
        for own, other in zip(self._sums, rows, strict=True):
            raised = [
                item if exponent == 1 else Ciphertext(power(item.alpha, exponent), power(item.beta, exponent))
                for item in other
            ]
            sums.append(
                [left * right for left, right in zip(own, raised, strict=True)] if self.count else raised
            )
        if [len(row) for row in sums] != [question.width for question in self.election.questions]:
            raise TallyError("tally-shape", "A ballot does not answer this election's questions.")
        self._sums = sums
        self.count += count
        self.total_weight += weight

    def merge(self, other: RunningTally) -> None:
        """Adds all ballots of another running tally of the same election."""
        if other.election.hash != self.election.hash:
            raise TallyError("tally-election", "The two running tallies are of different elections.")
        if other.count:
            self._add(other._sums, other.count, other.total_weight, exponent=1)

    def to_bytes(self) -> bytes:
        """The running tally for storing it; `from_bytes` reads it."""
        return canonical(
            {"election": self.election.hash, "count": self.count, "weight": self.total_weight,
             "sums": _values(self._sums)}
        )  # fmt: skip

    @classmethod
    def from_bytes(cls, election: Election, data: bytes) -> RunningTally:
        """The running tally that was stored. Raises a BeleniosError for bytes of another election."""
        fields = members(parse_canonical(data), ("election", "count", "weight", "sums"))
        if fields["election"] != election.hash:
            raise TallyError("tally-election", "The running tally is of a different election.")
        tally = cls(election)
        tally.count, tally.total_weight = integer(fields["count"]), integer(fields["weight"])
        tally._sums = [list(row) for row in ciphertexts_from(fields["sums"], election)]
        return tally

    def encrypted_tally(self) -> EncryptedTally:
        """The encrypted tally of all ballots that were added."""
        payload = canonical(_values(self._sums))
        sized = sized_payload(self.count, self.total_weight, sha256_hex(payload))
        sums = tuple(tuple(row) for row in self._sums)
        return EncryptedTally(payload, sized, sums, self.count, self.total_weight)


def tally_ballots(
    election: Election,
    ballots: Iterable[bytes],
    weights: Mapping[str, int] | None = None,
    processes: int = 1,
) -> RunningTally:
    """The running tally of ballots that were checked before.

    `weights` maps public credentials to weights (all 1 where None); `processes` work side by side.
    """
    total = RunningTally(election)
    if processes <= 1:
        for ballot in ballots:
            total.add(ballot, _weight(ballot, weights))
        return total
    iterator = iter(ballots)
    chunks = iter(lambda: list(islice(iterator, _CHUNK)), [])
    with ProcessPoolExecutor(processes, worker_context()) as pool:
        jobs = [pool.submit(_tally_chunk, election.payload, chunk, weights) for chunk in chunks]
        for job in jobs:
            total.merge(RunningTally.from_bytes(election, job.result()))
    return total


def _weight(ballot: bytes, weights: Mapping[str, int] | None) -> int:
    return 1 if weights is None else weights[json.loads(ballot)["credential"]]


def _tally_chunk(election: bytes, ballots: list[bytes], weights: Mapping[str, int] | None) -> bytes:
    return tally_ballots(Election.parse(election), ballots, weights).to_bytes()
