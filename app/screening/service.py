"""What screening has to say about an edition's next step."""

from __future__ import annotations

from datetime import datetime

from flask_babel import lazy_gettext, ngettext

from app.awards.duties import Blocker, Todo
from app.awards.models import Edition
from app.core.phases import Phase
from app.nominations import service as nominations
from app.nominations.models import State
from app.screening.decisions.decisions import DECIDED_IN
from app.screening.merges import merge_todos
from app.screening.told import reminders

WAITING = (State.CONFIRMED, State.COMPLETION_ASKED)


def waiting(edition_id: int) -> int:
    """How many nominations wait for a decision."""
    counts = nominations.counts(edition_id)
    return sum(counts[state] for state in WAITING)


def blockers(edition: Edition, to: Phase, *, now: datetime) -> list[Blocker]:  # noqa: ARG001 (every domain takes it)
    """What prevents the edition from entering *to*: before the ballot is made, everything confirmed is decided."""
    if to is not Phase.PREPARED or not (number := waiting(edition.id)):
        return []
    return [
        Blocker(
            ngettext(
                "One confirmed nomination is neither accepted nor declined.",
                "%(num)s confirmed nominations are neither accepted nor declined.",
                number,
            )
        )
    ]


def todos(edition: Edition, *, now: datetime) -> list[Todo]:
    """What the secretariat should see to."""
    return [*_to_decide(edition), *merge_todos.todos(edition), *reminders.todos(edition, now=now)]


def _to_decide(edition: Edition) -> list[Todo]:
    if edition.phase not in DECIDED_IN:
        return []
    number = nominations.counts(edition.id)[State.CONFIRMED]
    if not number:
        return []
    return [
        Todo(
            ngettext("Decide on one nomination", "Decide on %(num)s nominations", number),
            lazy_gettext("They are confirmed and wait to be accepted or declined."),
            "screening.listing",
            {"slug": edition.slug, "state": "confirmed"},
            lazy_gettext("Read and decide"),
            warn=edition.phase is Phase.SHORTLISTING,
        )
    ]


def enter(edition_id: int, to: Phase, *, by: int | None, now: datetime) -> None:
    """Screening has no step of its own in any move."""
