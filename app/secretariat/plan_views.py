"""The plan's pages: the year as a timeline, and each thing in it added, moved, confirmed or taken away."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from app import access
from app.access import Role
from app.accounts import service as accounts
from app.awards.models import Edition
from app.ballots import delivery
from app.core.phases import Phase
from app.extensions import clock, transaction
from app.roll import service as roll
from app.secretariat import plan, planned_acts, service, timeline
from app.secretariat.blueprint import bp, edition_at, signed_in
from app.secretariat.models import PlanItem, PlanKind, PlanState
from app.secretariat.plan_forms import AddForm, ConfirmForm, TimeForm

Answer = str | Response | tuple[str, int]


@bp.get("/<slug>/plan", endpoint="plan")
@access.staff(Role.SECRETARIAT)
def plan_page(slug: str) -> str:
    """The year: what is done, what comes by itself, what needs a hand; and what could be planned."""
    edition, now = edition_at(slug), clock.now()
    return render_template(
        "secretariat/plan.html",
        edition=edition,
        year=timeline.timeline(edition, now),
        offers=[
            (each, f"{each.kind.value} {each.number}", _name(each)) for each in plan.offers(edition, now)
        ],
        more=bool(plan.missing(edition, now)),
    )


def _name(offer: plan.Offer) -> str:
    return planned_acts.title(PlanItem(kind=offer.kind, number=offer.number))


@bp.post("/<slug>/plan/forslag")
@access.staff(Role.SECRETARIAT)
def plan_offers(slug: str) -> Response:
    """Plans the suggestions that are ticked."""
    edition = edition_at(slug)
    wanted = [
        (kind, int(number))
        for kind, _space, number in (each.partition(" ") for each in request.form.getlist("offer"))
        if number.isdecimal() and len(number) < 3
    ]
    with transaction():
        number = plan.add_offers(edition.id, wanted, by=signed_in(), now=clock.now())
    if number:
        flash(ngettext("%(num)d thing is planned.", "%(num)d things are planned.", number), "good")
    else:
        flash(_("Nothing was ticked, so nothing was planned."))
    return redirect(url_for(".plan", slug=slug), 303)


@bp.route("/<slug>/plan/ny", methods=["GET", "POST"])
@access.staff(Role.SECRETARIAT)
def plan_add(slug: str) -> Answer:
    """One more thing that happens by itself."""
    edition, form = edition_at(slug), AddForm()
    form.offer(edition, clock.now())
    if not form.what.choices:
        return redirect(url_for(".plan", slug=slug))
    if form.validate_on_submit() and form.at.data is not None:
        kind, number = form.chosen
        try:
            with transaction():
                plan.add(edition.id, kind, number, form.at.data, by=signed_in(), now=clock.now())
        except plan.InThePast:
            form.at.errors = [_("That time has passed.")]
        except (plan.AlreadyPlanned, plan.AlreadyOver):
            flash(_("It is planned already, or can happen no more. Nothing was changed."), "error")
            return redirect(url_for(".plan", slug=slug), 303)
        else:
            flash(_("It is planned."), "good")
            return redirect(url_for(".plan", slug=slug), 303)
    page = render_template("secretariat/plan_add.html", edition=edition, form=form)
    return (page, 422) if form.is_submitted() else page


@bp.route("/<slug>/plan/<int:item_id>", methods=["GET", "POST"])
@access.staff(Role.SECRETARIAT)
def plan_item(slug: str, item_id: int) -> Answer:
    """Another time for something planned, or away with it."""
    edition, item = _item(slug, item_id)
    form = TimeForm(data={"at": item.at})
    if item.state != PlanState.PLANNED:
        return _over(slug)
    if form.validate_on_submit() and form.at.data is not None:
        try:
            with transaction():
                plan.move(item_id, form.at.data, edition_id=edition.id, by=signed_in(), now=clock.now())
        except plan.InThePast:
            form.at.errors = [_("That time has passed.")]
        except plan.AlreadyOver:
            return _over(slug)
        else:
            flash(_("It has a new time."), "good")
            return redirect(url_for(".plan", slug=slug), 303)
    page = render_template(
        "secretariat/plan_item.html",
        edition=edition,
        item=item,
        form=form,
        title=planned_acts.title(item),
        confirmed=item.confirmed_by is not None,
    )
    return (page, 422) if form.is_submitted() else page


@bp.post("/<slug>/plan/<int:item_id>/bort")
@access.staff(Role.SECRETARIAT)
def plan_remove(slug: str, item_id: int) -> Response:
    """Takes something out of the plan."""
    edition = _item(slug, item_id)[0]
    try:
        with transaction():
            plan.remove(item_id, edition_id=edition.id)
    except (plan.AlreadyOver, plan.NoSuchItem):
        return _over(slug)
    flash(_("It is taken out of the plan, and does not happen by itself."), "good")
    return redirect(url_for(".plan", slug=slug), 303)


@bp.route("/<slug>/plan/<int:item_id>/bekrafta", methods=["GET", "POST"])
@access.staff(Role.SECRETARIAT)
def plan_confirm(slug: str, item_id: int) -> Answer:
    """For how many voters the vote opens by itself; where two people decide, a second one approves here."""
    edition, item = _item(slug, item_id)
    if item.state != PlanState.PLANNED or item.kind not in planned_acts.CONFIRMED:
        return _over(slug)
    form = ConfirmForm()
    if not form.is_submitted():
        return _confirm_page(edition, item, form)
    if not form.validate():
        return _confirm_page(edition, item, form), 422
    try:
        with transaction():
            said = _decide(edition, item, form)
    except plan.WrongNumber:
        form.count.errors = [_("The number is another one. Look at the roll once more; nothing was changed.")]
    except service.ReasonMissing:
        form.reason.errors = [_("Say why. The reason is published.")]
    except service.SamePerson:
        abort(403)
    except (plan.AlreadyOver, plan.NotPrepared, plan.NothingToApprove, service.AskerGone):
        return _over(slug)
    else:
        flash(said, "good")
        return redirect(url_for(".plan", slug=slug), 303)
    return _confirm_page(*_item(slug, item_id), form), 422


def _decide(edition: Edition, item: PlanItem, form: ConfirmForm) -> str:
    """The button's act, in the caller's transaction; what to say about it."""
    now, action = clock.now(), request.form.get("action", "")
    if action == "take-back":
        plan.take_back(item.id, edition_id=edition.id)
        return _("The confirmation is taken back. Nothing happens by itself until somebody confirms.")
    if action == "approve":
        plan.approve(item.id, edition_id=edition.id, voters=form.voters, by=signed_in(), now=now)
        return _("Approved. It happens by itself at its time.")
    plan.confirm(
        item.id, edition_id=edition.id, voters=form.voters, reason=form.reason.data or "",
        by=signed_in(), now=now,
    )  # fmt: skip
    if planned_acts.takes_two(item, edition):
        return _("Your confirmation is saved. Another person in the secretariat approves it.")
    return _("Confirmed. It happens by itself at its time.")


def _confirm_page(edition: Edition, item: PlanItem, form: ConfirmForm) -> str:
    summary = delivery.summary(edition)
    return render_template(
        "secretariat/plan_confirm.html",
        edition=edition,
        item=item,
        form=form,
        at=planned_acts.due_at(item, edition),
        prepared=edition.phase is Phase.PREPARED,
        voters=roll.count(edition.id),
        first=summary.first,
        opens=item.kind == PlanKind.OPEN_VOTE,
        two_people=planned_acts.takes_two(item, edition),
        waits=plan.waits_for_second(item, edition),
        why=planned_acts.unconfirmed(item, edition),
        blockers=service.blockers(edition, Phase.VOTING, now=clock.now()),
        asker=accounts.account(item.confirmed_by) if item.confirmed_by else None,
        alone=len(accounts.secretaries()) < 2,
    )


def _item(slug: str, item_id: int) -> tuple[Edition, PlanItem]:
    edition = edition_at(slug)
    try:
        return edition, plan.item(item_id, edition_id=edition.id)
    except plan.NoSuchItem:
        abort(404)


def _over(slug: str) -> Response:
    flash(_("That has happened, or was changed by somebody meanwhile. Nothing was changed."), "error")
    return redirect(url_for(".plan", slug=slug), 303)
