"""What differs between two texts, word by word, for people to read."""

from __future__ import annotations

import re
from collections import Counter
from difflib import SequenceMatcher
from enum import StrEnum

MOST_WORK = 400_000
"""So many pairs of equal words are compared; texts with more differ as a whole."""

WORD = re.compile(r"\s*(?:\w+|[^\w\s])|\s+\Z", re.UNICODE)


class Op(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


Piece = tuple[Op, str]


def words(before: str, after: str) -> list[Piece]:
    """The pieces of which the two texts are made: joined without what was added they give *before*, and the other way round."""
    old, new = WORD.findall(before), WORD.findall(after)
    if _work(old, new) > MOST_WORK:
        return [piece for piece in ((Op.REMOVED, before), (Op.ADDED, after)) if piece[1]]
    pieces: list[Piece] = []
    for tag, start, end, new_start, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append((Op.SAME, "".join(old[start:end])))
            continue
        gone, come = "".join(old[start:end]), "".join(new[new_start:new_end])
        pieces += [piece for piece in ((Op.REMOVED, gone), (Op.ADDED, come)) if piece[1]]
    return pieces


def _work(old: list[str], new: list[str]) -> int:
    there = Counter(new)
    return sum(number * there[word] for word, number in Counter(old).items())
