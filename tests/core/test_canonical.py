"""The ledger's canonical JSON: one way to write a value, and nothing else is read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import canonical
from app.core.canonical import LARGEST, CanonicalError

keys = st.from_regex(r"[a-z][a-z0-9_]{0,5}", fullmatch=True)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-LARGEST, LARGEST) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)


@given(values)
def test_reading_gives_back_what_was_written(value: object) -> None:
    assert canonical.loads(canonical.dumps(value)) == value


@given(values, st.data())
def test_a_changed_byte_is_refused_or_another_value(value: object, data: st.DataObject) -> None:
    written = canonical.dumps(value)
    place = data.draw(st.integers(0, len(written) - 1))
    changed = bytearray(written)
    changed[place] ^= data.draw(st.integers(1, 255))
    try:
        again = canonical.loads(bytes(changed))
    except CanonicalError:
        return
    assert canonical.dumps(again) == bytes(changed) != written


def test_the_form() -> None:
    assert canonical.dumps({"b": [1, None, True], "a": 'å"\n\x1f\x7f'}) == (
        '{"a":"å\\"\\n\\u001f\x7f","b":[1,null,true]}'.encode()
    )


@pytest.mark.parametrize(
    "data",
    [
        b'{"kind":"a","at":1}',
        b'{"a":1,"a":1}',
        b'{"a": 1}',
        b'{"a":1} ',
        b'{"a":1}\n',
        b'{"a":1.0}',
        b'{"a":1e3}',
        b'{"a":-0}',
        b'{"a":01}',
        b'{"a":NaN}',
        b'{"a":Infinity}',
        b'{"a":9007199254740992}',
        b'{"a":' + b"9" * 5000 + b"}",
        b'{"A":1}',
        b'{"":1}',
        b'"\\u00e5"',
        b'"\\/"',
        b'"\\ud800"',
        b'"\xff"',
        b"\xef\xbb\xbf{}",
        b"[" * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
        b"",
    ],
)
def test_another_form_is_refused(data: bytes) -> None:
    with pytest.raises(CanonicalError):
        canonical.loads(data)


@pytest.mark.parametrize("value", [1.0, 2**53, -(2**53), {"Key": 1}, {1: 1}, b"", "\ud800", {"a": {1, 2}}])
def test_what_has_no_form_is_not_written(value: object) -> None:
    with pytest.raises(CanonicalError):
        canonical.dumps(value)
