"""What the secretariat should see to around decisions: completions that came or did not, answers, and who is to be told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext, ngettext
from sqlalchemy import Select, func, select

from app.awards.duties import Todo
from app.awards.models import Edition
from app.extensions import db
from app.nominations.models import Nomination, State
from app.screening.decisions.decisions import DECIDED_IN
from app.screening.models import Decision, Party, Told, Verb
from app.screening.told import concerned, replying
from app.web import STOCKHOLM


def todos(edition: Edition, *, now: datetime) -> list[Todo]:
    """Everything of that kind."""
    found = [_unread(edition), *_untold(edition)]
    if edition.phase in DECIDED_IN:
        found += [_completed(edition), _overdue(edition, now.astimezone(STOCKHOLM).date())]
    return [todo for todo in found if todo is not None]


def completed(edition_id: int) -> list[Nomination]:
    """Nominations that were changed after their author had been asked to, and wait for a decision since."""
    return _asked(edition_id, State.CONFIRMED)


def overdue(edition_id: int, today: date) -> list[Nomination]:
    """Nominations whose completion was wanted before *today* and has not come."""
    return _asked(edition_id, State.COMPLETION_ASKED, Decision.complete_by < today)


def _asked(edition_id: int, state: State, *where: Any) -> list[Nomination]:
    newest = select(func.max(Decision.id)).where(Decision.verb != Verb.MOVE).group_by(Decision.nomination_id)
    query: Select[Any] = select(Nomination).join(Decision, Decision.nomination_id == Nomination.id)
    query = query.where(Nomination.edition_id == edition_id, Nomination.state == state)
    query = query.where(Decision.verb == Verb.ASK, Decision.id.in_(newest), *where)
    return list(db.session.scalars(query.order_by(Nomination.id)))


def _completed(edition: Edition) -> Todo | None:
    found = completed(edition.id)
    if not found:
        return None
    return Todo(
        ngettext("A nomination has been completed", "%(num)s nominations have been completed", len(found)),
        lazy_gettext("Their authors have changed what you asked about. They wait to be decided."),
        *_place(edition, found, "confirmed"),
        lazy_gettext("Read and decide"),
    )


def _overdue(edition: Edition, today: date) -> Todo | None:
    found = overdue(edition.id, today)
    if not found:
        return None
    return Todo(
        ngettext(
            "A completion has not come in time", "%(num)s completions have not come in time", len(found)
        ),
        lazy_gettext("The day in the letter has passed. Ask again, or decide on what there is."),
        *_place(edition, found, "completion-asked"),
        lazy_gettext("See which"),
    )


def _unread(edition: Edition) -> Todo | None:
    found: Sequence[Told] = replying.unread(edition.id)
    if not found:
        return None
    first = replying.about(found[0])
    declines = any(told.declines for told in found)
    return Todo(
        ngettext("An answer from the nominated", "%(num)s answers from the nominated", len(found)),
        lazy_gettext("Somebody does not want to take part. What follows from it is yours to decide.")
        if declines
        else lazy_gettext("Read it, and take over the corrections that are right."),
        "screening.answers",
        {"slug": edition.slug, "nomination_id": first.id},
        lazy_gettext("Read the answer"),
        warn=declines,
    )


def _untold(edition: Edition) -> list[Todo]:
    found = concerned.untold(edition)
    authorities = [item for item, party in found if party is Party.AUTHORITY]
    people = [item for item, party in found if party is Party.PERSON]
    todos = []
    if authorities:
        todos.append(
            Todo(
                ngettext(
                    "The authority has not been told",
                    "%(num)s authorities have not been told",
                    len(authorities),
                ),
                lazy_gettext("A nomination of theirs is accepted, and the law requires that they are told."),
                *_to_tell(edition, authorities[0], "myndigheten"),
            )
        )
    if people:
        todos.append(
            Todo(
                ngettext("A person has not been told", "%(num)s people have not been told", len(people)),
                lazy_gettext(
                    "They are named in an accepted nomination, and the law requires that they are told."
                ),
                *_to_tell(edition, people[0], "personen"),
            )
        )
    return todos


def _to_tell(edition: Edition, nomination: Nomination, whom: str) -> tuple[str, dict[str, Any], Any]:
    values = {"slug": edition.slug, "nomination_id": nomination.id, "whom": whom}
    return "screening.tell", values, lazy_gettext("Write to them")


def _place(edition: Edition, found: list[Nomination], state: str) -> tuple[str, dict[str, Any]]:
    """The nomination's page where it is one, else the list of those that stand as it does."""
    if len(found) == 1:
        return "screening.detail", {"slug": edition.slug, "nomination_id": found[0].id}
    return "screening.listing", {"slug": edition.slug, "state": state}
