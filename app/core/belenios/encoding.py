"""JSON and hashes exactly as the protocol writes them (sections 4.1 and 4.2).

A structure is serialised without spaces, its fields in the specification's order, because its bytes are hashed.
Python keeps a dict in the order of insertion, so a value built in that order is written in that order.

>>> canonical({"height": 0, "type": "Setup"})
b'{"height":0,"type":"Setup"}'
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from typing import Any

from app.core.belenios.errors import EncodingError

_DECIMAL = re.compile(r"0|[1-9][0-9]*")
_HASH = re.compile(r"[0-9a-f]{64}")


def canonical(value: Any) -> bytes:
    """The compact UTF-8 JSON of `value`, keys in the order given. Raises EncodingError for what has no such form."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return text.replace("\x7f", "\\u007f").encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise EncodingError("no-json-form", f"This value has no canonical JSON form: {error}.") from error


def _no_float(text: str) -> Any:
    raise EncodingError("not-an-integer", f"Numbers here are integers, not {text[:40]}.")


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise EncodingError("repeated-key", "A JSON object has the same key twice.")
    return members


def parse(data: bytes) -> Any:
    """The JSON value of UTF-8 `data`. Raises EncodingError: not UTF-8, not JSON, a repeated key, a float."""
    try:
        return json.loads(
            data.decode(), object_pairs_hook=_pairs, parse_float=_no_float, parse_constant=_no_float
        )
    except EncodingError:
        raise
    except (ValueError, RecursionError) as error:
        raise EncodingError("not-json", f"This is not JSON: {str(error)[:120]}.") from error


def parse_canonical(data: bytes) -> Any:
    """As `parse`, and refuses bytes that differ from the canonical form of the same value."""
    value = parse(data)
    if canonical(value) != data:
        raise EncodingError("not-canonical", "The JSON is not in its canonical form.")
    return value


def members(value: Any, required: tuple[str, ...], optional: tuple[str, ...] = ()) -> dict[str, Any]:
    """`value` as a JSON object that has all `required` keys and no other than these and the `optional` ones."""
    if not isinstance(value, dict):
        raise EncodingError("wrong-shape", "A JSON object was expected.")
    for key in required:
        if key not in value:
            raise EncodingError("missing-key", f'The key "{key}" is missing.')
    for key in value:
        if key not in required and key not in optional:
            raise EncodingError("unknown-key", f'The key "{key[:40]}" is not known here.')
    return value


def string(value: Any) -> str:
    """`value` as text."""
    if not isinstance(value, str):
        raise EncodingError("wrong-shape", "A string was expected.")
    return value


def integer(value: Any) -> int:
    """`value` as an integer (JSON's true and false are none)."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise EncodingError("wrong-shape", "An integer was expected.")
    return value


def array(value: Any, length: int | None = None) -> list[Any]:
    """`value` as an array, of `length` items where given."""
    if not isinstance(value, list):
        raise EncodingError("wrong-shape", "An array was expected.")
    if length is not None and len(value) != length:
        raise EncodingError("wrong-length", f"An array of {length} was expected, not of {len(value)}.")
    return value


def decimal(value: Any, below: int) -> int:
    """`value`, a string of decimal digits without leading zeros, as a number smaller than `below`."""
    if not isinstance(value, str) or len(value) > 80 or not _DECIMAL.fullmatch(value) or not value.isascii():
        raise EncodingError("bad-scalar", "A number in decimal digits was expected.")
    number = int(value)
    if number >= below:
        raise EncodingError("bad-scalar", "A number is not reduced: it is not below the group's order.")
    return number


def hash_value(value: Any) -> str:
    """`value` as a SHA-256 hash in 64 lower-case hexadecimal digits."""
    if not isinstance(value, str) or not _HASH.fullmatch(value):
        raise EncodingError("bad-hash", "A hash of 64 lower-case hexadecimal digits was expected.")
    return value


def sha256_hex(data: bytes) -> str:
    """SHA-256 in hexadecimal: how payloads and events are named (section 4.4)."""
    return hashlib.sha256(data).hexdigest()


def sha256_b64(data: bytes) -> str:
    """SHA-256 in base64 without padding: trackers and fingerprints (sections 4.10 and 4.17)."""
    return base64.b64encode(hashlib.sha256(data).digest()).decode("ascii").rstrip("=")


def hash_to_number(text: str) -> int:
    """SHA-256 of `text` as a big-endian number: the challenges of all proofs, before reduction."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest(), "big")
