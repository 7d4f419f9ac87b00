"""Pages for who is signed in: one's own account and sessions; for the secretariat, everybody's."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app import access
from app.access import Role
from app.accounts import cookies, joining, service, sessions
from app.accounts.blueprint import bp
from app.accounts.forms import InvitationForm, OwnForm
from app.accounts.roles import role_name
from app.extensions import clock, limiter, transaction


def _me() -> access.Principal:
    who = access.principal()
    assert who is not None
    return who


@bp.route("/konto", methods=["GET", "POST"])
@access.staff()
def me() -> Any:
    """One's own name and language, and the browsers one is signed in with."""
    who = _me()
    form = OwnForm(obj=service.account(who.id))
    if form.validate_on_submit():
        with transaction():
            service.change(who.id, name=form.name.data, language=form.language.data)
        flash(_("Saved."))
        return redirect(url_for("accounts.me"), 303)
    now = clock.now()
    current = sessions.find(cookies.current_token() or "", now)
    return render_template(
        "accounts/me.html", form=form, sessions=sessions.of(who.id, now), current=current,
        role=role_name(who.role),
    )  # fmt: skip


@bp.post("/konto/session/<int:session_id>/avsluta")
@access.staff()
def end_session(session_id: int) -> Response:
    """Signs one of one's own browsers out."""
    with transaction():
        sessions.end_one(account_id=_me().id, session_id=session_id)
    flash(_("That browser is signed out."))
    return redirect(url_for("accounts.me"), 303)


@bp.post("/konto/avsluta-andra")
@access.staff()
def end_others() -> Response:
    """Signs every other browser of one's own out."""
    with transaction():
        sessions.end_all(_me().id, but=cookies.current_token())
    flash(_("All other browsers are signed out."))
    return redirect(url_for("accounts.me"), 303)


@bp.route("/sekretariat/personer", methods=["GET", "POST"])
@access.staff(Role.SECRETARIAT)
@limiter.limit("60 per hour", methods=["POST"])
def people() -> Any:
    """Who can sign in, who is invited, and a form to invite more."""
    form = InvitationForm()
    if form.validate_on_submit():
        try:
            with transaction():
                invited = joining.invite(
                    email=form.email.data, name=form.name.data, role=Role(form.role.data),
                    language=form.language.data, by=_me().id, now=clock.now(),
                )  # fmt: skip
            flash(_("An invitation to %(email)s is on its way.", email=invited.email))
            return redirect(url_for("accounts.people"), 303)
        except joining.AlreadyStaff:
            form.email.errors = [*form.email.errors, _("Somebody with that address can sign in already.")]
    groups = [(role_name(role), service.people(role)) for role in Role]
    return render_template(
        "accounts/people.html", form=form, groups=groups, invitations=joining.pending(), role_name=role_name,
        Role=Role, gone=service.people(disabled=True),
    )  # fmt: skip


@bp.route("/sekretariat/personer/<int:account_id>/ta-bort", methods=["GET", "POST"])
@access.staff(Role.SECRETARIAT)
def remove(account_id: int) -> Any:
    """Asks, then shuts somebody out at once."""
    try:
        account = service.account(account_id)
        if request.method != "POST":
            return render_template(
                "accounts/remove.html", account=account, role=role_name(Role(account.role))
            )
        with transaction():
            joining.remove(account_id, by=_me().id, now=clock.now())
    except service.NoSuchAccount:
        abort(404)
    except joining.OwnAccount:
        flash(_("Somebody else in the secretariat has to remove you."), "error")
    except joining.LastSecretary:
        flash(_("The last secretary cannot be removed: somebody must run the award."), "error")
    else:
        flash(_("%(name)s can no longer sign in.", name=account.name))
    return redirect(url_for("accounts.people"), 303)


@bp.post("/sekretariat/inbjudan/<int:invitation_id>/igen")
@access.staff(Role.SECRETARIAT)
@limiter.limit("60 per hour")
def invite_again(invitation_id: int) -> Response:
    """Sends an invitation once more, with a new link; the old one stops working."""
    try:
        with transaction():
            row = joining.invite_again(invitation_id, by=_me().id, now=clock.now())
        flash(_("An invitation to %(email)s is on its way.", email=row.email))
    except joining.AlreadyStaff:
        flash(_("Somebody with that address can sign in already."), "error")
    except LookupError:
        abort(404)
    return redirect(url_for("accounts.people"), 303)


@bp.post("/sekretariat/inbjudan/<int:invitation_id>/aterta")
@access.staff(Role.SECRETARIAT)
def withdraw(invitation_id: int) -> Response:
    """The invitation's link stops working."""
    with transaction():
        joining.withdraw(invitation_id, clock.now())
    flash(_("The invitation no longer works."))
    return redirect(url_for("accounts.people"), 303)
