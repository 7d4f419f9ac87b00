"""The phases of an edition, and which transition is allowed when.

``draft → nominating → shortlisting → prepared → voting → counting → review → published → archived``; back from
prepared to shortlisting until the first ballot letter has left; cancelled from anything before published. What must
be in place for a transition (a shortlist, a roll, keys, sign-offs) is each domain's to say; here is only the order.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Literal


class Phase(StrEnum):
    """Where an edition stands in its year."""

    DRAFT = "draft"
    NOMINATING = "nominating"
    SHORTLISTING = "shortlisting"
    PREPARED = "prepared"
    VOTING = "voting"
    COUNTING = "counting"
    REVIEW = "review"
    PUBLISHED = "published"
    ARCHIVED = "archived"
    CANCELLED = "cancelled"


TRANSITIONS: Mapping[Phase, tuple[Phase, ...]] = {
    Phase.DRAFT: (Phase.NOMINATING, Phase.CANCELLED),
    Phase.NOMINATING: (Phase.SHORTLISTING, Phase.CANCELLED),
    Phase.SHORTLISTING: (Phase.PREPARED, Phase.CANCELLED),
    Phase.PREPARED: (Phase.VOTING, Phase.SHORTLISTING, Phase.CANCELLED),
    Phase.VOTING: (Phase.COUNTING, Phase.CANCELLED),
    Phase.COUNTING: (Phase.REVIEW, Phase.CANCELLED),
    Phase.REVIEW: (Phase.PUBLISHED, Phase.CANCELLED),
    Phase.PUBLISHED: (Phase.ARCHIVED,),
    Phase.ARCHIVED: (),
    Phase.CANCELLED: (),
}


ORDER = tuple(phase for phase in Phase if phase is not Phase.CANCELLED)


class TransitionRefused(ValueError):
    """This transition does not exist, or not any more; `why` is "unknown" or "letters-left"."""

    def __init__(self, from_: Phase, to: Phase, why: Literal["unknown", "letters-left"]) -> None:
        self.from_, self.to, self.why = from_, to, why
        super().__init__(f"an edition cannot move from {from_} to {to} ({why})")


def reached(phase: Phase, wanted: Phase) -> bool:
    """Whether *phase* is *wanted* or a later one; a cancelled edition has reached everything: nothing can change."""
    return phase is Phase.CANCELLED or ORDER.index(phase) >= ORDER.index(wanted)


def allowed(from_: Phase, *, letters_left: bool = False) -> tuple[Phase, ...]:
    """The phases that may follow `from_`; `letters_left`: whether a ballot letter has left."""
    following = TRANSITIONS[from_]
    if letters_left:
        following = tuple(to for to in following if (from_, to) != (Phase.PREPARED, Phase.SHORTLISTING))
    return following


def check(from_: Phase, to: Phase, *, letters_left: bool = False) -> None:
    """Raises `TransitionRefused` unless an edition in `from_` may move to `to`."""
    if to not in TRANSITIONS[from_]:
        raise TransitionRefused(from_, to, "unknown")
    if to not in allowed(from_, letters_left=letters_left):
        raise TransitionRefused(from_, to, "letters-left")
