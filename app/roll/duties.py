"""What the roll asks of an edition's moves, and what it wants somebody to do."""

from __future__ import annotations

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.awards.duties import Blocker, Todo
from app.awards.models import Edition
from app.core.phases import Phase
from app.extensions import db
from app.roll import asking, freezing, nominators, service, winners
from app.roll.list_models import ImportState, RollImport

WAITING = (ImportState.SHEETS, ImportState.COLUMNS, ImportState.PREVIEW)
"""Where a list waits for somebody's answer."""


def blockers(edition: Edition, to: Phase, *, now: datetime) -> list[Blocker]:  # noqa: ARG001 (every domain's signature)
    """Ballots are made for a roll that has someone on it, and when everyone who asked for one has an answer."""
    if to is not Phase.PREPARED:
        return []
    found = []
    if not service.count(edition.id) and not (edition.nominators_vote and nominators.wanted(edition)):
        found.append(Blocker(_l("The roll is empty: nobody would get a ballot.")))
    elif service.count(edition.id) and service.count(edition.id) == len(winners.left_out_ids(edition)):
        found.append(
            Blocker(_l("Everyone on the roll won a contract on the ballot, and winners do not vote."))
        )
    if waiting := asking.waiting(edition.id):
        found.append(
            Blocker(_l("Requests for a ballot that wait for an answer: %(number)s.", number=waiting))
        )
    return found


def todos(edition: Edition, *, now: datetime) -> list[Todo]:  # noqa: ARG001
    """Read in the roll; confirm a list that waits; answer who asks for a ballot."""
    if edition.phase not in service.OPEN_PHASES or service.is_frozen(edition.id):
        return []
    return _of_requests(edition) + _of_lists(edition)


def _of_requests(edition: Edition) -> list[Todo]:
    if not (waiting := asking.waiting(edition.id)):
        return []
    return [
        Todo(
            title=_l("Requests for a ballot: %(number)s", number=waiting),
            detail=_l(
                "Each is confirmed by mail and waits for your answer. Ballots are made when all have one."
            ),
            endpoint="roll.requests",
            values={"slug": edition.slug},
            action=_l("Answer them"),
        )
    ]


def _of_lists(edition: Edition) -> list[Todo]:
    waiting = db.session.scalar(
        select(RollImport)
        .where(RollImport.edition_id == edition.id, RollImport.state.in_(WAITING))
        .order_by(RollImport.id.desc())
    )
    if waiting is not None:
        return [
            Todo(
                title=_l("A list of companies waits for your confirmation"),
                detail=_l("Nothing in it is on the roll yet. It is put aside by itself after a day."),
                endpoint="roll.preview",
                values={"slug": edition.slug, "import_id": waiting.id},
                action=_l("Look at the list"),
            )
        ]
    if edition.phase is Phase.DRAFT or service.count(edition.id):
        return []
    return [
        Todo(
            title=_l("The roll is empty"),
            detail=_l(
                "Read in the companies that may vote, as an Excel or CSV file or pasted from a spreadsheet."
            ),
            endpoint="roll.upload",
            values={"slug": edition.slug},
            action=_l("Read in the roll"),
        )
    ]


def enter(edition_id: int, to: Phase, *, by: int | None, now: datetime) -> None:
    """The ballots' roll is frozen with them, and opened again when they are destroyed."""
    if to is Phase.PREPARED:
        freezing.freeze(edition_id, by=by, now=now)
    elif to is Phase.SHORTLISTING:
        service.unfreeze(edition_id, by=by, now=now)
