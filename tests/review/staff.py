"""A signed-in member of staff's browser, for tests of pages: follows links, fills in forms as they stand on a page."""

from __future__ import annotations

from flask import Flask, g
from lxml import html
from werkzeug.test import TestResponse

from app.accounts import sessions
from app.accounts.models import Account
from app.extensions import clock, transaction
from app.web import cookie_name


class Staff:
    """One browser; `page` is the last page, parsed."""

    def __init__(self, app: Flask, account: Account | None) -> None:
        self.client = app.test_client()
        self.page: html.HtmlElement | None = None
        if account is not None:
            with transaction():
                token = sessions.begin(account_id=account.id, browser="test", now=clock.now())
            name = cookie_name(app.extensions["settings"], "session")
            self.client.set_cookie(name, sessions.seal(token, clock.now()), domain="127.0.0.1")

    def get(self, path: str) -> TestResponse:
        """Opens a page."""
        return self._read(self._fresh().get(path, base_url="http://127.0.0.1:8000"))

    def post(self, path: str, data: dict) -> TestResponse:
        """Posts a form to *path* with the page's CSRF token."""
        assert self.page is not None
        token = self.page.xpath("//input[@name='csrf_token']/@value")
        sent = data | ({"csrf_token": token[0]} if token else {})
        return self._read(
            self._fresh().post(path, data=sent, base_url="http://127.0.0.1:8000", follow_redirects=True)
        )

    def send(self, action: str, **filled: object) -> TestResponse:
        """Sends the page's form to *action* (the end of its address) as it stands, with some fields filled in."""
        assert self.page is not None
        (form,) = [form for form in self.page.forms if (form.get("action") or "").endswith(action)]
        return self.post(form.get("action"), dict(form.form_values()) | filled)

    @property
    def text(self) -> str:
        """The page's text, with single spaces."""
        assert self.page is not None
        return " ".join(self.page.text_content().split())

    def _fresh(self):
        for name in list(g):
            g.pop(name)  # the tests' own context is shared by every request made in it
        return self.client

    def _read(self, response: TestResponse) -> TestResponse:
        if response.mimetype == "text/html" and response.data:
            self.page = html.fromstring(response.get_data(as_text=True))
        return response
