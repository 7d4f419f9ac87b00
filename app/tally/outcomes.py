"""A count's outcome as the rows that bars and tables show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def rows(outcome: Mapping[str, Any], names: Sequence[str], *, blank: str) -> list[dict[str, Any]]:
    """One row a nominee, the most votes first, then the blank votes under the label *blank*.

    A row is ``{label, votes, share, won, blank, rank, nominee}``. A nominee's share is of the ballots that marked
    someone, the blank row's is of all ballots; None where there is nothing to divide by.
    """
    voters = outcome["ballots"] - outcome["blanks"] - outcome["invalid"]
    found = [
        {
            "label": names[standing["nominee"]],
            "votes": standing["votes"],
            "share": standing["votes"] / voters if voters else None,
            "won": standing["nominee"] in outcome["winners"],
            "blank": False,
            "rank": standing["rank"],
            "nominee": standing["nominee"],
        }
        for standing in outcome["standings"]
    ]
    found.append(
        {
            "label": blank,
            "votes": outcome["blanks"],
            "share": outcome["blanks"] / outcome["ballots"] if outcome["ballots"] else None,
            "won": False,
            "blank": True,
            "rank": None,
            "nominee": None,
        }
    )
    return found
