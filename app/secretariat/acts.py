"""From a posted form to the one act that it asks for: a move, a request to the worker, or one of two people's parts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import request
from flask_babel import gettext as _

from app.awards import service as awards
from app.ballots import service as ballots
from app.core.phases import Phase
from app.secretariat import service
from app.secretariat.forms import MoveForm


class NotDeliberate(Exception):
    """What the page asks to be typed was not typed; `field` and `text` say so beside it."""

    def __init__(self, field: str, text: str) -> None:
        self.field, self.text = field, text
        super().__init__(text)


@dataclass(frozen=True)
class Done:
    """What was done, and where to go next."""

    said: str
    endpoint: str = "secretariat.home"


def carry_out(edition_id: int, to: Phase, form: MoveForm, *, by: int, now: datetime) -> Done:
    """Does what the form asks for, in the caller's transaction; raises what `service` raises and `NotDeliberate`."""
    expected = form.seen
    assert expected is not None
    if to is Phase.VOTING:
        return _opening(edition_id, form, expected, by=by, now=now)
    if to in service.BY_WORKER:
        service.request_advance(edition_id, to, expected=expected, by=by, now=now)
        return Done(_("The worker has begun. You can leave the page; it goes on."), "secretariat.progress")
    edition = awards.lock(edition_id)
    if to is Phase.PUBLISHED and not form.name_is(edition.name_sv, edition.name_en):
        raise NotDeliberate(
            "name", _("Type the name as it stands above, so that nothing is published by mistake.")
        )
    try:
        service.advance(edition_id, to, expected=expected, by=by, reason=form.reason.data or "", now=now)
    except service.ReasonMissing:
        raise NotDeliberate("reason", _("Say why. The reason is published.")) from None
    return Done(_moved(to))


def _opening(edition_id: int, form: MoveForm, expected: Phase, *, by: int, now: datetime) -> Done:
    action = request.form.get("action", "")
    if action == "take-back":
        service.take_back(edition_id, by=by, now=now)
        return Done(_("The request is gone. Nothing was sent."))
    if action == "ask":
        try:
            service.ask_to_open(edition_id, by=by, reason=form.reason.data or "", now=now)
        except service.ReasonMissing:
            raise NotDeliberate("reason", _("Say why. The reason is published.")) from None
        return Done(
            _(
                "Your request is saved. Another person in the secretariat approves it; nothing is sent until then."
            )
        )
    letters = ballots.recipients(edition_id)
    if letters and not form.count_is(letters):
        raise NotDeliberate(
            "count", _("The number is another one. Look at the roll once more; nothing was sent.")
        )
    undelivered = bool(form.undelivered.data)
    try:
        if action == "approve":
            service.approve_opening(edition_id, by=by, now=now, undelivered=undelivered)
        else:
            service.advance(
                edition_id, Phase.VOTING, expected=expected, by=by, now=now, undelivered=undelivered
            )  # fmt: skip
    except service.NotDelivered as error:
        raise NotDeliberate("undelivered", str(error)) from None
    except service.AskerGone:
        raise NotDeliberate(
            "reason",
            _(
                "Whoever asked is no longer in the secretariat. Do not approve; ask again, so that two people decide."
            ),
        ) from None
    said = _("The vote is open, and the letters are leaving.") if letters else _("The vote is open.")
    return Done(said, "ballots.letters")


def _moved(to: Phase) -> str:
    said: dict[Phase, str] = {
        Phase.NOMINATING: _("Nominations are open."),
        Phase.SHORTLISTING: _("The shortlist can be made now."),
        Phase.PUBLISHED: _("The result is published."),
        Phase.ARCHIVED: _("The year is archived."),
        Phase.CANCELLED: _("The edition is cancelled."),
    }
    return said[to]
