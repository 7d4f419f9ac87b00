"""Elections and their questions."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.belenios.elections import Election, Question, new_uuid
from app.core.belenios.encoding import canonical, sha256_b64, sha256_hex
from app.core.belenios.errors import BeleniosError, ElectionError, UnsupportedElectionError
from app.core.belenios.groups import base_power
from tests.core.belenios.made import UUID, make

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
questions = st.builds(
    Question,
    texts,
    st.lists(texts, min_size=1, max_size=5).map(tuple),
    st.just(0),
    st.integers(0, 5),
    st.booleans(),
)


@given(st.lists(questions, min_size=1, max_size=4), texts, texts, st.none() | texts)
def test_round_trip(asked, name, description, administrator):
    election = Election.build(
        uuid=UUID, name=name, description=description, questions=asked, public_key=base_power(5),
        administrator=administrator,
    )  # fmt: skip
    again = Election.parse(election.payload)
    assert again == election
    assert (again.name, again.description, again.administrator) == (name, description, administrator)
    assert election.hash == sha256_hex(election.payload)
    assert election.fingerprint == sha256_b64(election.payload)


def test_identifiers():
    assert len({new_uuid() for _ in range(50)}) == 50
    assert len(new_uuid()) == 14


@pytest.mark.parametrize("uuid", ["", "short", "0" * 14, "å" * 14, "A" * 13])
def test_odd_identifiers_are_refused(uuid):
    with pytest.raises(ElectionError):
        Election.build(
            uuid=uuid,
            name="",
            description="",
            questions=[Question("", ("A",), 0, 1)],
            public_key=base_power(5),
        )


def test_questions_that_cannot_be_answered_are_refused():
    for answers, low, high in (((), 0, 0), (("A",), 2, 1), (("A",), -1, 1), (("A",), 0, 10**6)):
        with pytest.raises(ElectionError):
            Question("Q", answers, low, high)


def _changed(**changes: object) -> bytes:
    value = json.loads(make(upto="Ballot", votes=[]).election.payload)
    value.update(changes)
    return canonical({key: part for key, part in value.items() if part is not None})


@pytest.mark.parametrize(
    "changes",
    [
        {"extra": 1}, {"name": None}, {"questions": []}, {"questions": [5]}, {"questions": "Q"}, {"uuid": 5},
        {"public_key": "0" * 64}, {"version": "1"}, {"version": True}, {"name": 5},
        {"questions": [{"answers": ["A"], "min": 0, "max": 1, "question": "Q", "blank": 1}]},
        {"questions": [{"answers": ["A"], "min": 0, "max": 1, "question": "Q", "extra": 1}]},
        {"questions": [{"min": 0, "answers": ["A"], "max": 1, "question": "Q"}]},
    ],
)  # fmt: skip
def test_malformed_elections_are_refused(changes):
    with pytest.raises(BeleniosError) as caught:
        Election.parse(_changed(**changes))
    assert not isinstance(caught.value, UnsupportedElectionError)


@pytest.mark.parametrize(
    "changes",
    [
        {"version": 0}, {"version": 2}, {"group": "RFC-3526-2048"},
        {"questions": [{"type": "NonHomomorphic", "value": {"answers": ["A"], "question": "Q"}}]},
        {"questions": [{"type": "Lists", "value": {"answers": [["L", "A"]], "question": "Q"}}]},
    ],
)  # fmt: skip
def test_other_kinds_of_elections_are_named(changes):
    with pytest.raises(UnsupportedElectionError):
        Election.parse(_changed(**changes))
