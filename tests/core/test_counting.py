"""The counting methods against ballots counted one by one, and their properties."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import counting
from app.core.counting import Outcome, ResultOutOfBounds, TieUnresolved, UnknownMethod, approval, plurality


def row_of(ballots: list[frozenset[int]], nominees: int) -> list[int]:
    """The homomorphic sum of ballots: blank first."""
    return [
        sum(not marked for marked in ballots),
        *(sum(nominee in marked for marked in ballots) for nominee in range(nominees)),
    ]


@st.composite
def elections(draw: st.DrawFn, most: int = 4) -> tuple[int, int, list[frozenset[int]]]:
    nominees = draw(st.integers(1, 6))
    maximum = draw(st.integers(1, min(most, nominees)))
    marked = st.frozensets(st.integers(0, nominees - 1), max_size=maximum)
    return nominees, maximum, draw(st.lists(marked, max_size=12))


@given(elections())
def test_the_most_approved_win(election: tuple[int, int, list[frozenset[int]]]) -> None:
    nominees, maximum, ballots = election
    outcome = approval.count(row_of(ballots, nominees), ballots=len(ballots), maximum=maximum)
    got = {n: sum(n in marked for marked in ballots) for n in range(nominees)}
    best = max(got.values())
    assert set(outcome.winners) == ({n for n in got if got[n] == best} if best else set())
    assert {s.nominee: s.votes for s in outcome.standings} == got
    assert all(s.rank == 1 + sum(v > s.votes for v in got.values()) for s in outcome.standings)
    assert [s.rank for s in outcome.standings] == sorted(s.rank for s in outcome.standings)
    assert outcome.blanks == sum(not marked for marked in ballots)
    assert outcome.votes == sum(map(len, ballots))


@given(elections(), st.randoms())
def test_relabelled_nominees_give_the_relabelled_outcome(election, random) -> None:
    nominees, maximum, ballots = election
    names = list(range(nominees))
    random.shuffle(names)
    outcome = approval.count(row_of(ballots, nominees), ballots=len(ballots), maximum=maximum)
    relabelled = [frozenset(names[n] for n in marked) for marked in ballots]
    random.shuffle(relabelled)
    again = approval.count(row_of(relabelled, nominees), ballots=len(ballots), maximum=maximum)
    assert set(again.winners) == {names[n] for n in outcome.winners}
    assert {s.nominee: s.rank for s in again.standings} == {
        names[s.nominee]: s.rank for s in outcome.standings
    }


@given(elections(most=1))
def test_plurality_is_approval_of_one(election) -> None:
    nominees, _, ballots = election
    row = row_of(ballots, nominees)
    one = plurality.count(row, ballots=len(ballots))
    other = approval.count(row, ballots=len(ballots), maximum=1)
    assert one.as_data() | {"method": ""} == other.as_data() | {"method": ""}


def test_worked_examples() -> None:
    outcome = plurality.count([1, 4, 3, 1], ballots=9)
    assert (outcome.winners, outcome.decided, outcome.shares()[0]) == ((0,), "votes", Fraction(4, 9))
    outcome = approval.count([1, 3, 2, 1], ballots=5, maximum=2)
    assert (outcome.winners, outcome.shares()[0]) == ((0,), Fraction(3, 5))


def test_a_shared_first_place_is_a_shared_win() -> None:
    outcome = plurality.count([0, 2, 5, 5], ballots=12, tie="shared")
    assert (outcome.winners, outcome.tied, outcome.decided) == ((1, 2), (1, 2), "shared")
    assert [(s.nominee, s.rank) for s in outcome.standings] == [(1, 1), (2, 1), (0, 3)]


def test_the_jury_decides_among_the_tied_alone() -> None:
    row, ballots = [0, 2, 5, 5], 12
    outcome = plurality.count(row, ballots=ballots, tie="jury")
    assert (outcome.winners, outcome.tied, outcome.decided) == ((), (1, 2), "open")
    outcome = plurality.count(row, ballots=ballots, tie="jury", jury=[2])
    assert (outcome.winners, outcome.tied, outcome.decided) == ((2,), (1, 2), "jury")
    assert plurality.count(row, ballots=ballots, tie="jury", jury=[2, 1]).winners == (1, 2)
    for choice in ([], [0], [1, 1], [1, 0], [7]):
        with pytest.raises(TieUnresolved):
            plurality.count(row, ballots=ballots, tie="jury", jury=choice)


def test_the_jury_has_nothing_to_decide_without_a_tie() -> None:
    with pytest.raises(TieUnresolved):
        plurality.count([0, 3, 2], ballots=5, tie="jury", jury=[0])
    with pytest.raises(TieUnresolved):
        plurality.count([0, 2, 2], ballots=4, tie="shared", jury=[0])
    with pytest.raises(TieUnresolved):
        plurality.count([0, 2, 2], ballots=4, tie="lot")


@pytest.mark.parametrize("tie", ["shared", "jury"])
def test_nobody_wins_without_a_vote(tie: str) -> None:
    outcome = plurality.count([3, 0, 0], ballots=3, tie=tie)
    assert (outcome.winners, outcome.tied, outcome.decided) == ((), (), "none")
    assert outcome.shares() == {0: 0, 1: 0}
    assert plurality.count([0, 0], ballots=0, tie=tie).decided == "none"


@pytest.mark.parametrize(
    ("method", "row"),
    [
        ("plurality", [0, 3, 3]),
        ("plurality", [0, 2, 2]),
        ("plurality", [6, -1, 0]),
        ("plurality", [-1, 3, 3]),
        ("plurality", [5]),
        ("approval", [1, 5, 0]),
        ("approval", [0, 5, 5, 1]),
        ("approval", [0, 2, 2]),
        ("approval", [6, 0, 0]),
    ],
)
def test_a_row_that_five_ballots_cannot_give_is_refused(method: str, row: list[int]) -> None:
    with pytest.raises(ResultOutOfBounds):
        counting.count(method, row, ballots=5, maximum=2)


def test_a_method_is_called_by_its_name() -> None:
    assert counting.count("plurality", [0, 1, 0], ballots=1).method == "plurality"
    assert counting.count("approval", [0, 1, 1], ballots=1, maximum=2).winners == (0, 1)
    with pytest.raises(UnknownMethod):
        counting.count("lottery", [0, 1], ballots=1)


def test_the_ledger_gets_the_whole_outcome() -> None:
    outcome: Outcome = plurality.count([1, 0, 2], ballots=3)
    assert outcome.as_data() == {
        "ballots": 3,
        "blanks": 1,
        "decided": "votes",
        "invalid": 0,
        "method": "plurality",
        "standings": [{"nominee": 1, "rank": 1, "votes": 2}, {"nominee": 0, "rank": 2, "votes": 0}],
        "tied": [],
        "winners": [1],
    }
