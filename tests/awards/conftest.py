from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask

from app.awards import defaults, service
from app.awards.models import Edition
from app.extensions import transaction
from tests.awards.browsing import Browser


@pytest.fixture
def browser(app: Flask) -> Browser:
    return Browser(app)


@pytest.fixture
def secretary(app: Flask) -> Browser:
    """A browser in which the secretariat is signed in."""
    browser = Browser(app)
    browser.sign_in()
    return browser


@pytest.fixture
def edition(app: Flask, clock) -> Edition:
    """A draft edition with Anbudspriset's defaults."""
    return make_edition(clock.now())


def make_edition(now: datetime, **fields: object) -> Edition:
    values = {**defaults.edition(now), "contact_email": "sekretariatet@example.se", **fields}
    with transaction():
        return service.create_edition(by=None, now=now, **values)


DAY = timedelta(days=1)
