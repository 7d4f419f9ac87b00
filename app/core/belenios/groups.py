"""The group Ed25519 (section 5.2.1), the only one: nothing read from a file may define another.

The specification writes the group multiplicatively, and so does this file: `multiply` is the addition of points,
`power` the multiplication of a point by a number. An element is written as its compressed form, a 256-bit number,
in 64 lower-case hexadecimal digits.

libsodium does the arithmetic where PyNaCl is installed, Python's own integers otherwise (or where the environment
says BELENIOS_BACKEND=python); both give the same.

>>> GENERATOR.hex()
'6666666666666666666666666666666666666666666666666666666666666658'
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal

from app.core.belenios import curve
from app.core.belenios.curve import P, Q
from app.core.belenios.errors import GroupError

__all__ = [
    "BACKEND", "GENERATOR", "IDENTITY", "NAME", "Element", "FixedBase", "G", "GroupError", "P", "Q", "Rng",
    "base_power", "decode", "decode_deferred", "deterministic_rng", "divide", "ensure_members", "invert", "multiply",
    "power", "product", "random_scalar", "texts",
]  # fmt: skip

sodium: Any = None
if os.environ.get("BELENIOS_BACKEND") != "python":
    try:
        from app.core.belenios import sodium
    except (ImportError, AttributeError):
        sodium = None
if sodium is not None and not sodium.REFUSES_OTHER_POINTS:
    sodium = None

BACKEND: Literal["libsodium", "python"] = "python" if sodium is None else "libsodium"
NAME = "Ed25519"
Rng = Callable[[], int]

_TEXT = re.compile(r"[0-9a-f]{64}")
_IDENTITY_RAW = b"\x01" + bytes(31)


class Element:
    """An element of the group. Immutable; equal elements are equal and hash alike.

    With libsodium it holds its 32 bytes, otherwise its coordinates (and, once it was raised to a power, a table).
    """

    __slots__ = ("_chain", "_member", "_point", "_raw")

    def __init__(self, raw: bytes | None, point: curve.Point | None = None, *, member: bool = True) -> None:
        self._raw = raw
        self._point = point
        self._member = member
        self._chain: curve.Chain | None = None

    @property
    def raw(self) -> bytes:
        """The 32 bytes of RFC 8032 (the number, little-endian)."""
        if self._raw is None:
            self._raw = curve.compress_all([self.point])[0].to_bytes(32, "little")
        return self._raw

    @property
    def point(self) -> curve.Point:
        """The coordinates, for Python's own arithmetic."""
        if self._point is None:
            self._point = curve.decompress(int.from_bytes(self.raw, "little"))
            if self._point is None:
                raise GroupError("bad-element", "This is not a point of the curve.")
        return self._point

    @property
    def chain(self) -> curve.Chain:
        """The table that makes further powers of this element cheap."""
        if self._chain is None:
            self._chain = curve.Chain(self.point)
        return self._chain

    def hex(self) -> str:
        """The element as it is written in messages and hashed."""
        return self.raw[::-1].hex()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Element) and self.raw == other.raw

    def __hash__(self) -> int:
        return hash(self.raw)

    def __repr__(self) -> str:
        return f"Element({self.hex()})"

    def __reduce__(self) -> tuple[Any, ...]:
        return Element, (self.raw,)


IDENTITY = Element(_IDENTITY_RAW, curve.IDENTITY)
GENERATOR = Element(curve.compress_all([curve.BASE])[0].to_bytes(32, "little"), curve.BASE)


def decode(text: object) -> Element:
    """The element written as `text`. Raises GroupError unless it is canonical and of the prime-order group."""
    element = decode_deferred(text)
    ensure_members((element,))
    return element


def decode_deferred(text: object) -> Element:
    """As `decode`, but membership of the group may stay open until `ensure_members`.

    Whoever raises the element to a power before that learns it from the same computation.
    """
    if not isinstance(text, str) or not _TEXT.fullmatch(text):
        raise GroupError("bad-element", "A group element is written in 64 lower-case hexadecimal digits.")
    raw = bytes.fromhex(text)[::-1]
    if raw == _IDENTITY_RAW:
        return IDENTITY
    if sodium is not None:
        return Element(raw, member=False)
    point = curve.decompress(int.from_bytes(raw, "little"))
    if point is None:
        raise GroupError("bad-element", "A group element is not the canonical form of a point of the curve.")
    return Element(raw, point, member=False)


