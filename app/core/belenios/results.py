"""Partial decryptions and the result (sections 4.20 and 4.21)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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
from app.core.belenios.errors import TallyError
from app.core.belenios.groups import (
    GENERATOR,
    IDENTITY,
    Element,
    Rng,
    base_power,
    decode,
    divide,
    invert,
    multiply,
    power,
    product,
    random_scalar,
)
from app.core.belenios.pedersen import Pedersen, lagrange
from app.core.belenios.proofs import Ciphertext, Proof, holds_decryption, prove_decryption
from app.core.belenios.tallies import EncryptedTally, number_from, number_value
from app.core.belenios.trustees import TrusteeKey, Trustees

MAX_LOGARITHM = 2**44


@dataclass(frozen=True)
class PartialDecryption:
    """A trustee's decryption factors, each with its proof, one list for each question."""

    payload: bytes
    factors: tuple[tuple[Element, ...], ...]
    proofs: tuple[tuple[Proof, ...], ...]

    @classmethod
    def parse(cls, tally: EncryptedTally, payload: bytes) -> PartialDecryption:
        """The partial decryption of its bytes; proofs are not checked. Raises EncodingError or GroupError."""
        fields = members(parse_canonical(payload), ("decryption_factors", "decryption_proofs"))
        widths = [len(row) for row in tally.ciphertexts]
        factors = tuple(
            tuple(decode(item) for item in array(row, width))
            for row, width in zip(array(fields["decryption_factors"], len(widths)), widths, strict=True)
        )
        proofs = tuple(
            tuple(Proof.from_value(item) for item in array(row, width))
            for row, width in zip(array(fields["decryption_proofs"], len(widths)), widths, strict=True)
        )
        if _payload(factors, proofs) != payload:
            raise TallyError("not-canonical", "The partial decryption is not in its canonical form.")
        return cls(payload, factors, proofs)


def _payload(factors: Sequence[Sequence[Element]], proofs: Sequence[Sequence[Proof]]) -> bytes:
    return canonical(
        {
            "decryption_factors": [[factor.hex() for factor in row] for row in factors],
            "decryption_proofs": [[proof.value() for proof in row] for row in proofs],
        }
    )


def _prefix(election: Election, public_key: Element) -> str:
    return f"decrypt|{election.fingerprint}|{public_key.hex()}"


def partial_decryption(
    election: Election, tally: EncryptedTally, key: TrusteeKey, rng: Rng = random_scalar
) -> bytes:
    """A trustee's partial decryption of the encrypted tally."""
    prefix = _prefix(election, key.public.element)
    factors = [[power(item.alpha, key.private) for item in row] for row in tally.ciphertexts]
    proofs = [
        [prove_decryption(prefix, item.alpha, key.private, rng) for item in row] for row in tally.ciphertexts
    ]
    return _payload(factors, proofs)


def check_partial_decryption(
    election: Election, tally: EncryptedTally, public_key: Element, payload: bytes
) -> PartialDecryption:
    """The partial decryption of its bytes, after checking every proof against the trustee's key.

    Raises TallyError "decryption-proof" (or an EncodingError, GroupError for its form).
    """
    partial = PartialDecryption.parse(tally, payload)
    prefix = _prefix(election, public_key)
    for question, (row, factors, proofs) in enumerate(
        zip(tally.ciphertexts, partial.factors, partial.proofs, strict=True)
    ):
        for index, (item, factor, proof) in enumerate(zip(row, factors, proofs, strict=True)):
            if not holds_decryption(prefix, public_key, item.alpha, factor, proof):
                place = f"question {question + 1}, number {index + 1}"
                raise TallyError("decryption-proof", f"The proof of a decryption factor is wrong ({place}).")
    return partial


def owned_partial_decryption(owner: int, payload: bytes) -> bytes:
    """The payload of a PartialDecryption event; `owner` counts the trustees from 1."""
    return canonical({"owner": owner, "payload": sha256_hex(payload)})


def parse_owned(payload: bytes) -> tuple[int, str]:
    """Owner and payload's hash of a PartialDecryption event's payload."""
    fields = members(parse_canonical(payload), ("owner", "payload"))
    return integer(fields["owner"]), hash_value(fields["payload"])


