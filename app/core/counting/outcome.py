"""What every counting method gives: the nominees in order, who won, and how that was decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

Decided = Literal["votes", "shared", "jury", "open", "none"]


class ResultOutOfBounds(ValueError):
    """No set of valid ballots gives this result."""


@dataclass(frozen=True)
class Standing:
    """One nominee's votes and rank; `nominee` is its index on the ballot, equal votes have equal rank (1, 2, 2, 4)."""

    nominee: int
    votes: int
    rank: int


@dataclass(frozen=True)
class Outcome:
    """The outcome of one question.

    `standings`: every nominee, the most votes first, equals in the ballot's order. `tied`: the nominees that share
    the first place when they are several, else empty. `decided`: by "votes"; "shared" or by the "jury" when tied;
    "open" while the jury has not decided; "none" when nobody got a vote. `winners` is empty for the last two.
    """

    method: str
    standings: tuple[Standing, ...]
    winners: tuple[int, ...]
    tied: tuple[int, ...]
    ballots: int
    blanks: int
    decided: Decided
    invalid: int = 0

    @property
    def votes(self) -> int:
        """All marks that nominees got together."""
        return sum(standing.votes for standing in self.standings)

    def shares(self) -> dict[int, Fraction]:
        """For each nominee, the part of all ballots that marked it (zeros when there are none)."""
        return {
            s.nominee: Fraction(s.votes, self.ballots) if self.ballots else Fraction(0)
            for s in self.standings
        }

    def as_data(self) -> dict[str, Any]:
        """The outcome as it stands in the ledger's entry ``count-made``."""
        return {
            "ballots": self.ballots,
            "blanks": self.blanks,
            "decided": self.decided,
            "invalid": self.invalid,
            "method": self.method,
            "standings": [{"nominee": s.nominee, "rank": s.rank, "votes": s.votes} for s in self.standings],
            "tied": list(self.tied),
            "winners": list(self.winners),
        }


def by_votes(votes: Sequence[int]) -> tuple[Standing, ...]:
    """The standings of nominees with these votes, in the ballot's order."""
    order = sorted(range(len(votes)), key=lambda nominee: (-votes[nominee], nominee))
    return tuple(Standing(n, votes[n], 1 + sum(other > votes[n] for other in votes)) for n in order)


def split_row(row: Sequence[int], ballots: int) -> tuple[int, list[int]]:
    """A result's row as (blanks, votes of each nominee); raises `ResultOutOfBounds` on what cannot be."""
    if len(row) < 2:
        raise ResultOutOfBounds("a row holds the blank votes and at least one nominee's")
    blanks, votes = row[0], list(row[1:])
    if not 0 <= blanks <= ballots:
        raise ResultOutOfBounds(f"{blanks} blank votes in {ballots} ballots")
    for nominee, number in enumerate(votes):
        if not 0 <= number <= ballots - blanks:
            raise ResultOutOfBounds(f"nominee {nominee} has {number} votes of {ballots - blanks} ballots")
    return blanks, votes
