"""The shapes that values in the ledger's entries may have: small predicates, put together into records.

A shape is a function from a value to whether it fits. Nothing fits by accident: no extra fields, no free characters,
every length bounded, so that an entry has no room for anything that its kind does not say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from app.core.canonical import LARGEST

Shape = Callable[[object], bool]

LONGEST_TEXT = 4000
LONGEST_LIST = 20_000
TIME_FORMAT = "%Y-%m-%dT%H:%M:%SZ"
_UNWANTED = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def matching(pattern: str) -> Shape:
    """Strings that the pattern matches from the first character to the last."""
    compiled = re.compile(pattern)
    return lambda value: isinstance(value, str) and compiled.fullmatch(value) is not None


def one_of(*values: str) -> Shape:
    """One of these strings."""
    return lambda value: isinstance(value, str) and value in values


def nullable(shape: Shape) -> Shape:
    """That shape, or null."""
    return lambda value: value is None or shape(value)


def list_of(shape: Shape, *, most: int = LONGEST_LIST) -> Shape:
    """A list of at most `most` items of that shape."""
    return lambda value: isinstance(value, list) and len(value) <= most and all(map(shape, value))


def record(fields: Mapping[str, Shape]) -> Shape:
    """An object with exactly these fields."""

    def fits(value: object) -> bool:
        return (
            isinstance(value, dict)
            and value.keys() == fields.keys()
            and all(shape(value[name]) for name, shape in fields.items())
        )

    return fits


def count(value: object) -> bool:
    """A whole number from 0."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST


def boolean(value: object) -> bool:
    """True or false."""
    return isinstance(value, bool)


def text(value: object) -> bool:
    """A text for people: at most 4000 characters, no control characters but line feeds, none that turn text around.

    The ranges are spelled out so that every version of Python draws the line at the same place.
    """
    return isinstance(value, str) and len(value) <= LONGEST_TEXT and _UNWANTED.search(value) is None


def plain(value: str) -> str:
    """`value` as `text` takes it: line feeds alone end lines, unwanted characters are gone, the end is cut off."""
    return _UNWANTED.sub("", value.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))[
        :LONGEST_TEXT
    ]


def time(value: object) -> bool:
    """A time in UTC to the second, as ``2026-03-01T12:00:00Z``."""
    try:
        return isinstance(value, str) and write_time(read_time(value)) == value
    except ValueError:
        return False


hex64 = matching(r"[0-9a-f]{64}")
b64 = matching(r"[A-Za-z0-9+/]{43}")
slug = matching(r"[a-z0-9][a-z0-9-]{0,79}")
decimal = matching(r"0|[1-9][0-9]{0,79}")


def read_time(value: str) -> datetime:
    """The time in the ledger's form; raises ValueError."""
    return datetime.strptime(value, TIME_FORMAT).replace(tzinfo=UTC)


def write_time(value: datetime) -> str:
    """An aware time in the ledger's form, to the second; raises ValueError on a naive one."""
    if value.tzinfo is None:
        raise ValueError("a time in the ledger is aware")
    return value.astimezone(UTC).strftime(TIME_FORMAT)
