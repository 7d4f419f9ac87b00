"""Plurality: each voter marks one nominee or votes blank; the most marks win.

Worked example: nine ballots with the row [1, 4, 3, 1] are one blank vote and 4, 3 and 1 votes; nominee 0 wins with
4 of 8, one half.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.core.counting import ties
from app.core.counting.outcome import Outcome, ResultOutOfBounds, by_votes, split_row


def count(
    row: Sequence[int], *, ballots: int, tie: str = "shared", jury: Sequence[int] | None = None
) -> Outcome:
    """The outcome of a row ``[blank, nominee 0, …]``; raises `ResultOutOfBounds` and `ties.TieUnresolved`."""
    blanks, votes = split_row(row, ballots)
    if blanks + sum(votes) != ballots:
        raise ResultOutOfBounds(f"{blanks} blank votes and {sum(votes)} others do not make {ballots} ballots")
    standings = by_votes(votes)
    winners, tied, decided = ties.resolve(standings, tie=tie, jury=jury)
    return Outcome("plurality", standings, winners, tied, ballots, blanks, decided)
