"""Decryptions and results."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.belenios.elections import Question
from app.core.belenios.encoding import canonical
from app.core.belenios.errors import BeleniosError, TallyError
from app.core.belenios.groups import base_power
from app.core.belenios.results import (
    Logarithms,
    Result,
    check_partial_decryption,
    check_possible,
    compute_result,
    owned_partial_decryption,
    parse_owned,
)
from tests.core.belenios.made import make


@pytest.fixture(scope="module")
def made():
    return make(trustees=2, weights=[1, 2, 4, 8])


def test_the_result(made):
    result = compute_result(made.election, made.trustees, made.tally, made.partials)
    by_secret = made.weights
    assert sum(result.counts[0]) == sum(list(by_secret.values())) - _missing(made)
    assert Result.parse(made.election, result.payload) == result


def _missing(made) -> int:
    voted = {json.loads(ballot)["credential"] for ballot in made.ballots}
    return sum(weight for public, weight in made.weights.items() if public not in voted)


def test_every_trustee_is_needed_and_only_with_its_own_key(made):
    for partials, code in (
        ({1: made.partials[1]}, "missing-decryption"),
        ({1: made.partials[2], 2: made.partials[1]}, "decryption-proof"),
        ({**made.partials, 3: made.partials[1]}, "decryption-owner"),
    ):
        with pytest.raises(TallyError) as caught:
            compute_result(made.election, made.trustees, made.tally, partials)
        assert caught.value.code == code


def test_wrong_factors_and_shapes(made):
    value = json.loads(made.partials[1])
    factors, proofs = value["decryption_factors"], value["decryption_proofs"]
    swapped = {**value, "decryption_factors": [factors[0][::-1], factors[1]]}
    short = {"decryption_factors": factors[:1], "decryption_proofs": proofs[:1]}
    key = made.trustees.verification_keys[0]
    for wrong in (swapped, short, {**value, "extra": 1}, dict(reversed(value.items())), {}):
        with pytest.raises(BeleniosError):
            check_partial_decryption(made.election, made.tally, key, canonical(wrong))
    check_partial_decryption(made.election, made.tally, key, made.partials[1])


def test_owned():
    payload = owned_partial_decryption(2, b"payload")
    owner, digest = parse_owned(payload)
    assert (owner, len(digest)) == (2, 64)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 3000), st.data())
def test_logarithms(bound, data):
    logarithms = Logarithms(bound)
    exponent = data.draw(st.integers(0, bound))
    assert logarithms.of(base_power(exponent)) == exponent
    for outside in (bound + 1, -1):
        with pytest.raises(TallyError):
            logarithms.of(base_power(outside))


def test_logarithms_have_a_bound():
    with pytest.raises(TallyError):
        Logarithms(2**50)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_whatever_ballots_give_is_possible(data):
    questions = data.draw(
        st.lists(
            st.builds(
                lambda size, low, high, blank: Question("Q", tuple("ABCD"[:size]), min(low, high, size), min(max(low, high), size), blank),
                st.integers(1, 4), st.integers(0, 4), st.integers(0, 4), st.booleans(),
            ), min_size=1, max_size=2,
        )
    )  # fmt: skip
    made = make(questions=questions, votes=[], upto="Ballot")
    counts = [[0] * question.width for question in questions]
    total = 0
    for _ in range(data.draw(st.integers(0, 5))):
        weight = data.draw(st.integers(1, 3))
        total += weight
        for question, row in zip(questions, counts, strict=True):
            if question.blank and data.draw(st.booleans()):
                row[0] += weight
                continue
            number = data.draw(st.integers(question.minimum, question.maximum))
            for index in data.draw(st.permutations(range(len(question.answers))))[:number]:
                row[index + question.blank] += weight
    check_possible(made.election, counts, total)


@pytest.mark.parametrize(
    ("blank", "low", "high", "row"),
    [
        (False, 1, 1, [2, 0]), (False, 1, 1, [2, 2]), (False, 0, 2, [4, 0]), (False, 0, 2, [-1, 1]),
        (False, 2, 2, [3, 2]), (True, 1, 1, [4, 0, 0]), (True, 1, 1, [1, 1, 0]), (True, 1, 1, [2, 2, 0]),
        (True, 1, 2, [1, 3, 0]),
    ],
)  # fmt: skip
def test_counts_that_three_ballots_cannot_give(blank, low, high, row):
    made = make(questions=[Question("Q", ("A", "B"), low, high, blank)], votes=[], upto="Ballot")
    with pytest.raises(TallyError) as caught:
        check_possible(made.election, [row], 3)
    assert caught.value.code == "impossible-result"
