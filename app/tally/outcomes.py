"""A count's outcome as the rows that bars and tables show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def rows(outcome: Mapping[str, Any], names: Sequence[str], *, blank: str) -> list[dict[str, Any]]:
    """One row a nominee, the most votes first, then the blank votes under the label *blank*.

    A row is ``{label, votes, share, won, blank, rank, nominee}``. Every share is of all
    ballots, the blank ones too; None where there are none.
    """
    ballots = outcome["ballots"]
    found = [
        {
            "label": names[standing["nominee"]],
            "votes": standing["votes"],
            "share": standing["votes"] / ballots if ballots else None,
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
            "share": outcome["blanks"] / ballots if ballots else None,
            "won": False,
            "blank": True,
            "rank": None,
            "nominee": None,
        }
    )
    return found
