"""Ballots: every allowed choice makes one that passes, everything else is refused."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.belenios.ballots import check_ballot, make_ballot, read_ballot, size_limit, tracker
from app.core.belenios.elections import Election, Question
from app.core.belenios.encoding import sha256_b64
from app.core.belenios.errors import BallotError, CredentialError
from app.core.belenios.groups import base_power, deterministic_rng
from tests.core.belenios.made import UUID, make, secret

questions = st.builds(
    lambda answers, low, high, blank: Question("Q", tuple("ABCDE"[:answers]), min(low, high, answers), min(max(low, high), answers), blank),
    st.integers(1, 4), st.integers(0, 4), st.integers(0, 4), st.booleans(),
)  # fmt: skip


def election(*asked: Question) -> Election:
    return Election.build(uuid=UUID, name="N", description="D", questions=asked, public_key=base_power(99))


@settings(max_examples=20, deadline=None)
@given(st.data())
def test_every_allowed_choice_makes_a_ballot_that_passes(data):
    asked = data.draw(st.lists(questions, min_size=1, max_size=2))
    choices = []
    for question in asked:
        if question.blank and data.draw(st.booleans()):
            choices.append([1] + [0] * len(question.answers))
            continue
        number = data.draw(st.integers(question.minimum, question.maximum))
        marks = data.draw(st.permutations([1] * number + [0] * (len(question.answers) - number)))
        choices.append([0] * question.blank + list(marks))
    made = election(*asked)
    ballot = make_ballot(made, secret(0), choices)
    checked = check_ballot(made, ballot)
    assert checked.tracker == tracker(ballot) == sha256_b64(ballot)
    assert read_ballot(ballot) == checked
    assert len(ballot) <= size_limit(made)


@pytest.mark.parametrize(
    ("choices", "code"),
    [
        ([], "choices-questions"),
        ([[0, 1, 0, 0]], "choices-questions"),
        ([[1, 0, 0], [0, 0]], "choices-shape"),
        ([[0, 2, 0, 0], [0, 0]], "choices-shape"),
        ([[0, -1, 1, 1], [0, 0]], "choices-shape"),
        ([[0, 0, 0, 0], [0, 0]], "choices-number"),
        ([[0, 1, 1, 0], [0, 0]], "choices-number"),
        ([[1, 1, 0, 0], [0, 0]], "choices-blank"),
    ],
)
def test_choices_that_are_not_allowed(choices, code):
    made = make(upto="Ballot", votes=[])
    with pytest.raises(BallotError) as caught:
        make_ballot(made.election, secret(0), choices)
    assert caught.value.code == code


def test_the_same_scalars_make_the_same_ballot():
    made = make(upto="Ballot", votes=[])
    choices = [[0, 1, 0, 0], [0, 1]]
    first, again, other = (
        make_ballot(made.election, secret(0), choices, deterministic_rng(seed)) for seed in (b"a", b"a", b"b")
    )
    assert first == again != other
    assert make_ballot(made.election, secret(0), choices) != make_ballot(made.election, secret(0), choices)


def test_a_malformed_secret():
    with pytest.raises(CredentialError):
        make_ballot(make(upto="Ballot", votes=[]).election, "secret", [[0, 1, 0, 0], [0, 0]])


def test_who_may_vote():
    made = make(upto="Ballot")
    check_ballot(made.election, made.ballots[0], made.weights)
    with pytest.raises(BallotError) as caught:
        check_ballot(made.election, made.ballots[0], {})
    assert caught.value.code == "unknown-credential"


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_changed_byte_passes(data):
    made = make(upto="Ballot", votes=[[[0, 1, 0, 0], [0, 1]]])
    ballot = bytearray(made.ballots[0])
    place = data.draw(st.integers(0, len(ballot) - 1))
    ballot[place] = data.draw(st.integers(0, 255))
    if bytes(ballot) != made.ballots[0]:
        with pytest.raises(BallotError):
            check_ballot(made.election, bytes(ballot), made.weights)


@settings(max_examples=60, deadline=None)
@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.sampled_from(
        ["election_uuid", "election_hash", "credential", "answers", "signature", "hash", "proof", "choices",
         "individual_proofs", "overall_proof", "blank_proof", "alpha", "beta", "challenge", "response"]), inner),
))  # fmt: skip
def test_any_json_is_refused_by_name(value):
    with pytest.raises(BallotError):
        read_ballot(json.dumps(value).encode())


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not-json"),
        (b"[" * 10_000, "not-json"),
        (b"\xff\xfe", "not-json"),
        (b"9" * 9000, "not-json"),
        (b'"\\ud800"', "not-canonical"),
        (b"{}", "wrong-shape"),
        (b"[]", "wrong-shape"),
    ],
)
def test_hostile_bytes(data, code):
    with pytest.raises(BallotError) as caught:
        read_ballot(data)
    assert caught.value.code == code


def test_a_ballot_that_is_too_large():
    made = make(upto="Ballot")
    with pytest.raises(BallotError) as caught:
        check_ballot(made.election, b" " * (size_limit(made.election) + 1))
    assert caught.value.code == "too-large"


def test_an_answer_cannot_be_moved_to_another_question():
    same = Question("Q", ("A", "B"), 0, 2)
    made = make(questions=(same, same), votes=[[[1, 0], [0, 1]]], upto="Ballot")
    value = json.loads(made.ballots[0])
    value["answers"].reverse()
    with pytest.raises(BallotError) as caught:
        check_ballot(made.election, json.dumps(value, separators=(",", ":")).encode())
    assert caught.value.code == "signature-hash"
