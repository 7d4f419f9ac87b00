"""The year as the plan's page shows it: what is done, what happens by itself, and what waits for somebody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import format_timedelta, ngettext
from flask_babel import gettext as _

from app import web
from app.accounts import service as accounts
from app.awards import service as awards
from app.awards.models import Edition, PhaseMove
from app.core.phases import Phase
from app.secretariat import plan, planned_acts
from app.secretariat.models import PlanItem, PlanKind, PlanState

MOVED_BY = {Phase.SHORTLISTING: PlanKind.CLOSE_NOMINATIONS, Phase.VOTING: PlanKind.OPEN_VOTE}


@dataclass(frozen=True)
class Entry:
    """One line. `mark` is "done", "missed", "late", "self" (happens by itself) or "hand" (needs somebody)."""

    at: datetime | None
    title: str
    mark: str
    said: str = ""
    item: PlanItem | None = None
    confirm: bool = False


@dataclass(frozen=True)
class Timeline:
    """What was, and what will be, each in the order of time."""

    past: list[Entry]
    ahead: list[Entry]


def timeline(edition: Edition, now: datetime) -> Timeline:
    """The edition's year as it stands at *now*."""
    items = plan.items(edition.id)
    over = [each for each in items if each.state != PlanState.PLANNED]
    past = [_moved(move, over) for move in awards.moves(edition.id)] + [
        _ended(each) for each in over if not _is_a_move(each)
    ]
    ahead = [_planned(each, edition, now) for each in items if each.state == PlanState.PLANNED]
    ahead += _automatic(edition, now) + _by_hand(edition, items, now)
    far = now + timedelta(days=10_000)
    return Timeline(
        sorted(past, key=lambda each: each.at or now),
        sorted(ahead, key=lambda each: (each.at is None, each.at or far)),
    )


# ---- what was ------------------------------------------------------------------------------------


def _is_a_move(item: PlanItem) -> bool:
    return item.state == PlanState.DONE and item.kind in MOVED_BY.values()


def _moved(move: PhaseMove, over: list[PlanItem]) -> Entry:
    titles: dict[Phase, str] = {
        Phase.NOMINATING: _("Nominations were opened"),
        Phase.SHORTLISTING: _("The work with the shortlist began"),
        Phase.PREPARED: _("The ballots were made"),
        Phase.VOTING: _("The vote was opened"),
        Phase.COUNTING: _("The vote closed"),
        Phase.REVIEW: _("The votes were counted"),
        Phase.PUBLISHED: _("The result was published"),
        Phase.ARCHIVED: _("The year was archived"),
        Phase.CANCELLED: _("The edition was cancelled"),
    }
    title = titles.get(move.to_phase, str(move.to_phase))
    if move.from_phase is Phase.PREPARED and move.to_phase is Phase.SHORTLISTING:
        title = _("The ballots were destroyed, and the shortlist taken up again")
    by_plan = next(
        (
            each
            for each in over
            if each.state == PlanState.DONE
            and each.ended_at == move.at
            and each.kind == MOVED_BY.get(move.to_phase)
        ),
        None,
    )
    if by_plan is not None:
        return Entry(move.at, title, "done", _by_plan(by_plan))
    who = accounts.account(move.account_id).name if move.account_id else _("by itself")
    return Entry(move.at, title, "done", who)


def _ended(item: PlanItem) -> Entry:
    name = planned_acts.title(item)
    if item.state == PlanState.BY_HAND:
        return Entry(item.ended_at, name, "done", _("Somebody had done it before its time."))
    if item.state == PlanState.MISSED:
        return Entry(
            item.ended_at, name, "missed", _("It was not done: it could not be as long as it made sense.")
        )
    return Entry(item.ended_at, name, "done", _by_plan(item))


def _by_plan(item: PlanItem) -> str:
    said = _("by the plan, which %(name)s made", name=accounts.account(item.by).name)
    if item.letters is not None:
        letters = ngettext(
            "%(shown)s letter", "%(shown)s letters", item.letters, shown=web.number(item.letters)
        )
        said = f"{letters}, {said}" if item.letters else _("nobody needed one") + f", {said}"
    assert item.ended_at is not None
    behind = item.ended_at - item.at
    if behind > plan.LATE_AFTER:
        said += ", " + _("%(time)s late", time=format_timedelta(behind, threshold=1.2))
    return said[:1].upper() + said[1:] + "."


