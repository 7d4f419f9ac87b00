"""A year is made once for a module and copied for each of its tests: database, keys and secrets of an instance folder."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.access import Role
from app.accounts import service as accounts
from config import Settings
from tests.tally.year import Year, shared_app


@dataclass(frozen=True)
class Snapshot:
    """An instance folder in which a year has come so far."""

    folder: Path
    edition_id: int
    slug: str
    secrets: list[str]
    at: datetime

    def open(self, to: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
        """A copy of it at *to*, and the settings that find it."""
        shutil.copytree(self.folder, to)
        with contextlib.closing(sqlite3.connect(to / "anbudspriset.db")) as copy, copy:
            copy.execute("DELETE FROM homes")  # this copy takes over: it is not held
        for name in (
            "BASE_URL",
            "DATABASE_URL",
            "KEYS_DIR",
            "KEYS_PASSPHRASE",
            "SECRET_KEYS",
            "LOG_KEY_FILE",
        ):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("INSTANCE_DIR", str(to))
        return Settings.from_env()

    def year(self) -> Year:
        """The year, in the application that was made on the copy."""
        people = {
            role: [who for who in accounts.people(role) if who.email.startswith(self.slug)] for role in Role
        }
        return Year(
            self.edition_id,
            self.slug,
            people[Role.JUROR],
            people[Role.SECRETARIAT],
            people[Role.OBSERVER][0],
            self.secrets,
        )


def take(folder: Path, make: Callable[[Flask, Any], Year]) -> Snapshot:
    """Lets *make* bring a year as far as it likes, in *folder*."""
    with shared_app(folder) as (app, clock):
        year = make(app, clock)
        at = clock.now()
    return Snapshot(folder / "instance", year.edition_id, year.slug, year.secrets, at)
