"""The staff's way around an edition: which pages there are for whom, and which one this is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import current_app, request, url_for
from flask_babel import gettext as _

from app import access
from app.access import Role
from app.awards.models import Edition

HOME = ("secretariat.home", "secretariat.move", "secretariat.progress", "secretariat.trouble")


@dataclass(frozen=True)
class Section:
    """A link of the row below the header."""

    text: str
    url: str
    current: bool


def sections(edition: Edition | None = None) -> list[Section]:
    """The links for whoever is signed in; without an edition those that belong to none."""
    who = access.principal()
    if who is None:
        return []
    secretary = who.role is Role.SECRETARIAT
    places = (_of_edition(edition) if secretary else _of_jury()) if edition else []
    if edition is not None and edition.trial:
        places = _of_trial() if secretary else []
    if secretary:
        if edition is None:
            places = [(_("Start"), "secretariat.home", ("secretariat.",))]
        places.append((_("People"), "accounts.people", ("accounts.people",)))
    here = request.endpoint or ""
    values: dict[str, Any] = {"slug": edition.slug} if edition else {}
    return [
        Section(text, _address(endpoint, values), any(here.startswith(each) for each in marks))
        for text, endpoint, marks in places
        if endpoint in current_app.view_functions
    ]


def _of_edition(_edition: Edition | None) -> list[tuple[str, str, tuple[str, ...]]]:
    return [
        (_("Start"), "secretariat.home", HOME),
        (_("Plan"), "secretariat.plan", ("secretariat.plan",)),
        (
            _("Nominations"),
            "screening.listing",
            ("screening.",),
        ),
        (_("Shortlist"), "nominations.shortlist", ("nominations.shortlist", "nominations.nominee")),
        (_("Roll"), "roll.listing", ("roll.",)),
        (_("Letters"), "ballots.letters", ("ballots.letters", "ballots.fingerprints", "letters.")),
        (_("Outbox"), "secretariat.outbox", ("secretariat.outbox", "secretariat.send")),
        (_("Ballots"), "ballots.voters", ("ballots.voter", "ballots.add")),
        (_("Two people"), "approvals.listing", ("approvals.",)),
        (_("Keys"), "trustees.keys", ("trustees.",)),
        (_("Count"), "tally.progress", ("tally.",)),
        (_("Review"), "review.overview", ("review.",)),
        (_("Events"), "ledger.history", ("ledger.",)),
        (_("Settings"), "awards.settings", ("awards.",)),
    ]


def _of_trial() -> list[tuple[str, str, tuple[str, ...]]]:
    return [
        (_("Trial vote"), "trials.show", ("trials.",)),
        (_("Ballots"), "ballots.voters", ("ballots.voter",)),
        (_("Events"), "ledger.history", ("ledger.",)),
    ]


def _of_jury() -> list[tuple[str, str, tuple[str, ...]]]:
    return [
        (_("Start"), "review.home", ("review.home",)),
        (_("Nominations"), "screening.jury_list", ("screening.jury",)),
        (_("Review"), "review.count", ("review.count", "review.words")),
        (_("Events"), "ledger.history", ("ledger.",)),
    ]


def _address(endpoint: str, values: dict[str, Any]) -> str:
    wanted = any("slug" in rule.arguments for rule in current_app.url_map.iter_rules(endpoint))
    return url_for(endpoint, **(values if wanted else {}))
