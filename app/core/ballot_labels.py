"""A ballot's short label: four characters that tell a person which of several letters the open ballot came with.

It follows from the secret credential, so the worker and the voter's browser make it without asking anyone;
app/static/booth/label.js makes the same one (tests/vectors/ballot_labels.json). It does not follow from the public
credential: who reads a label in a letter, or on the helpdesk's page, finds no ballot in the public box by it. Of a
credential's 128 bits it gives away 18.

>>> ballot_label("u3Zk8-Qw7rTy-pA9sD-fG5hJk")
'W6XT'
"""

from __future__ import annotations

import hashlib

ALPHABET = "34679BCDFGHJKMNPQRTVWXY"
"""no vowels, so that no word comes out; and of characters that look alike (2 and Z, 5 and S, 8 and B) one at most"""
LENGTH = 4
PREFIX = "anbud-ballot-label-v1"


def ballot_label(secret: str) -> str:
    """The label of a secret credential in its canonical form.

    The first eight bytes of SHA-256("anbud-ballot-label-v1|" and the credential), a big-endian number, give the
    characters, the least significant digit first.
    """
    number = int.from_bytes(hashlib.sha256(f"{PREFIX}|{secret}".encode()).digest()[:8], "big")
    characters = []
    for _ in range(LENGTH):
        number, place = divmod(number, len(ALPHABET))
        characters.append(ALPHABET[place])
    return "".join(characters)
