from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.awards import service as awards
from app.awards.models import Edition
from app.core.phases import Phase
from app.extensions import db, transaction
from app.mail.models import Letter
from app.nominations import letters
from app.nominations.models import Nomination
from tests.awards.browsing import Browser
from tests.awards.conftest import make_edition

COMPLETE: dict[str, Any] = {
    "category": "upphandling",
    "authority": "Växjö kommun",
    "title": "Måltider till äldreboenden",
    "notice": "151531-2021",
    "cpv": "55320000-9",
    "awarded_on": "2026-05-04",
    "value": "4,5 mnkr",
    "relation": "lost",
    "why": "De frågade oss först.\n\nSedan skrev de krav som gick att räkna på.",
    "remarks": "Ring gärna.",
    "company": "Storkök & Söner AB",
    "orgnr": "556036-0793",
    "foreign_country": "",
    "foreign_number": "",
    "contact_name": "Åsa Ödman",
    "contact_email": "asa@storkok.example",
}


@pytest.fixture
def browser(app: Flask) -> Browser:
    return Browser(app)


@pytest.fixture
def secretary(app: Flask) -> Browser:
    browser = Browser(app)
    browser.sign_in()
    return browser


@pytest.fixture
def edition(app: Flask, clock) -> Edition:
    """An edition that takes nominations."""
    return open_edition(clock.now())


def open_edition(now: Any, **fields: Any) -> Edition:
    made = make_edition(now, **fields)
    with transaction():
        awards.record_phase(made.id, Phase.NOMINATING, account_id=None, now=now)
    return made


def typed(**changes: Any) -> dict[str, Any]:
    """A complete form with some fields different (None leaves a field out)."""
    return {name: value for name, value in {**COMPLETE, **changes}.items() if value is not None}


def form(**changes: Any) -> dict[str, Any]:
    """The same, sent with the button that sends."""
    return {"action": "send", **typed(**changes)}


def only() -> Nomination:
    """The one nomination in the database, read anew."""
    db.session.rollback()
    return db.session.scalars(select(Nomination)).one()


def mailed(name: str) -> list[Letter]:
    db.session.rollback()
    return list(db.session.scalars(select(Letter).where(Letter.name == name).order_by(Letter.id)))


def confirm_path(edition: Edition, nomination: Nomination) -> str:
    return f"/nominera/{edition.slug}/bekrafta/{letters.confirm_token(nomination)}"


def edit_path(edition: Edition, nomination: Nomination) -> str:
    return f"/nominera/{edition.slug}/andra/{letters.edit_token(nomination)}"


def withdraw_path(edition: Edition, nomination: Nomination) -> str:
    return f"/nominera/{edition.slug}/ta-tillbaka/{letters.edit_token(nomination)}"
