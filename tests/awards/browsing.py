"""A browser for page tests: keeps cookies, sends the form's CSRF token, and checks what every page owes its reader."""

from __future__ import annotations

import re
from typing import Any

import lxml.html
from flask import Flask, g
from werkzeug.test import TestResponse

from app.access import Role
from app.accounts import service as accounts
from app.accounts import sessions
from app.accounts.models import Account
from app.extensions import clock, transaction
from app.web import cookie_name


class Page:
    """An answer, as a person reads it."""

    def __init__(self, answer: TestResponse) -> None:
        self.answer = answer
        self.code = answer.status_code
        self.html = answer.get_data(as_text=True)

    @property
    def root(self) -> Any:
        return lxml.html.fromstring(self.html)

    @property
    def text(self) -> str:
        """The words in its main part."""
        return " ".join(self.root.find(".//main").text_content().split())

    @property
    def errors(self) -> str:
        return " ".join(" ".join(item.text_content().split()) for item in self.root.find_class("error"))

    def value(self, name: str) -> str | None:
        """What stands in a field of the form."""
        form = next(form for form in self.root.forms if name in form.fields)
        found = form.fields[name]
        return (
            found.removeprefix("\n") if isinstance(found, str) else found
        )  # HTML drops a textarea's first line end

    def links(self) -> list[str]:
        return [str(link.get("href")) for link in self.root.iter("a")]


class Browser:
    """One person's browser."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.client = app.test_client()

    def get(self, path: str, *, code: int = 200) -> Page:
        return self._open("GET", path, code=code)

    def post(
        self, path: str, data: dict[str, Any] | None = None, *, code: int = 302, page: str | None = None
    ) -> Page:
        """Sends a form with the CSRF token that a page (the same address, or `page`) hands out."""
        token = self._token(page or path)
        return self._open("POST", path, code=code, data={"csrf_token": token, **(data or {})})

    def raw(self, method: str, path: str, **options: Any) -> TestResponse:
        """A request without checks and without a CSRF token."""
        _fresh_context()
        return self.client.open(path, method=method, **options)

    def follow(self, page: Page) -> Page:
        assert page.code in {302, 303}, page.code
        return self.get(page.answer.headers["Location"])

    def sign_in(self, role: Role = Role.SECRETARIAT, email: str = "sofia@example.se") -> Account:
        """Signs a member of staff in, making the account where it is new."""
        now = clock.now()
        with transaction():
            account = accounts.by_address(email) or accounts.create(
                email=email, name="Sofia Sekreterare", role=role, language="sv", now=now
            )
            token = sessions.begin(account_id=account.id, browser="", now=now)
        name = cookie_name(self.app.extensions["settings"], "session")
        self.client.set_cookie(name, sessions.seal(token, now), domain="localhost")
        return account

    def cookie(self, name: str) -> str | None:
        found = self.client.get_cookie(cookie_name(self.app.extensions["settings"], name))
        return found.value if found else None

    def _token(self, path: str) -> str:
        html = self.raw("GET", path).get_data(as_text=True)
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', html)
        return found[1] if found else ""

    def _open(self, method: str, path: str, *, code: int, **options: Any) -> Page:
        page = Page(self.raw(method, path, **options))
        assert page.code == code, (page.code, page.html[-3000:])
        if page.answer.mimetype == "text/html" and page.code not in {302, 303}:
            _check(page, "en" if path.startswith("/en") else "sv")
        return page


def _check(page: Page, lang: str) -> None:
    """Title, one h1, language, labels that belong to fields, ids that are there once, the security headers."""
    root = page.root
    assert root.find(".//title").text.strip().endswith("– Anbudspriset")
    assert len(root.findall(".//h1")) == 1
    assert root.get("lang") == lang
    ids = [element.get("id") for element in root.xpath("//*[@id]")]
    assert len(ids) == len(set(ids)), ids
    for label in root.iter("label"):
        assert label.get("for") in ids or label.xpath(".//input"), label.text_content()
    for form in root.forms:
        if (form.get("method") or "get").lower() == "post":
            assert form.xpath(".//input[@name='csrf_token']"), form.get("action")
    assert not root.xpath("//*[@style]")
    assert not root.xpath("//script[not(@src)]")
    assert "script-src 'self'" in page.answer.headers["Content-Security-Policy"]
    assert page.answer.headers["Referrer-Policy"] == "no-referrer"


def _fresh_context() -> None:
    """Each request begins with an empty g, as it does outside tests."""
    for name in list(vars(g)):
        g.pop(name)
