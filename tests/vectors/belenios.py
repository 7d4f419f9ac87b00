"""Makes belenios.json, the vectors that the Python core and the JavaScript of the booth are both tested with.

Run `python -m tests.vectors.belenios > tests/vectors/belenios.json`. Everything random in it is drawn from seeds, so
the file comes out the same each time, and a test compares it.
"""

from __future__ import annotations

import json
import sys
from itertools import pairwise
from typing import Any

from app.core import decryption
from app.core.belenios import credentials, encoding, groups
from app.core.belenios.ballots import check_ballot, make_ballot
from app.core.belenios.elections import Election, Question
from app.core.belenios.results import compute_result, partial_decryption
from app.core.belenios.tallies import RunningTally
from app.core.belenios.trustees import TrusteeKey, Trustees

UUID = "VectorsAnbud26"
SECRETS = (
    "u3Zk8-Qw7rTy-pA9sD-fG5hJk",
    "11111-111111-11111-111111",
    "zzzzz-zzzzzz-zzzzz-zzzzzz",
    "Anbud-sprise-tVote-rCode7",
)
CHOICES = ([[0, 0, 1, 0], [1, 0, 1, 0]], [[1, 0, 0, 0], [0, 0, 0, 0]], [[0, 1, 0, 0], [1, 1, 1, 0]])
NAMES = ("one chosen and two approved", "blank and none approved", "one chosen and the most approved")
TYPED = (
    "u3Zk8-Qw7rTy-pA9sD-fG5hJk",
    " u3Zk8 Qw7rTy pA9sD fG5hJk\n",
    "u3Zk8Qw7rTypA9sDfG5hJk",
    "u3Zk8\u2013Qw7rTy\u2010pA9sD\u00a0fG5hJk",
    "0OooA-sprise-tVote-rCode7",
    "I3Zk8-Qw7rTy-pA9sD-fG5hJk",
    "u3Zl8-Qw7rTy-pA9sD-fG5hJk",
    "u3Zk8-Qw7rTy-pA9sD-fG5h",
    "u3Zk8-Qw7rTy-pA9sD-fG5hJkk",
    "å3Zk8-Qw7rTy-pA9sD-fG5hJk",
    "",
)


class Drawn:
    """A source of scalars that remembers what it gave."""

    def __init__(self, seed: str) -> None:
        self.draw = groups.deterministic_rng(seed.encode())
        self.given: list[int] = []

    def __call__(self) -> int:
        self.given.append(self.draw())
        return self.given[-1]

    def take(self) -> list[str]:
        """What was given since the last call."""
        given, self.given = self.given, []
        return [str(scalar) for scalar in given]


def group_vectors() -> dict[str, Any]:
    """Elements, powers, products and encodings that must be refused."""
    rng = groups.deterministic_rng(b"group")
    scalars = [0, 1, 2, 8, groups.Q - 1, *(rng() for _ in range(8))]
    points = [groups.base_power(rng()) for _ in range(6)]
    order_two = "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffec"
    mixed = _add_order_two(groups.GENERATOR)
    return {
        "q": str(groups.Q),
        "generator": groups.GENERATOR.hex(),
        "identity": groups.IDENTITY.hex(),
        "base_powers": [{"scalar": str(k), "element": groups.base_power(k).hex()} for k in scalars],
        "powers": [
            {"element": point.hex(), "scalar": str(k), "power": groups.power(point, k).hex()}
            for point, k in zip(points, scalars[5:], strict=False)
        ],
        "products": [
            {"left": left.hex(), "right": right.hex(), "product": groups.multiply(left, right).hex(),
             "quotient": groups.divide(left, right).hex()}
            for left, right in pairwise(points)
        ],
        "not_elements": [
            "", "00", "0" * 64, "0" * 63 + "2", "f" * 64, "8" + "0" * 62 + "1", order_two, mixed,
            "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffed",
            groups.GENERATOR.hex()[:-1], groups.base_power(8).hex().upper(),
        ],
    }  # fmt: skip


def _add_order_two(element: groups.Element) -> str:
    x, y, z, t = element.point
    return f"{groups.curve.compress_all([(-x % groups.P, -y % groups.P, z, t)])[0]:064x}"


def hash_vectors() -> list[dict[str, str]]:
    """Texts with their hashes in the three forms that are used."""
    texts = ("", "abc", "prove|φ|åäö,ÅÄÖ", "\u2028 \x7f")
    return [
        {"text": text, "hex": encoding.sha256_hex(text.encode()), "base64": encoding.sha256_b64(text.encode()),
         "scalar": str(encoding.hash_to_number(text) % groups.Q)}
        for text in texts
    ]  # fmt: skip


