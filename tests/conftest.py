"""Fixtures that every test shares: the application on a database of its own, and a clock that tests set."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from app.extensions import clock as service_clock
from app.extensions import db
from config import Settings

pytest_plugins = ["tests.servers"]
START = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)


class TestClock:
    """Stands still at START until a test moves it."""

    __test__ = False

    def __init__(self, moment: datetime = START) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment

    def set(self, moment: datetime) -> None:
        self.moment = moment


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> TestClock:
    """The service's clock, standing still; `clock.set(…)` moves it."""
    still = TestClock()
    monkeypatch.setattr(service_clock, "now", still.now)
    return still


@pytest.fixture
def database(request: pytest.FixtureRequest) -> str | None:
    """The database that `app` uses: None is SQLite in a file. See `tests.databases.both_databases`."""
    if getattr(request, "param", "sqlite") == "postgresql":
        return str(request.getfixturevalue("postgresql_url"))
    return None


@pytest.fixture
def settings(database: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings on an instance folder of this test's own; nothing of the developer's environment leaks in."""
    for name in (
        "BASE_URL",
        "DATABASE_URL",
        "REDIS_URL",
        "SMTP_URL",
        "MAIL_FROM",
        "SECRET_KEYS",
        "KEYS_DIR",
        "KEYS_PASSPHRASE",
        "LOG_KEY_FILE",
        "INBOX_DIR",
        "CLOCK_FILE",
        "TRUSTED_PROXIES",
        "WEB_WORKERS",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("INSTANCE_DIR", str(tmp_path / "instance"))
    if database:
        monkeypatch.setenv("DATABASE_URL", database)
    return Settings.from_env()


@pytest.fixture
def app(settings: Settings, clock: TestClock) -> Iterator[Flask]:
    """The application, with its tables made and an application context pushed."""
    application = create_app(settings)
    application.config["RATELIMIT_ENABLED"] = False
    with application.app_context():
        db.create_all()
        yield application
        db.session.rollback()
        db.session.remove()
        db.drop_all()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without cookies."""
    return app.test_client()
