"""Strong decryption proofs: what the protocol's own decryption proofs leave out of their challenge, bound into it.

A Fiat-Shamir proof should hash its whole statement (Bernhard, Pereira and Warinschi, "How not to prove yourself",
2012). The challenge of a decryption proof in an archive hashes the trustee's key and the commitments only. Each
trustee therefore also publishes, in the ledger, a proof for every factor whose challenge is

    SHA-256("anbud-decrypt-v1|φ|T|question|index|X|α|factor|A,B") mod q

with φ the election's fingerprint, T the hash of the final encrypted tally in hexadecimal, question and index from 0
in decimal digits, X the trustee's public key, α the ciphertext's first half, factor = α^x, A = g^w and B = α^w. It
is checked as every proof of equal logarithms is: A = g^response · X^challenge, B = α^response · factor^challenge.

The value that is published names what it speaks of by hashes:

    {"owner":1,"public_key":X,"encrypted_tally":T,"partial_decryption":hash,"proofs":[[{"challenge":…,"response":…}]]}
"""

from __future__ import annotations

from typing import Any

from app.core.belenios.elections import Election
from app.core.belenios.encoding import array, integer, members, sha256_hex
from app.core.belenios.errors import BeleniosError, DecryptionError
from app.core.belenios.groups import Element, Rng, random_scalar
from app.core.belenios.proofs import Proof, holds_decryption, prove_decryption
from app.core.belenios.results import PartialDecryption
from app.core.belenios.tallies import EncryptedTally
from app.core.belenios.trustees import TrusteeKey

DOMAIN = "anbud-decrypt-v1"
FIELDS = ("owner", "public_key", "encrypted_tally", "partial_decryption", "proofs")


def prove(  # noqa: PLR0917 - as in the archive's own, with the decryption and its owner
    election: Election,
    tally: EncryptedTally,
    partial_payload: bytes,
    key: TrusteeKey,
    owner: int,
    rng: Rng = random_scalar,
) -> dict[str, Any]:
    """The strong proofs of a trustee's partial decryption, as the JSON value that the ledger publishes.

    `owner` counts the trustees from 1. Raises DecryptionError when the partial decryption is not by this key.
    """
    partial = PartialDecryption.parse(tally, partial_payload)
    public = key.public.element
    proofs: list[list[dict[str, str]]] = []
    for question, (row, factors) in enumerate(zip(tally.ciphertexts, partial.factors, strict=True)):
        proofs.append([])
        for index, (item, factor) in enumerate(zip(row, factors, strict=True)):
            prefix = _prefix(election, tally, (question, index), public, factor)
            proofs[-1].append(prove_decryption(prefix, item.alpha, key.private, rng).value())
    value = {
        "owner": owner,
        "public_key": public.hex(),
        "encrypted_tally": tally.hash,
        "partial_decryption": sha256_hex(partial_payload),
        "proofs": proofs,
    }
    check(election, tally, partial_payload, public, owner, value)
    return value


def check(  # noqa: PLR0917 - the statement's parts
    election: Election,
    tally: EncryptedTally,
    partial_payload: bytes,
    public_key: Element,
    owner: int,
    value: object,
) -> None:
    """Checks the published strong proofs of one partial decryption.

    `public_key` is the trustee's key as the archive has it. Raises DecryptionError: "strong-shape", "strong-owner",
    "strong-subject" (it speaks of another key, tally or decryption), "strong-proof".
    """
    try:
        fields = members(value, FIELDS)
        partial = PartialDecryption.parse(tally, partial_payload)
        if integer(fields["owner"]) != owner:
            raise DecryptionError("strong-owner", "The strong proof is another trustee's.")
        expected = (public_key.hex(), tally.hash, sha256_hex(partial_payload))
        if tuple(fields[name] for name in FIELDS[1:4]) != expected:
            raise DecryptionError(
                "strong-subject", "The strong proof speaks of another key, tally or decryption."
            )
        rows = array(fields["proofs"], len(tally.ciphertexts))
        proofs = [
            [Proof.from_value(item) for item in array(row, len(ciphertexts))]
            for row, ciphertexts in zip(rows, tally.ciphertexts, strict=True)
        ]
    except DecryptionError:
        raise
    except BeleniosError as error:
        raise DecryptionError("strong-shape", f"The strong proof is malformed: {error}") from error
    for question, (row, factors) in enumerate(zip(tally.ciphertexts, partial.factors, strict=True)):
        for index, (item, factor) in enumerate(zip(row, factors, strict=True)):
            prefix = _prefix(election, tally, (question, index), public_key, factor)
            if not holds_decryption(prefix, public_key, item.alpha, factor, proofs[question][index]):
                place = f"question {question + 1}, number {index + 1}"
                raise DecryptionError(
                    "strong-proof", f"The strong proof of a decryption factor is wrong ({place})."
                )


def _prefix(
    election: Election, tally: EncryptedTally, place: tuple[int, int], public_key: Element, factor: Element
) -> str:
    question, index = place
    alpha = tally.ciphertexts[question][index].alpha
    parts = (
        DOMAIN, election.fingerprint, tally.hash, str(question), str(index),
        public_key.hex(), alpha.hex(), factor.hex(),
    )  # fmt: skip
    return "|".join(parts)
