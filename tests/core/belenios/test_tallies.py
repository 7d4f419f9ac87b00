"""The sum of the ballots, and what is read back of it."""

from __future__ import annotations

import json

import pytest

from app.core.belenios.ballots import read_ballot
from app.core.belenios.encoding import canonical
from app.core.belenios.errors import BeleniosError, TallyError
from app.core.belenios.tallies import (
    EncryptedTally,
    RunningTally,
    number_from,
    number_value,
    sized_payload,
    tally_ballots,
)
from tests.core.belenios.made import QUESTIONS, make


@pytest.fixture(scope="module")
def made():
    return make(upto="EncryptedTally", weights=[1, 3, 7, 1])


def test_the_order_and_the_chunks_of_ballots_do_not_matter(made):
    expected = made.tally
    ways = [
        tally_ballots(made.election, reversed(made.ballots), made.weights),
        tally_ballots(made.election, made.ballots, made.weights, processes=2),
    ]
    chunked = RunningTally(made.election)
    for data in made.ballots:
        own = RunningTally(made.election)
        ballot = read_ballot(data)
        own.add(ballot, made.weights[ballot.credential])
        chunked.merge(RunningTally.from_bytes(made.election, own.to_bytes()))
    chunked.merge(RunningTally(made.election))
    for tally in [*ways, chunked]:
        assert (tally.count, tally.total_weight) == (3, 11)
        assert tally.encrypted_tally() == expected


def test_no_ballots(made):
    tally = RunningTally.from_bytes(made.election, RunningTally(made.election).to_bytes())
    assert tally.encrypted_tally().sized_payload == sized_payload(0, 0, tally.encrypted_tally().hash)
    tally.merge(RunningTally(made.election))
    assert tally.count == 0


def test_tallies_of_other_elections_are_refused(made):
    other = make(upto="Ballot", questions=QUESTIONS[:1], votes=[[[0, 1, 0, 0]]])
    with pytest.raises(TallyError):
        RunningTally(made.election).merge(RunningTally(other.election))
    with pytest.raises(TallyError):
        RunningTally.from_bytes(made.election, RunningTally(other.election).to_bytes())
    with pytest.raises((TallyError, ValueError)):
        RunningTally(made.election).add(other.ballots[0])


def test_round_trip(made):
    tally = made.tally
    assert EncryptedTally.parse(made.election, tally.payload, tally.sized_payload) == tally
    rows = json.loads(tally.payload)
    for payload, sized in (
        (tally.payload, sized_payload(3, 11, "0" * 64)),
        (canonical(rows[:1]), tally.sized_payload),
        (canonical([rows[0], rows[1][:1]]), tally.sized_payload),
        (tally.payload, tally.sized_payload.replace(b"11", b'"11"')),
        (tally.payload, tally.sized_payload.replace(b":3", b":-3")),
        (tally.payload + b" ", tally.sized_payload),
    ):
        with pytest.raises(BeleniosError):
            EncryptedTally.parse(made.election, payload, sized)


@pytest.mark.parametrize("number", [0, 1, 2**30 - 1, 2**30, 2**40])
def test_numbers_are_strings_once_they_are_large(number):
    assert isinstance(number_value(number), str) == (number >= 2**30)
    assert number_from(number_value(number)) == number
    other = str(number) if number < 2**30 else number
    with pytest.raises(BeleniosError):
        number_from(other)
