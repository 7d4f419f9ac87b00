"""What facts become when one merge of several is undone: as if it had never been, and all others had.

Each merge knows what its target said until then (`before`) and what it said from then on (`taken`). Where the next
thing that is known of the target says something else, somebody edited it in between, and that stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from app.extensions import db
from app.nominations.models import Nomination
from app.screening.merges import choices
from app.screening.merges.choices import BY_NAME, Value
from app.screening.models import Merge

Place = tuple[int, str]
"""A nomination, and one of its choices."""


@dataclass
class Outcome:
    """What is to be written: what nominations say then, by choice, and what later merges have to remember instead.

    `said` names a nomination only where something changes; `remembered` has the new `before` and `taken` of a merge.
    """

    said: dict[int, dict[str, Value]] = field(default_factory=dict)
    remembered: dict[int, tuple[dict[str, Value], dict[str, Value]]] = field(default_factory=dict)


def without(undone: Merge, later: Sequence[Merge]) -> Outcome:
    """What comes of taking *undone* away; *later* are the merges in force that came after it, the oldest first.

    Only reads.
    """
    outcome = Outcome()
    waiting: dict[Place, tuple[Value, Value]] = {
        (undone.target_id, name): (taken, undone.before[name]) for name, taken in undone.taken.items()
    }
    for merge in later:
        _pass_on(merge, waiting, outcome)
    for (number, name), (before, after) in waiting.items():
        if _says(number, name, before):
            outcome.said.setdefault(number, {})[name] = after
    return outcome


def _pass_on(merge: Merge, waiting: dict[Place, tuple[Value, Value]], outcome: Outcome) -> None:
    """Makes a later merge fit: *waiting* holds what was said and what is said instead, until the next that is known."""
    before, taken = dict(merge.before), dict(merge.taken)
    for name in merge.taken:
        found = waiting.pop((merge.target_id, name), None)
        if found and choices.same(BY_NAME[name], found[0], before[name]):
            before[name] = found[1]
        given = waiting.get((merge.source_id, name))
        if given is None:
            continue
        if choices.same(BY_NAME[name], given[0], taken[name]):
            waiting[merge.target_id, name] = taken[name], given[1]
            taken[name] = given[1]
        else:  # the source was edited before it was put there
            del waiting[merge.source_id, name]
    if (before, taken) != (merge.before, merge.taken):
        outcome.remembered[merge.id] = before, taken


def _says(number: int, name: str, said: Value) -> bool:
    nomination, choice = db.session.get_one(Nomination, number), BY_NAME[name]
    return choices.same(choice, choices.value(nomination, choice), said)
