"""What every page shares: headers, languages, error pages, health."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import refresh

from app import error_pages, web


def test_every_answer_carries_the_headers(client: FlaskClient) -> None:
    for path in ("/", "/healthz", "/static/style.css", "/does-not-exist", "/en/"):
        headers = client.get(path).headers
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert "unsafe-inline" not in headers["Content-Security-Policy"]
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "Strict-Transport-Security" not in headers


def test_health(client: FlaskClient) -> None:
    assert client.get("/healthz").json == {"status": "ok"}
    assert client.get("/readyz").json == {"status": "ready"}


def test_english_is_the_same_page_under_en(client: FlaskClient) -> None:
    swedish, english = client.get("/").text, client.get("/en/").text
    assert '<html lang="sv">' in swedish
    assert '<html lang="en">' in english
    assert 'href="/en/"' in swedish
    assert 'href="/"' in english
    assert 'href="/static/style.css"' in english


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_a_missing_page_says_so(client: FlaskClient, prefix: str) -> None:
    answer = client.get(f"{prefix}/finns-inte")
    assert answer.status_code == 404
    assert answer.text.count("<h1") == 1


@pytest.mark.parametrize("code", [400, 401, 403, 404, 409, 410, 413, 429, 500, 503])
def test_each_error_page_says_what_to_do_in_both_languages(app: Flask, code: int) -> None:
    pages = {}
    for root in ("/", "/en/"):
        with app.test_request_context(root, environ_overrides={"SCRIPT_NAME": root.rstrip("/")}):
            answer = error_pages.error_response(code)
            assert answer.status_code == code
            pages[root] = answer.get_data(as_text=True)
            assert pages[root].count("<h1") == 1
    assert pages["/"] != pages["/en/"]


def test_an_unexpected_error_is_a_page_without_a_trace(app: Flask) -> None:
    def broken() -> str:
        raise RuntimeError("a secret that nobody may see")

    app.view_functions["web.healthz"] = broken
    answer = app.test_client().get("/healthz")
    assert answer.status_code == 500
    assert "secret" not in answer.text


def test_links_come_from_base_url_alone(app: Flask) -> None:
    with app.test_request_context("/", base_url="http://localhost:9"):
        assert web.absolute_url("web.healthz") == "http://127.0.0.1:8000/healthz"
        assert web.absolute_url("web.healthz", lang="en") == "http://127.0.0.1:8000/en/healthz"


def test_another_host_is_not_answered(client: FlaskClient) -> None:
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 400
    assert client.get("/", headers={"Host": "127.0.0.1:8000"}).status_code == 200


def test_numbers_and_times_are_swedish(app: Flask) -> None:
    moment = datetime(2026, 12, 13, 17, 0, tzinfo=UTC)
    with app.test_request_context("/"):
        assert web.datetime_long(moment, zone=True) == "13 december 2026 kl. 18.00 (svensk tid)"
        assert web.percent(171, 412).replace("\N{NO-BREAK SPACE}", " ") == "41,5 %"
        assert web.number(71263).replace("\N{NO-BREAK SPACE}", " ") == "71 263"
    with app.test_request_context("/", environ_overrides={"SCRIPT_NAME": "/en"}):
        refresh()  # both requests share the test's application context, where the language is kept
        assert web.datetime_long(moment, zone=True) == "13 December 2026 at 18:00 (Swedish time)"
        assert web.percent(171, 412) == "41.5%"


def test_static_files_are_compressed_and_known_by_their_hash(client: FlaskClient) -> None:
    first = client.get("/static/style.css", headers={"Accept-Encoding": "gzip"})
    assert first.headers["Content-Encoding"] == "gzip"
    again = client.get(
        "/static/style.css", headers={"Accept-Encoding": "gzip", "If-None-Match": first.headers["ETag"]}
    )
    assert again.status_code == 304
    assert client.get("/static/../config.py").status_code == 404
    assert client.get("/static/%2e%2e/%2e%2e/config.py").status_code == 404


def test_a_name_that_no_file_can_have_is_not_found(client: FlaskClient) -> None:
    for name in ("%00", "style.css%00", "a" * 300, "a/" * 3000, "\N{SNOWMAN}", "."):
        assert client.get(f"/static/{name}").status_code == 404, name[:20]


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_no_request_says_where_the_service_is_mounted(client: FlaskClient, prefix: str) -> None:
    """Some servers take SCRIPT_NAME from a header; pages that are kept for everyone would carry it in their links."""
    for name in ("//evil.example", "/elsewhere", "/en"):
        text = client.get(f"{prefix}/kontakt", environ_overrides={"SCRIPT_NAME": name}).text
        assert f'href="{prefix}/integritet"' in text
        assert "evil.example" not in text
        assert "/elsewhere" not in text


@pytest.mark.parametrize(
    ("site", "offered"), [("cross-site", False), ("same-site", False), ("same-origin", True), (None, True)]
)
def test_an_old_form_can_be_sent_again_unless_another_site_sent_it(
    client: FlaskClient, site: str | None, offered: bool
) -> None:
    headers = {"Sec-Fetch-Site": site} if site else {}
    answer = client.post("/logga-in", data={"email": "elak@example.se"}, headers=headers)
    assert answer.status_code == 400
    assert ('value="elak@example.se"' in answer.text) is offered
