"""Everything the home page says about an edition: where it stands, its figures, what to do now, what comes and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import format_timedelta
from flask_babel import gettext as _

from app import web
from app.awards.duties import Blocker, Todo
from app.awards.models import Edition
from app.core.phases import Phase
from app.secretariat import plan, planned_acts, service, trouble
from app.secretariat.figures import Figure, figures
from app.secretariat.models import PlanKind, PlanState

STEPS = (
    Phase.DRAFT, Phase.NOMINATING, Phase.SHORTLISTING, Phase.PREPARED, Phase.VOTING, Phase.COUNTING, Phase.REVIEW,
    Phase.PUBLISHED, Phase.ARCHIVED,
)  # fmt: skip
MOST_COMING = 6
NEXT_BY_HAND = {
    Phase.DRAFT: Phase.NOMINATING,
    Phase.NOMINATING: Phase.SHORTLISTING,
    Phase.SHORTLISTING: Phase.PREPARED,
    Phase.PREPARED: Phase.VOTING,
    Phase.REVIEW: Phase.PUBLISHED,
}


@dataclass(frozen=True)
class Coming:
    """Something that will happen, and when."""

    name: str
    at: datetime
    distance: str


@dataclass(frozen=True)
class Overview:
    """The home page of an edition. `ready`: the next move has nothing in its way; `blockers` are what is."""

    title: str
    lead: str
    steps: Sequence[tuple[str, str]]
    figures: Sequence[Figure]
    todos: Sequence[Todo]
    next_phase: Phase | None
    ready: bool
    blockers: Sequence[Blocker]
    coming: Sequence[Coming]


def overview(edition: Edition, *, now: datetime) -> Overview:
    """The home page of *edition* at *now*."""
    todos = trouble.todos(edition, now=now) + plan_todos(edition, now=now)
    todos += service.domain_todos(edition, now=now)
    following = NEXT_BY_HAND.get(edition.phase)
    found = service.blockers(edition, following, now=now) if following else []
    return Overview(
        title=title(edition, now),
        lead=lead(edition, now),
        steps=steps(edition.phase),
        figures=figures(edition, now=now),
        todos=sorted(todos, key=lambda todo: not todo.warn),
        next_phase=following,
        ready=following is not None and not found,
        blockers=found,
        coming=coming(edition, now=now),
    )


def phase_name(phase: Phase) -> str:
    """A phase's name as the row of phases shows it."""
    names: dict[Phase, str] = {
        Phase.DRAFT: _("Draft"),
        Phase.NOMINATING: _("Nominations"),
        Phase.SHORTLISTING: _("Shortlist"),
        Phase.PREPARED: _("Ballots"),
        Phase.VOTING: _("Vote"),
        Phase.COUNTING: _("Count"),
        Phase.REVIEW: _("Review"),
        Phase.PUBLISHED: _("Result"),
        Phase.ARCHIVED: _("Archive"),
        Phase.CANCELLED: _("Cancelled"),
    }
    return names[phase]


def steps(phase: Phase) -> list[tuple[str, str]]:
    """(name, "done" | "now" | "") of each phase; in a cancelled edition none is now."""
    here = STEPS.index(phase) if phase in STEPS else -1
    marks = [("done" if index < here else "now" if index == here else "") for index in range(len(STEPS))]
    return [(phase_name(step), mark) for step, mark in zip(STEPS, marks, strict=True)]


def title(edition: Edition, now: datetime) -> str:
    """The page's heading: what is going on."""
    if edition.phase is Phase.VOTING and _passed(edition.voting_closes_at, now):
        return _("The vote has ended")
    if edition.phase is Phase.NOMINATING and _passed(edition.nominations_close_at, now):
        return _("Nominations have closed")
    titles: dict[Phase, str] = {
        Phase.DRAFT: _("The edition is being set up"),
        Phase.NOMINATING: _("Nominations are open"),
        Phase.SHORTLISTING: _("The shortlist is being made"),
        Phase.PREPARED: _("The ballots are made"),
        Phase.VOTING: _("The vote is open"),
        Phase.COUNTING: _("The votes are being counted"),
        Phase.REVIEW: _("The jury reviews the count"),
        Phase.PUBLISHED: _("The result is published"),
        Phase.ARCHIVED: _("The year is archived"),
        Phase.CANCELLED: _("The edition is cancelled"),
    }
    return titles[edition.phase]


