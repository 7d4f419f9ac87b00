"""The static files: read and compressed once, kept in memory, known by the hash of their content.

A browser asks again each time (`no-cache`) and gets 304 while nothing changed, so that modules which import one
another by plain relative paths are never mixed from two versions.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Flask, Response, abort, request

STATIC = Path(__file__).resolve().parent / "static"
MIN_COMPRESSED = 500


@dataclass(frozen=True)
class Encoded:
    """Bytes to be served, as they are and (where that is smaller) compressed, with a strong ETag for each."""

    plain: bytes
    packed: bytes | None
    tag: str

    @classmethod
    def of(cls, content: bytes) -> Encoded:
        packed = gzip.compress(content, 9, mtime=0) if len(content) >= MIN_COMPRESSED else None
        if packed is not None and len(packed) >= len(content):
            packed = None
        return cls(content, packed, hashlib.sha256(content).hexdigest()[:24])

    def response(self, mimetype: str) -> Response:
        """The answer to this request: 304 when the browser has it, compressed when it may be."""
        zipped = self.packed is not None and "gzip" in request.accept_encodings
        response = Response(self.packed if zipped else self.plain, mimetype=mimetype)
        if zipped:
            response.headers["Content-Encoding"] = "gzip"
        response.headers["Vary"] = "Accept-Encoding"
        response.headers["Cache-Control"] = "no-cache"
        response.set_etag(f"{self.tag}-gz" if zipped else self.tag)
        response.make_conditional(request)
        return response


@cache
def _asset(path: Path, _changed: int) -> Encoded:
    return Encoded.of(path.read_bytes())


def serve(filename: str) -> Response:
    """A file of app/static."""
    try:
        path = (STATIC / filename).resolve()
        if not path.is_relative_to(STATIC) or not path.is_file():
            abort(404)
    except (OSError, ValueError):  # longer than a name can be, or with U+0000 in it
        abort(404)
    mimetype = "text/javascript" if path.suffix == ".js" else mimetypes.guess_type(path.name)[0]
    return _asset(path, path.stat().st_mtime_ns).response(mimetype or "application/octet-stream")


def register(app: Flask) -> None:
    """Puts /static on *app*."""
    app.add_url_rule("/static/<path:filename>", endpoint="static", view_func=serve)
