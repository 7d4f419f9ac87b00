"""The two cookies of signing in: which browser asked for a code, and who is signed in."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

from flask import current_app, g, redirect, request, session, url_for
from werkzeug.wrappers import Response

from app import access
from app.access import Principal, Role
from app.accounts import browsers, sessions, signing_in
from app.accounts.models import Account
from app.extensions import clock
from app.web import cookie_name
from config import Settings


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


def _set(response: Response, name: str, value: str, age: timedelta | None) -> None:
    response.set_cookie(
        cookie_name(_settings(), name), value, max_age=age, path="/", secure=_settings().https, httponly=True,
        samesite="Lax",
    )  # fmt: skip


def _get(name: str) -> str | None:
    return request.cookies.get(cookie_name(_settings(), name))


def asking_browser() -> str | None:
    """The value that binds a code to the browser that asked for it."""
    return _get("asked")


def set_asking_browser(response: Response, value: str) -> None:
    """Binds the code that was just asked for to this browser."""
    _set(response, "asked", value, signing_in.VALID)


def current_token() -> str | None:
    """The token of this browser's session, if its cookie is sealed and fresh."""
    found = sessions.unseal(_get("session"), clock.now())
    return found and found[0]


@access.principal_loader
def load_principal() -> Principal | None:
    """Who this browser's session belongs to."""
    now = clock.now()
    found = sessions.unseal(_get("session"), now)
    row = sessions.find(found[0], now) if found else None
    if found is None or row is None:
        return None
    g.session_seen = found
    account = row.account
    return Principal(account.id, account.name, account.email, Role(account.role), account.language)


def keep_alive(response: Response) -> Response:
    """Renews when the session was seen, every few minutes, on pages that nobody caches."""
    token, seen = g.get("session_seen", (None, None))
    now = clock.now()
    if token and now - seen > sessions.RESEAL and "no-store" in response.headers.get("Cache-Control", ""):
        _set(response, "session", sessions.seal(token, now), None)
    return response


def begin(account: Account) -> str:
    """A new session for this browser, in place of any it had; for the caller's transaction. Gives its token."""
    if (old := current_token()) is not None:
        sessions.end(old)
    browser = browsers.label(request.user_agent.string)
    return sessions.begin(account_id=account.id, browser=browser, now=clock.now())


def enter(account: Account, token: str, next_path: str = "") -> Response:
    """After the commit: the answer that signs this browser in and goes where it was heading."""
    session.clear()  # a new CSRF token as well: nothing from before the sign-in lives on
    g.pop("session_seen", None)
    response = redirect(next_path if local(next_path) else url_for(start_page(Role(account.role))), 303)
    _set(response, "session", sessions.seal(token, clock.now()), None)
    response.delete_cookie(
        cookie_name(_settings(), "asked"), secure=_settings().https, httponly=True, samesite="Lax"
    )
    return response


def leave(response: Response) -> Response:
    """Removes the session's cookie."""
    session.clear()
    g.pop("session_seen", None)
    response.delete_cookie(
        cookie_name(_settings(), "session"), secure=_settings().https, httponly=True, samesite="Lax"
    )
    return response


def start_page(role: Role) -> str:
    """The endpoint of the first page of that role."""
    return "secretariat.home" if role == Role.SECRETARIAT else "review.home"


def local(path: str) -> bool:
    """Whether *path* stays on this site whatever a browser makes of it: no host, no scheme, nothing it would drop."""
    if not path.startswith("/") or path.startswith("//") or len(path) > 500:
        return False
    if "\\" in path or any(ord(sign) <= 0x20 or ord(sign) == 0x7F for sign in path):
        return False
    parts = urlsplit(path)
    return not parts.scheme and not parts.netloc
