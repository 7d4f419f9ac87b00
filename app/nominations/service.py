"""Nominations that count: changed and withdrawn by their author, listed and counted."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext
from sqlalchemy import func, select

from app.awards import categories, deadlines
from app.awards import service as awards
from app.awards.categories import CategoryInUse
from app.awards.duties import Blocker, Todo
from app.awards.models import Category, Edition
from app.core.phases import Phase
from app.extensions import db
from app.nominations import content, shortlist, texts
from app.nominations.drafts import Gone, NominationError, NotNow, TooLate, delete, linked, tell, write
from app.nominations.models import Nomination, Nominee, State
from app.nominations.records import happened, record_content, record_withdrawal

COUNTED = (State.CONFIRMED, State.COMPLETION_ASKED, State.ACCEPTED, State.DECLINED, State.MERGED)
EDITABLE = (State.CONFIRMED, State.COMPLETION_ASKED, State.ACCEPTED, State.MERGED)
COMPLETED_IN = (Phase.NOMINATING, Phase.SHORTLISTING)


_before_withdrawal: list[Callable[[Nomination, datetime], None]] = []


def before_withdrawal(
    listener: Callable[[Nomination, datetime], None],
) -> Callable[[Nomination, datetime], None]:
    """Registers who prepares for a nomination's withdrawal, in the same transaction (at import, once)."""
    _before_withdrawal.append(listener)
    return listener


def nominees(edition_id: int) -> list[Nominee]:
    """Every nominee of the edition, by category and place on the ballot."""
    query = (
        select(Nominee)
        .join(Category)
        .where(Nominee.edition_id == edition_id)
        .order_by(Category.position, Category.id, Nominee.position, Nominee.id)
    )
    return list(db.session.scalars(query))


def nominees_in(category_id: int) -> list[Nominee]:
    """The nominees of one category in the order of the ballot."""
    return shortlist.in_category(category_id)


def nomination(edition_id: int, nomination_id: int) -> Nomination:
    """One nomination of the edition; raises `Gone`."""
    found = db.session.get(Nomination, nomination_id)
    if found is None or found.edition_id != edition_id:
        raise Gone
    return found


def may_change(edition: Edition, nomination: Nomination, now: datetime) -> bool:
    """Whether its author may change or withdraw it: while nominations are taken in.

    One whose author was asked to complete it stays open until the ballot is prepared, for the deadline is about new ones.
    """
    asked = nomination.state is State.COMPLETION_ASKED and edition.phase in COMPLETED_IN
    return asked or deadlines.in_grace(edition, now)


class ChangedMeanwhile(NominationError):
    """The nomination is not any more what its author's page showed: the secretariat, or another page, has changed it."""


def stamp(nomination: Nomination) -> str:
    """Stands for what a nomination says now: another stamp, other words."""
    return hashlib.sha256(content.text(nomination).encode()).hexdigest()[:16]


def edit(
    edition_id: int,
    public_id: str,
    version: int,
    values: Mapping[str, Any],
    *,
    seen: str | None = None,
    now: datetime,
) -> bool:
    """Its author changes a confirmed nomination (the address stays); False when nothing differs.

    One that was accepted waits for a decision again; one that was merged stays so. Raises `Gone`, `OldLink`, `TooLate`,
    `NotNow`, and `ChangedMeanwhile` where `stamp` is not *seen* any more.
    """
    edition, editing = _changing(edition_id, public_id, version, now)
    if editing.state not in EDITABLE:
        raise NotNow(editing.state)
    if seen is not None and seen != stamp(editing):
        raise ChangedMeanwhile
    asked = editing.state is State.COMPLETION_ASKED
    before = (editing.category_id, *(getattr(editing, name) for name in texts.stored({})))
    write(editing, {**texts.stored(values), "contact_email": editing.contact_email}, now=now)
    editing.category = categories.category(edition.id, str(values["category"]))
    db.session.flush()
    same = before == (editing.category_id, *(getattr(editing, name) for name in texts.stored({})))
    if same and not (asked and _files_since_asked(editing)):
        return False
    _decide_anew(editing)
    happened(editing, "completed" if asked else "edited", now=now)
    record_content(editing, "nomination-edited", now=now)
    tell(editing, "nomination_changed", now=now)
    return True


