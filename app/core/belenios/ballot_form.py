"""The form of a ballot: its fields, and how it is read from bytes (sections 4.11.1 and 4.17).

A ballot's bytes are what is signed, hashed and counted, so only the one canonical form of a ballot is read: no
space, no other order of fields, no number that is not reduced.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from app.core.belenios.encoding import canonical, sha256_b64, sha256_hex
from app.core.belenios.errors import BallotError, EncodingError, GroupError
from app.core.belenios.groups import Q, decode_deferred
from app.core.belenios.proofs import Ciphertext, Proof

MAX_BALLOT_BYTES = 4_000_000

_FIELDS = ("election_uuid", "election_hash", "credential", "answers", "signature")
_ANSWER = ("choices", "individual_proofs", "overall_proof")
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,76}", re.ASCII)


@dataclass(frozen=True)
class Answer:
    """The encrypted answer to a homomorphic question."""

    choices: tuple[Ciphertext, ...]
    individual_proofs: tuple[tuple[Proof, ...], ...]
    overall_proof: tuple[Proof, ...]
    blank_proof: tuple[Proof, ...] | None


@dataclass(frozen=True)
class Ballot:
    """A ballot as it was read. `data` are its exact bytes."""

    data: bytes
    election_uuid: str
    election_hash: str
    credential: str
    answers: tuple[Answer, ...]
    signature_hash: str
    signature: Proof

    @cached_property
    def tracker(self) -> str:
        """The smart ballot tracker that the voter keeps."""
        return tracker(self.data)

    @cached_property
    def hash(self) -> str:
        """The payload's SHA-256 in hexadecimal: its name in the archive."""
        return sha256_hex(self.data)


def tracker(data: bytes) -> str:
    """The smart ballot tracker of a ballot's bytes: SHA-256 in base64 without padding."""
    return sha256_b64(data)


def read_ballot(data: bytes) -> Ballot:
    """The ballot of its bytes: canonical form and shape are checked, nothing else.

    Raises BallotError "too-large", "not-json", "not-canonical", "wrong-shape", "bad-element" or "bad-scalar".
    """
    if len(data) > MAX_BALLOT_BYTES:
        raise BallotError("too-large", "This is larger than any ballot.")
    try:
        value = json.loads(data.decode())
    except (ValueError, RecursionError) as error:
        raise BallotError("not-json", "The ballot is not JSON.") from error
    try:
        if canonical(value) != data:
            raise BallotError("not-canonical", "The ballot's JSON is not in its canonical form.")
    except EncodingError as error:
        raise BallotError("not-canonical", "The ballot's JSON is not in its canonical form.") from error
    _fields(value, _FIELDS)
    _fields(value["signature"], ("hash", "proof"))
    texts = (value["election_uuid"], value["election_hash"], value["credential"], value["signature"]["hash"])
    if not all(isinstance(text, str) for text in texts):
        raise BallotError("wrong-shape", "A part of the ballot that should be text is not.")
    answers = tuple(_read_answer(answer) for answer in _list(value["answers"]))
    return Ballot(data, *texts[:3], answers, texts[3], _read_proof(value["signature"]["proof"]))


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise BallotError("wrong-shape", "A part of the ballot that should be a list is not.")
    return value


def _fields(value: Any, names: tuple[str, ...]) -> None:
    if not isinstance(value, dict) or tuple(value) != names:
        if isinstance(value, dict) and sorted(value) == sorted(names):
            raise BallotError("not-canonical", "The ballot's fields are not in the canonical order.")
        raise BallotError(
            "wrong-shape", f"A part of the ballot does not have exactly the fields {', '.join(names)}."
        )


def _read_answer(value: Any) -> Answer:
    blank = isinstance(value, dict) and "blank_proof" in value
    _fields(value, (*_ANSWER, "blank_proof") if blank else _ANSWER)
    choices = []
    for choice in _list(value["choices"]):
        _fields(choice, ("alpha", "beta"))
        try:
            choices.append(Ciphertext(decode_deferred(choice["alpha"]), decode_deferred(choice["beta"])))
        except GroupError as error:
            raise BallotError("bad-element", error.text) from error
    return Answer(
        tuple(choices),
        tuple(_read_proofs(proofs) for proofs in _list(value["individual_proofs"])),
        _read_proofs(value["overall_proof"]),
        _read_proofs(value["blank_proof"]) if blank else None,
    )


def _read_proofs(value: Any) -> tuple[Proof, ...]:
    return tuple([_read_proof(proof) for proof in _list(value)])


def _read_proof(value: Any) -> Proof:
    _fields(value, ("challenge", "response"))
    return Proof(_read_scalar(value["challenge"]), _read_scalar(value["response"]))


def _read_scalar(text: Any) -> int:
    if isinstance(text, str) and _DECIMAL.fullmatch(text):
        number = int(text)
        if number < Q:
            return number
    raise BallotError("bad-scalar", "A number in the ballot is not a reduced decimal number.")
