"""The edition's plan: what happens by itself, and when. Made, changed and taken away by people until it has happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from app.accounts import service as accounts
from app.awards import service as awards
from app.awards.models import Edition
from app.core.ledger_entries import OPEN_WITHOUT_JURY
from app.core.phases import Phase
from app.extensions import db
from app.ledger import service as ledger
from app.mail import service as mail
from app.roll import service as roll
from app.secretariat import planned_acts, service
from app.secretariat.models import PlanItem, PlanKind, PlanState
from app.web import STOCKHOLM

LATE_AFTER = timedelta(minutes=5)
MORNING = 9
REQUEST = "plan-request"


class NoSuchItem(LookupError):
    """Nothing planned has this number in this edition."""


class AlreadyPlanned(Exception):
    """The same is planned already."""


class AlreadyOver(Exception):
    """It has happened, or can happen no more: it is not changed."""


class InThePast(ValueError):
    """Something is planned for a time that lies ahead."""


class NotPrepared(Exception):
    """What sends ballots is confirmed when they are made."""


class WrongNumber(ValueError):
    """The number typed is not that of the voters."""


class NothingToApprove(Exception):
    """Nobody has asked for a second person here, or one has answered."""


@dataclass(frozen=True)
class Offer:
    """What could be planned, and for when."""

    kind: PlanKind
    number: int
    at: datetime


def items(edition_id: int) -> list[PlanItem]:
    """What is planned and what became of it, in the order of its times."""
    query = select(PlanItem).where(PlanItem.edition_id == edition_id)
    query = query.order_by(PlanItem.at, PlanItem.id).execution_options(populate_existing=True)
    return list(db.session.scalars(query))


def item(item_id: int, *, edition_id: int) -> PlanItem:
    """One of them. Raises `NoSuchItem`."""
    found = db.session.get(PlanItem, item_id, populate_existing=True)
    if found is None or found.edition_id != edition_id:
        raise NoSuchItem(item_id)
    return found


def is_late(item: PlanItem, edition: Edition, now: datetime) -> bool:
    """Whether it should have happened by now."""
    return item.state == PlanState.PLANNED and now > planned_acts.due_at(item, edition) + LATE_AFTER


def late(edition: Edition, now: datetime) -> list[PlanItem]:
    """What should have happened by now."""
    return [
        each
        for each in items(edition.id)
        if is_late(each, edition, now) and planned_acts.ended(each, edition, now) is None
    ]


def missing(edition: Edition, now: datetime) -> list[tuple[PlanKind, int]]:
    """What could be planned besides what is."""
    there = {(each.kind, each.number) for each in items(edition.id)}
    wanted = [(PlanKind.CLOSE_NOMINATIONS, 1), (PlanKind.SEND_BALLOTS, 1), (PlanKind.OPEN_VOTE, 1)]
    wanted += [(PlanKind.REMINDER, number + 1) for number in range(edition.reminders_at_most)]
    wanted += [(PlanKind.RESULT_LETTER, 1)]
    return [
        (kind, number)
        for kind, number in wanted
        if (kind, number) not in there and planned_acts.KINDS[kind].ended(edition, now) is None
    ]


def offers(edition: Edition, now: datetime) -> list[Offer]:
    """What the edition's dates suggest and nobody has planned: each of them lies ahead."""
    opens, closes = edition.voting_opens_at, edition.voting_closes_at
    times: dict[tuple[PlanKind, int], datetime | None] = {
        (PlanKind.CLOSE_NOMINATIONS, 1): edition.nominations_taken_until,
        (PlanKind.OPEN_VOTE, 1): opens,
        (PlanKind.RESULT_LETTER, 1): edition.result_at,
    }
    if opens is not None and closes is not None:
        for place, at in enumerate(_mornings(edition, opens, closes), 1):
            times[PlanKind.REMINDER, place] = at
    found = [(kind, number, times.get((kind, number))) for kind, number in missing(edition, now)]
    return [Offer(kind, number, at) for kind, number, at in found if at is not None and at > now]


def _mornings(edition: Edition, opens: datetime, closes: datetime) -> list[datetime]:
    """When reminders are suggested: in the morning, spread over the vote, as far apart as the edition asks for."""
    apart = (closes - opens) / (edition.reminders_at_most + 1)
    step = timedelta(days=max(edition.reminder_days, apart.days))
    found = []
    for number in range(1, edition.reminders_at_most + 1):
        day = (opens + step * number).astimezone(STOCKHOLM)
        at = day.replace(hour=MORNING, minute=0, second=0, microsecond=0)
        if opens < at < closes - timedelta(hours=12):
            found.append(at)
    return found


def add(edition_id: int, kind: PlanKind, number: int, at: datetime, *, by: int, now: datetime) -> PlanItem:
    """Plans it, in the caller's transaction. Raises `AlreadyPlanned`, `AlreadyOver`, `InThePast`."""
    edition = awards.lock(edition_id)
    if at <= now:
        raise InThePast
    if any((each.kind, each.number) == (kind, number) for each in items(edition_id)):
        raise AlreadyPlanned
    if (kind, number) not in missing(edition, now):
        raise AlreadyOver
    made = PlanItem(edition_id=edition_id, kind=kind, number=number, at=at, by=by, made_at=now)
    db.session.add(made)
    db.session.flush()
    return made


