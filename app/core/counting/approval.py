"""Approval: each voter marks up to k nominees or votes blank; the most marks win (Brams and Fishburn, 1978).

Worked example: five ballots, two marks each at most, with the row [1, 3, 2, 1]: four voters gave six marks; nominee 0
wins, approved by 3 of 4.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.core.counting import ties
from app.core.counting.outcome import Outcome, ResultOutOfBounds, by_votes, split_row


def count(
    row: Sequence[int],
    *,
    ballots: int,
    maximum: int,
    tie: str = "shared",
    jury: Sequence[int] | None = None,
) -> Outcome:
    """The outcome of a row ``[blank, nominee 0, …]``; raises `ResultOutOfBounds` and `ties.TieUnresolved`."""
    blanks, votes = split_row(row, ballots)
    voters, marks = ballots - blanks, sum(votes)
    if not voters <= marks <= voters * maximum:
        raise ResultOutOfBounds(f"{voters} voters with one to {maximum} marks each do not make {marks} marks")
    standings = by_votes(votes)
    winners, tied, decided = ties.resolve(standings, tie=tie, jury=jury)
    return Outcome("approval", standings, winners, tied, ballots, blanks, decided)
