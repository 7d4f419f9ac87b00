"""The page of what two people decide: what waits, with the answers there are to it, and what was decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app import access
from app.access import Role
from app.accounts import service as accounts
from app.approvals import service
from app.approvals.models import Outcome, TwoPersonAct
from app.awards import service as awards
from app.awards.models import Edition
from app.extensions import clock, transaction

bp = Blueprint("approvals", __name__, url_prefix="/sekretariat/<slug>/tva-personer")
ANSWERS = {"godkann": service.approve, "avsla": service.decline, "ta-tillbaka": service.take_back}


@dataclass(frozen=True)
class Shown:
    """A request as the page shows it; `page` is where it is approved, when that is another page."""

    asked: TwoPersonAct
    said: service.Said
    reason: str
    note: str
    first: str
    second: str
    page: str | None
    gone: bool


@bp.get("")
@access.staff(Role.SECRETARIAT)
def listing(slug: str) -> str:
    """What waits for a second person, and what was decided."""
    edition = _edition(slug)
    return render_template(
        "approvals/listing.html",
        edition=edition,
        waiting=[_shown(edition, asked) for asked in service.waiting(edition.id)],
        decided=[_shown(edition, asked) for asked in service.decided(edition.id)],
        alone=service.alone(),
        Outcome=Outcome,
    )


@bp.post("/<int:asked_id>/<any(godkann, avsla, 'ta-tillbaka'):answer>")
@access.staff(Role.SECRETARIAT)
def answer(slug: str, asked_id: int, answer: str) -> Response:
    """Approves a request, declines it or takes it back."""
    edition = _edition(slug)
    try:
        asked = service.find(asked_id, edition_id=edition.id)
        if answer == "godkann" and (page := service.act_of(asked).page):
            endpoint, values = page(edition)
            return redirect(url_for(endpoint, **values), 303)
        with transaction():
            ANSWERS[answer](asked_id, by=_by(), now=clock.now())
    except service.Refused as refused:
        _refuse(asked_id, refused)
    except (service.NothingWaits, service.AskerGone, service.SamePerson, service.NotTheAsker) as error:
        _say_error(error)
    else:
        _say_done(answer)
    return redirect(url_for(".listing", slug=slug), 303)


def _refuse(asked_id: int, refused: service.Refused) -> None:
    """Nothing was done; where it can never be done, the request ends."""
    if refused.for_good:
        try:
            with transaction():
                service.decline(asked_id, by=_by(), now=clock.now())
        except service.NothingWaits:
            pass  # somebody else was quicker; either way it is over
    flash(str(refused.text), "error")


def _say_error(error: Exception) -> None:
    texts = {
        service.NothingWaits: _("Somebody has answered this already, or taken it back. Nothing was changed."),
        service.AskerGone: _(
            "Whoever asked for this is no longer in the secretariat. Decline it and ask again, so that two people decide."
        ),
        service.SamePerson: _("You asked for this, so another person has to answer. Nothing was changed."),
        service.NotTheAsker: _("Only whoever asked can take this back. You can decline it."),
    }
    flash(texts[type(error)], "error")


def _say_done(answer: str) -> None:
    said = {
        "godkann": _("Approved, and done. The ledger says that two people decided it, and why."),
        "avsla": _("Declined. Nothing was changed."),
        "ta-tillbaka": _("Taken back. Nothing was changed."),
    }
    flash(said[answer], "good")


def _shown(edition: Edition, asked: TwoPersonAct) -> Shown:
    act = service.act_of(asked)
    return Shown(
        asked=asked,
        said=act.describe(asked),
        reason=act.reason(asked.reason),
        note=str((asked.details or {}).get("note", "")),
        first=accounts.account(asked.first_id).name,
        second=accounts.account(asked.second_id).name if asked.second_id else "",
        page=_address(act.page(edition)) if act.page else None,
        gone=not service.is_secretary(asked.first_id),
    )


def _address(page: tuple[str, dict[str, Any]]) -> str:
    return url_for(page[0], **page[1])


def _edition(slug: str) -> Edition:
    try:
        return awards.edition(slug)
    except awards.NoSuchEdition:
        abort(404)


def _by() -> int:
    who = access.principal()
    assert who is not None
    return who.id