def lead(edition: Edition, now: datetime) -> str:
    """The sentence below the heading: until when, and what comes after."""
    if edition.phase is Phase.NOMINATING and edition.nominations_close_at:
        if _passed(edition.nominations_close_at, now):
            return _("Nothing more can be sent in. Decide on what has come, then go on to the shortlist.")
        return _closes(edition.nominations_close_at, now)
    if edition.phase is Phase.VOTING and edition.voting_closes_at:
        if _passed(edition.voting_closes_at, now):
            return _("Nothing more can be cast. The worker seals the box and counts by itself.")
        return _closes(edition.voting_closes_at, now)
    leads: dict[Phase, str] = {
        Phase.DRAFT: _("Nobody sees the edition until you open nominations."),
        Phase.SHORTLISTING: _("Choose who stands on the ballot and read in the roll. Then the ballots can be made."),
        Phase.PREPARED: _("Nothing has been sent yet. Opening the vote sends every ballot."),
        Phase.COUNTING: _("The worker counts and has the count checked. The jury is shown the result first; you publish it."),
        Phase.REVIEW: _("You publish when enough of the jury has signed. Until then the result is shown to the jury alone."),
        Phase.PUBLISHED: _("Anyone can read it and check it."),
        Phase.ARCHIVED: _("The result stays public. Nothing more is changed."),
        Phase.CANCELLED: _("The reason is in the ledger. Nothing more happens in this edition."),
    }  # fmt: skip
    return leads[edition.phase]


def coming(edition: Edition, *, now: datetime) -> list[Coming]:
    """What lies ahead, the nearest first: what happens by itself, and the dates that somebody has to keep."""
    planned = [each for each in plan.items(edition.id) if each.state == PlanState.PLANNED]
    kinds = {each.kind for each in planned}
    ahead: list[tuple[str, datetime | None, Sequence[Phase]]] = [
        (_("Nominations close"), edition.nominations_close_at, STEPS[:2]),
        (
            _("The vote is to open"),
            edition.voting_opens_at,
            STEPS[:4] if PlanKind.OPEN_VOTE not in kinds else (),
        ),
        (_("The vote closes"), edition.voting_closes_at, STEPS[:5]),
        (_("The result is to be published"), edition.result_at, STEPS[:7]),
    ]
    found = [
        Coming(name, at, distance(at, now))
        for name, at, before in ahead
        if at is not None and at > now and edition.phase in before
    ]
    for each in planned:
        if (at := planned_acts.due_at(each, edition)) > now:
            name = _("%(what)s, by itself", what=planned_acts.title(each))
            found.append(Coming(name, at, distance(at, now)))
    return sorted(found, key=lambda each: each.at)[:MOST_COMING]


def plan_todos(edition: Edition, *, now: datetime) -> list[Todo]:
    """What the plan could not do, and what it waits for."""
    found = []
    late = plan.late(edition, now)
    if late:
        first = late[0]
        found.append(
            Todo(
                _("The plan is late"),
                f"{planned_acts.title(first)}: {planned_acts.obstacle(first, edition, now) or _('the worker has not done it.')}",
                "secretariat.plan", {"slug": edition.slug}, _("See the plan"), warn=True,
            )
        )  # fmt: skip
    for each in plan.items(edition.id):
        if each in late or each.state != PlanState.PLANNED or each.kind not in planned_acts.CONFIRMED:
            continue
        if edition.phase is Phase.PREPARED and planned_acts.ended(each, edition, now) is None and (
            why := planned_acts.unconfirmed(each, edition)
        ):  # fmt: skip
            found.append(
                Todo(
                    _("Confirm what is planned: %(what)s", what=planned_acts.title(each)), why,
                    "secretariat.plan_confirm", {"slug": edition.slug, "item_id": each.id}, _("Look and confirm"),
                )
            )  # fmt: skip
    return found


def distance(at: datetime, now: datetime) -> str:
    """“in 4 days”."""
    said: str = format_timedelta(at - now, add_direction=True, threshold=1.2)
    return said


def _closes(at: datetime, now: datetime) -> str:
    return _("Closes %(distance)s, %(when)s.", distance=distance(at, now), when=web.datetime_long(at))


def _passed(at: datetime | None, now: datetime) -> bool:
    return at is not None and at <= now
