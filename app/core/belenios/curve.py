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

_LOW = 2**270 - 1
_FOLD = 19 << 15


def fold(number: int) -> int:
    """A smaller number that is the same modulo P, because 2^270 is 19·2^15: much quicker than a division.

    Coordinates are kept below 2^271 in size, never quite reduced and of either sign. One fold brings a product of
    two of them below 2^291, a second fold a product of two such numbers below 2^271 again.
    """
    return (number & _LOW) + _FOLD * (number >> 270)


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
    a = fold((y1 - x1) * (y2 - x2))
    b = fold((y1 + x1) * (y2 + x2))
    c = fold(_D2 * fold(fold(t1 * t2)))
    d = fold(2 * z1 * z2)
    e, f, g, h = b - a, d - c, d + c, b + a
    return fold(fold(e * f)), fold(fold(g * h)), fold(fold(f * g)), fold(fold(e * h))


def add_ready(left: Point, right: Ready) -> Point:
    """The sum of a point and a table's entry."""
    x, y, z, t = left
    plus, minus, t2d = right
    a = (y - x) * minus
    b = (y + x) * plus
    c = t * t2d
    a = (a & _LOW) + _FOLD * (a >> 270)
    b = (b & _LOW) + _FOLD * (b >> 270)
    c = (c & _LOW) + _FOLD * (c >> 270)
    d = z + z
    e, f, g, h = b - a, d - c, d + c, b + a
    x, y, z, t = e * f, g * h, f * g, e * h
    x = (x & _LOW) + _FOLD * (x >> 270)
    y = (y & _LOW) + _FOLD * (y >> 270)
    z = (z & _LOW) + _FOLD * (z >> 270)
    t = (t & _LOW) + _FOLD * (t >> 270)
    return (
        (x & _LOW) + _FOLD * (x >> 270),
        (y & _LOW) + _FOLD * (y >> 270),
        (z & _LOW) + _FOLD * (z >> 270),
        (t & _LOW) + _FOLD * (t >> 270),
    )


def double_often(point: Point, times: int) -> Point:
    """The point doubled `times` times. Its T is not computed: fit for `ready`, `compress_all` and more doublings."""
    x, y, z, _ = point
    for _ in range(times):
        a, b, c, d = x * x, y * y, z * z, x + y
        a = (a & _LOW) + _FOLD * (a >> 270)
        b = (b & _LOW) + _FOLD * (b >> 270)
        c = (c & _LOW) + _FOLD * (c >> 270)
        d *= d
        d = (d & _LOW) + _FOLD * (d >> 270)
        h, g = a + b, a - b
        e, f = h - d, c + c + g
        x, y, z = e * f, g * h, f * g
        x = (x & _LOW) + _FOLD * (x >> 270)
        y = (y & _LOW) + _FOLD * (y >> 270)
        z = (z & _LOW) + _FOLD * (z >> 270)
        x = (x & _LOW) + _FOLD * (x >> 270)
        y = (y & _LOW) + _FOLD * (y >> 270)
        z = (z & _LOW) + _FOLD * (z >> 270)
    return x, y, z, 0


def negate(point: Point) -> Point:
    """The inverse of a point."""
    x, y, z, t = point
    return -x, y, z, -t


def equal(left: Point, right: Point) -> bool:
    """Whether two points are the same."""
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (
        left[1] * right[2] - right[1] * left[2]
    ) % P == 0


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
            doubles.append(double_often(doubles[-1], 4))
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


_WIDTH = 10
_HALF = 1 << (_WIDTH - 1)
_ROWS = 26


class Table:
    """The multiples d·2^(10i) of a fixed point for 0 < d ≤ 512: a multiplication is at most 26 additions.

    Digits are signed: a digit above 512 is taken as itself less 1024, with one more in the next row.
    """

    def __init__(self, point: Point) -> None:
        multiples: list[Point] = []
        for _ in range(_ROWS):
            (entry,) = ready([point])
            multiple = add_ready(IDENTITY, entry)
            for _ in range(_HALF):
                multiples.append(multiple)
                multiple = add_ready(multiple, entry)
            point = double_often(multiples[-1], 1)
        entries = ready(multiples)
        self.rows = [entries[start : start + _HALF] for start in range(0, len(entries), _HALF)]

    def multiply(self, scalar: int) -> Point:
        """The point times `scalar`, 0 ≤ scalar < 2^256."""
        return self.add_multiple(IDENTITY, scalar)

    def add_multiple(self, start: Point, scalar: int) -> Point:
        """`start` plus the point times `scalar`."""
        for row in self.rows:
            digit = scalar & (2 * _HALF - 1)
            scalar >>= _WIDTH
            if digit > _HALF:
                plus, minus, t2d = row[2 * _HALF - digit - 1]
                start = add_ready(start, (minus, plus, -t2d))
                scalar += 1
            elif digit:
                start = add_ready(start, row[digit - 1])
        return start


BASE = decompress(4 * pow(5, -1, P) % P) or IDENTITY