def _changing(edition_id: int, public_id: str, version: int, now: datetime) -> tuple[Edition, Nomination]:
    edition = awards.lock(edition_id)
    found = linked(edition_id, public_id, version)
    if not may_change(edition, found, now):
        raise TooLate
    return edition, found


def _files_since_asked(nomination: Nomination) -> bool:
    """Whether its author added or removed files since completion was asked for: that may be all that was asked."""
    events = [event.what for event in nomination.events]
    asked = max((place for place, what in enumerate(events) if what == "asked"), default=0)
    return any(what.startswith("file-") for what in events[asked:])


def _decide_anew(nomination: Nomination) -> None:
    """What was decided of a nomination was not about what it says now; of a merged one, where it stood before."""
    if nomination.state is State.MERGED:
        nomination.state_before = State.CONFIRMED
    else:
        nomination.state = State.CONFIRMED


def withdraw(edition_id: int, public_id: str, version: int, *, now: datetime) -> None:
    """Its author takes a nomination back; raises `Gone`, `OldLink`, `TooLate`, `NotNow`."""
    _, leaving = _changing(edition_id, public_id, version, now)
    if leaving.state is State.DRAFT:
        delete(leaving)
        return
    if leaving.state not in (State.SUBMITTED, *EDITABLE):
        raise NotNow(leaving.state)
    for listener in _before_withdrawal:
        listener(leaving, now)
    leaving.state, leaving.updated_at = State.WITHDRAWN, now
    db.session.flush()
    happened(leaving, "withdrawn", now=now)
    record_withdrawal(leaving, now=now)
    if leaving.confirmed_at is not None:
        tell(leaving, "nomination_withdrawn", now=now)


def counts(edition_id: int) -> dict[State, int]:
    """How many nominations stand in each state."""
    query = (
        select(Nomination.state, func.count())
        .where(Nomination.edition_id == edition_id)
        .group_by(Nomination.state)
    )
    found = {state: number for state, number in db.session.execute(query)}  # noqa: C416 (rows are not pairs to mypy)
    return {state: found.get(state, 0) for state in State}


def blockers(edition: Edition, to: Phase, *, now: datetime) -> list[Blocker]:  # noqa: ARG001 (every domain takes it)
    """What prevents the edition from entering *to*: every category has a choice to offer before the ballot is made."""
    return shortlist.blockers(edition) if to is Phase.PREPARED else []


def todos(edition: Edition, *, now: datetime) -> list[Todo]:  # noqa: ARG001 (every domain takes it)
    """What the secretariat should see to."""
    if edition.phase is not Phase.SHORTLISTING or not shortlist.blockers(edition):
        return []
    return [
        Todo(
            lazy_gettext("Make the shortlist"),
            lazy_gettext(
                "Choose from the accepted nominations what stands on the ballot, in which order and with which words."
            ),
            "nominations.shortlist",
            {"slug": edition.slug},
            lazy_gettext("Open the shortlist"),
        )
    ]


def enter(edition_id: int, to: Phase, *, by: int | None, now: datetime) -> None:
    """Writes the finished shortlist into the ledger when the ballot is prepared."""
    if to is Phase.PREPARED:
        shortlist.record(edition_id, by=by, now=now)


@categories.before_removal
def _keep_used(category: Category) -> None:
    """A category goes only when no nomination that counts stands in it; drafts simply lose theirs."""
    standing = select(Nomination).where(Nomination.category_id == category.id)
    for item in db.session.scalars(standing):
        if item.state in COUNTED:
            raise CategoryInUse
        item.category = None
    db.session.flush()
