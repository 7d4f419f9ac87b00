"""Who may enter a view. Every view wears exactly one of these guards; start-up refuses one without.

    @bp.get("/privat")
    @access.staff(Role.SECRETARIAT)
    def private(): ...

Guards know only the signed-in principal. Whether an object is one's own is checked in the domain's service.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, g, redirect, request, url_for
from werkzeug.exceptions import UnsupportedMediaType
from werkzeug.wrappers import Response

from app.extensions import csrf

View = TypeVar("View", bound=Callable[..., Any])


class Role(StrEnum):
    """What a member of staff is here for."""

    SECRETARIAT = "secretariat"
    JUROR = "juror"
    OBSERVER = "observer"


class UnguardedRoute(RuntimeError):
    """A route whose view says nothing about who may enter."""


@dataclass(frozen=True)
class Principal:
    """Who is signed in."""

    id: int
    name: str
    email: str
    role: Role
    language: str


@dataclass(frozen=True)
class Rule:
    """What a guard declares: `public`, `machine` (JSON without cookies) or `staff` with roles."""

    kind: str
    roles: frozenset[Role] = frozenset()


_load_principal: Callable[[], Principal | None] = lambda: None  # noqa: E731 (replaced by accounts at start)


def principal_loader(load: Callable[[], Principal | None]) -> Callable[[], Principal | None]:
    """Registers how the session's cookie becomes a principal (accounts does, at start)."""
    global _load_principal  # noqa: PLW0603 (one registration, at import)
    _load_principal = load
    return load


def principal() -> Principal | None:
    """Who is signed in on this request, or None. A machine endpoint never looks at cookies."""
    if "principal" not in g:
        g.principal = None if rule_of(current_view()) == Rule("machine") else _load_principal()
    return g.principal


def current_view() -> Any:
    """The view function of this request, or None."""
    return current_app.view_functions.get(request.endpoint or "")


def rule_of(view: Any) -> Rule | None:
    """The rule that a view's guard declared, or None."""
    return getattr(view, "access_rule", None)


def public(view: View) -> View:
    """Anyone may enter."""
    view.access_rule = Rule("public")  # type: ignore[attr-defined]
    return view


def machine(view: View) -> View:
    """Anyone may call: cookies are ignored, a body must be JSON, and an Origin, if sent, must be ours."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        origin = request.headers.get("Origin")
        if origin is not None and not is_own_origin(origin):
            abort(403)
        if request.method == "POST" and request.mimetype != "application/json":
            raise UnsupportedMediaType("this address takes application/json")
        return view(*args, **kwargs)

    guarded.access_rule = Rule("machine")  # type: ignore[attr-defined]
    return csrf.exempt(guarded)  # type: ignore[no-any-return]


def staff(*roles: Role) -> Callable[[View], View]:
    """Only a signed-in member of staff with one of *roles* (any role where none is named)."""
    allowed = frozenset(roles or Role)

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            who = principal()
            if who is None:
                return _to_sign_in()
            if who.role not in allowed:
                abort(403)
            return view(*args, **kwargs)

        guarded.access_rule = Rule("staff", allowed)  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return guard


def is_own_origin(origin: str) -> bool:
    """Whether an Origin header names BASE_URL."""
    ours = urlsplit(current_app.extensions["settings"].base_url)
    theirs = urlsplit(origin)
    return (theirs.scheme, theirs.netloc) == (ours.scheme, ours.netloc)


def _to_sign_in() -> Response:
    if request.method not in {"GET", "HEAD"}:
        abort(401)
    return redirect(url_for("accounts.sign_in", next=request.script_root + request.full_path.rstrip("?")))


def refuse_unguarded(app: Flask) -> None:
    """Raises `UnguardedRoute` when a view wears no guard; called once, at start."""
    missing = sorted(
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static" and rule_of(app.view_functions[rule.endpoint]) is None
    )
    if missing:
        raise UnguardedRoute(f"routes without a guard: {', '.join(missing)}")
