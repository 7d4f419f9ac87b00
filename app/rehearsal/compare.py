"""Holds the published numbers against what the simulated voters really chose, which only a rehearsal knows."""

from __future__ import annotations

import json
from collections.abc import Sequence

from app.rehearsal.voters import Vote


def differences(votes: Sequence[Vote], results: bytes) -> list[str]:
    """A line for each number in results.json that is not what *votes* add up to; empty when all agree."""
    wrong = []
    for category in json.loads(results)["categories"]:
        place = category["question"]
        chosen = [sum(column) for column in zip(*(vote.choices[place] for vote in votes), strict=True)]
        blanks, votes_for = chosen[0], chosen[1:]
        if category["blanks"] != blanks:
            wrong.append(f"{category['slug']}: {category['blanks']} blank published, {blanks} cast")
        for nominee in category["nominees"]:
            cast = votes_for[nominee["nominee"]]
            if nominee["votes"] != cast:
                wrong.append(
                    f"{category['slug']}: {nominee['title']} has {nominee['votes']} published, {cast} cast"
                )
    return wrong
