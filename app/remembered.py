"""Pages that are the same for everyone are answered from memory, before anything else of the service runs.

A view marks its answer: with `for_everyone` the next requests for that address get the same bytes (304 to whoever has
them, compressed to whoever can read that); with `for_newcomers`, for a page with an empty form, whoever comes without
any cookie gets the page with a form token and a session cookie of their own. After `SECONDS` one request asks the view
again, so that a change is seen within that time in every process.
"""

from __future__ import annotations

import gzip
import hashlib
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import structlog
from flask import Flask, Response, request, session
from flask_wtf.csrf import generate_csrf

SECONDS = 10.0
MOST = 64
PLACES = ("/resultat/", "/nominera/", "/logga-in")
"""Only answers from here are looked at; everything else passes by untouched."""
MARK = "anbudspriset.remember"
Environ = dict[str, Any]
Headers = list[tuple[str, str]]
Start = Callable[..., Any]

log = structlog.get_logger("request")


def for_everyone(response: Response) -> Response:
    """Marks a whole page that depends on nothing but its address."""
    request.environ[MARK] = ""
    response.headers["Cache-Control"] = "public, max-age=0, must-revalidate"
    response.headers["Vary"] = "Accept-Encoding"
    return response


def for_newcomers(response: Response) -> Response:
    """Marks a page with an empty form, where whoever asks brought no cookie; else it is left as it is."""
    if request.method == "GET" and "Cookie" not in request.headers and set(session) <= {"csrf_token"}:
        request.environ[MARK] = generate_csrf()
    return response


@dataclass(frozen=True)
class Page:
    """A whole page: plain, compressed, or known already."""

    tag: str
    plain: tuple[Headers, bytes]
    packed: tuple[Headers, bytes]
    unchanged: Headers

    @classmethod
    def of(cls, headers: Headers, body: bytes) -> Page:
        packed = gzip.compress(body, 9, mtime=0)
        tag = hashlib.sha256(body).hexdigest()[:24]
        kept = [each for each in headers if each[0].lower() not in {"content-length", "etag", "set-cookie"}]
        zipped = [("ETag", f'"{tag}-gz"'), ("Content-Encoding", "gzip"), ("Content-Length", str(len(packed)))]
        return cls(
            tag,
            ([*kept, ("ETag", f'"{tag}"'), ("Content-Length", str(len(body)))], body),
            ([*kept, *zipped], packed),
            [each for each in kept if each[0].lower() not in {"content-type", "content-disposition"}],
        )

    def answer(self, environ: Environ) -> tuple[str, Headers, bytes]:
        """Status, headers and body for this request."""
        zipped = "gzip" in environ.get("HTTP_ACCEPT_ENCODING", "")
        if self.tag in environ.get("HTTP_IF_NONE_MATCH", ""):
            tag = f'"{self.tag}-gz"' if zipped else f'"{self.tag}"'
            return "304 NOT MODIFIED", [*self.unchanged, ("ETag", tag)], b""
        headers, body = self.packed if zipped else self.plain
        return "200 OK", list(headers), body


@dataclass(frozen=True)
class Form:
    """A page with an empty form, in the parts between its form tokens."""

    headers: Headers
    parts: list[bytes]

    def answer(self, app: Flask, environ: Environ) -> tuple[str, Headers, bytes]:
        """The page with a token of its own, and the session cookie that it belongs to."""
        with app.request_context(environ):
            token = generate_csrf()
            cookie = Response()
            app.session_interface.save_session(app, session, cookie)  # type: ignore[arg-type]
        body = token.encode().join(self.parts)
        cookies = [("Set-Cookie", value) for value in cookie.headers.getlist("Set-Cookie")]
        return "200 OK", [*self.headers, *cookies, ("Content-Length", str(len(body)))], body

    @classmethod
    def of(cls, headers: Headers, body: bytes, token: str) -> Form:
        kept = [each for each in headers if each[0].lower() not in {"content-length", "set-cookie"}]
        return cls(kept, body.split(token.encode()))


class Remembered:
    """WSGI around the application: what was marked is answered from here."""

    def __init__(
        self, inner: Callable[..., Iterable[bytes]], app: Flask, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.inner = inner
        self.app = app
        self.clock = clock
        self.kept: dict[tuple[str, str], tuple[float, Page | Form]] = {}

    def __call__(self, environ: Environ, start_response: Start) -> Iterable[bytes]:
        """The remembered answer, or the application's."""
        path = environ.get("PATH_INFO", "")
        if (
            not path.startswith(PLACES)
            or environ["REQUEST_METHOD"] not in {"GET", "HEAD"}
            or environ.get("QUERY_STRING")
        ):
            return self.inner(environ, start_response)
        key = (environ.get("SCRIPT_NAME", ""), path)
        until, found = self.kept.get(key, (0.0, None))
        if found is None or until <= self.clock():
            return self._ask(key, environ, start_response)
        if isinstance(found, Page):
            status, headers, body = found.answer(environ)
        elif "HTTP_COOKIE" in environ or environ["REQUEST_METHOD"] == "HEAD":
            return self.inner(environ, start_response)
        else:
            status, headers, body = found.answer(self.app, environ)
        log.info("request", method=environ["REQUEST_METHOD"], route="(remembered)", status=int(status[:3]))
        return _give(environ, start_response, status, headers, body)

    def _ask(self, key: tuple[str, str], environ: Environ, start_response: Start) -> Iterable[bytes]:
        heard: list[Any] = []

        def hear(status: str, headers: Headers, exc_info: Any = None) -> Callable[[bytes], Any]:
            heard[:] = [status, headers]
            return start_response(status, headers, exc_info) if exc_info else lambda _data: None

        asked = {**environ, "REQUEST_METHOD": "GET"}
        inner = self.inner(asked, hear)
        try:
            body = b"".join(inner)
        finally:
            if hasattr(inner, "close"):
                inner.close()
        status, headers = heard
        token = asked.get(MARK)
        if token is None or not status.startswith("200"):
            if "HTTP_COOKIE" not in environ:
                self.kept.pop(key, None)
            return _give(environ, start_response, status, headers, body)
        made = Form.of(headers, body, token) if token else Page.of(headers, body)
        self.kept[key] = (self.clock() + SECONDS, made)
        while len(self.kept) > MOST:
            self.kept.pop(next(iter(self.kept)), None)
        if isinstance(made, Page):
            status, headers, body = made.answer(environ)
        return _give(environ, start_response, status, headers, body)


def _give(
    environ: Environ, start_response: Start, status: str, headers: Headers, body: bytes
) -> Iterable[bytes]:
    start_response(status, headers)
    return [body] if body and environ["REQUEST_METHOD"] == "GET" else []


def install(app: Flask) -> None:
    """Puts the memory around *app*."""
    app.wsgi_app = Remembered(app.wsgi_app, app)  # type: ignore[method-assign]
