"""Where an edition stands, in the words of the public pages: what one can do now, what comes next, and when."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask_babel import gettext

from app.awards import deadlines, service
from app.awards.deadlines import Deadline
from app.awards.models import Edition
from app.core.phases import Phase
from app.web import datetime_long

PLACES = {
    Phase.DRAFT: -1, Phase.NOMINATING: 0, Phase.SHORTLISTING: 1, Phase.PREPARED: 1, Phase.VOTING: 2,
    Phase.COUNTING: 3, Phase.REVIEW: 3, Phase.PUBLISHED: 4, Phase.ARCHIVED: 4, Phase.CANCELLED: -1,
}  # fmt: skip


@dataclass(frozen=True)
class Step:
    """One step of the year: `state` is "done", "now" or "ahead"; `when` says its time in words, or nothing."""

    title: str
    state: str
    when: str = ""


@dataclass(frozen=True)
class Outlook:
    """What the first page says: a heading, a sentence or two, and (perhaps) one thing to do."""

    title: str
    text: str
    endpoint: str = ""
    action: str = ""
    values: dict[str, Any] = field(default_factory=dict)


def steps(edition: Edition, now: datetime) -> list[Step]:
    """The five steps of the year, with their times."""
    place = PLACES[edition.phase]
    if edition.phase is Phase.NOMINATING and not deadlines.is_open(edition, Deadline.NOMINATIONS, now):
        place = 1
    lines = (
        (gettext("Nominations"), _until(edition.nominations_close_at)),
        (gettext("Shortlist"), ""),
        (gettext("Vote"), _span(edition.voting_opens_at, edition.voting_closes_at)),
        (gettext("Count and review"), ""),
        (gettext("Result"), _planned(edition.result_at) if place < 4 else ""),
    )
    states = [
        "done" if index < place else "now" if index == place else "ahead" for index in range(len(lines))
    ]
    if edition.phase in {Phase.PUBLISHED, Phase.ARCHIVED}:
        states[-1] = "done"
    return [Step(title, state, when) for (title, when), state in zip(lines, states, strict=True)]


def outlook(edition: Edition, now: datetime) -> Outlook:
    """What to say of the edition now."""
    return _SAYINGS[edition.phase](edition, now)


def cancelled_because(edition: Edition) -> str:
    """The published reason of a cancellation."""
    return next((move.reason for move in service.moves(edition.id) if move.to_phase is Phase.CANCELLED), "")


def _nominating(edition: Edition, now: datetime) -> Outlook:
    if not deadlines.is_open(edition, Deadline.NOMINATIONS, now):
        return _shortlisting(edition, now)
    assert edition.nominations_close_at is not None
    return Outlook(
        gettext("Nominations are open"),
        gettext(
            "Suppliers nominate until %(until)s. It takes five minutes, and you can change what you wrote until then.",
            until=datetime_long(edition.nominations_close_at),
        ),
        "nominations.new",
        gettext("Nominate a procurement"),
        {"slug": edition.slug},
    )


def _shortlisting(edition: Edition, now: datetime) -> Outlook:
    opens = edition.voting_opens_at
    text = gettext("Nominations are closed, and the jury is choosing what stands on the ballot.")
    if opens is not None and opens > now:
        text += " " + gettext(
            "Voting is planned to open on %(when)s. Those on the roll get their ballot by mail.",
            when=datetime_long(opens),
        )
    return Outlook(gettext("The shortlist is being made"), text)


def _voting(edition: Edition, now: datetime) -> Outlook:
    assert edition.voting_closes_at is not None
    if not deadlines.is_open(edition, Deadline.VOTING, now):
        return _counting(edition, now)
    return Outlook(
        gettext("Voting is open"),
        gettext(
            "It closes on %(until)s. Your ballot is the link in the letter that we mailed to you; if the link was cut off, you can type its code.",
            until=datetime_long(edition.voting_closes_at),
        ),
        "ballots.booth",
        gettext("Vote with your code"),
        {"slug": edition.slug},
    )


def _counting(edition: Edition, now: datetime) -> Outlook:
    text = gettext(
        "Voting is closed. The box is being opened and counted; the jury reviews the count before anything is published."
    )
    return Outlook(gettext("The votes are being counted"), _with_result(text, edition, now))


def _review(edition: Edition, now: datetime) -> Outlook:
    text = gettext(
        "The votes are counted. The jury goes through the count and every check before anything is published."
    )
    return Outlook(gettext("The jury is reviewing the count"), _with_result(text, edition, now))


def _published(edition: Edition, _now: datetime) -> Outlook:
    return Outlook(
        gettext("The result is here"),
        gettext("See who won, how the votes fell, and how you can check the count yourself."),
        "results.page",
        gettext("See the result"),
        {"slug": edition.slug},
    )


def _cancelled(edition: Edition, _now: datetime) -> Outlook:
    return Outlook(gettext("This edition was cancelled"), cancelled_because(edition))


def _draft(_edition: Edition, _now: datetime) -> Outlook:
    return Outlook(
        gettext("This edition is being set up"), gettext("Nobody outside the secretariat sees it yet.")
    )


_SAYINGS = {
    Phase.DRAFT: _draft,
    Phase.NOMINATING: _nominating,
    Phase.SHORTLISTING: _shortlisting,
    Phase.PREPARED: _shortlisting,
    Phase.VOTING: _voting,
    Phase.COUNTING: _counting,
    Phase.REVIEW: _review,
    Phase.PUBLISHED: _published,
    Phase.ARCHIVED: _published,
    Phase.CANCELLED: _cancelled,
}


def _with_result(text: str, edition: Edition, now: datetime) -> str:
    if edition.result_at is None or edition.result_at <= now:
        return text
    planned = gettext("The result is planned for %(when)s.", when=datetime_long(edition.result_at))
    return f"{text} {planned}"


def _until(moment: datetime | None) -> str:
    return str(gettext("until %(when)s", when=datetime_long(moment))) if moment else ""


def _planned(moment: datetime | None) -> str:
    return str(gettext("planned for %(when)s", when=datetime_long(moment))) if moment else ""


def _span(opens: datetime | None, closes: datetime | None) -> str:
    if opens and closes:
        return str(
            gettext("%(opens)s to %(closes)s", opens=datetime_long(opens), closes=datetime_long(closes))
        )
    return _until(closes)