def combine(
    tally: EncryptedTally, trustees: Trustees, partials: Mapping[int, PartialDecryption]
) -> tuple[tuple[Element, ...], ...]:
    """g^m for each ciphertext of m: the trustees' factors combined and taken off (section 4.21).

    `partials` maps owners (from 1) to checked partial decryptions. Raises TallyError "missing-decryption".
    """
    shares: list[tuple[PartialDecryption, int]] = []
    owner = 0
    for item in trustees.items:
        present = [index for index in range(1, len(item.verification_keys) + 1) if owner + index in partials][
            : item.threshold
        ]
        if len(present) < item.threshold:
            raise TallyError("missing-decryption", "Not enough trustees have decrypted the tally.")
        for index in present:
            exponent = lagrange(index, present) if isinstance(item, Pedersen) else 1
            shares.append((partials[owner + index], exponent))
        owner += len(item.verification_keys)

    def opened(question: int, index: int, ciphertext: Ciphertext) -> Element:
        factors = (power(share.factors[question][index], exponent) for share, exponent in shares)
        plain = (share.factors[question][index] for share, _ in shares)
        single = all(exponent == 1 for _, exponent in shares)
        return divide(ciphertext.beta, product(plain if single else factors))

    return tuple(
        tuple(opened(question, index, item) for index, item in enumerate(row))
        for question, row in enumerate(tally.ciphertexts)
    )


@dataclass(frozen=True)
class Result:
    """The opened tally: for each question the number of votes for each answer, a blank vote's before them."""

    payload: bytes
    counts: list[list[int]]

    @classmethod
    def of(cls, counts: list[list[int]]) -> Result:
        """The result with these counts."""
        return cls(canonical({"result": [[number_value(count) for count in row] for row in counts]}), counts)

    @classmethod
    def parse(cls, election: Election, data: bytes) -> Result:
        """The result of its bytes. Raises EncodingError."""
        rows = array(members(parse_canonical(data), ("result",))["result"], len(election.questions))
        return cls(
            data,
            [
                [number_from(count) for count in array(row, question.width)]
                for row, question in zip(rows, election.questions, strict=True)
            ],
        )


def compute_result(
    election: Election, trustees: Trustees, tally: EncryptedTally, partials: Mapping[int, bytes]
) -> Result:
    """The result of the partial decryptions, `partials` by owner, each checked here.

    Raises TallyError for a wrong proof, a missing trustee, or a sum that no ballots could give.
    """
    keys = trustees.verification_keys
    for owner in partials:
        if not 1 <= owner <= len(keys):
            raise TallyError("decryption-owner", f"There is no trustee {owner}.")
    checked = {
        owner: check_partial_decryption(election, tally, keys[owner - 1], payload)
        for owner, payload in partials.items()
    }
    logarithms = Logarithms(tally.total_weight)
    opened = combine(tally, trustees, checked)
    counts = [[logarithms.of(element) for element in row] for row in opened]
    check_possible(election, counts, tally.total_weight)
    return Result.of(counts)


def check_possible(election: Election, counts: list[list[int]], total_weight: int) -> None:
    """Raises TallyError "impossible-result" unless ballots of this total weight could give these counts."""
    for number, (question, row) in enumerate(zip(election.questions, counts, strict=True), 1):
        blank, votes = (row[0], row[1:]) if question.blank else (0, row)
        voting = total_weight - blank
        if (
            voting < 0
            or any(not 0 <= count <= voting for count in votes)
            or not question.minimum * voting <= sum(votes) <= question.maximum * voting
        ):
            raise TallyError(
                "impossible-result",
                f"Question {number}: no ballots of total weight {total_weight} could give the counts {row}.",
            )


class Logarithms:
    """Discrete logarithms of g^m for 0 ≤ m ≤ `bound`, by small and large steps (Shanks, 1971)."""

    def __init__(self, bound: int) -> None:
        if bound > MAX_LOGARITHM:
            raise TallyError("too-large-result", "The total weight is too large to find the result.")
        self.bound = bound
        self.steps = max(1, int(bound**0.5) + 1)
        self.small: dict[Element, int] = {}
        element = IDENTITY
        for exponent in range(self.steps):
            self.small[element] = exponent
            element = multiply(element, GENERATOR)
        self.large = invert(base_power(self.steps))

    def of(self, element: Element) -> int:
        """m, where `element` is g^m. Raises TallyError "no-result" where there is none within the bound."""
        for step in range(self.bound // self.steps + 1):
            found = self.small.get(element)
            if found is not None and step * self.steps + found <= self.bound:
                return step * self.steps + found
            element = multiply(element, self.large)
        raise TallyError("no-result", "A decrypted sum is larger than all ballots together.")
