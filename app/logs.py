"""Logs: one JSON object a line on standard error, with route templates and never a token, address or choice."""

from __future__ import annotations

import logging
import sys
import time
import traceback
from pathlib import Path
from typing import Any

import structlog
from flask import Flask, g, request
from werkzeug.wrappers import Response

MOST_CAUSES, MOST_FRAMES = 5, 12


def _error(exc_info: Any) -> list[dict[str, Any]]:
    """An error as its chain of types and places. Its words are left out: they may quote an address or a row."""
    found: list[dict[str, Any]] = []
    error = exc_info[1]
    while error is not None and len(found) < MOST_CAUSES:
        frames = traceback.extract_tb(error.__traceback__)[-MOST_FRAMES:]
        places = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
        found.append({"type": f"{type(error).__module__}.{type(error).__qualname__}", "at": places})
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return found


def configure() -> None:
    """Makes structlog and the standard library's logging write the same JSON lines."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.ExceptionRenderer(_error),
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for noisy in ("alembic.runtime.migration", "httpx", "mail.log", "aiosmtpd", "flask-limiter"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def log_requests(app: Flask) -> None:
    """One line a request: method, the route's template, status and milliseconds."""
    log = structlog.get_logger("request")

    @app.before_request
    def _start() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def _line(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else "(no route)"
        if request.endpoint not in {"static", "web.healthz", "metrics.metrics"}:
            spent = 1000 * (time.perf_counter() - g.get("started", time.perf_counter()))
            log.info(
                "request", method=request.method, route=route, status=response.status_code, ms=round(spent, 1)
            )
        return response
