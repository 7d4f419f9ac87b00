"""What was changed after the freeze: by two people each time, and every ballot more has a voter more."""

from __future__ import annotations

from collections.abc import Mapping

from app.core.ledger_checks.findings import Evidence, demand
from app.core.ledger_file import Record

FOLLOWING: Mapping[str, tuple[str, ...]] = {
    "replace-ballot": ("address-corrected", "ballot-voided", "ballot-activated"),
    "correct-address": ("address-corrected",),
    "add-voter": ("voter-added", "ballot-activated"),
}
"""What an act writes, in this order; a replaced ballot goes to another address only sometimes."""
SOMETIMES = ("replace-ballot", "address-corrected")


def two_people(evidence: Evidence) -> str:
    """Each void, spare, corrected address and added voter belongs to an act of two people, and each act did its work."""
    act: Record | None = None
    due: list[str] = []
    kinds = sorted({kind for kinds in FOLLOWING.values() for kind in kinds})
    acts = 0
    for record in evidence.ledger.of("two-person-act", *kinds):
        if record.kind == "two-person-act":
            _nothing_due(act, due)
            act, due = record, list(FOLLOWING.get(record.data["act"], ()))
            acts += bool(due)
            continue
        if (
            act is not None
            and due[:1] == [SOMETIMES[1]]
            and act.data["act"] == SOMETIMES[0]
            and record.kind != due[0]
        ):
            due.pop(0)
        demand(
            act is not None and due[:1] == [record.kind],
            "no-two-people",
            f"entry {record.height} ({record.kind}) does not follow from an act of two people",
        )
        assert act is not None
        due.pop(0)
        demand(
            (record.data["by"]["who"], record.data["second"]) == (act.data["first"], act.data["second"]),
            "other-people",
            f"entry {record.height} ({record.kind}) names other people than entry {act.height}, which decided it",
        )
    _nothing_due(act, due)
    return (
        f"two people decided each of {acts} changes after the freeze"
        if acts
        else "nothing was changed after the freeze"
    )


def _nothing_due(act: Record | None, due: list[str]) -> None:
    demand(
        not due,
        "act-without-work",
        f"entry {act.height if act else 0} decides something of which {', '.join(due)} did not follow",
    )


def added(evidence: Evidence, since: Record) -> int:
    """How many voters were added to the roll that the credentials of *since* were issued for.

    Each of them has one spare, which took the place of no other ballot.
    """
    voters: set[str] = set()
    waiting = number = 0
    for record in evidence.ledger.of("voter-added", "ballot-activated"):
        if record.height < since.height:
            continue
        if record.kind == "voter-added":
            demand(
                record.data["voter"] not in voters,
                "added-twice",
                f"entry {record.height} adds a voter who was added before",
            )
            voters.add(record.data["voter"])
            waiting += 1
            number += 1
        elif record.data["old"] is None:
            demand(
                waiting > 0,
                "nobody-added",
                f"entry {record.height} activates a spare for nobody: no ballot was voided, and no voter added",
            )
            waiting -= 1
    demand(not waiting, "added-without-ballot", f"{waiting} voters were added to whom no spare was activated")
    return number
