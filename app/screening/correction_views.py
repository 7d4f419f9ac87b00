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
from app.screening import correcting
from app.screening.blueprint import Answer, about, bp, signed_in
from app.screening.correcting import ChangedMeanwhile
from app.screening.correction_forms import CorrectionForm
from app.screening.decisions import WrongPhase
from app.screening.labels import label, said
from app.screening.listing import Asked
from app.web import STOCKHOLM


@bp.route("/sekretariat/<slug>/nomineringar/<int:nomination_id>/ratta", methods=["GET", "POST"])
@access.staff(Role.SECRETARIAT)
def correct(slug: str, nomination_id: int) -> Answer:
    """The facts in a form. The nominator's words, and who nominated, are not in it."""
    edition, nomination = about(slug, nomination_id)
    asked = Asked.of(request.args).args
    back = url_for("screening.detail", slug=slug, nomination_id=nomination_id, **asked)
    if not correcting.may_correct(edition, nomination):
        abort(409) if request.method == "POST" else None
        return redirect(back)
    form = CorrectionForm.of(nomination, clock.now().astimezone(STOCKHOLM).date())
    meanwhile = False
    if form.validate_on_submit():
        try:
            with transaction():
                changed = correcting.correct(
                    edition.id, nomination_id, form.values(), seen=form.seen.data or "",
                    reason=form.reason.data or "", by=signed_in(), now=clock.now(),
                )  # fmt: skip
        except ChangedMeanwhile:
            meanwhile = True
        except (NotNow, WrongPhase):
            abort(409)
        else:
            flash(gettext("The facts are corrected.") if changed else gettext("Nothing was different."))
            return redirect(back)
    if meanwhile:
        form.seen.data = correcting.stamp(nomination)
    page = render_template(
        "screening/correct.html",
        edition=edition,
        nomination=nomination,
        form=form,
        back=back,
        now_otherwise=_otherwise(edition, nomination, form) if meanwhile else [],
        source=starting.sources(nomination),
        doubt=starting.doubts_of(nomination),
    )
    return (page, 409 if meanwhile else 422) if form.is_submitted() else page


def _otherwise(edition: Edition, nomination: Nomination, form: CorrectionForm) -> list[tuple[str, str]]:
    """What the nomination says now where the form says something else."""
    differing = correcting.differing(nomination, form.values())
    return [(label(name), said(name, getattr(nomination, name), edition)) for name in differing]
