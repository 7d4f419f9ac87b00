"""Published results are answered from memory, before anything else of the service runs.

A view marks its answer with `remember`; the next requests for that address get the same bytes (304 to whoever has
them, compressed to whoever can read that) without a look at the database. After `SECONDS` one request asks the view
again, so a changed result is seen within that time in every process.
"""

from __future__ import annotations

import gzip
import hashlib
import time
from collections.abc import Callable, Iterable
from typing import Any

import structlog
from flask import Flask, Response, request

SECONDS = 10.0
MOST = 64
MARK = "anbudspriset.remember"
KEPT = ("Content-Security-Policy", "Content-Type", "Content-Disposition")
Environ = dict[str, Any]
Answer = tuple[str, list[tuple[str, str]], bytes]

log = structlog.get_logger("request")


def remember(response: Response) -> Response:
    """Marks an answer, the same for everyone, to be given again from memory."""
    request.environ[MARK] = True
    response.headers["Cache-Control"] = "public, max-age=0, must-revalidate"
    response.headers["Vary"] = "Accept-Encoding"
    return response


class Remembered:
    """WSGI around the application: what was marked is answered from here."""

    def __init__(
        self, app: Callable[..., Iterable[bytes]], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.app = app
        self.clock = clock
        self.answers: dict[tuple[str, str], tuple[float, str, Answer, Answer, Answer]] = {}

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """The remembered answer, or the application's."""
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"} or environ.get("QUERY_STRING"):
            return self.app(environ, start_response)
        key = (environ.get("SCRIPT_NAME", ""), environ.get("PATH_INFO", ""))
        found = self.answers.get(key)
        if found is not None and found[0] > self.clock():
            return self._answer(found, environ, start_response)
        if found is None and not key[1].startswith("/resultat/"):
            return self.app(environ, start_response)
        return self._ask(key, environ, start_response)

    def _ask(
        self, key: tuple[str, str], environ: Environ, start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        heard: list[Any] = []

        def hear(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], Any]:
            heard[:] = [status, headers]
            return start_response(status, headers, exc_info) if exc_info else lambda _data: None

        head = environ["REQUEST_METHOD"] == "HEAD"
        environ = {**environ, "REQUEST_METHOD": "GET"}
        inner = self.app(environ, hear)
        try:
            body = b"".join(inner)
        finally:
            if hasattr(inner, "close"):
                inner.close()
        status, headers = heard
        if not environ.get(MARK) or not status.startswith("200"):
            self.answers.pop(key, None)
            start_response(status, headers)
            return [] if head else [body]
        self.answers[key] = self._made(headers, body)
        while len(self.answers) > MOST:
            self.answers.pop(next(iter(self.answers)), None)
        if head:
            environ["REQUEST_METHOD"] = "HEAD"
        return self._answer(self.answers[key], environ, start_response, quiet=True)

    def _made(self, headers: list[tuple[str, str]], body: bytes) -> tuple[float, str, Answer, Answer, Answer]:
        packed = gzip.compress(body, 9, mtime=0)
        tag = hashlib.sha256(body).hexdigest()[:24]
        kept = [(name, value) for name, value in headers if name.lower() not in {"content-length", "etag"}]
        plain = [*kept, ("ETag", f'"{tag}"'), ("Content-Length", str(len(body)))]
        zipped = [
            *kept, ("ETag", f'"{tag}-gz"'), ("Content-Encoding", "gzip"), ("Content-Length", str(len(packed))),
        ]  # fmt: skip
        without = [each for each in kept if each[0].lower() not in {"content-type", "content-disposition"}]
        return (
            self.clock() + SECONDS,
            tag,
            ("200 OK", plain, body),
            ("200 OK", zipped, packed),
            ("304 NOT MODIFIED", without, b""),
        )

    def _answer(
        self,
        found: tuple[float, str, Answer, Answer, Answer],
        environ: Environ,
        start_response: Callable[..., Any],
        *,
        quiet: bool = False,
    ) -> Iterable[bytes]:
        _, tag, plain, zipped, unchanged = found
        gzipped = "gzip" in environ.get("HTTP_ACCEPT_ENCODING", "")
        known = environ.get("HTTP_IF_NONE_MATCH", "")
        status, headers, body = zipped if gzipped else plain
        if known and tag in known:
            status, headers, body = unchanged
            headers = [*headers, ("ETag", f'"{tag}-gz"' if gzipped else f'"{tag}"')]
        start_response(status, list(headers))
        if not quiet:
            log.info(
                "request", method=environ["REQUEST_METHOD"], route="(remembered)", status=int(status[:3])
            )
        return [body] if body and environ["REQUEST_METHOD"] == "GET" else []


def install(app: Flask) -> None:
    """Puts the memory around *app*."""
    app.wsgi_app = Remembered(app.wsgi_app)  # type: ignore[method-assign]
