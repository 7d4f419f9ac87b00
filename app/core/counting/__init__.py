"""Counting: a tally and a published rule in, one `Outcome` out; a file for each method."""

from __future__ import annotations

from collections.abc import Sequence

from app.core.counting import approval, plurality
from app.core.counting.outcome import Outcome, ResultOutOfBounds, Standing
from app.core.counting.ties import TieUnresolved

__all__ = ["Outcome", "ResultOutOfBounds", "Standing", "TieUnresolved", "UnknownMethod", "count"]


class UnknownMethod(ValueError):
    """There is no counting method of this name."""


def count(
    method: str,
    row: Sequence[int],
    *,
    ballots: int,
    maximum: int = 1,
    tie: str = "shared",
    jury: Sequence[int] | None = None,
) -> Outcome:
    """Counts one question's row of a Belenios result, ``[blank, nominee 0, nominee 1, …]``, by the named method.

    `ballots` is how many were tallied, `maximum` how many nominees a voter could mark, `tie` the published rule and
    `jury` the winners that the jury chose among the tied, once it has. Raises `UnknownMethod`, `ResultOutOfBounds`
    (no ballots can give this row) and `TieUnresolved` (the jury cannot choose these).
    """
    if method == "plurality":
        return plurality.count(row, ballots=ballots, tie=tie, jury=jury)
    if method == "approval":
        return approval.count(row, ballots=ballots, maximum=maximum, tie=tie, jury=jury)
    raise UnknownMethod(method)
