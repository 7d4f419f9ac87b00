"""JSON from strangers, read so that nothing in it can hurt: bounded in bytes, depth, values and digits before it is parsed.

RFC 8259 leaves to each reader what a name given twice means and how large a number may be. Here a file that two readers
could understand differently is refused: names twice in one object, NaN and Infinity, numbers beyond any amount. UTF-8 is
read with or without a byte order mark, UTF-16 and UTF-32 with one.
"""

from __future__ import annotations

import codecs
import json
import re
from decimal import Decimal
from typing import Any, NoReturn

from app.procurement.notice import Damaged, NotANotice, TooLarge

MOST_BYTES = 12 * 2**20
MOST_DEPTH = 64
MOST_MEMBERS = 5_000
MOST_DIGITS = 100
LARGEST_EXPONENT = 40
MOST_MEMORY = 36 * 2**20
OBJECT_BYTES, ARRAY_BYTES, VALUE_BYTES = 200, 90, 90
"""About what CPython needs for an object, an array, and one more value in either."""

NEXT_STRUCTURE = re.compile(
    rb"""[^"{}\[\],]*+
         (?:"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)[^"{}\[\],]*+)*+   # strings, over which it jumps
         ([{}\[\],]|\Z)""",
    re.VERBOSE | re.DOTALL,
)  # possessive and without a way to fail: linear whatever the bytes are
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def load(data: bytes) -> Any:
    """What *data* says, numbers as int or `Decimal`.

    Raises `TooLarge`, `Damaged` (with `line` where it breaks off), or `NotANotice` for what was never JSON.
    """
    if len(data) > MOST_BYTES:
        raise TooLarge("more bytes than any notice has", most=str(MOST_BYTES))
    data = _as_utf8(data)
    if data.lstrip()[:1] not in {b"{", b"["}:
        raise NotANotice("not a JSON object or array")
    _bound(data)
    return _parse(data)


def _as_utf8(data: bytes) -> bytes:
    for mark, encoding in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            if encoding == "utf-8":
                return data[len(mark) :]
            try:
                return data.decode(encoding).encode()
            except UnicodeError as error:
                raise Damaged(f"not the {encoding} that it begins as", encoding=encoding) from error
    if b"\0" in data[:4]:
        raise Damaged("UTF-16 or UTF-32 without a byte order mark", encoding="utf-16")
    return data


def _bound(data: bytes) -> None:
    """Refuses what would be too deep or too much, without building any of it."""
    width = 4 if re.search(rb"[\xf0-\xff]", data) else 2 if re.search(rb"[\xc4-\xff]", data) else 1
    memory = 2 * width * len(data)  # the text, and once more what it consists of
    members: list[int] = []  # of each object and array that is open, the outermost first
    for found in NEXT_STRUCTURE.finditer(data):
        sign = found[1]
        if sign in {b"{", b"["}:
            members.append(0 if sign == b"{" else -MOST_BYTES)
            memory += OBJECT_BYTES if sign == b"{" else ARRAY_BYTES
        elif not members:
            break  # the end, or a fault at which parsing stops
        elif sign == b",":
            members[-1] += 1
            memory += VALUE_BYTES
        else:
            members.pop()
        if len(members) > MOST_DEPTH:
            raise TooLarge("deeper than any notice is")
        if memory > MOST_MEMORY or (members and members[-1] > MOST_MEMBERS):
            raise TooLarge("more values than any notice has")


def _parse(data: bytes) -> Any:
    try:
        return json.loads(
            data.decode(),
            object_pairs_hook=_object,
            parse_int=_whole,
            parse_float=_number,
            parse_constant=_refuse,
        )
    except json.JSONDecodeError as error:
        raise Damaged("the JSON breaks off or breaks its rules", line=str(error.lineno)) from None
    except UnicodeDecodeError:  # neither error is kept: each holds the whole text
        raise Damaged("not UTF-8", encoding="utf-8") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise Damaged("a name stands twice in one object")
    return made


def _whole(text: str) -> int:
    if len(text) > LARGEST_EXPONENT:
        _refuse(text)
    return int(text)


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except ArithmeticError:  # an exponent that not even Decimal holds
        _refuse(text)
    if len(text) > MOST_DIGITS or (number and abs(number.adjusted()) > LARGEST_EXPONENT):
        _refuse(text)
    return number or Decimal(0)


def _refuse(text: str) -> NoReturn:
    raise Damaged("a number that no notice has", number=text[:20])
