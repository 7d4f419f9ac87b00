"""The zero-knowledge proofs (sections 4.5, 4.12, 4.13, 4.16 and 4.20).

All are of one kind. To show that a pair is (g^r, y^r) one commits to (g^w, y^w), hashes, and answers with
w - r·challenge. To show that one of several pairs is, without telling which, the others' challenges and responses
are chosen first and their commitments computed from them; the challenges must add up to the hash.

Randomness is drawn in a fixed order, so that the same ballot can be made again from the same scalars: for each case
but the true one, in ascending order, its challenge and its response; then w.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from app.core.belenios.encoding import decimal, hash_to_number, members
from app.core.belenios.groups import (
    Element,
    FixedBase,
    G,
    Q,
    Rng,
    base_power,
    multiply,
    power,
    texts,
)


class Proof(NamedTuple):
    """A challenge and a response, each in [0, Q)."""

    challenge: int
    response: int

    def value(self) -> dict[str, str]:
        """The proof as a JSON value."""
        return {"challenge": str(self.challenge), "response": str(self.response)}

    @classmethod
    def from_value(cls, value: Any) -> Proof:
        """The proof of a JSON value. Raises EncodingError."""
        fields = members(value, ("challenge", "response"))
        return cls(decimal(fields["challenge"], Q), decimal(fields["response"], Q))


class Ciphertext(NamedTuple):
    """An ElGamal ciphertext: alpha = g^r, beta = y^r · g^m (section 4.11.1)."""

    alpha: Element
    beta: Element

    def value(self) -> dict[str, str]:
        """The ciphertext as a JSON value."""
        return {"alpha": self.alpha.hex(), "beta": self.beta.hex()}

    def __mul__(self, other: object) -> Ciphertext:
        if not isinstance(other, Ciphertext):
            return NotImplemented
        return Ciphertext(multiply(self.alpha, other.alpha), multiply(self.beta, other.beta))


class Case(NamedTuple):
    """What the prover knows of one case: its pair is (g^r, y^r · g^distance); the true case has distance 0."""

    r: int
    distance: int


def encrypt(y: FixedBase, message: int, r: int) -> Ciphertext:
    """The ciphertext of `message` with randomness `r`."""
    beta = y.power(r)
    return Ciphertext(base_power(r), beta if message == 0 else multiply(beta, base_power(message)))


def challenge_of(prefix: str, commitments: Sequence[Element]) -> int:
    """SHA-256 of the prefix, a bar and the commitments with commas between them, modulo Q."""
    return hash_to_number(f"{prefix}|{','.join(texts(commitments))}") % Q


def prove_one_of(prefix: str, y: FixedBase, cases: Sequence[Case], true: int, rng: Rng) -> list[Proof]:
    """Proofs that one of `cases` has distance 0, which `true` has, without telling which."""
    proofs = [Proof(0, 0) if at == true else Proof(rng(), rng()) for at in range(len(cases))]
    w = rng()
    commitments = []
    for at, (case, proof) in enumerate(zip(cases, proofs, strict=True)):
        exponent = w if at == true else (proof.response + case.r * proof.challenge) % Q
        commitments.append(base_power(exponent))
        second = y.power(exponent)
        drift = case.distance * proof.challenge % Q
        commitments.append(multiply(second, base_power(drift)) if drift else second)
    challenge = (challenge_of(prefix, commitments) - sum(proof.challenge for proof in proofs)) % Q
    proofs[true] = Proof(challenge, (w - cases[true].r * challenge) % Q)
    return proofs


def holds_one_of(
    prefix: str, y: FixedBase, cases: Sequence[tuple[Ciphertext, int]], proofs: Sequence[Proof]
) -> bool:
    """Whether `proofs` show that one of `cases` is true: that the ciphertext encrypts the number beside it."""
    commitments = []
    for (ciphertext, message), proof in zip(cases, proofs, strict=True):
        commitments.append(G.commitment(proof.response, ciphertext.alpha, proof.challenge))
        commitments.append(y.commitment(proof.response, ciphertext.beta, proof.challenge, message))
    return challenge_of(prefix, commitments) == sum(proof.challenge for proof in proofs) % Q


def prove_knowledge(prefix: str, secret: int, rng: Rng) -> Proof:
    """Proof of knowledge of `secret` (a key's or a credential's), bound to `prefix`."""
    w = rng()
    challenge = challenge_of(prefix, [base_power(w)])
    return Proof(challenge, (w - secret * challenge) % Q)


def holds_knowledge(prefix: str, public: Element, proof: Proof) -> bool:
    """Whether `proof` shows knowledge of the secret of `public`, bound to `prefix`."""
    commitment = G.commitment(proof.response, public, proof.challenge)
    return challenge_of(prefix, [commitment]) == proof.challenge


def prove_decryption(prefix: str, alpha: Element, secret: int, rng: Rng) -> Proof:
    """Proof that alpha^secret was computed with the secret of g^secret, bound to `prefix`."""
    w = rng()
    challenge = challenge_of(prefix, [base_power(w), power(alpha, w)])
    return Proof(challenge, (w - secret * challenge) % Q)


def holds_decryption(prefix: str, public: Element, alpha: Element, factor: Element, proof: Proof) -> bool:
    """Whether `proof` shows that `factor` is alpha to the secret of `public`, bound to `prefix`."""
    first = G.commitment(proof.response, public, proof.challenge)
    second = multiply(power(alpha, proof.response), power(factor, proof.challenge))
    return challenge_of(prefix, [first, second]) == proof.challenge
