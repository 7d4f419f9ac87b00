"""The ways in and out: sign in by link or code, accept an invitation, make the first account, sign out."""

from __future__ import annotations

import secrets
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app import access, remembered
from app.accounts import cookies, history, joining, pages, service, sessions, signing_in
from app.accounts.blueprint import bp
from app.accounts.forms import CodeForm, SetUpForm, SignInForm
from app.accounts.roles import role_name
from app.extensions import clock, limiter, transaction
from app.tokens import TokenError, TokenExpired, TokenMissing, TokenUsed
from app.web import language

__all__ = ["bp", "history", "pages"]

bp.after_app_request(cookies.keep_alive)


@bp.route("/logga-in", methods=["GET", "POST"])
@access.public
@limiter.limit("60 per 10 minutes", methods=["POST"])
def sign_in() -> Any:
    """Asks for the address; answers the same whether it is known or not."""
    heading_for = request.args.get("next", "")
    who = access.principal()
    if who is not None:
        return redirect(
            heading_for if cookies.local(heading_for) else url_for(cookies.start_page(who.role)), 303
        )
    form = SignInForm()
    if not form.validate_on_submit():
        page = render_template("accounts/sign_in.html", form=form, empty=not service.any_account())
        return remembered.for_newcomers(make_response(page))
    browser = secrets.token_urlsafe(32)
    next_path = heading_for if cookies.local(heading_for) else ""
    try:
        with transaction():
            signing_in.ask(
                email=form.email.data,
                browser=browser,
                next_path=next_path,
                language=language(),
                now=clock.now(),
            )
    except signing_in.TooOften:
        return make_response(render_template("accounts/too_often.html"), 429)
    response = redirect(url_for("accounts.code"), 303)
    cookies.set_asking_browser(response, browser)
    return response


@bp.route("/logga-in/kod", methods=["GET", "POST"])
@access.public
@limiter.limit("60 per 10 minutes", methods=["POST"])
def code() -> Any:
    """Says that a letter is on its way, and takes its code from the browser that asked."""
    form, browser = CodeForm(), cookies.asking_browser()
    if form.validate_on_submit():
        try:
            with transaction():  # commits whatever comes: a guess is counted before it is judged
                left = signing_in.count_try(browser, clock.now())
            with transaction():
                account, next_path = signing_in.by_code(browser, form.code.data, clock.now(), left=left)
                token = cookies.begin(account)
            return cookies.enter(account, token, next_path)
        except signing_in.CodeWrong as error:
            form.code.errors = [*form.code.errors, _wrong_code(error.left)]
        except signing_in.CodeGone:
            return make_response(render_template("accounts/code_gone.html"), 410)
    minutes = int(signing_in.VALID.total_seconds() // 60)
    return render_template("accounts/code.html", form=form, minutes=minutes, asked=browser is not None)


def _wrong_code(left: int) -> str:
    if left == 0:
        return _(
            "That was not the code, and it can no longer be used here. The link in the letter still works."
        )
    return _("That is not the code of the newest letter. Tries left: %(left)s.", left=left)


@bp.route("/logga-in/", methods=["GET", "POST"], defaults={"token": ""})
@bp.route("/logga-in/<token>", methods=["GET", "POST"])
@access.public
@limiter.limit("60 per 10 minutes", methods=["POST"])
def sign_in_link(token: str) -> Any:
    """GET shows a button, so that a mail scanner uses nothing up; POST signs in."""
    try:
        if request.method != "POST":
            return render_template("accounts/sign_in_link.html", account=signing_in.look(token, clock.now()))
        with transaction():
            account, next_path = signing_in.by_link(token, clock.now())
            session_token = cookies.begin(account)
    except TokenError as error:
        return _failed(error, "sign-in")
    return cookies.enter(account, session_token, next_path)


@bp.route("/inbjudan/", methods=["GET", "POST"], defaults={"token": ""})
@bp.route("/inbjudan/<token>", methods=["GET", "POST"])
@access.public
@limiter.limit("60 per 10 minutes", methods=["POST"])
def accept(token: str) -> Any:
    """GET shows what one is invited to; POST makes the account and signs in."""
    try:
        if request.method != "POST":
            row = joining.look(token, clock.now())
            role = role_name(access.Role(row.role))
            return render_template("accounts/accept.html", invitation=row, role=role)
        with transaction():
            account = joining.accept(token, clock.now())
            session_token = cookies.begin(account)
    except TokenError as error:
        return _failed(error, "invitation")
    response = cookies.enter(account, session_token)
    flash(_("Welcome, %(name)s. You are signed in.", name=account.name))
    return response


@bp.route("/kom-igang/", methods=["GET", "POST"], defaults={"token": ""})
@bp.route("/kom-igang/<token>", methods=["GET", "POST"])
@access.public
@limiter.limit("60 per 10 minutes", methods=["POST"])
def set_up(token: str) -> Any:
    """The first account, from the link that the first start printed."""
    form = SetUpForm()
    try:
        joining.check_set_up(token)
        if not form.validate_on_submit():
            return render_template("accounts/set_up.html", form=form)
        with transaction():
            account = joining.set_up(
                token, email=form.email.data, name=form.name.data, language=language(), now=clock.now()
            )
            session_token = cookies.begin(account)
    except TokenError as error:
        return _failed(error, "set-up")
    return cookies.enter(account, session_token)


@bp.post("/logga-ut")
@access.public
def sign_out() -> Response:
    """Ends this browser's session."""
    if (token := cookies.current_token()) is not None:
        with transaction():
            sessions.end(token)
    response = cookies.leave(redirect(url_for("awards.home"), 303))
    flash(_("You are signed out."))
    return response


def _failed(error: TokenError, purpose: str) -> Response:
    """The page of a link that opens nothing: what happened, and what to do next."""
    names: list[tuple[type[TokenError], str, int]] = [
        (TokenMissing, "missing", 404), (TokenExpired, "expired", 410), (TokenUsed, "used", 410),
    ]  # fmt: skip
    why, status = next(
        ((why, status) for kind, why, status in names if isinstance(error, kind)), ("wrong", 404)
    )
    return make_response(render_template("accounts/link_failed.html", why=why, purpose=purpose), status)
