"""The home page's figures: the numbers that matter in each phase."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app import web
from app.awards.models import Edition
from app.ballots import delivery
from app.ballots import service as ballots
from app.core.phases import Phase
from app.nominations import service as nominations
from app.nominations.models import State
from app.review import service as review
from app.roll import service as roll


@dataclass(frozen=True)
class Figure:
    """A number with its name; `beside` is what it is to be read against, `url` where its own list is."""

    name: str
    value: str
    beside: str = ""
    url: str = ""


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

    def those(name: str, number: int, state: str) -> Figure:
        here = url_for("ballots.voters", slug=edition.slug, state=state) if number else ""
        return Figure(name, web.number(number), url=here)

    found = [
        Figure(
            _("Ballots delivered"), web.number(letters.sent), _("of %(all)s", all=web.number(letters.total))
        ),
        *_turnout(edition),
    ]
    if waiting := letters.queued + letters.sending:
        found.append(Figure(_("On their way"), web.number(waiting)))
    if letters.deferred:
        found.append(those(_("Deferred"), letters.deferred, "deferred"))
    found.append(those(_("Letters that failed"), letters.failed, "failed"))
    found.append(those(_("Bounced"), letters.bounced, "bounced"))
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
