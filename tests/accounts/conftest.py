from __future__ import annotations

from typing import Any

import pytest
from flask import Flask, current_app
from flask.testing import FlaskClient

from app.extensions import db


class Browser(FlaskClient):
    """Each request has an application context of its own, as in production; the test's own reads end before it."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        db.session.rollback()
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
        with app.app_context():
            return super().open(*args, **kwargs)


@pytest.fixture(autouse=True)
def browsers(app: Flask) -> None:
    app.test_client_class = Browser


@pytest.fixture
def client(browsers: None, app: Flask) -> FlaskClient:
    """A browser without cookies."""
    return app.test_client()
