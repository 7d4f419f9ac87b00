"""The group: laws, encodings, and the same answers from libsodium and from Python's own integers."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.belenios import curve, groups
from app.core.belenios.errors import GroupError
from app.core.belenios.groups import (
    GENERATOR,
    IDENTITY,
    FixedBase,
    P,
    Q,
    base_power,
    decode,
    divide,
    invert,
    multiply,
    power,
)

ROOT = Path(__file__).parents[3]
scalars = st.one_of(st.integers(0, 20), st.integers(Q - 20, Q + 20), st.integers(0, 2**256))


@settings(max_examples=25, deadline=None)
@given(scalars, scalars)
def test_powers_add_and_multiply(left, right):
    assert multiply(base_power(left), base_power(right)) == base_power(left + right)
    assert divide(base_power(left), base_power(right)) == base_power(left - right)
    assert power(base_power(left), right) == base_power(left * right)


@settings(max_examples=25, deadline=None)
@given(scalars, scalars, scalars)
def test_a_commitment_is_the_product_of_two_powers(key, response, challenge):
    y, other = FixedBase(base_power(key)), base_power(7)
    expected = base_power(key * response + 7 * challenge)
    assert y.commitment(response, other, challenge) == expected


@settings(max_examples=25, deadline=None)
@given(scalars)
def test_own_integers_agree(exponent):
    element = base_power(exponent)
    point = curve.decompress(int(element.hex(), 16))
    assert point is not None
    again = curve.Chain(curve.BASE).multiply(exponent % Q)
    assert curve.compress_all([again, point]) == [int(element.hex(), 16)] * 2


@given(st.lists(st.sampled_from(["add", "ready", "double", "negate"]), max_size=40), st.integers(1, Q - 1))
@settings(max_examples=30, deadline=None)
def test_coordinates_stay_small_and_right(steps, exponent):
    point, value = curve.Chain(curve.BASE).multiply(exponent), exponent
    (entry,) = curve.ready([curve.BASE])
    for step in steps:
        if step == "add":
            point, value = curve.add(point, point), 2 * value
        elif step == "ready":
            point, value = curve.add_ready(point, entry), value + 1
        elif step == "negate":
            point, value = curve.negate(point), -value
        else:  # doubling leaves T out, so one more step gives it back
            doubled = curve.double_often(point, 1)
            again = curve.decompress(curve.compress_all([doubled])[0])
            assert again is not None
            point, value = again, 2 * value
        assert all(abs(coordinate) < 2**271 for coordinate in point)
    assert curve.compress_all([point])[0] == int(base_power(value).hex(), 16)


@settings(max_examples=25, deadline=None)
@given(scalars)
def test_encoding_round_trip(exponent):
    element = base_power(exponent)
    assert decode(element.hex()) == element
    assert hash(decode(element.hex())) == hash(element)
    assert pickle.loads(pickle.dumps(element)) == element


def test_identities_and_zero():
    assert power(GENERATOR, 0) == power(IDENTITY, 5) == power(GENERATOR, Q) == IDENTITY
    assert multiply(IDENTITY, GENERATOR) == multiply(GENERATOR, IDENTITY) == GENERATOR
    assert multiply(GENERATOR, invert(GENERATOR)) == IDENTITY == divide(GENERATOR, GENERATOR)
    assert invert(IDENTITY) == IDENTITY
    assert groups.product([]) == IDENTITY
    assert FixedBase(GENERATOR).commitment(0, GENERATOR, 0) == IDENTITY
    assert FixedBase(IDENTITY).power(3) == IDENTITY
    assert decode(IDENTITY.hex()) == IDENTITY


def _small_order() -> list[int]:
    """The compressed forms of the points whose order divides eight, except the identity."""
    numbers = []
    # q·P has an order that divides eight; its multiples are more of them.
    for y in range(2, 60):
        point = curve.decompress(y)
        if point is not None:
            small = curve.Chain(point).multiply(Q)
            numbers.append(curve.compress_all([small])[0])
    return sorted(set(numbers) - {1})


def test_points_outside_the_prime_order_group_are_refused():
    small = _small_order()
    assert len(small) == 7
    for number in small:
        point = curve.decompress(number)
        assert point is not None
        mixed = curve.compress_all([curve.add(point, base_power(12345).point)])[0]
        for outside in (number, mixed):
            with pytest.raises(GroupError):
                decode(f"{outside:064x}")
            element = groups.decode_deferred(f"{outside:064x}")
            with pytest.raises(GroupError):
                groups.ensure_members([element])


@pytest.mark.parametrize(
    "text",
    [
        "", "0" * 63, "0" * 65, "0" * 64, "G" * 64, None, 5, f"{P + 1:064x}", f"{P + 4:064x}", f"{(1 << 255) | 1:064x}",
        GENERATOR.hex().replace("6", "６"), base_power(8).hex().upper(), f" {GENERATOR.hex()[1:]}",
    ],
)  # fmt: skip
def test_other_encodings_are_refused(text):
    with pytest.raises(GroupError):
        decode(text)


def test_a_raised_element_is_known_to_be_a_member():
    element = groups.decode_deferred(base_power(5).hex())
    power(element, 3)
    groups.ensure_members([element])


def test_deterministic_scalars_are_documented():
    draw = groups.deterministic_rng(b"group")
    vectors = json.loads((ROOT / "tests/vectors/belenios.json").read_text())
    assert [str(draw()) for _ in range(3)] == [row["scalar"] for row in vectors["group"]["base_powers"][5:8]]
    assert all(0 <= draw() < Q for _ in range(100))


@pytest.mark.parametrize("backend", ["libsodium", "python"])
def test_both_backends_give_the_same_vectors(backend):
    if backend != groups.BACKEND == "python":
        pytest.skip("PyNaCl is not installed: pip install pynacl")
    code = (
        "from tests.vectors import belenios; from app.core.belenios import groups; import sys\n"
        "sys.stdout.write(groups.BACKEND + '\\n' + belenios.text())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT, capture_output=True, text=True, check=True, timeout=60,
        env={**os.environ, "BELENIOS_BACKEND": "python" if backend == "python" else "", "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    used, text = done.stdout.split("\n", 1)
    assert used == backend
    assert text == (ROOT / "tests/vectors/belenios.json").read_text()
