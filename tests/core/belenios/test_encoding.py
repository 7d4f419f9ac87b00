"""JSON and hashes as the protocol writes them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.belenios import encoding
from app.core.belenios.errors import EncodingError

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("abc", max_size=3), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(values)
def test_round_trip(value):
    data = encoding.canonical(value)
    assert encoding.parse(data) == encoding.parse_canonical(data) == json.loads(data) == value
    assert encoding.canonical(encoding.parse(data)) == data


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b'{"a":1,"a":2}', "repeated-key"),
        (b'{"a":{"b":1,"b":1}}', "repeated-key"),
        (b"1.5", "not-an-integer"),
        (b"1e3", "not-an-integer"),
        (b"NaN", "not-an-integer"),
        (b"-Infinity", "not-an-integer"),
        (b"\xff", "not-json"),
        (b"", "not-json"),
        (b"{} {}", "not-json"),
        (b"[" * 100_000, "not-json"),
        (b"9" * 5000, "not-json"),
        (b"\xef\xbb\xbf{}", "not-json"),
        (b'"\\ud800"', "no-json-form"),
        (b'"\\u00e5"', "not-canonical"),
        (b'"\x7f"', "not-canonical"),
        (b"[1, 2]", "not-canonical"),
        (b"[]\n", "not-canonical"),
        (b"-0", "not-canonical"),
        (b'"\\/"', "not-canonical"),
    ],
)
def test_refused(data, code):
    with pytest.raises(EncodingError) as caught:
        encoding.parse_canonical(data)
    assert caught.value.code == code


@pytest.mark.parametrize("text", ["", "-1", "+1", "01", "1 ", "1_0", "１", "1" * 90, 5, None, "10"])
def test_numbers_have_one_form(text):
    with pytest.raises(EncodingError):
        encoding.decimal(text, 10)


def test_numbers():
    assert [encoding.decimal(text, 10) for text in ("0", "9")] == [0, 9]


def test_hashes():
    assert encoding.sha256_hex(b"abc").startswith("ba7816bf8f01cfea")
    assert encoding.sha256_b64(b"abc") == "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0"
    assert encoding.hash_to_number("abc") == int(encoding.sha256_hex(b"abc"), 16)
    assert encoding.hash_value("a" * 64) == "a" * 64
    for wrong in ("A" * 64, "a" * 63, None, "a" * 64 + "\n"):
        with pytest.raises(EncodingError):
            encoding.hash_value(wrong)


def test_shapes():
    assert encoding.members({"a": 1}, ("a",), ("b",)) == {"a": 1}
    for value, names in (([], ()), ({}, ("a",)), ({"b": 1}, ())):
        with pytest.raises(EncodingError):
            encoding.members(value, names)
    for call in (lambda: encoding.integer(True), lambda: encoding.string(1), lambda: encoding.array([1], 2)):
        with pytest.raises(EncodingError):
            call()
