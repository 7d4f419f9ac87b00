"""Fixtures that every test shares: the application on a database of its own, and a clock that tests set."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache

from app import create_app
from app.extensions import clock as service_clock
from app.extensions import db
from config import Settings

pytest_plugins = ["tests.servers"]
OURS = (
    "BASE_URL", "DATABASE_URL", "REDIS_URL", "SMTP_URL", "MAIL_FROM", "SECRET_KEYS", "KEYS_DIR", "KEYS_PASSPHRASE",
    "LOG_KEY_FILE", "INBOX_DIR", "UPLOADS_DIR", "CLOCK_FILE", "TRUSTED_PROXIES", "WEB_WORKERS",
    "SMTP_RATE", "SMTP_CONNECTIONS", "BOUNCE_ADDRESS", "BOUNCE_MAILDIR", "BOUNCE_IMAP_URL", "BOUNCE_WEBHOOK_KEY",
    "METRICS_TOKEN",
)  # fmt: skip
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
    if getattr(request, "param", "sqlite") != "postgresql":
        return None
    if "app" in request.fixturenames:
        return str(request.getfixturevalue("filled_postgresql_url"))
    return str(request.getfixturevalue("postgresql_url"))


def _settings(patch: pytest.MonkeyPatch, instance: Path, database: str | None) -> Settings:
    """Settings on *instance*; nothing of the developer's environment leaks in."""
    for name in OURS:
        patch.delenv(name, raising=False)
    patch.setenv("INSTANCE_DIR", str(instance))
    if database:
        patch.setenv("DATABASE_URL", database)
    return Settings.from_env()


def _make_tables(instance: Path, database: str | None) -> None:
    with pytest.MonkeyPatch.context() as patch:
        application = create_app(_settings(patch, instance, database))
    with application.app_context():
        db.create_all()
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables; each test gets a copy."""
    instance = tmp_path_factory.mktemp("template")
    _make_tables(instance, None)
    return instance / "anbudspriset.db"


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a PostgreSQL database with all tables; each test gets a copy."""
    import psycopg

    with psycopg.connect(f"{postgresql_server}/postgres", autocommit=True) as connection:
        connection.execute("CREATE DATABASE tables")
    _make_tables(tmp_path_factory.mktemp("template"), f"{postgresql_server}/tables")
    return "tables"


@pytest.fixture
def filled_postgresql_url(postgresql_server: str, postgresql_template: str) -> Iterator[str]:
    """A database with all tables on the private server."""
    from tests.servers import fresh_database

    with fresh_database(postgresql_server, postgresql_template) as url:
        yield url


@pytest.fixture
def settings(database: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings on an instance folder of this test's own."""
    return _settings(monkeypatch, tmp_path / "instance", database)


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates compiled by the first test that meets them, for all that come after it."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def app(
    settings: Settings,
    clock: TestClock,
    compiled_templates: FileSystemBytecodeCache,
    request: pytest.FixtureRequest,
) -> Iterator[Flask]:
    """The application on a database with its tables, with an application context pushed."""
    file = settings.instance_dir / "anbudspriset.db"
    if settings.sqlite and not file.exists():  # a snapshot brings its own
        shutil.copy(request.getfixturevalue("sqlite_template"), file)
    application = create_app(settings)
    application.config["RATELIMIT_ENABLED"] = False
    application.jinja_env.bytecode_cache = compiled_templates
    with application.app_context():
        yield application
        db.session.rollback()
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without cookies."""
    return app.test_client()
