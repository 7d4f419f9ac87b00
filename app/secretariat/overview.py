"""Everything the home page says about an edition: where it stands, its figures, what to do now, what comes and when."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import format_timedelta, ngettext
from flask_babel import gettext as _

from app import web
from app.awards.duties import Blocker, Todo
from app.awards.models import Edition
from app.ballots import delivery
from app.ballots import service as ballots
from app.core.phases import Phase
from app.nominations import service as nominations
from app.nominations.models import State
from app.review import service as review
from app.roll import service as roll
from app.secretariat import service, trouble

STEPS = (
    Phase.DRAFT, Phase.NOMINATING, Phase.SHORTLISTING, Phase.PREPARED, Phase.VOTING, Phase.COUNTING, Phase.REVIEW,
    Phase.PUBLISHED, Phase.ARCHIVED,
)  # fmt: skip
NEXT_BY_HAND = {
    Phase.DRAFT: Phase.NOMINATING,
    Phase.NOMINATING: Phase.SHORTLISTING,
    Phase.SHORTLISTING: Phase.PREPARED,
    Phase.PREPARED: Phase.VOTING,
    Phase.REVIEW: Phase.PUBLISHED,
}


@dataclass(frozen=True)
class Figure:
    """A number with its name; `beside` is what it is to be read against."""

    name: str
    value: str
    beside: str = ""


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
    todos = trouble.todos(edition, now=now) + service.domain_todos(edition, now=now)
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
    """What lies ahead, the nearest first."""
    ahead: list[tuple[str, datetime | None, Sequence[Phase]]] = [
        (_("Nominations close"), edition.nominations_close_at, STEPS[:2]),
        (_("The vote is to open"), edition.voting_opens_at, STEPS[:4]),
        (_("The vote closes"), edition.voting_closes_at, STEPS[:5]),
        (_("The result is to be published"), edition.result_at, STEPS[:7]),
    ]
    found = [
        Coming(name, at, distance(at, now))
        for name, at, before in ahead
        if at is not None and at > now and edition.phase in before
    ]
    return sorted(found, key=lambda each: each.at)


def distance(at: datetime, now: datetime) -> str:
    """“in 4 days”."""
    said: str = format_timedelta(at - now, add_direction=True, threshold=1.2)
    return said


def _closes(at: datetime, now: datetime) -> str:
    return _("Closes %(distance)s, %(when)s.", distance=distance(at, now), when=web.datetime_long(at))


def _passed(at: datetime | None, now: datetime) -> bool:
    return at is not None and at <= now


def figures(edition: Edition, *, now: datetime) -> list[Figure]:  # noqa: ARG001 (figures are as they stand)
    """The numbers that matter in this phase."""
    by_phase: dict[Phase, Callable[[Edition], list[Figure]]] = {
        Phase.DRAFT: _draft,
        Phase.NOMINATING: _nominations,
        Phase.SHORTLISTING: _shortlist,
        Phase.PREPARED: _prepared,
        Phase.VOTING: _voting,
        Phase.COUNTING: _turnout,
        Phase.REVIEW: _review,
        Phase.PUBLISHED: _review,
        Phase.ARCHIVED: _review,
    }
    made = by_phase.get(edition.phase)
    return made(edition) if made else []


def _draft(edition: Edition) -> list[Figure]:
    return [
        Figure(_("Categories"), web.number(len(edition.categories))),
        Figure(_("On the roll"), web.number(roll.count(edition.id))),
    ]


def _nominations(edition: Edition) -> list[Figure]:
    counts: dict[Any, int] = {**nominations.counts(edition.id)}
    confirmed = counts.get(State.CONFIRMED, 0)
    accepted = counts.get(State.ACCEPTED, 0)
    return [
        Figure(_("Waiting for your decision"), web.number(confirmed)),
        Figure(_("Accepted"), web.number(accepted)),
        Figure(_("Not confirmed by mail yet"), web.number(counts.get(State.SUBMITTED, 0))),
        Figure(_("On the roll"), web.number(roll.count(edition.id))),
    ]


def _shortlist(edition: Edition) -> list[Figure]:
    categories = len(edition.categories)
    inside = ngettext("in %(num)s category", "in %(num)s categories", categories)
    return [
        Figure(_("Nominees on the ballot"), web.number(len(nominations.nominees(edition.id))), inside),
        *_nominations(edition)[:2],
        Figure(_("On the roll"), web.number(roll.count(edition.id))),
    ]


def _prepared(edition: Edition) -> list[Figure]:
    return [
        Figure(_("Ballots to send"), web.number(roll.count(edition.id))),
        Figure(_("Spare ballots"), web.number(edition.spare_count)),
        Figure(_("Nominees on the ballot"), web.number(len(nominations.nominees(edition.id)))),
    ]


def _voting(edition: Edition) -> list[Figure]:
    letters = delivery.counts(edition.id)
    found = [
        Figure(
            _("Ballots delivered"), web.number(letters.sent), _("of %(all)s", all=web.number(letters.total))
        ),
        *_turnout(edition),
    ]
    if letters.unfinished:
        found.append(Figure(_("On their way"), web.number(letters.unfinished)))
    found.append(Figure(_("Letters that failed"), web.number(letters.failed)))
    return found


def _turnout(edition: Edition) -> list[Figure]:
    turnout = ballots.turnout(edition.id)
    return [Figure(_("Have voted"), web.number(turnout.cast), web.percent(turnout.cast, turnout.issued))]


def _review(edition: Edition) -> list[Figure]:
    state = review.progress(edition)
    needed = _("of %(needed)s needed", needed=state.needed)
    return [
        Figure(_("Signed by the jury"), web.number(len(state.signed)), needed),
        Figure(_("Objections"), web.number(len(state.objected))),
        *_turnout(edition),
    ]
