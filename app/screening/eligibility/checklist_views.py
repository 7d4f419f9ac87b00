"""The checklist on a nomination's page: a person's answer to a rule, and taking it back."""

from __future__ import annotations

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app import access
from app.access import Role
from app.extensions import clock, transaction
from app.nominations.drafts import NotNow
from app.screening.blueprint import Answer, about, bp, signed_in
from app.screening.eligibility import eligibility
from app.screening.eligibility.rule_forms import AnswerForm
from app.screening.eligibility.rules import NoSuchRule, RulesLocked
from app.screening.pages.listing import Asked
from app.screening.views import detail_page

RULE = "/sekretariat/<slug>/nomineringar/<int:nomination_id>/regler/<int:rule_id>"


@bp.post(RULE)
@access.staff(Role.SECRETARIAT)
def rule_answer(slug: str, nomination_id: int, rule_id: int) -> Answer:
    """A person says whether the rule holds, above whatever the data says."""
    edition, _nomination = about(slug, nomination_id)
    holds = {"yes": True, "no": False}.get(request.form.get("holds", ""))
    form = AnswerForm(prefix=f"rule-{rule_id}-")
    if holds is None:
        abort(400)
    if not form.validate():
        return detail_page(slug, nomination_id, refused=(rule_id, form)), 422
    try:
        with transaction():
            eligibility.answer(
                edition.id, nomination_id, rule_id, holds=holds, note=form.note.data or "", by=signed_in(), now=clock.now()
            )  # fmt: skip
    except NoSuchRule:
        abort(404)
    except (NotNow, RulesLocked):
        abort(409)
    flash(gettext("Your answer is kept."))
    return _back(slug, nomination_id, rule_id)


@bp.post(f"{RULE}/ta-tillbaka")
@access.staff(Role.SECRETARIAT)
def rule_reopen(slug: str, nomination_id: int, rule_id: int) -> Answer:
    """A person's answer goes: the data counts again."""
    edition, _nomination = about(slug, nomination_id)
    try:
        with transaction():
            eligibility.take_back(edition.id, nomination_id, rule_id, by=signed_in(), now=clock.now())
    except NoSuchRule:
        abort(404)
    except (NotNow, RulesLocked):
        abort(409)
    flash(gettext("The answer is taken back. What the data says counts again."))
    return _back(slug, nomination_id, rule_id)


def _back(slug: str, nomination_id: int, rule_id: int) -> Response:
    asked = Asked.of(request.args).args
    return redirect(
        url_for(
            "screening.detail", slug=slug, nomination_id=nomination_id, _anchor=f"rule-{rule_id}", **asked
        )
    )
