"""The signed cookie that holds a supplier's draft: nothing but which nomination is theirs."""

from __future__ import annotations

from flask import current_app, request
from werkzeug.wrappers import Response

from app import tokens, web
from app.nominations.drafts import KEPT_FOR
from app.tokens import Purpose, TokenError


def name() -> str:
    """The cookie's name."""
    return web.cookie_name(current_app.extensions["settings"], "nomination")


def held(slug: str) -> str | None:
    """The public id of the nomination that this browser holds in the edition *slug*, or None."""
    try:
        edition, public_id = tokens.read(
            Purpose.NOMINATION_DRAFT, request.cookies.get(name()), max_age=KEPT_FOR
        )
    except (TokenError, ValueError, TypeError):
        return None
    return str(public_id) if edition == slug else None


def hold(response: Response, slug: str, public_id: str) -> Response:
    """Lets this browser hold a nomination, for as long as it is kept without being touched."""
    settings = current_app.extensions["settings"]
    response.set_cookie(
        name(),
        tokens.make(Purpose.NOMINATION_DRAFT, [slug, public_id]),
        max_age=int(KEPT_FOR.total_seconds()),
        secure=settings.https,
        httponly=True,
        samesite="Lax",
        path="/",
    )
    return response


def let_go(response: Response) -> Response:
    """Makes this browser forget its nomination; the row stays."""
    settings = current_app.extensions["settings"]
    response.delete_cookie(name(), secure=settings.https, httponly=True, samesite="Lax", path="/")
    return response
