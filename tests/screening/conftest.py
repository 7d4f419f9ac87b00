from __future__ import annotations

import pytest
from flask import Flask

from app.awards.models import Edition
from tests.awards.browsing import Browser
from tests.screening.nominated import open_edition


@pytest.fixture
def browser(app: Flask) -> Browser:
    return Browser(app)


@pytest.fixture
def secretary(app: Flask, clock) -> Browser:
    """A browser in which the secretariat is signed in."""
    browser = Browser(app)
    browser.sign_in()
    return browser


@pytest.fixture
def edition(app: Flask, clock) -> Edition:
    """An edition that takes nominations."""
    return open_edition(clock.now())
