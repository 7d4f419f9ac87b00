"""Ties, by the rule that was published before the first vote.

"shared": everyone in the first place wins. "jury": the jury chooses one or several of them and publishes why; until
then the outcome is open. Example: votes 5, 5, 2 with the rule "shared" have two winners; with "jury", none before
the jury has decided. A tie in which nobody has a vote has no winner under either rule.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.core.counting.outcome import Decided, Standing


class TieUnresolved(ValueError):
    """What is said about the tie does not fit it: an unknown rule, or a choice that the jury does not have."""


def resolve(
    standings: Sequence[Standing], *, tie: str, jury: Sequence[int] | None = None
) -> tuple[tuple[int, ...], tuple[int, ...], Decided]:
    """(winners, tied, how it was decided) of standings in order; nominees ascend. Raises `TieUnresolved`."""
    if tie not in ("shared", "jury"):
        raise TieUnresolved(f"there is no tie rule {tie!r}")
    first = tuple(sorted(s.nominee for s in standings if s.rank == 1 and s.votes > 0))
    tied = first if len(first) > 1 else ()
    if jury is not None and not (tied and tie == "jury"):
        raise TieUnresolved("there is no tie for the jury to decide")
    if not first:
        return (), (), "none"
    if not tied:
        return first, (), "votes"
    if tie == "shared":
        return tied, tied, "shared"
    if jury is None:
        return (), tied, "open"
    chosen = tuple(sorted(set(jury)))
    if not chosen or len(chosen) != len(jury) or not set(chosen) <= set(tied):
        raise TieUnresolved(f"the jury chooses among {list(tied)}, not {list(jury)}")
    return chosen, tied, "jury"
