"""Asking TED by number: a server of our own stands for it, slow, wrong, huge or away; nobody is kept from going on."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from app.nominations import ted
from tests.nominations.conftest import only
from tests.nominations.notices import award

PATH = "/nominera/2026"


class Ted(BaseHTTPRequestHandler):
    """Answers by number: 1-2026 a notice, 2-2026 very slowly, 3-2026 without end, 4-2026 elsewhere, others not at all."""

    asked: list[str] = []  # noqa: RUF012 (one server, one test at a time)

    def do_GET(self) -> None:
        self.asked.append(self.path)
        number = self.path.split("/")[-2]
        if number == "123454-2026":
            self.send_response(302)
            self.send_header("Location", "http://127.0.0.1:1/intern")
            self.end_headers()
            return
        if number not in {"123451-2026", "123452-2026", "123453-2026"}:
            self.send_error(404)
            return
        self.send_response(200)
        self.end_headers()
        try:
            if number == "123451-2026":
                self.wfile.write(award(title="Från TED", number="00123451-2026"))
            while number == "123452-2026":
                self.wfile.write(b" ")
                time.sleep(0.05)
            while number == "123453-2026":
                self.wfile.write(b" " * 65536)
        except OSError:
            pass

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def served() -> Iterator[str]:
    Ted.asked = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Ted)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def asked(app, served) -> Iterator[str]:
    """The application, told to ask that server."""
    settings = app.extensions["settings"]
    object.__setattr__(settings, "ted_url", served)
    yield served
    object.__setattr__(settings, "ted_url", "")


def test_ted_is_not_asked_by_itself(edition, browser, served) -> None:
    browser.post(PATH, {"action": "read", "number": "123451-2026"})
    assert only().notice == "123451-2026"
    assert Ted.asked == []


def test_a_number_alone_fills_the_form_where_ted_is_asked(edition, browser, asked) -> None:
    browser.post(PATH, {"action": "read", "number": "https://ted.europa.eu/sv/notice/-/detail/123451-2026"})
    assert (only().title, only().publication) == ("Från TED", "123451-2026")
    assert Ted.asked == ["/en/notice/123451-2026/xml"]


@pytest.mark.parametrize("number", ["123454-2026", "123455-2026"])
def test_what_ted_does_not_have_is_noted_as_a_number(edition, browser, asked, number) -> None:
    page = browser.follow(browser.post(PATH, {"action": "read", "number": number}))
    assert page.value("notice") == number
    assert len(Ted.asked) == 1  # no redirect is followed


def test_slow_endless_and_absent_servers_are_left_in_time(served, monkeypatch) -> None:
    monkeypatch.setattr(ted, "SECONDS", 0.5)
    monkeypatch.setattr(ted, "LARGEST", 10**6)
    for number in ("123452-2026", "123453-2026"):
        began = time.monotonic()
        assert ted.fetch(number, served) is None
        assert time.monotonic() - began < 10
    assert ted.fetch("123451-2026", "http://127.0.0.1:1") is None
    assert ted.fetch("123451-2026", "") is None
