"""The memory in front of public pages gives what the application gave, and no more than it was told to keep."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from typing import Any

from flask import Flask
from werkzeug.test import Client
from werkzeug.wrappers import Request, Response

from app.awards import service as awards
from app.core.phases import Phase
from app.extensions import transaction
from app.remembered import MARK, SECONDS, Remembered
from tests.awards.browsing import Browser
from tests.awards.conftest import make_edition
from tests.conftest import START, TestClock

PAGE = b"<p>Result</p>" * 100


class Inner:
    """An application that counts what it is asked, and marks what may be remembered."""

    def __init__(self) -> None:
        self.asked = 0
        self.body = PAGE
        self.mark = True
        self.status = 200

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        self.asked += 1
        if self.mark:
            environ[MARK] = ""
        body = self.body + environ.get("SCRIPT_NAME", "").encode() + Request(environ).query_string
        return Response(body, status=self.status, headers={"Vary": "Accept-Encoding"})(
            environ, start_response
        )


class Time:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def made() -> tuple[Inner, Time, Client]:
    inner, time = Inner(), Time()
    return inner, time, Client(Remembered(inner, Flask(__name__), time))


def test_the_application_is_asked_once_until_the_time_is_up() -> None:
    inner, time, client = made()
    first = client.get("/resultat/2026")
    again = client.get("/resultat/2026")
    assert first.data == again.data == PAGE
    assert first.headers["ETag"] == again.headers["ETag"]
    assert inner.asked == 1
    inner.body = b"changed"
    time.now = SECONDS + 1
    assert client.get("/resultat/2026").data == b"changed"
    assert inner.asked == 2


def test_compressed_unchanged_and_head() -> None:
    inner, _, client = made()
    plain = client.get("/resultat/2026")
    packed = client.get("/resultat/2026", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.data) == PAGE
    assert packed.headers["ETag"] != plain.headers["ETag"]
    for answer, encoding in ((plain, ""), (packed, "gzip")):
        headers = {"If-None-Match": answer.headers["ETag"], "Accept-Encoding": encoding}
        unchanged = client.get("/resultat/2026", headers=headers)
        assert (unchanged.status_code, unchanged.data) == (304, b"")
        assert unchanged.headers["ETag"] == answer.headers["ETag"]
    head = client.head("/resultat/2026")
    assert (head.status_code, head.data, head.headers["Content-Length"]) == (200, b"", str(len(PAGE)))
    assert inner.asked == 1


def test_a_head_first_is_remembered_whole() -> None:
    inner, _, client = made()
    assert client.head("/resultat/2026").data == b""
    assert client.get("/resultat/2026").data == PAGE
    assert inner.asked == 1


def test_languages_queries_other_methods_and_other_paths_are_apart() -> None:
    inner, _, client = made()
    client.get("/resultat/2026")
    english = client.get("/resultat/2026", environ_overrides={"SCRIPT_NAME": "/en"})
    assert english.data.endswith(b"/en")
    assert client.get("/resultat/2026?x=1").data.endswith(b"x=1")
    client.post("/resultat/2026")
    client.get("/annat")
    client.get("/annat")
    assert inner.asked == 6


def test_what_is_not_marked_or_not_well_is_never_remembered() -> None:
    inner, _, client = made()
    inner.mark = False
    assert client.get("/resultat/2026").data == PAGE
    inner.mark, inner.status = True, 404
    assert client.get("/resultat/2026").status_code == 404
    inner.status = 200
    assert client.get("/resultat/2026").status_code == 200
    assert inner.asked == 3


def test_many_addresses_do_not_fill_the_memory() -> None:
    inner, _, client = made()
    for number in range(200):
        client.get(f"/resultat/{number}")
    client.get("/resultat/199")
    client.get("/resultat/0")
    assert inner.asked == 201


def test_a_newcomer_gets_the_form_with_a_token_and_a_session_of_their_own(
    app: Flask, clock: TestClock
) -> None:
    make_edition(START, slug="2026")
    edition = awards.edition("2026")
    with transaction():
        awards.record_phase(edition.id, Phase.NOMINATING, account_id=None, now=START)
    seen = []
    for _ in range(3):
        browser = Browser(app)
        page = browser.get("/nominera/2026/formular")
        token = page.value("csrf_token")
        assert token
        seen.append((token, page.answer.headers["Set-Cookie"]))
        sent = browser.raw(
            "POST", "/nominera/2026/formular", data={"csrf_token": token, "title": "Väg", "action": "save"}
        )
        assert sent.status_code == 302
    assert len({token for token, _ in seen}) == len({cookie for _, cookie in seen}) == 3
    assert all("HttpOnly" in cookie and "SameSite=Lax" in cookie for _, cookie in seen)
    other = Browser(app)
    other.get("/nominera/2026/formular")
    wrong = other.raw(
        "POST", "/nominera/2026/formular", data={"csrf_token": seen[0][0], "title": "X", "action": "save"}
    )
    assert wrong.status_code == 400