def add_offers(edition_id: int, wanted: Sequence[tuple[str, int]], *, by: int, now: datetime) -> int:
    """Plans those of the suggestions that are *wanted*, in the caller's transaction; gives how many."""
    chosen = [
        each for each in offers(awards.lock(edition_id), now) if (each.kind.value, each.number) in wanted
    ]
    for each in chosen:
        add(edition_id, each.kind, each.number, each.at, by=by, now=now)
    return len(chosen)


def move(item_id: int, at: datetime, *, edition_id: int, by: int, now: datetime) -> None:
    """Another time; what was confirmed for the old one is confirmed anew. Raises `AlreadyOver`, `InThePast`."""
    found = _lock(item_id, edition_id)
    if at <= now:
        raise InThePast
    if at == found.at:
        return
    found.at, found.by, found.made_at, found.warned_at = at, by, now, None
    _forget_confirmation(found)


def remove(item_id: int, *, edition_id: int) -> None:
    """Takes it away. Raises `AlreadyOver`."""
    db.session.delete(_lock(item_id, edition_id))
    db.session.flush()


def confirm(
    item_id: int, *, edition_id: int, voters: int | None, reason: str, by: int, now: datetime
) -> PlanItem:
    """Somebody has seen the roll and says for how many the vote opens; where two people decide, also why.

    Raises `AlreadyOver`, `NotPrepared`, `WrongNumber`, `service.ReasonMissing`.
    """
    found = _lock(item_id, edition_id)
    edition = awards.by_id(edition_id)
    frozen = roll.frozen(edition_id)
    if found.kind not in planned_acts.CONFIRMED or edition.phase is not Phase.PREPARED or frozen is None:
        raise NotPrepared
    if voters != roll.count(edition_id):
        raise WrongNumber
    two = planned_acts.takes_two(found, edition)
    if two and not reason.strip():
        raise service.ReasonMissing
    _forget_confirmation(found)
    found.voters, found.roll_hash, found.confirmed_by = voters, frozen.roll_hash, by
    found.reason = reason.strip()[: service.LONGEST_REASON] if two else ""
    db.session.flush()
    if two:
        _ask_the_others(found, now)
    return found


def _ask_the_others(found: PlanItem, now: datetime) -> None:
    for colleague in accounts.secretaries():
        if colleague.id != found.confirmed_by:
            mail.queue(
                REQUEST, subject_id=found.id, to=colleague.email, language=colleague.language, now=now,
                edition_id=found.edition_id,
            )  # fmt: skip


def approve(item_id: int, *, edition_id: int, voters: int | None, by: int, now: datetime) -> PlanItem:
    """Another person has seen the same and agrees, on record; it happens at its time.

    Raises `AlreadyOver`, `NothingToApprove`, `service.SamePerson`, `service.AskerGone`, `WrongNumber`.
    """
    found = _lock(item_id, edition_id)
    if not waits_for_second(found, awards.by_id(edition_id)):
        raise NothingToApprove
    assert found.confirmed_by is not None
    if found.confirmed_by == by:
        raise service.SamePerson
    if not planned_acts.is_secretary(found.confirmed_by):
        raise service.AskerGone
    if not voters or voters != roll.count(edition_id) or voters != found.voters:
        raise WrongNumber
    found.second_id = by
    db.session.flush()
    data = {
        "act": OPEN_WITHOUT_JURY,
        "first": ledger.person(edition=edition_id, account=found.confirmed_by, now=now),
        "reason": found.reason,
        "second": ledger.person(edition=edition_id, account=by, now=now),
    }
    ledger.append(edition=edition_id, kind="two-person-act", data=data, now=now)
    return found


def take_back(item_id: int, *, edition_id: int) -> None:
    """Anyone in the secretariat can undo a confirmation; it stays planned and waits. Raises `AlreadyOver`."""
    _forget_confirmation(_lock(item_id, edition_id))


def waits_for_second(item: PlanItem, edition: Edition) -> bool:
    """Whether it is confirmed by one and needs another."""
    return (
        item.state == PlanState.PLANNED
        and item.confirmed_by is not None
        and item.second_id is None
        and planned_acts.takes_two(item, edition)
    )


def _forget_confirmation(found: PlanItem) -> None:
    found.voters = found.confirmed_by = found.second_id = None
    found.roll_hash = found.reason = ""
    db.session.flush()


def _lock(item_id: int, edition_id: int) -> PlanItem:
    """The item, locked after its edition as the worker locks it; raises `NoSuchItem`, `AlreadyOver`."""
    awards.lock(edition_id)
    query = select(PlanItem).where(PlanItem.id == item_id, PlanItem.edition_id == edition_id)
    found = db.session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if found is None:
        raise NoSuchItem(item_id)
    if found.state != PlanState.PLANNED:
        raise AlreadyOver(item_id)
    return found
