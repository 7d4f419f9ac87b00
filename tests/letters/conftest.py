from __future__ import annotations

import pytest
from flask import Flask

from tests.awards.browsing import Browser
from tests.awards.conftest import edition

__all__ = ["edition"]


@pytest.fixture
def secretary(app: Flask) -> Browser:
    """A browser in which the secretariat is signed in."""
    browser = Browser(app)
    browser.sign_in()
    return browser
