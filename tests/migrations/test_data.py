"""Migrations keep what people have written: each is tried on a database with rows in it, up and down again."""

from __future__ import annotations

from pathlib import Path

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import text

from app import create_app
from app.extensions import db
from config import Settings
from tests.databases import both_databases

MIGRATIONS = str(Path(__file__).resolve().parents[2] / "migrations")
AT = "2026-03-01 12:00:00"
BEFORE = (
    (
        "INSERT INTO editions (id, slug, year, name_sv, name_en, heading_sv, heading_en, intro_sv, intro_en, phase, "
        "signoffs_needed, spare_count, plain_voting, contact_name, contact_email, created_at) VALUES "
        f"(1, '2026', 2026, 'A', 'A', 'F', 'Q', '', '', 'nominating', 2, 10, false, '', '', '{AT}')"
    ),
    (
        "INSERT INTO nominations (id, edition_id, public_id, state, authority, title, notice, cpv, value, why, remarks, "
        "company, orgnr, sole_trader, foreign_country, foreign_number, contact_name, contact_email, typed, language, "
        "link_version, created_at, updated_at, decision_reason) VALUES "
        f"(7, 1, 'p', 'unconfirmed', 'Växjö', 'Mat', '', '', '', 'Bra', '', 'AB', '5560360793', false, '', '', 'Å', "
        f"'a@b.se', '{{}}', 'sv', 1, '{AT}', '{AT}', '')"
    ),
    f"INSERT INTO nomination_events (id, nomination_id, what, note, at) VALUES (3, 7, 'sent', '', '{AT}')",
    f"INSERT INTO asked_letters (id, nomination_id, email, at) VALUES (4, 7, 'a@b.se', '{AT}')",
)


@pytest.fixture
def empty(settings: Settings) -> Flask:
    return create_app(settings)


def _one(sql: str) -> object:
    with db.engine.connect() as connection:
        return connection.execute(text(sql)).one()


def _go(direction: str, revision: str) -> None:
    getattr(flask_migrate, direction)(directory=MIGRATIONS, revision=revision)


@both_databases
def test_nominations_keep_their_history_when_they_learn_of_notices(empty: Flask) -> None:
    with empty.app_context():
        _go("upgrade", "0001")
        with db.engine.begin() as connection:
            for statement in BEFORE:
                connection.execute(text(statement))
        _go("upgrade", "0002")
        assert _one("SELECT state, authority, currency, winners FROM nominations") == (
            "submitted",
            "Växjö",
            "",
            "",
        )
        assert _one("SELECT grace_minutes, people_kept_days FROM editions") == (10, 365)
        assert _one("SELECT what, nomination_id FROM nomination_events") == ("sent", 7)
        assert _one("SELECT email FROM asked_letters") == ("a@b.se",)
        _go("downgrade", "0001")
        assert _one("SELECT state, title FROM nominations") == ("unconfirmed", "Mat")
        assert _one("SELECT what FROM nomination_events") == ("sent",)
        db.engine.dispose()
