"""A service with an open vote, and a second one beside it on a database of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from app import create_app
from app.copies import service as copies
from app.extensions import db
from config import Settings
from tests.mail.relay import Relay
from tests.servers import fresh_database
from tests.tally.year import START, Year, open_vote, work


@pytest.fixture
def relay() -> Iterator[Relay]:
    server = Relay()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def year(app: Flask, clock: Any, relay: Relay) -> Year:
    """An open vote in a service that has been started once, and so knows where it lives."""
    clock.set(START)
    app.extensions["settings"] = replace(app.extensions["settings"], smtp_url=relay.url())
    db.session.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
    db.session.execute(text("INSERT INTO alembic_version VALUES ('0010')"))
    db.session.commit()
    made = open_vote(voters=4, signoffs=1)
    copies.start()
    work(app)
    relay.mails.clear()
    return made


@dataclass
class Elsewhere:
    """Where a second service has its database and files, with the first one's keys and secrets."""

    settings: Settings

    @contextmanager
    def service(self) -> Iterator[Flask]:
        """The second service, as a process of its own would make it."""
        made = create_app(self.settings)
        made.config["RATELIMIT_ENABLED"] = False
        with made.app_context():
            yield made
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def elsewhere(
    app: Flask, settings: Settings, relay: Relay, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Elsewhere]:
    """An empty database of the same kind, on the same server or beside the file."""
    there = tmp_path / "elsewhere"
    there.mkdir()
    settings = replace(
        settings,
        keys_dir=there / "keys",
        instance_dir=there,
        uploads_dir=there / "uploads",
        smtp_url=relay.url(),
    )
    if settings.sqlite:
        yield Elsewhere(replace(settings, database_url=f"sqlite:///{there / 'anbudspriset.db'}"))
        return
    with fresh_database(request.getfixturevalue("postgresql_server")) as url:
        yield Elsewhere(replace(settings, database_url=url))


def bring_keys(source: Settings, to: Settings) -> None:
    """The sealed copies of the keys, which no backup holds."""
    shutil.copytree(source.keys_dir, to.keys_dir, dirs_exist_ok=True)
