"""Logs are JSON with route templates; no token, address, or word of an error is in them."""

from __future__ import annotations

import contextlib
import json
import logging

import pytest
from flask import Flask
from flask_limiter import RateLimitExceeded

from app import logs
from app.extensions import db, limiter


def _lines(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines() if line]


def test_a_request_is_logged_by_its_route(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure()
    app.test_client().get("/logga-in/a-secret-token?next=/x")
    said = capsys.readouterr().err
    assert "a-secret-token" not in said
    assert {"route": "/logga-in/<token>", "method": "GET"}.items() <= next(
        line for line in _lines(said) if line["event"] == "request"
    ).items()


def test_an_error_is_logged_without_its_words(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure()
    try:
        try:
            raise ValueError("anna@example.se")
        except ValueError as first:
            raise RuntimeError("anna again") from first
    except RuntimeError:
        logging.getLogger("x").exception("it broke")
    said = capsys.readouterr().err
    assert "anna" not in said
    chain = _lines(said)[0]["exception"]
    assert [one["type"] for one in chain] == ["builtins.RuntimeError", "builtins.ValueError"]  # type: ignore[union-attr]


def test_the_database_hides_its_parameters(app: Flask) -> None:
    assert db.engine.hide_parameters


def test_who_came_too_often_is_not_logged(
    app: Flask, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limiter, "enabled", True)
    logs.configure()
    with app.test_request_context(environ_base={"REMOTE_ADDR": "203.0.113.7"}):
        for _ in range(2):
            with contextlib.suppress(RateLimitExceeded), limiter.limit("1 per hour"):
                pass
    assert "203.0.113.7" not in capsys.readouterr().err
