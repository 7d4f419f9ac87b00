"""The pages behind mailed links: confirm, change, take back. GET shows, POST does."""

from __future__ import annotations

from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from app import access, tokens
from app.awards import deadlines
from app.awards import service as awards
from app.awards.models import Edition
from app.extensions import clock, transaction
from app.nominations import cookie, drafts, service, starting, steps
from app.nominations.answers import closed, filled_in, form_page, too_late
from app.nominations.blueprint import Answer, bp
from app.nominations.drafts import KEPT_FOR, NotNow
from app.nominations.forms import NominationForm, held
from app.nominations.models import Nomination, State
from app.nominations.service import ChangedMeanwhile
from app.nominations.show import facts
from app.nominations.step_views import step_address
from app.nominations.texts import LIMITS
from app.nominations.views import take
from app.tokens import Purpose, TokenWrong
from app.web import STOCKHOLM, language

LINK_AGE = timedelta(days=400)
"""A link to a nomination outlives any edition; what ends it is the deadline."""


@bp.route("/nominera/<slug>/bekrafta/<token>", methods=["GET", "POST"])
@access.public
def confirm(slug: str, token: str) -> Answer:
    """GET shows what is confirmed and a button, POST confirms."""
    edition = awards.public_edition(slug)
    public_id, version = read_link(Purpose.CONFIRM_NOMINATION, token, KEPT_FOR)
    if request.method == "POST":
        with transaction():
            drafts.confirm(edition.id, public_id, version, now=clock.now())
        return redirect(url_for("nominations.confirm", slug=slug, token=token))
    nomination = drafts.linked(edition.id, public_id, version)
    if nomination.state is State.SUBMITTED and not _open(edition):
        return too_late(edition)
    if nomination.state in {State.DRAFT, State.WITHDRAWN}:
        raise NotNow(nomination.state)
    return render_template(
        "nominations/confirm.html",
        edition=edition,
        nomination=nomination,
        token=token,
        facts=facts(nomination, language()),
    )


@bp.route("/nominera/<slug>/andra/<token>", methods=["GET", "POST"])
@access.public
def edit(slug: str, token: str) -> Answer:
    """A draft, or a nomination that can be changed until the deadline."""
    edition = awards.public_edition(slug)
    nomination = drafts.linked(edition.id, *read_link(Purpose.EDIT_NOMINATION, token, LINK_AGE))
    form = filled_in(edition, nomination)
    if not service.may_change(edition, nomination, clock.now()):
        return closed(edition, form) if form.is_submitted() else too_late(edition, nomination)
    if nomination.state in service.EDITABLE:
        return _edit_confirmed(edition, form, nomination, token)
    if nomination.state not in drafts.OPEN_STATES:
        raise NotNow(nomination.state)
    if nomination.state is State.DRAFT and not form.is_submitted():
        return _resume_page(edition, nomination, token)
    return take(edition, form, nomination) if form.is_submitted() else form_page(edition, form, nomination)


@bp.post("/nominera/<slug>/andra/<token>/har")
@access.public
def resume(slug: str, token: str) -> Answer:
    """Lets this browser hold the draft, and goes on where something is missing."""
    edition = awards.public_edition(slug)
    nomination = drafts.linked(edition.id, *read_link(Purpose.EDIT_NOMINATION, token, LINK_AGE))
    if not _open(edition):
        return too_late(edition, nomination)
    if nomination.state is not State.DRAFT:
        raise NotNow(nomination.state)
    place = steps.first_open(edition, nomination, clock.now().astimezone(STOCKHOLM).date())
    return cookie.hold(redirect(step_address(edition, place)), edition.slug, nomination.public_id)


@bp.post("/nominera/<slug>/ta-tillbaka/<token>")
@access.public
def withdraw(slug: str, token: str) -> Answer:
    """Its author takes the nomination back."""
    edition = awards.public_edition(slug)
    public_id, version = read_link(Purpose.EDIT_NOMINATION, token, LINK_AGE)
    with transaction():
        service.withdraw(edition.id, public_id, version, now=clock.now())
    return render_template("nominations/withdrawn.html", edition=edition)


def _edit_confirmed(edition: Edition, form: NominationForm, nomination: Nomination, token: str) -> Answer:
    """A nomination that counts is changed as a whole or not at all; its address stays."""
    public_id, version = nomination.public_id, nomination.link_version
    form.contact_email.data = nomination.contact_email
    meanwhile = False
    if form.is_submitted() and form.complete():
        try:
            with transaction():
                changed = service.edit(
                    edition.id, public_id, version, form.typed, seen=request.form.get("seen"), now=clock.now()
                )
        except ChangedMeanwhile:
            meanwhile = True
        else:
            saved = gettext("Your changes are saved, and a new copy is on its way to you.")
            flash(saved if changed else gettext("Nothing was different, so nothing was changed."))
            return redirect(url_for("nominations.edit", slug=edition.slug, token=token))
    page = render_template(
        "nominations/edit.html",
        edition=edition,
        form=form,
        nomination=nomination,
        token=token,
        kept_for=KEPT_FOR.days,
        source=starting.sources(nomination),
        doubt=starting.doubts_of(nomination),
        seen=service.stamp(nomination)
        if meanwhile
        else request.form.get("seen") or service.stamp(nomination),
        now_otherwise=_otherwise(form, nomination) if meanwhile else [],
    )
    return page, 409 if meanwhile else 422 if form.is_submitted() else 200


def _otherwise(form: NominationForm, nomination: Nomination) -> list[tuple[str, str]]:
    """Label and text of what the nomination says now where the form says something else."""
    stands = {name: str(value or "") for name, value in held(nomination).items() if name in LIMITS}
    return [
        (form[name].label.text, said) for name, said in stands.items() if said != str(form[name].data or "")
    ]


def _resume_page(edition: Edition, nomination: Nomination, token: str) -> Answer:
    return render_template(
        "nominations/resume.html",
        edition=edition,
        nomination=nomination,
        token=token,
        facts=facts(nomination, language()),
        kept_for=KEPT_FOR.days,
    )


def _open(edition: Edition) -> bool:
    return deadlines.in_grace(edition, clock.now())


def read_link(purpose: Purpose, token: str, age: timedelta) -> tuple[str, int]:
    """What a mailed link carries; raises the token's error."""
    data = tokens.read(purpose, token, max_age=age)
    try:
        public_id, version = data
        return str(public_id), int(version)
    except (TypeError, ValueError) as error:
        raise TokenWrong from error
