"""What every page shares: language, addresses, headers, filters, health."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from typing import Any, TypeVar
from urllib.parse import quote
from zoneinfo import ZoneInfo

from flask import (
    Blueprint,
    Flask,
    current_app,
    g,
    has_request_context,
    jsonify,
    request,
    url_for,
)
from flask_babel import format_date, format_datetime, format_decimal, format_percent, get_locale, gettext
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from werkzeug.routing import IntegerConverter, Map, Rule
from werkzeug.wrappers import Response

from app import access
from app.extensions import clock, db
from config import Settings

View = TypeVar("View", bound=Callable[..., Any])
LANGUAGES = ("sv", "en")
STOCKHOLM = ZoneInfo("Europe/Stockholm")
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "worker-src 'self'; font-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)

bp = Blueprint("web", __name__)


class RowNumber(IntegerConverter):
    """`<int:…>` in an address: no larger than the number of a row can be, or there is no such page."""

    def __init__(self, map: Map, fixed_digits: int = 0, min: int | None = None, max: int = 2**31 - 1) -> None:
        super().__init__(map, fixed_digits, min, max)


class LateRule(Rule):
    """A route that compiles how its addresses are written when the first of them is wanted.

    Compiling those of all routes took more than everything else in making the application, for each process and each
    test.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compiled: list[Callable[..., tuple[str, str]]] = []

        def build(rule: LateRule, **values: Any) -> tuple[str, str]:
            if not compiled:
                compiled.append(Rule._compile_builder(rule, append_unknown))
            return compiled[0](rule, **values)

        return build


class LanguagePrefix:
    """Swedish lives at /…, English at /en/…: the prefix becomes SCRIPT_NAME, so url_for keeps it.

    BASE_URL has no path, so nothing else ever is a SCRIPT_NAME: one that came with the request (gunicorn takes it from
    a header) would stand in the links of pages that are kept for everyone.
    """

    def __init__(self, wsgi_app: Callable[..., Iterable[bytes]]) -> None:
        self.wsgi_app = wsgi_app

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        environ["SCRIPT_NAME"] = ""
        if path == "/en" or path.startswith("/en/"):
            environ["SCRIPT_NAME"] = "/en"
            environ["PATH_INFO"] = path[3:] or "/"
        return self.wsgi_app(environ, start_response)


def language() -> str:
    """The language of this page or letter: "sv" or "en"."""
    if "language" in g:
        return str(g.language)
    if has_request_context() and request.script_root.endswith("/en"):
        return "en"
    return "sv"


def other_language_url() -> str:
    """This page's address in the other language."""
    path = quote(request.path) + (
        f"?{request.query_string.decode('latin-1')}" if request.query_string else ""
    )
    return path if language() == "en" else f"/en{path}"


def absolute_url(endpoint: str, lang: str = "sv", **values: Any) -> str:
    """An address for letters and documents, made from BASE_URL alone (never from the request's Host)."""
    base: str = current_app.extensions["settings"].base_url
    host = base.split("://", 1)[1]
    adapter = current_app.url_map.bind(host, script_name="/en" if lang == "en" else "/")
    return base + adapter.build(endpoint, values, force_external=False)


def cookie_name(settings: Settings, name: str) -> str:
    """A `__Host-` cookie with https; a plain name on loopback http, where browsers refuse the prefix."""
    return f"__Host-{name}" if settings.https else name


def datetime_long(moment: datetime, zone: bool = False) -> str:
    """13 december 2026 kl. 18.00 / 13 December 2026 at 18:00, in Swedish time."""
    swedish = str(get_locale()) != "en"
    shown = format_datetime(moment, "d MMMM y 'kl.' HH.mm" if swedish else "d MMMM y 'at' HH:mm")
    time_zone = gettext("Swedish time")
    return f"{shown} ({time_zone})" if zone else shown


def datetime_short(moment: datetime) -> str:
    """9 dec. 14.02 / 9 Dec 14:02, in Swedish time."""
    return format_datetime(moment, "d MMM HH.mm" if str(get_locale()) != "en" else "d MMM HH:mm")


def clock_time(moment: datetime) -> str:
    """kl. 14.02 / at 14:02, in Swedish time."""
    return format_datetime(moment, "'kl.' HH.mm" if str(get_locale()) != "en" else "'at' HH:mm")


def date_long(moment: date) -> str:
    """13 december 2026 / 13 December 2026."""
    return format_date(moment.astimezone(STOCKHOLM) if isinstance(moment, datetime) else moment, "d MMMM y")


def percent(part: float, whole: float) -> str:
    """41,5 % (a dash when there is no whole)."""
    return (
        format_percent(part / whole, "#,##0.0\N{NO-BREAK SPACE}%" if language() == "sv" else "#,##0.0%")
        if whole
        else "–"
    )


def number(value: float) -> str:
    """71 263 / 71,263."""
    return format_decimal(value)


@bp.get("/healthz")
@access.public
def healthz() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@bp.get("/readyz")
@access.public
def readyz() -> tuple[Response, int]:
    """The process answers and reaches its database."""
    try:
        db.session.execute(text("SELECT 1"))
    except DBAPIError:
        return jsonify(status="no database"), 503
    return jsonify(status="ready"), 200


def takes_up_to(size: int) -> Callable[[View], View]:
    """Marks a view that takes a larger request than others do: so many bytes, files and all.

    Which view it is, is known before the form's token is looked for; the body is not read before that.
    """

    def mark(view: View) -> View:
        view.largest_request = size  # type: ignore[attr-defined]
        return view

    return mark


def _allow_size(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    if (size := getattr(access.current_view(), "largest_request", None)) is not None:
        request.max_content_length = size


def register(app: Flask) -> None:
    """Puts all of this on *app*."""
    app.url_value_preprocessor(_allow_size)
    app.register_blueprint(bp)
    app.jinja_env.filters.update(
        datetime_long=datetime_long, datetime_short=datetime_short, date_long=date_long, number=number
    )
    app.jinja_env.globals.update(
        percent=percent,
        language=language,
        other_language_url=other_language_url,
        absolute_url=absolute_url,
        principal=access.principal,
        now=clock.now,
        static=_static,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.after_request(_headers)


def _static(filename: str) -> str:
    """The address of a static file, the same in both languages."""
    return url_for("static", filename=filename).removeprefix("/en")


def _headers(response: Response) -> Response:
    settings: Settings = current_app.extensions["settings"]
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CSP)
    headers["Referrer-Policy"] = "no-referrer"
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), interest-cohort=()"
    if settings.https:
        headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
    headers.setdefault("Cache-Control", "no-store")
    if response.mimetype == "text/html":
        headers.setdefault("Content-Language", language())
    return response


def utc(moment: datetime) -> str:
    """A time as documents and logs write it: 2026-12-13T17:00:00Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
