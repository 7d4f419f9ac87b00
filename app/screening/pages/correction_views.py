"""The page on which the secretariat corrects a procurement's facts."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from app import access
from app.access import Role
from app.awards.models import Edition
from app.extensions import clock, transaction
from app.nominations import starting
from app.nominations.drafts import NotNow
from app.nominations.models import Nomination
from app.screening.blueprint import Answer, about, bp, signed_in
from app.screening.decisions.decisions import WrongPhase
from app.screening.pages import correcting
from app.screening.pages.correcting import ChangedMeanwhile
from app.screening.pages.correction_forms import CorrectionForm
from app.screening.pages.labels import label, said
from app.screening.pages.listing import Asked
from app.web import STOCKHOLM


@bp.route("/sekretariat/<slug>/nomineringar/<int:nomination_id>/ratta", methods=["GET", "POST"])
@access.staff(Role.SECRETARIAT)
def correct(slug: str, nomination_id: int) -> Answer:
    """The facts in a form. The nominator's words, and who nominated, are not in it."""
    edition, nomination = about(slug, nomination_id)
    if not correcting.may_correct(edition, nomination):
        return abort(409) if request.method == "POST" else redirect(_back(slug, nomination_id))
    form = CorrectionForm.of(nomination, clock.now().astimezone(STOCKHOLM).date())
    if not form.validate_on_submit():
        return _page(edition, nomination, form, code=422 if form.is_submitted() else 200)
    try:
        with transaction():
            changed = correcting.correct(
                edition.id, nomination_id, form.values(), seen=form.seen.data or "",
                reason=form.reason.data or "", by=signed_in(), now=clock.now(),
            )  # fmt: skip
    except ChangedMeanwhile:
        form.seen.data = correcting.stamp(nomination)
        return _page(edition, nomination, form, code=409)
    except (NotNow, WrongPhase):
        abort(409)
    flash(gettext("The facts are corrected.") if changed else gettext("Nothing was different."))
    return redirect(_back(slug, nomination_id))


def _page(edition: Edition, nomination: Nomination, form: CorrectionForm, *, code: int) -> Answer:
    page = render_template(
        "screening/correct.html",
        edition=edition,
        nomination=nomination,
        form=form,
        back=_back(edition.slug, nomination.id),
        meanwhile=code == 409,
        now_otherwise=_otherwise(edition, nomination, form) if code == 409 else [],
        source=starting.sources(nomination),
        doubt=starting.doubts_of(nomination),
    )
    return page, code


def _back(slug: str, nomination_id: int) -> str:
    asked = Asked.of(request.args).args
    return url_for("screening.detail", slug=slug, nomination_id=nomination_id, **asked)


def _otherwise(edition: Edition, nomination: Nomination, form: CorrectionForm) -> list[tuple[str, str]]:
    """What the nomination says now where the form says something else."""
    differing = correcting.differing(nomination, form.values())
    return [(label(name), said(name, getattr(nomination, name), edition)) for name in differing]
