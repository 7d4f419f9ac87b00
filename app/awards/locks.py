"""Which settings of an edition can no longer be changed, and from when: by its phase, or because of what came of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.awards.models import Edition
from app.core.phases import Phase, reached

LOCKED_FROM: Mapping[str, Phase] = {
    "slug": Phase.NOMINATING,
    "year": Phase.NOMINATING,
    **dict.fromkeys(
        (
            "name_sv",
            "name_en",
            "heading_sv",
            "heading_en",
            "spare_count",
            "plain_voting",
            "unit",
            "nominators_vote",
            "self_registration",
            "winners_vote",
        ),
        Phase.PREPARED,
    ),
    "signoffs_needed": Phase.PREPARED,
    "publish_relation": Phase.NOMINATING,
    "people_kept_days": Phase.NOMINATING,
    "grace_minutes": Phase.SHORTLISTING,
    "voting_opens_at": Phase.VOTING,
    "reminders_at_most": Phase.VOTING,
    "reminder_days": Phase.VOTING,
    "result_at": Phase.PUBLISHED,
}

_held: list[tuple[str, Callable[[Edition], bool]]] = []


class FieldLocked(ValueError):
    """A field that can no longer be changed in this phase; `field` names it."""

    def __init__(self, field: str) -> None:
        self.field = field
        super().__init__(f"{field} can no longer be changed")


def hold(field: str, while_: Callable[[Edition], bool]) -> None:
    """Registers what else keeps a field of an edition from being changed, as long as it is so."""
    _held.append((field, while_))


def locked(edition: Edition) -> frozenset[str]:
    """The fields of an edition that can no longer be changed."""
    passed = {field for field, phase in LOCKED_FROM.items() if reached(edition.phase, phase)}
    return frozenset(passed | {field for field, held in _held if held(edition)})
