"""Ed25519 signatures (RFC 8032, section 5.1): libsodium's where PyNaCl is present, else by the core's own integers.

Both ways accept exactly the same signatures: the key must be the canonical form of a point of the prime-order group
other than the identity, S must be below q, R must be compared as bytes and not be the identity. (RFC 8032 leaves some
of this open, and libraries differ; a ledger must be accepted everywhere or nowhere.)

Example (RFC 8032, 7.1, test 1): the seed 9d61b19d…7f60 has the public key d75a9801…511a, and its signature on the
empty message begins with e5564300.
"""

from __future__ import annotations

import hashlib

from app.core.belenios import groups
from app.core.belenios.errors import GroupError

if groups.BACKEND == "libsodium":
    from nacl import bindings

SEED_BYTES = 32
KEY_BYTES = 32
SIGNATURE_BYTES = 64


def public_key(seed: bytes) -> bytes:
    """The public key (32 bytes) of a secret seed of 32 bytes; raises ValueError on another length."""
    if groups.BACKEND == "libsodium" and len(seed) == SEED_BYTES:
        return bytes(bindings.crypto_sign_seed_keypair(seed)[0])
    return groups.base_power(_expand(seed)[0] % groups.Q).raw


def sign(seed: bytes, message: bytes) -> bytes:
    """The signature (64 bytes) on `message` by the secret seed; the same each time. Raises ValueError."""
    if groups.BACKEND == "libsodium" and len(seed) == SEED_BYTES:
        pair = bindings.crypto_sign_seed_keypair(seed)[1]
        return bytes(bindings.crypto_sign(message, pair)[:SIGNATURE_BYTES])
    scalar, prefix = _expand(seed)
    public = groups.base_power(scalar % groups.Q).raw
    nonce = _hash(prefix, message)
    commitment = groups.base_power(nonce).raw
    response = (nonce + _hash(commitment, public, message) * scalar) % groups.Q
    return commitment + response.to_bytes(32, "little")


def verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether `signature` is the holder of `public`'s on `message`; False also when either is malformed."""
    if len(public) != KEY_BYTES or len(signature) != SIGNATURE_BYTES:
        return False
    response = int.from_bytes(signature[32:], "little")
    if response >= groups.Q:
        return False
    try:
        key = groups.decode(public[::-1].hex())
    except GroupError:
        return False
    if key == groups.IDENTITY:
        return False
    challenge = _hash(signature[:32], public, message)
    commitment = groups.divide(groups.base_power(response), groups.power(key, challenge))
    return commitment != groups.IDENTITY and commitment.raw == signature[:32]


def _expand(seed: bytes) -> tuple[int, bytes]:
    if len(seed) != SEED_BYTES:
        raise ValueError("an Ed25519 seed has 32 bytes")
    digest = hashlib.sha512(seed).digest()
    scalar = int.from_bytes(digest[:32], "little")
    return scalar & ((1 << 254) - 8) | (1 << 254), digest[32:]


def _hash(*parts: bytes) -> int:
    return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little") % groups.Q
