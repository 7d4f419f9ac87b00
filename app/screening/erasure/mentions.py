"""Finding a person in texts by name or address, and taking them out.

A name is found as whole words, whatever its capitals and spaces; an address as a whole one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import JSON, Enum, String
from sqlalchemy import inspect as inspected

from app.extensions import db

GONE = "[…]"
SHORTEST = 4
AROUND = 50

Pattern = re.Pattern[str]


class TooShort(ValueError):
    """What is looked for is so short that it stands everywhere."""


def pattern(*texts: str) -> Pattern:
    """What finds any of *texts*; raises `TooShort`."""
    wanted = {" ".join(text.split()) for text in texts}
    if not wanted or min(map(len, wanted)) < SHORTEST:
        raise TooShort
    longest_first = sorted(wanted, key=len, reverse=True)
    return re.compile("|".join(map(_one, longest_first)), re.IGNORECASE)


def is_address(text: str) -> bool:
    """Whether it is an e-mail address that is looked for."""
    return "@" in text


def stands_in(found: Pattern, value: Any) -> bool:
    """Whether it is found in a text, or in any text of a JSON value."""
    return any(found.search(text) for text in _texts(value))


def excerpt(found: Pattern, value: Any) -> str:
    """The first place in a value where it is found, with a few words around."""
    for text in _texts(value):
        if match := found.search(text):
            start, end = max(0, match.start() - AROUND), match.end() + AROUND
            shown = " ".join(text[start:end].split())
            return f"{'…' if start else ''}{shown}{'…' if end < len(text) else ''}"
    return ""


def without(found: Pattern, value: Any) -> Any:
    """The same value with `GONE` in every place where it was found."""
    if isinstance(value, str):
        return found.sub(GONE, value)
    if isinstance(value, dict):
        return {without(found, name): without(found, each) for name, each in value.items()}
    return [without(found, each) for each in value] if isinstance(value, list) else value


def columns(row: db.Model) -> list[str]:  # type: ignore[name-defined]
    """The columns of a row in which words can stand."""
    return [
        column.key
        for column in inspected(type(row)).columns
        if isinstance(column.type, (String, JSON)) and not isinstance(column.type, Enum)
    ]


def take_out(found: Pattern, rows: Iterable[db.Model]) -> None:  # type: ignore[name-defined]
    """Puts `GONE` wherever it stands in *rows*."""
    for row in rows:
        for name in columns(row):
            value = getattr(row, name)
            if stands_in(found, value):
                setattr(row, name, without(found, value))


def _one(text: str) -> str:
    words = r"\s+".join(map(re.escape, text.split(" ")))
    return rf"(?<![\w.+-]){words}(?![\w-])" if is_address(text) else rf"(?<!\w){words}(?!\w)"


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, each in value.items():
            yield str(name)
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
