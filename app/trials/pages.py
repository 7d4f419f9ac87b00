"""What the pages of a trial vote show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from app import web
from app.accounts import service as accounts
from app.awards import service as awards
from app.awards.models import Edition, Trial
from app.ballots.box import DRAIN
from app.core.phases import Phase
from app.jobs import service as jobs
from app.nominations import service as nominations
from app.roll import service as roll
from app.tally import outcomes, wording
from app.tally import service as tally
from app.trials import service
from app.trials.service import Shown


@dataclass(frozen=True)
class Earlier:
    """A trial as the list shows it: its row, who began it, and what it showed, in a sentence."""

    row: Trial
    who: str
    said: str
    there: bool


def before(edition: Edition) -> dict[str, Any]:
    """The context of the page that begins a trial."""
    enough = all(len(nominations.nominees_in(each.id)) >= 2 for each in edition.categories)
    return {
        "may_start": service.may_start(edition),
        "current": service.current(edition.id),
        "made_up": not enough,
        "earlier": [_earlier(each) for each in awards.trials(edition.id)],
    }


def _earlier(row: Trial) -> Earlier:
    who = accounts.account(row.account_id).name
    if row.trial_id is None or row.removing:
        return Earlier(row, who, said(row.letters, row.delivered, row.ballots, row.verdict), False)
    trial = awards.by_id(row.trial_id)
    shown = service.shown(trial)
    verdict = shown.verification.verdict if shown.verification else ""
    return Earlier(row, who, said(shown.letters, shown.delivered, shown.ballots, verdict), True)


def said(letters: int, delivered: int, ballots: int, verdict: str) -> str:
    """What a trial showed, in a sentence or two."""
    found = _(
        "%(delivered)s of %(letters)s letters delivered.",
        delivered=web.number(delivered),
        letters=web.number(letters),
    )
    found += " " + ngettext("%(num)d ballot cast.", "%(num)d ballots cast.", ballots)
    if verdict == "valid":
        found += " " + _("The count was verified.")
    elif verdict:
        found += " " + _("The verification found an error.")
    return found


def trial(edition: Edition, now: datetime) -> dict[str, Any]:
    """The context of a trial's own page."""
    shown = service.shown(edition)
    status = jobs.status(kind=service.OPEN, edition_id=edition.id)
    row = service.of_edition(edition.id)
    made = shown.verification
    state = _state(edition, shown, now, failed=status is not None and status.state == "failed")
    return {
        "state": state,
        "of": awards.by_id(row.of_id),
        "row": row,
        "shown": shown,
        "voters": roll.voters(edition.id),
        "goes_at": row.started_at + service.KEPT,
        "said": _said(state, shown),
        "done": shown.ballots,
        "total": shown.letters,
        "claims": wording.judged(wording.checks(made)) if made else [],
        "problem": tally.problem(edition.id),
        "categories": _outcomes(edition) if state == "counted" else [],
    }


def _state(edition: Edition, shown: Shown, now: datetime, *, failed: bool) -> str:
    """ "making", "failed", "open", "closing", "counting" or "counted"."""
    if edition.phase in {Phase.DRAFT, Phase.NOMINATING, Phase.SHORTLISTING, Phase.PREPARED}:
        return "failed" if failed else "making"
    closes = edition.voting_closes_at
    if edition.phase is Phase.VOTING:
        if closes is not None and now < closes:
            return "open"
        return "closing" if closes is not None and now < closes + DRAIN else "counting"
    return "counted" if edition.phase is Phase.REVIEW and shown.verification else "counting"


def _said(state: str, shown: Shown) -> str:
    if state == "making":
        return _("The ballots are being made. The letters leave in a moment.")
    if state == "open":
        return said(shown.letters, shown.delivered, shown.ballots, "")
    if state == "closing":
        return _("The vote is closed. The box is sealed within a minute, as in a real vote.")
    return _("The box is sealed, opened, counted and verified.") if state == "counting" else ""


def _outcomes(edition: Edition) -> list[dict[str, Any]]:
    lang = web.language()
    names = {category.id: category.name(lang) for category in edition.categories}
    return [
        {
            "name": names[count.category_id],
            "rows": outcomes.rows(
                count.outcome,
                [f"{each.title}, {each.authority}" for each in nominations.nominees_in(count.category_id)],
                blank=_("Blank"),
            ),
        }
        for count in tally.counts(edition.id, staged=True)
    ]