# ---- what will be --------------------------------------------------------------------------------


def _planned(item: PlanItem, edition: Edition, now: datetime) -> Entry:
    at, name = planned_acts.due_at(item, edition), planned_acts.title(item)
    needs = (
        item.kind in planned_acts.CONFIRMED
        and edition.phase is Phase.PREPARED
        and bool(planned_acts.unconfirmed(item, edition))
    )
    if at <= now:
        why = planned_acts.obstacle(item, edition, now)
        late = plan.is_late(item, edition, now)
        said = why or _("The worker does it as soon as it can.")
        return Entry(at, name, "late" if late or why else "self", said, item, needs)
    if item.kind in planned_acts.CONFIRMED:
        return Entry(at, name, "hand" if needs else "self", _confirmed(item, edition), item, needs)
    return Entry(at, name, "self", _promise(item), item)


def _promise(item: PlanItem) -> str:
    promises: dict[str, str] = {
        PlanKind.CLOSE_NOMINATIONS: _("If nothing is in its way then; otherwise you are told."),
        PlanKind.REMINDER: _("To those who have not voted by then and whose ballot has arrived."),
        PlanKind.RESULT_LETTER: _("To everyone who took part, when the result is published."),
    }
    return promises[item.kind]


def _confirmed(item: PlanItem, edition: Edition) -> str:
    if edition.phase is not Phase.PREPARED:
        return _("When the ballots are made, somebody confirms here how many the voters are.")
    if why := planned_acts.unconfirmed(item, edition):
        return why
    return ngettext(
        "Confirmed for %(shown)s voter.", "Confirmed for %(shown)s voters.", item.voters or 0,
        shown=web.number(item.voters or 0),
    )  # fmt: skip


def _automatic(edition: Edition, now: datetime) -> list[Entry]:
    found = []
    closes = edition.nominations_close_at
    if edition.phase in {Phase.DRAFT, Phase.NOMINATING} and closes is not None and closes > now:
        found.append(
            Entry(closes, _("Nominations close"), "self", _("Always by itself: nothing more is taken in."))
        )
    if edition.phase in (*planned_acts.BEFORE_VOTE, Phase.VOTING) and edition.voting_closes_at:
        found.append(
            Entry(
                edition.voting_closes_at, _("The vote closes"), "self",
                _("Always by itself: the worker seals the box and counts."),
            )
        )  # fmt: skip
    return found


def _by_hand(edition: Edition, items: list[PlanItem], now: datetime) -> list[Entry]:
    waiting = {each.kind for each in items if each.state == PlanState.PLANNED}
    before = planned_acts.BEFORE_VOTE.index(edition.phase) if edition.phase in planned_acts.BEFORE_VOTE else 9
    steps = [
        (Phase.NOMINATING, before < 1, None, _("Open nominations")),
        (
            Phase.SHORTLISTING, before < 2 and PlanKind.CLOSE_NOMINATIONS not in waiting,
            edition.nominations_taken_until, _("Go on to the shortlist"),
        ),
        (Phase.PREPARED, before < 3, None, _("Choose the shortlist, read in the roll and make the ballots")),
        (Phase.VOTING, before < 4 and PlanKind.OPEN_VOTE not in waiting, edition.voting_opens_at, _("Open the vote")),
        (
            Phase.PUBLISHED, edition.phase not in {Phase.PUBLISHED, Phase.ARCHIVED, Phase.CANCELLED},
            edition.result_at, _("Publish the result"),
        ),
    ]  # fmt: skip
    texts = {
        Phase.PREPARED: _("In time before the vote opens."),
        Phase.PUBLISHED: _("Only ever by somebody’s hand, when the jury has signed."),
    }
    return [
        Entry(at, title, "hand" if at is None or at > now else "late", texts.get(to, ""))
        for to, wanted, at, title in steps
        if wanted
    ]
