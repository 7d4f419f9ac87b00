"""What a question on the ballot is: how many may be chosen, how the answers are counted, how a tie is resolved.

A ballot has one question a category. Every question allows a blank vote, which excludes every other answer; whoever
does not vote blank marks at least one nominee. The rule, its tie rule included, is published in the ledger
(``ballot-defined``) before the first vote.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.core.ledger_shapes import text

MOST_NOMINEES = 30


class Kind(StrEnum):
    """How a voter answers."""

    CHOOSE_ONE = "choose-one"
    APPROVE = "approve"


class TieRule(StrEnum):
    """What happens when several nominees share the first place: all of them win, or the jury says who, and why."""

    SHARED = "shared"
    JURY = "jury"


class RuleError(ValueError):
    """A question that cannot be put to voters; `field` names what is wrong."""

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        super().__init__(message)


@dataclass(frozen=True)
class Question:
    """One category's question: its nominees' names in the order of the ballot, and how many may be marked."""

    category: str
    text: str
    kind: Kind
    names: tuple[str, ...]
    maximum: int = 1
    tie: TieRule = TieRule.SHARED

    def __post_init__(self) -> None:
        if not 1 <= len(self.names) <= MOST_NOMINEES:
            raise RuleError("names", f"a question has 1 to {MOST_NOMINEES} nominees, not {len(self.names)}")
        if not all(name.strip() and text(name) for name in self.names):
            raise RuleError("names", "a nominee's name is empty or has characters that cannot be printed")
        if len(set(self.names)) != len(self.names):
            raise RuleError("names", "two nominees have the same name")
        if not 1 <= self.maximum <= len(self.names):
            raise RuleError("maximum", f"{self.maximum} of {len(self.names)} nominees cannot be marked")
        if self.kind is Kind.CHOOSE_ONE and self.maximum != 1:
            raise RuleError("maximum", "whoever chooses one marks one nominee")

    @property
    def method(self) -> str:
        """The name of the counting method."""
        return "plurality" if self.kind is Kind.CHOOSE_ONE else "approval"

    @property
    def minimum(self) -> int:
        """How many nominees are marked at least, unless the vote is blank."""
        return 1

    def choices(self, marked: frozenset[int]) -> list[int]:
        """The answer's zeros and ones as the ballot wants them, blank first; no nominee marked is a blank vote."""
        if not marked <= set(range(len(self.names))) or len(marked) > self.maximum:
            raise RuleError("marked", f"at most {self.maximum} of {len(self.names)} nominees can be marked")
        return [int(not marked), *(int(index in marked) for index in range(len(self.names)))]

    def ledger(self, index: int) -> dict[str, Any]:
        """The question as it stands in the ledger's entry ``ballot-defined``; `index` is its place on the ballot."""
        return {
            "blank": True,
            "category": self.category,
            "maximum": self.maximum,
            "method": self.method,
            "minimum": self.minimum,
            "names": list(self.names),
            "question": index,
            "tie": self.tie.value,
        }
