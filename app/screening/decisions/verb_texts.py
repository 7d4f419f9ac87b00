"""What the pages of decisions say: their headings, their buttons, and what happens when the button is pressed."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _

from app import web
from app.awards import deadlines
from app.awards.deadlines import Deadline
from app.screening.decisions.deciding import DecisionPage
from app.screening.models import Verb


def heading(verb: Verb) -> str:
    """The page's heading, which is what its link says as well."""
    return {
        Verb.ACCEPT: _("Accept the nomination"),
        Verb.ASK: _("Ask for completion"),
        Verb.DECLINE: _("Decline the nomination"),
        Verb.MOVE: _("Move to another category"),
        Verb.TAKE_BACK: _("Take the decision back"),
    }[verb]


def button(verb: Verb, told: bool) -> str:
    """What the button says; *told* where a letter leaves."""
    if not told:
        return heading(verb)
    return {
        Verb.ACCEPT: _("Accept and send"),
        Verb.ASK: _("Ask and send"),
        Verb.DECLINE: _("Decline and send"),
        Verb.MOVE: _("Move it"),
        Verb.TAKE_BACK: _("Take back and send"),
    }[verb]


def happens(page: DecisionPage, now: datetime) -> list[str]:
    """What pressing the button does, a sentence each."""
    at_once = _("The letter leaves at once. One about an earlier decision that has not left is cancelled.")
    if page.verb is Verb.ACCEPT:
        return _accept(page, now, at_once)
    if page.verb is Verb.TAKE_BACK:
        return _take_back(page)
    return {
        Verb.ASK: [
            _(
                "The author can change the nomination with the link in the letter, until the ballot is prepared, even when "
                "the deadline for new nominations has passed."
            ),
            _("When it has been changed, it comes back to you to be decided."),
            at_once,
        ],
        Verb.DECLINE: [
            _("The nomination does not go on to the jury. You can accept it later if you change your mind."),
            _("The reason goes to the nominators and is never public."),
            at_once,
        ],
        Verb.MOVE: [_("What is decided about the nomination stays as it is.")],
    }[page.verb]


def _accept(page: DecisionPage, now: datetime, at_once: str) -> list[str]:
    found = [_("The nomination can be put on the shortlist."), at_once]
    if deadlines.is_open(page.edition, Deadline.NOMINATIONS, now) and page.edition.nominations_close_at:
        until = web.datetime_long(page.edition.nominations_close_at)
        found.append(
            _(
                "Its author can still change it until %(until)s. It then waits for your decision again.",
                until=until,
            )
        )
    return found


def _take_back(page: DecisionPage) -> list[str]:
    waits = _("The nomination waits for a decision again.")
    if not page.to:
        return [
            waits,
            _(
                "Nobody has heard of the decision yet. Letters that have not left are cancelled; none is sent."
            ),
        ]
    return [
        waits,
        _("Those who have had a letter about it get this one. Letters that have not left are cancelled."),
    ]
