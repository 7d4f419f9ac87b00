from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest
from flask import Flask

from app.jobs import service as jobs
from tests.locks import impatient, writer
from tests.mail.relay import Relay, test_letter


@pytest.fixture
def relay() -> Iterator[Relay]:
    """An SMTP server of this test's own."""
    server = Relay()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def post(app: Flask, relay: Relay, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The application with the letter "test", sending to `relay`; no job but the mail runs."""
    use_relay(app, relay.url())
    monkeypatch.setattr(jobs, "_kinds", {})
    test_letter(app)
    return app


def use_relay(app: Flask, url: str) -> None:
    """From now on SMTP_URL is *url*."""
    app.extensions["settings"] = dataclasses.replace(app.extensions["settings"], smtp_url=url)


__all__ = ["impatient", "writer"]