def json_vectors() -> list[dict[str, str]]:
    """JSON texts with the canonical form of the same value."""
    texts = (
        '{ "b" : 1, "a" : [ true, false, null ] }',
        '"\\u0000\\u0001\\b\\t\\n\\f\\r\\u001f\\u007f\\/\\\\\\"\\u00e5\\ud83d\\ude00\u2028"',
    )
    return [{"text": text, "canonical": encoding.canonical(json.loads(text)).decode()} for text in texts]


def credential_vectors() -> dict[str, Any]:
    """Secrets with what follows from them, derived ones, and what people type."""
    typed = []
    for text in TYPED:
        try:
            typed.append({"typed": text, "secret": credentials.parse_typed(text)})
        except credentials.CredentialError as error:
            typed.append({"typed": text, "error": error.code})
    key = bytes(range(32))
    return {
        "uuid": UUID,
        "secrets": [
            {"secret": secret, "scalar": str(credentials.secret_scalar(secret, UUID)),
             "public": credentials.public_credential(secret, UUID)}
            for secret in SECRETS
        ],
        "typed": typed,
        "derived": [
            {"key": key.hex(), "labels": labels, "secret": credentials.derive_secret(key, *labels)}
            for labels in (["edition", "voter", "0"], ["edition", "voter", "1"], [], ["åäö", ""])
        ],
    }  # fmt: skip


def election_vectors() -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A whole small election: key, election, tally, decryption, result; and its ballots with the scalars drawn."""
    drawn = Drawn("election")
    key = TrusteeKey.generate(drawn)
    trustee = {"scalars": drawn.take(), "private": str(key.private), "public": key.public.value()}
    trustees = Trustees.build([key.public])
    questions = [
        Question("Årets upphandling", ("Bodens kommun", 'Region "Skåne"', "Åre kommun"), 1, 1, blank=True),
        Question("Årets dialog", ("A", "B", "C", "D"), 0, 3),
    ]
    election = Election.build(
        uuid=UUID, name="Anbudspriset – prov", description="Två kategorier\nmed åäö och \"citat\"",
        questions=questions, public_key=trustees.election_key, administrator="Kansliet",
        credential_authority="Servern",
    )  # fmt: skip
    publics = [credentials.public_credential(secret, UUID) for secret in SECRETS]
    tally, ballots = RunningTally(election), []
    for name, secret, choices in zip(NAMES, SECRETS, CHOICES, strict=False):
        data = make_ballot(election, secret, choices, drawn)
        ballot = check_ballot(election, data, publics)
        tally.add(ballot)
        ballots.append(
            {"name": name, "election": election.payload.decode(), "credential": secret, "choices": choices,
             "draws": drawn.take(), "ballot": data.decode(), "tracker": ballot.tracker, "hash": ballot.hash}
        )  # fmt: skip
    encrypted = tally.encrypted_tally()
    partial = partial_decryption(election, encrypted, key, drawn)
    partial_scalars = drawn.take()
    strong = decryption.prove(election, encrypted, partial, key, 1, rng=drawn)
    result = compute_result(election, trustees, encrypted, {1: partial})
    whole = {
        "trustee": trustee,
        "trustees": trustees.payload.decode(),
        "election": election.payload.decode(),
        "hash": election.hash,
        "fingerprint": election.fingerprint,
        "public_credentials": credentials.public_credentials_payload(publics).decode(),
        "encrypted_tally": encrypted.payload.decode(),
        "sized_encrypted_tally": encrypted.sized_payload.decode(),
        "partial_decryption": {"scalars": partial_scalars, "payload": partial.decode()},
        "strong_proofs": {"scalars": drawn.take(), "value": strong},
        "result": result.payload.decode(),
    }
    return whole, ballots


def vectors() -> dict[str, Any]:
    """All vectors."""
    election, ballots = election_vectors()
    return {
        "rng": "the i-th scalar of a seed is SHA-512(seed, i as 8 bytes big-endian), big-endian, modulo q",
        "group": group_vectors(),
        "hashes": hash_vectors(),
        "json": json_vectors(),
        "credentials": credential_vectors(),
        "election": election,
        "ballots": ballots,
    }


def text() -> str:
    """The file's text."""
    return json.dumps(vectors(), ensure_ascii=True, indent=1) + "\n"


if __name__ == "__main__":
    sys.stdout.write(text())
