"""Arithmetic on edwards25519 with Python's own integers (section 5.2.1; RFC 8032, section 5.1).

Used where libsodium is absent: nothing but Python is needed. Not constant in time: it is for verifying public
data, for tests, and for keys only where nobody can measure.

Points are in extended coordinates (X, Y, Z, T) with x = X/Z, y = Y/Z, xy = T/Z. The formulas are those of Hisil,
Wong, Carter and Dawson, "Twisted Edwards curves revisited" (2008), for a = -1; they are complete on this curve.
Tables hold points as (y + x, y - x, 2dxy), which saves multiplications in an addition.
"""

from __future__ import annotations

from collections.abc import Sequence

Point = tuple[int, int, int, int]
Ready = tuple[int, int, int]

P = 2**255 - 19
Q = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
_D2 = 2 * D % P
_ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)

IDENTITY: Point = (0, 1, 1, 0)


def decompress(number: int) -> Point | None:
    """The point with this compressed form, or None where there is none (not canonical, not on the curve)."""
    sign, y = number >> 255, number & ((1 << 255) - 1)
    if y >= P or sign > 1:
        return None
    yy = y * y % P
    u, v = (yy - 1) % P, (D * yy + 1) % P
    v3 = v * v % P * v % P
    x = u * v3 % P * pow(u * v3 % P * v3 % P * v % P, (P - 5) // 8, P) % P
    vxx = v * x % P * x % P
    if vxx != u:
        if vxx != P - u:
            return None
        x = x * _ROOT_OF_MINUS_ONE % P
    if x & 1 != sign:
        x = P - x
        if x == P:
            return None
    return (x, y, 1, x * y % P)


def compress_all(points: Sequence[Point]) -> list[int]:
    """The compressed forms of many points, with one inversion for all of them."""
    products, product = [], 1
    for point in points:
        products.append(product)
        product = product * point[2] % P
    inverse = pow(product, -1, P)
    numbers = [0] * len(points)
    for index in range(len(points) - 1, -1, -1):
        x, y, z, _ = points[index]
        own = inverse * products[index] % P
        inverse = inverse * z % P
        numbers[index] = (y * own % P) | ((x * own % P & 1) << 255)
    return numbers


def add(left: Point, right: Point) -> Point:
    """The sum of two points."""
    x1, y1, z1, t1 = left
    x2, y2, z2, t2 = right
    a = (y1 - x1) * (y2 - x2) % P
    b = (y1 + x1) * (y2 + x2) % P
    c = _D2 * t1 % P * t2 % P
    d = 2 * z1 * z2 % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def add_ready(left: Point, right: Ready) -> Point:
    """The sum of a point and a table's entry."""
    x1, y1, z1, t1 = left
    plus, minus, t2d = right
    a = (y1 - x1) * minus % P
    b = (y1 + x1) * plus % P
    c = t1 * t2d % P
    d = 2 * z1
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def double(point: Point) -> Point:
    """The double of a point."""
    x, y, z, _ = point
    a = x * x % P
    b = y * y % P
    h = a + b
    xy = x + y
    e = h - xy * xy % P
    g = a - b
    f = 2 * z * z % P + g
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def negate(point: Point) -> Point:
    """The inverse of a point."""
    x, y, z, t = point
    return (P - x, y, z, P - t)


def equal(left: Point, right: Point) -> bool:
    """Whether two points are the same."""
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


def ready(points: Sequence[Point]) -> list[Ready]:
    """Table entries for many points, with one inversion for all of them."""
    products, product = [], 1
    for point in points:
        products.append(product)
        product = product * point[2] % P
    inverse = pow(product, -1, P)
    entries: list[Ready] = [(1, 1, 0)] * len(points)
    for index in range(len(points) - 1, -1, -1):
        x, y, z, _ = points[index]
        own = inverse * products[index] % P
        inverse = inverse * z % P
        x, y = x * own % P, y * own % P
        entries[index] = ((y + x) % P, (y - x) % P, _D2 * x % P * y % P)
    return entries


class Chain:
    """A point made ready for being multiplied several times: its doubles 16^i, computed once.

    A multiplication then needs no doublings: for each digit value, the entries with this digit are summed, and the
    fifteen sums are weighted (Yao, "On the evaluation of powers", 1976).
    """

    def __init__(self, point: Point) -> None:
        doubles = [point]
        for _ in range(63):
            doubles.append(double(double(double(double(doubles[-1])))))
        self.entries = ready(doubles)

    def multiply(self, scalar: int) -> Point:
        """The point times `scalar`, 0 ≤ scalar < 2^256."""
        sums: list[Point | None] = [None] * 16
        for entry in self.entries:
            digit = scalar & 15
            scalar >>= 4
            if digit:
                at = sums[digit]
                sums[digit] = add_ready(IDENTITY if at is None else at, entry)
        running = total = IDENTITY
        for digit in range(15, 0, -1):
            at = sums[digit]
            if at is not None:
                running = add(running, at)
            total = add(total, running)
        return total


class Table:
    """All multiples d·256^i of a fixed point: a multiplication is at most 32 additions."""

    def __init__(self, point: Point) -> None:
        rows: list[Point] = []
        for _ in range(32):
            multiple = point
            for _ in range(255):
                rows.append(multiple)
                multiple = add(multiple, point)
            point = multiple
        self.entries = ready(rows)

    def multiply(self, scalar: int) -> Point:
        """The point times `scalar`, 0 ≤ scalar < 2^256."""
        return self.add_multiple(IDENTITY, scalar)

    def add_multiple(self, start: Point, scalar: int) -> Point:
        """`start` plus the point times `scalar`."""
        offset, entries = -1, self.entries
        for digit in scalar.to_bytes(32, "little"):
            if digit:
                start = add_ready(start, entries[offset + digit])
            offset += 255
        return start


BASE = decompress(4 * pow(5, -1, P) % P) or IDENTITY
