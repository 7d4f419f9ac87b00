"""The one way a value is written as JSON in the ledger: RFC 8785 (JCS) with whole numbers only.

Keys are sorted by code point and consist of ``[a-z][a-z0-9_]*``; there is no white space; characters outside ASCII
stand as themselves; numbers are whole and below 2^53 in size, so that any language reads them back unchanged.
Whoever parses canonical text and writes it again gets the same bytes: `loads` accepts nothing else.

Example: ``{"kind":"a","at":1}`` is refused (its keys are not sorted), ``{"at":1,"kind":"a"}`` is accepted.

(The Belenios files have a canonical form of their own, in which the order of fields is the specification's:
see `app.core.belenios.encoding`.)
"""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

LARGEST = 2**53 - 1
_KEY = re.compile(r"[a-z][a-z0-9_]*")


class CanonicalError(ValueError):
    """The value has no canonical form, or the text is not in it."""


def dumps(value: object) -> bytes:
    """The canonical bytes of `value` (str, bool, None, int, list or tuple, dict); raises `CanonicalError`."""
    try:
        _check(value)
        text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
        return text.encode("utf-8")
    except (RecursionError, UnicodeEncodeError) as error:
        raise CanonicalError(str(error)) from error


def loads(data: bytes) -> Any:
    """The value of canonical bytes; raises `CanonicalError` when writing it again would give other bytes."""
    try:
        value = json.loads(data.decode("utf-8"), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise CanonicalError(f"not JSON: {error}") from error
    if dumps(value) != data:
        raise CanonicalError("not in canonical form")
    return value


def _refuse(constant: str) -> NoReturn:
    raise CanonicalError(f"{constant} is no JSON number")


def _check(value: object) -> None:
    if value is None or isinstance(value, str | bool):
        return
    if isinstance(value, int):
        if abs(value) > LARGEST:
            raise CanonicalError("a number of 2^53 or more")
    elif isinstance(value, list | tuple):
        for item in value:
            _check(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str) or not _KEY.fullmatch(key):
                raise CanonicalError(f"a key may not be {key!r}")
            _check(item)
    else:
        raise CanonicalError(f"{type(value).__name__} has no canonical form")
