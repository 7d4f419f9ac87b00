"""A voter's credential: 22 base58 characters, and the public credential that follows from it (section 4.8).

>>> parse_typed(" aaaaa bbbbbb ccccc dddddo ".replace("o", "0"))
'aaaaa-bbbbbb-ccccc-dddddo'
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import unicodedata
from collections.abc import Sequence
from itertools import pairwise

from app.core.belenios.encoding import array, canonical, parse_canonical, string
from app.core.belenios.errors import CredentialError
from app.core.belenios.groups import Q, base_power, decode

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
LENGTH = 22
DUMMY_SECRET = "11111-111111-11111-111111"  # noqa: S105 - shown in previews, opens nothing
SECRET_FORM = re.compile(f"[{ALPHABET}]{{5}}-[{ALPHABET}]{{6}}-[{ALPHABET}]{{5}}-[{ALPHABET}]{{6}}")

_WEIGHT = re.compile(r"[1-9][0-9]{0,14}|0")
_COUNT = 58**LENGTH
_DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u00ad_"


def derive_secret(key: bytes, *labels: str) -> str:
    """The secret credential for `labels` (edition, voter, generation …) under `key`, at least 32 bytes.

    HMAC-SHA256 over a counter and the labels, each with its length before it. A digest of 2^256 possible ones is
    used only below the largest multiple of 58^22, so that all credentials are equally likely; else the counter
    moves on.
    """
    if len(key) < 32:
        raise CredentialError("short-key", "The key that credentials are derived from has at least 32 bytes.")
    encoded = [label.encode() for label in labels]
    message = b"".join(len(label).to_bytes(4, "big") + label for label in encoded)
    counter = 0
    while True:
        digest = hmac.digest(key, b"anbud-credential-v1" + counter.to_bytes(4, "big") + message, "sha256")
        number = int.from_bytes(digest, "big")
        if number < 2**256 // _COUNT * _COUNT:
            return _format(number % _COUNT)
        counter += 1


def random_secret() -> str:
    """A fresh secret credential from the system's generator."""
    return _format(secrets.randbelow(_COUNT))


def _format(number: int) -> str:
    characters = []
    for _ in range(LENGTH):
        number, digit = divmod(number, 58)
        characters.append(ALPHABET[digit])
    return _grouped("".join(reversed(characters)))


def _grouped(text: str) -> str:
    return f"{text[:5]}-{text[5:11]}-{text[11:16]}-{text[16:]}"


def parse_typed(text: str) -> str:
    """The credential that a person typed, in its canonical form.

    Spaces and dashes of any kind don't matter. The alphabet has neither 0 nor O, so both are read as o. I and l are
    not in it either, but could be a 1 or the other case: they are not guessed.

    Raises CredentialError: "ambiguous-character" and "wrong-character" (with `position`, from 1, among the
    characters that count), "wrong-length" (with `length`).
    """
    kept = [
        character
        for character in unicodedata.normalize("NFKC", text)
        if not character.isspace()
        and character not in _DASHES
        and unicodedata.category(character) not in ("Cf", "Cc")
    ]
    for position, character in enumerate(kept, 1):
        if character in "0O":
            kept[position - 1] = "o"
        elif character in "Il":
            message = f'"{character}" at place {position} is not used in codes: is it a 1, an i or an L?'
            raise CredentialError("ambiguous-character", message, position=position)
        elif character not in ALPHABET:
            message = f'"{character}" at place {position} is not used in codes.'
            raise CredentialError("wrong-character", message, position=position)
    if len(kept) != LENGTH:
        message = f"A code has {LENGTH} characters, not {len(kept)}."
        raise CredentialError("wrong-length", message, length=len(kept))
    return _grouped("".join(kept))


def secret_scalar(secret: str, uuid: str) -> int:
    """The secret exponent of a credential in the election `uuid`."""
    if not SECRET_FORM.fullmatch(secret):
        raise CredentialError("not-a-credential", "This is not a credential in its canonical form.")
    halves = [
        hashlib.sha256(f"derive_credential|{uuid}|{half}|{secret}".encode()).hexdigest() for half in (0, 1)
    ]
    return int("".join(halves), 16) % Q


def public_credential(secret: str, uuid: str) -> str:
    """The public credential of a secret one in the election `uuid`, in hexadecimal."""
    return base_power(secret_scalar(secret, uuid)).hex()


def public_credentials_payload(publics: Sequence[str] | Sequence[tuple[str, int]]) -> bytes:
    """The list of public credentials for the archive, sorted, so that its order tells nothing about the roll.

    `publics` are public credentials in hexadecimal, or pairs of one and its weight. Raises CredentialError when two
    are the same. Nothing but credential and weight ever gets into the list.
    """
    pairs = [(entry, 1) if isinstance(entry, str) else entry for entry in publics]
    pairs.sort()
    for (left, _), (right, _) in pairwise(pairs):
        if left == right:
            raise CredentialError("repeated-credential", f"The public credential {left} is there twice.")
    weighted = any(weight != 1 for _, weight in pairs)
    return canonical([f"{public},{weight}" if weighted else public for public, weight in pairs])


def parse_public_credentials(data: bytes) -> dict[str, int]:
    """The public credentials of an archive, each with its weight, in the order of the list.

    Raises EncodingError or CredentialError: a repeated one, an impossible weight, a third column (a login, which has
    no place in an archive). That each is an element of the group is left to `check_public_credentials`.
    """
    weights: dict[str, int] = {}
    for entry in array(parse_canonical(data)):
        public, comma, weight = string(entry).partition(",")
        if comma and not _WEIGHT.fullmatch(weight):
            raise CredentialError("bad-weight", f"The weight in {entry[:120]!r} is not a small number.")
        if not re.fullmatch("[0-9a-f]{64}", public):
            raise CredentialError("bad-credential", f"{public[:80]!r} is not a public credential.")
        if public in weights:
            raise CredentialError("repeated-credential", f"The public credential {public} is there twice.")
        weights[public] = int(weight) if comma else 1
    return weights


def check_public_credentials(publics: Sequence[str]) -> None:
    """Raises GroupError unless each public credential is an element of the group."""
    for public in publics:
        decode(public)
