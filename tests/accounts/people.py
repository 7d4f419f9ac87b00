"""What a person does in a browser, for the tests of signing in."""

from __future__ import annotations

import re
from html import unescape

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.access import Role
from app.accounts import service
from app.accounts.models import Account
from app.extensions import transaction
from app.mail import service as mail
from app.mail.models import Letter
from app.mail.rendering import Words, words
from tests.conftest import START


def account(
    name: str = "Anna", role: Role = Role.SECRETARIAT, email: str | None = None, language: str = "sv"
) -> Account:
    """A member of staff."""
    with transaction():
        return service.create(
            email=email or f"{name.lower()}@example.se", name=name, role=role, language=language, now=START
        )


def post(client: FlaskClient, path: str, *, page: str | None = None, **fields: str) -> TestResponse:
    """Opens *page* (or *path*) and sends its form with *fields* filled in."""
    form = client.get(page or path).text
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', form)
    assert found, form
    return client.post(path, data={"csrf_token": unescape(found[1]), **fields})


def letters(name: str = "sign-in") -> list[Letter]:
    """The letters of that name, oldest first."""
    return [row for number in range(1, 40) for row in mail.find(name, number)]


def newest(name: str = "sign-in") -> Words:
    """What the newest letter of that name says."""
    found = words(letters(name)[-1], START)
    assert found is not None
    return found


def link(said: Words) -> str:
    """The path of the letter's link."""
    found = re.search(r"http://127\.0\.0\.1:8000(/\S+/\S+)", said.text)
    assert found
    return found[1]


def code(said: Words) -> str:
    """The six digits of the letter."""
    found = re.search(r"^(\d{3} \d{3})$", said.text, re.MULTILINE)
    assert found
    return found[1]


def sign_in(client: FlaskClient, who: Account) -> None:
    """Signs *who* in, in that browser, through the pages."""
    post(client, "/logga-in", email=who.email)
    assert post(client, link(newest())).status_code == 303
