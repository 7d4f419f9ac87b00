"""The staff's way around an edition: which pages there are for whom, and which one this is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import current_app, request, url_for
from flask_babel import gettext as _

from app import access
from app.access import Role
from app.awards.models import Edition

HOME = ("secretariat.home", "secretariat.move", "secretariat.progress", "secretariat.trouble")


Place = tuple[str, str, tuple[str, ...]]
"""Its words, the page it leads to, and the beginnings of the endpoints that count as being there."""
Group = tuple[str, Sequence[Place]]
"""Its words, and the places under it; it leads to the first."""


@dataclass(frozen=True)
class Section:
    """A link of the row below the header; what belongs together under one link stands in a second row, once there."""

    text: str
    url: str
    current: bool
    parts: tuple[Section, ...] = ()


def sections(edition: Edition | None = None) -> list[Section]:
    """The links for whoever is signed in; without an edition those that belong to none."""
    who = access.principal()
    if who is None:
        return []
    secretary = who.role is Role.SECRETARIAT
    places = (_of_edition() if secretary else _of_jury()) if edition else []
    if edition is not None and edition.trial:
        places = _of_trial() if secretary else []
    if secretary:
        if edition is None:
            places = [(_("Start"), "secretariat.home", ("secretariat.",))]
        places.append((_("People"), "accounts.people", ("accounts.people",)))
    values: dict[str, Any] = {"slug": edition.slug} if edition else {}
    return [_group(*each, values) if len(each) == 2 else _section(each, values) for each in places]


def _group(text: str, places: Sequence[Place], values: dict[str, Any]) -> Section:
    parts = tuple(_section(each, values) for each in places)
    return Section(text, parts[0].url, any(each.current for each in parts), parts)


def _section(place: Place, values: dict[str, Any]) -> Section:
    text, endpoint, marks = place
    here = request.endpoint or ""
    return Section(text, _address(endpoint, values), any(here.startswith(each) for each in marks))


def _of_edition() -> list[Place | Group]:
    return [
        (_("Start"), "secretariat.home", HOME),
        (_("Plan"), "secretariat.plan", ("secretariat.plan",)),
        (
            _("Nominations"),
            [
                (_("Nominations"), "screening.listing", ("screening.",)),
                (
                    _("Shortlist"),
                    "nominations.shortlist",
                    ("nominations.shortlist", "nominations.nominee"),
                ),
            ],
        ),
        (_("Roll"), "roll.listing", ("roll.",)),
        (
            _("Ballots"),
            [
                (
                    _("Ballots"),
                    "ballots.voters",
                    ("ballots.voter", "ballots.add", "ballots.correct", "ballots.replace"),
                ),
                (_("Two people"), "approvals.listing", ("approvals.",)),
            ],
        ),
        (
            _("Letters"),
            [
                (
                    _("Letters with ballots"),
                    "ballots.letters",
                    ("ballots.letters", "ballots.send", "ballots.fingerprints"),
                ),
                (_("What the letters say"), "letters.listing", ("letters.",)),
                (_("Outbox"), "secretariat.outbox", ("secretariat.outbox", "secretariat.send")),
            ],
        ),
        (_("Keys"), "trustees.keys", ("trustees.",)),
        (
            _("Count"),
            [
                (_("Count"), "tally.progress", ("tally.",)),
                (_("Review"), "review.overview", ("review.",)),
            ],
        ),
        (_("Events"), "ledger.history", ("ledger.",)),
        (_("Settings"), "awards.settings", ("awards.",)),
    ]


def _of_trial() -> list[Place | Group]:
    return [
        (_("Trial vote"), "trials.show", ("trials.",)),
        (_("Ballots"), "ballots.voters", ("ballots.voter",)),
        (_("Events"), "ledger.history", ("ledger.",)),
    ]


def _of_jury() -> list[Place | Group]:
    return [
        (_("Start"), "review.home", ("review.home",)),
        (_("Nominations"), "screening.jury_list", ("screening.jury",)),
        (_("Review"), "review.count", ("review.count", "review.words")),
        (_("Events"), "ledger.history", ("ledger.",)),
    ]


def _address(endpoint: str, values: dict[str, Any]) -> str:
    wanted = any("slug" in rule.arguments for rule in current_app.url_map.iter_rules(endpoint))
    return url_for(endpoint, **(values if wanted else {}))
