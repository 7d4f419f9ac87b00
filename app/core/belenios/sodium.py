"""Arithmetic on edwards25519 by libsodium, through PyNaCl where it is installed.

libsodium takes and gives points as 32 bytes (RFC 8032) and decodes them at each call. Its point multiplication
refuses zero scalars, the identity and every point outside the prime-order group: `groups` handles the first two and
relies on the last, which `REFUSES_OTHER_POINTS` tests when this module is imported.
"""

from __future__ import annotations

from typing import Any

from nacl._sodium import ffi, lib  # the bindings below PyNaCl's own checks, which cost as much as an addition

_base: Any = lib.crypto_scalarmult_ed25519_base_noclamp
_multiply: Any = lib.crypto_scalarmult_ed25519_noclamp
_add: Any = lib.crypto_core_ed25519_add
_sub: Any = lib.crypto_core_ed25519_sub
_is_valid: Any = lib.crypto_core_ed25519_is_valid_point

_new: Any = ffi.new
_bytes_of: Any = ffi.buffer


def base_multiple(scalar: int) -> bytes:
    """The base point times `scalar`, 0 < scalar < Q."""
    out = _new("unsigned char[32]")
    _base(out, scalar.to_bytes(32, "little"))
    return bytes(_bytes_of(out))


def multiple(scalar: int, point: bytes) -> bytes | None:
    """The point times `scalar`, 0 < scalar < Q; None where `point` is outside the prime-order group."""
    out = _new("unsigned char[32]")
    if _multiply(out, scalar.to_bytes(32, "little"), point) != 0:
        return None
    return bytes(_bytes_of(out))


def total(left: bytes, right: bytes) -> bytes | None:
    """The sum of two points; None where one is not on the curve."""
    out = _new("unsigned char[32]")
    if _add(out, left, right) != 0:
        return None
    return bytes(_bytes_of(out))


def difference(left: bytes, right: bytes) -> bytes | None:
    """The first point minus the second; None where one is not on the curve."""
    out = _new("unsigned char[32]")
    if _sub(out, left, right) != 0:
        return None
    return bytes(_bytes_of(out))


def commitment(fixed: bytes | None, response: int, other: bytes, challenge: int) -> bytes | None:
    """fixed · response + other · challenge in one go; `fixed` is None for the base point.

    Both scalars are in (0, Q). None where a point is the identity or outside the prime-order group.
    """
    left, right, out = _new("unsigned char[32]"), _new("unsigned char[32]"), _new("unsigned char[32]")
    if fixed is None:
        _base(left, response.to_bytes(32, "little"))
    elif _multiply(left, response.to_bytes(32, "little"), fixed):
        return None
    if _multiply(right, challenge.to_bytes(32, "little"), other) or _add(out, left, right):
        return None
    return bytes(_bytes_of(out))


def is_valid(point: bytes) -> bool:
    """Whether the bytes are the canonical form of a point of the prime-order group other than the identity."""
    return bool(_is_valid(point) == 1)


def _refuses_other_points() -> bool:
    outside = total(base_multiple(1), bytes.fromhex("ec" + "ff" * 30 + "7f"))  # plus the point of order two
    return outside is not None and multiple(2, outside) is None and not is_valid(outside)


REFUSES_OTHER_POINTS = _refuses_other_points()
