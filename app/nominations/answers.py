"""The pages that several views of nominating answer with: the form, and each way in which something cannot be done."""

from __future__ import annotations

from flask import render_template, request

from app.awards import outlook
from app.awards import service as awards
from app.awards.models import Edition
from app.extensions import clock
from app.nominations import cookie, drafts, starting, texts
from app.nominations.blueprint import Answer, bp
from app.nominations.drafts import KEPT_FOR, Gone, NotNow, OldLink, TooLate
from app.nominations.forms import NominationForm, nomination_form
from app.nominations.models import Nomination, State
from app.nominations.show import facts
from app.tokens import TokenError, TokenExpired
from app.web import STOCKHOLM, language

WHY_DEAD: dict[type[Exception], str] = {OldLink: "old", TokenExpired: "expired", Gone: "gone"}


def filled_in(edition: Edition, nomination: Nomination | None) -> NominationForm:
    """The form with what a nomination holds, or with what was sent."""
    return nomination_form(edition, nomination, clock.now().astimezone(STOCKHOLM).date())


def form_page(
    edition: Edition,
    form: NominationForm,
    held: Nomination | None,
    *,
    waiting: Nomination | None = None,
    code: int = 200,
) -> Answer:
    """The nomination form. `held` is the row behind it, `waiting` another one that was sent and not confirmed."""
    page = render_template(
        "nominations/form.html",
        edition=edition,
        form=form,
        held=held,
        waiting=waiting,
        kept_for=KEPT_FOR.days,
        correcting=held is not None and held.state is State.SUBMITTED,
        source=starting.sources(held),
        doubt=starting.doubts_of(held),
    )
    return page, code


def held_draft(edition: Edition) -> Nomination | None:
    """The nomination that this browser holds, as long as it can still be sent or confirmed."""
    public_id = cookie.held(edition.slug)
    try:
        found = drafts.find(edition.id, public_id) if public_id else None
    except Gone:
        return None
    return found if found is not None and found.state in drafts.OPEN_STATES else None


def closed(edition: Edition, form: NominationForm) -> Answer:
    """Not open (any more). Whoever sent something gets their words back, to copy them."""
    sent = form.is_submitted()
    typed = [
        (form[name].label.text, form[name].data)
        for name in texts.LIMITS
        if sent and isinstance(form[name].data, str) and form[name].data
    ]
    ahead = outlook.outlook(edition, clock.now())
    return render_template(
        "nominations/closed.html", edition=edition, typed=typed, outlook=ahead
    ), 409 if sent else 200


def too_late(edition: Edition, nomination: Nomination | None = None) -> Answer:
    """A mailed link after the deadline: what stands, stands; what was never confirmed does not count."""
    shown = facts(nomination, language()) if nomination is not None else []
    page = render_template("nominations/too_late.html", edition=edition, nomination=nomination, facts=shown)
    return page, 410


@bp.errorhandler(TooLate)
def _too_late(_error: TooLate) -> Answer:
    return too_late(_edition())


@bp.errorhandler(NotNow)
def not_now(error: NotNow) -> Answer:
    """The nomination stands where this cannot be done."""
    return render_template("nominations/not_now.html", edition=_edition(), state=error.state), 409


@bp.errorhandler(Gone)
@bp.errorhandler(OldLink)
@bp.errorhandler(TokenError)
def dead_link(error: Exception) -> Answer:
    """A mailed link that opens nothing; each reason has its own words."""
    why = WHY_DEAD.get(type(error), "wrong")
    page = render_template("nominations/dead_link.html", edition=_edition(), why=why, kept_for=KEPT_FOR.days)
    return page, 404 if why == "wrong" else 410


def _edition() -> Edition:
    return awards.public_edition(str((request.view_args or {}).get("slug")))
