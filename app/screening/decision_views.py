"""The secretariat's decisions about a nomination."""

from __future__ import annotations

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext

from app import access
from app.access import Role
from app.awards import categories
from app.awards import service as awards
from app.extensions import clock, transaction
from app.nominations.drafts import Gone, NotNow
from app.screening import decisions
from app.screening.blueprint import Answer, bp, signed_in
from app.screening.decisions import OnShortlist, WrongPhase
from app.screening.forms import DeclineForm
from app.screening.views import detail_page


@bp.post("/sekretariat/<slug>/nomineringar/<int(max=2147483647):nomination_id>/beslut")
@access.staff(Role.SECRETARIAT)
def decide(slug: str, nomination_id: int) -> Answer:
    """Accepts, or declines with a reason; the nominator is told by mail."""
    edition = awards.edition(slug)
    declining = request.form.get("action") == "decline"
    form = DeclineForm()
    if declining and not form.validate():
        return detail_page(slug, nomination_id, form), 422
    try:
        with transaction():
            if declining:
                decisions.decline(
                    edition.id, nomination_id, form.reason.data, by=signed_in(), now=clock.now()
                )
            else:
                decisions.accept(edition.id, nomination_id, by=signed_in(), now=clock.now())
    except Gone:
        abort(404)
    except (NotNow, WrongPhase):
        abort(409)
    except OnShortlist:
        flash(_on_shortlist(), "error")
        return redirect(url_for("screening.detail", slug=slug, nomination_id=nomination_id))
    flash(
        gettext("Declined. The nominator is told why, by mail.")
        if declining
        else gettext("Accepted. The nominator is told by mail.")
    )
    return redirect(url_for("screening.listing", slug=slug, state="confirmed"))


@bp.post("/sekretariat/<slug>/nomineringar/<int(max=2147483647):nomination_id>/kategori")
@access.staff(Role.SECRETARIAT)
def move(slug: str, nomination_id: int) -> Answer:
    """Moves a nomination to the category where it belongs."""
    edition = awards.edition(slug)
    try:
        with transaction():
            decisions.move(
                edition.id,
                nomination_id,
                request.form.get("category", ""),
                by=signed_in(),
                now=clock.now(),
            )
    except (Gone, categories.NoSuchCategory):
        abort(404)
    except (NotNow, WrongPhase):
        abort(409)
    except OnShortlist:
        flash(_on_shortlist(), "error")
    else:
        flash(gettext("The nomination has moved to another category."))
    return redirect(url_for("screening.detail", slug=slug, nomination_id=nomination_id))


def _on_shortlist() -> str:
    return str(
        gettext("This nomination stands on the shortlist. Take it off there first. Nothing was changed.")
    )
