"""The pages for what went wrong: each says what happened, what was kept, and what to do next."""

from __future__ import annotations

from flask import Flask, current_app, jsonify, render_template, request
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, OperationalError
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.wrappers import Response

from app import access
from app.extensions import db

RESEND_LIMIT = 100_000


def register(app: Flask) -> None:
    """Puts them on *app*."""
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(DataError, _not_storable)
    app.register_error_handler(OperationalError, _database_away)
    app.register_error_handler(Exception, _unexpected)


def _error_texts(code: int) -> dict[str, str]:
    """What happened, what was kept, what to do next."""
    nothing = gettext("Nothing was changed.")
    pages = {
        400: (
            gettext("We could not read that request"),
            nothing,
            gettext("Go back, check what you sent and try again."),
        ),
        401: (
            gettext("You are no longer signed in"),
            gettext("What you typed was not saved."),
            gettext("Sign in, then go back and send it again; your browser usually keeps what you typed."),
        ),
        403: (
            gettext("This page is not open to you"),
            nothing,
            gettext("If you think that it should be, write to the secretariat."),
        ),
        404: (
            gettext("There is no such page"),
            nothing,
            gettext("The link may be old or cut off. Start from the first page."),
        ),
        405: (
            gettext("That cannot be done here"),
            nothing,
            gettext("Go back to the page you came from and use its buttons."),
        ),
        409: (
            gettext("Somebody else was quicker"),
            gettext("What was saved before is still there; your change was not saved."),
            gettext(
                "Open the page again, look at what is there now, and make your change if it is still needed."
            ),
        ),
        410: (
            gettext("This link has done its work"),
            nothing,
            gettext("It can be used once, or for a limited time. Ask for a new one."),
        ),
        413: (
            gettext("That was too large"),
            gettext("Nothing was saved."),
            gettext("Send a smaller file or a shorter text."),
        ),
        415: (gettext("We could not read that request"), nothing, gettext("This address takes JSON.")),
        429: (
            gettext("One moment, please"),
            gettext("Nothing was lost, and nothing was changed."),
            gettext("There were many tries from your address. Wait a few minutes and try again."),
        ),
        500: (
            gettext("Something went wrong on our side"),
            gettext("What was saved before is safe. Your last step was not carried out."),
            gettext(
                "Try again in a while. If it happens again, write to the secretariat and say when it happened."
            ),
        ),
        503: (
            gettext("We are away for a moment"),
            gettext("What was saved before is safe. Your last step was not carried out."),
            gettext("Wait a minute and try again."),
        ),
    }
    title, kept, todo = pages.get(code, pages[500 if code >= 500 else 400])
    return {"title": title, "kept": kept, "todo": todo}


def error_response(
    code: int, *, machine_code: str = "", resend: dict[str, list[str]] | None = None
) -> Response:
    """The error page of *code*, or its JSON where a program asked."""
    if access.rule_of(access.current_view()) == access.Rule("machine"):
        response = jsonify(error=machine_code or str(code), message=_error_texts(code)["title"])
    else:
        page = render_template("errors/error.html", code=code, resend=resend or {}, **_error_texts(code))
        response = current_app.make_response(page)
    response.status_code = code
    if code in {429, 503}:
        response.headers.setdefault("Retry-After", "60")
    return response


def _csrf_error(_error: CSRFError) -> Response:
    """A form whose page was too old: what was typed comes along, to be sent again with one press (public forms).

    Not where the browser says that another site sent it: a press must never carry out what somebody else filled in.
    """
    rule = access.rule_of(access.current_view())
    fields = {}
    if (
        rule == access.Rule("public")
        and request.headers.get("Sec-Fetch-Site") not in {"cross-site", "same-site"}
        and (request.content_length or 0) < RESEND_LIMIT
        and not request.files
    ):
        fields = {name: values for name, values in request.form.lists() if name != "csrf_token"}
    return error_response(400, resend=fields)


def _http_error(error: HTTPException) -> Response:
    if isinstance(error, SecurityError):  # another host than ours: no address on a page would be right
        return Response("This service does not answer under that name.\n", 400, mimetype="text/plain")
    if error.response is not None:
        return error.response  # type: ignore[return-value]
    if error.code is not None and error.code < 400:
        return error.get_response()  # type: ignore[return-value]
    response = error_response(error.code or 500)
    for name, value in error.get_headers():
        if name.lower() not in {"content-type", "content-length"}:
            response.headers[name] = value
    return response


def _database_away(error: OperationalError) -> Response:
    current_app.logger.error("database away: %s", type(error.orig).__name__)
    db.session.rollback()
    return error_response(503)


def _not_storable(error: DataError) -> Response:
    """A value that PostgreSQL can neither keep nor be asked for, such as a text with U+0000 in it."""
    current_app.logger.warning("a value that the database does not take: %s", type(error.orig).__name__)
    db.session.rollback()
    return error_response(400)


def _unexpected(error: Exception) -> Response:
    current_app.logger.error("unexpected error", exc_info=error)
    db.session.rollback()
    return error_response(500)