def ensure_members(elements: Iterable[Element]) -> None:
    """Raises GroupError unless each element is known, or now found, to be in the prime-order group."""
    for element in elements:
        if not element._member:
            if sodium is not None:
                member = sodium.is_valid(element.raw)
            else:
                member = curve.equal(element.chain.multiply(Q), curve.IDENTITY)
            if not member:
                raise _outside()
            element._member = True


def _outside() -> GroupError:
    return GroupError("bad-element", "A group element is not in the group of prime order.")


def multiply(left: Element, right: Element) -> Element:
    """left · right."""
    if sodium is None:
        return Element(None, curve.add(left.point, right.point))
    return _from_raw(sodium.total(left.raw, right.raw))


def divide(left: Element, right: Element) -> Element:
    """left / right."""
    if sodium is None:
        return Element(None, curve.add(left.point, curve.negate(right.point)))
    return _from_raw(sodium.difference(left.raw, right.raw))


def _from_raw(raw: bytes | None) -> Element:
    if raw is None:
        raise _outside()
    return Element(raw)


def invert(element: Element) -> Element:
    """1 / element."""
    return divide(IDENTITY, element)


def product(elements: Iterable[Element]) -> Element:
    """The product of all elements; the identity for none."""
    result: Element | None = None
    for element in elements:
        result = element if result is None else multiply(result, element)
    return IDENTITY if result is None else result


def power(element: Element, exponent: int) -> Element:
    """element ^ exponent; the exponent is taken modulo Q."""
    exponent %= Q
    if exponent == 0 or element is IDENTITY:
        return IDENTITY
    if sodium is None:
        return Element(None, element.chain.multiply(exponent))
    raw = element.raw
    if raw == _IDENTITY_RAW:
        return IDENTITY
    result = sodium.multiple(exponent, raw)
    if result is None:
        raise _outside()
    element._member = True
    return Element(result)


def base_power(exponent: int) -> Element:
    """g ^ exponent."""
    return G.power(exponent)


def texts(elements: Sequence[Element]) -> list[str]:
    """`hex()` of many elements; with Python's own integers cheaper than one by one."""
    waiting = [element for element in elements if element._raw is None]
    if len(waiting) > 1:
        for element, number in zip(waiting, curve.compress_all([e.point for e in waiting]), strict=True):
            element._raw = number.to_bytes(32, "little")
    return [element.hex() for element in elements]


class FixedBase:
    """An element that is raised to many powers: g, an election's key, a trustee's key."""

    __slots__ = ("_fixed", "_table", "element")

    def __init__(self, element: Element) -> None:
        self.element = element
        self._fixed = None if element is GENERATOR else element.raw
        self._table: curve.Table | None = None

    def power(self, exponent: int) -> Element:
        """element ^ exponent."""
        exponent %= Q
        if sodium is None:
            return Element(None, self.table.multiply(exponent))
        if exponent == 0:
            return IDENTITY
        if self.element is GENERATOR:
            return Element(sodium.base_multiple(exponent))
        return power(self.element, exponent)

    def commitment(self, response: int, other: Element, challenge: int, message: int = 0) -> Element:
        """element ^ response · (other / g ^ message) ^ challenge: what a proof's verifier computes again."""
        if sodium is None:
            point = self.table.add_multiple(power(other, challenge).point, response % Q)
            return Element(None, G.table.add_multiple(point, -message * challenge % Q) if message else point)
        if message:
            other = divide(other, GENERATOR if message == 1 else base_power(message))
        if 0 < response < Q and 0 < challenge < Q and other is not IDENTITY:
            raw = sodium.commitment(self._fixed, response, other.raw, challenge)
            if raw is not None:
                other._member = True
                return Element(raw)
        return multiply(self.power(response), power(other, challenge))

    @property
    def table(self) -> curve.Table:
        """The table of multiples, for Python's own arithmetic; made at the first use (about 0.15 s)."""
        if self._table is None:
            self._table = curve.Table(self.element.point)
        return self._table


G = FixedBase(GENERATOR)


def random_scalar() -> int:
    """A uniform number in [0, Q) from the system's generator."""
    return secrets.randbelow(Q)


def deterministic_rng(seed: bytes) -> Rng:
    """Scalars that anyone can draw again: the i-th is SHA-512(seed ‖ i as 8 bytes, big-endian) mod Q. For tests."""
    count = -1

    def draw() -> int:
        nonlocal count
        count += 1
        return int.from_bytes(hashlib.sha512(seed + count.to_bytes(8, "big")).digest(), "big") % Q

    return draw
