"""The list as JSON for whoever types, and as pages for whoever leafs through it."""

from __future__ import annotations

import pytest
from flask import Flask

from app.cpv import views
from app.extensions import limiter
from tests.awards.browsing import Browser
from tests.cpv.test_service import SMALL, load


@pytest.fixture
def browser(app: Flask) -> Browser:
    return Browser(app)


def test_suggestions_come_in_the_language_of_the_page(browser, clock) -> None:
    load(SMALL, clock)
    answer = browser.raw("GET", "/cpv.json?q=dator")
    assert {"code": "30200000", "name": "Datorutrustning"} in answer.json
    assert answer.headers["Cache-Control"] == views.KEPT
    assert "Set-Cookie" not in answer.headers
    assert browser.raw("GET", "/en/cpv.json?q=302").json[0] == {
        "code": "30200000",
        "name": "Computer equipment",
    }


@pytest.mark.parametrize(
    "query", ["", "?q=", "?q=%00", "?q=%F0%9F%9A%A7", "?q=" + "9" * 5000, "?q=<script>", "?q=zzzzzz"]
)
def test_odd_queries_find_nothing_and_break_nothing(browser, query: str) -> None:
    answer = browser.raw("GET", f"/cpv.json{query}")
    assert (answer.status_code, answer.json) == (200, [])
    assert browser.get(f"/cpv{query}").code == 200


def test_too_many_looks_are_answered_in_json(browser, app, monkeypatch) -> None:
    monkeypatch.setattr(limiter, "enabled", True)
    answers = [browser.raw("GET", "/cpv.json?q=a").status_code for _ in range(602)]
    assert answers[:600] == [200] * 600
    assert answers[-1] == 429


def test_the_pages_go_from_divisions_to_the_narrowest_code(browser, clock) -> None:
    page = browser.get("/cpv")
    assert "45000000" in page.text
    assert "Bara huvudgrupperna är kända här" in page.text
    load(SMALL, clock)
    page = browser.get("/cpv")
    assert "/cpv?kod=30000000" in page.links()
    page = browser.get("/en/cpv?kod=30200000")
    assert "Portable computers" in page.text
    assert "/en/cpv?kod=30000000" in page.links()
    assert "/en/cpv?kod=30213100" not in page.links()
    assert "Det finns ingen kod under den här" in browser.get("/cpv?kod=30213100").text
    browser.get("/cpv?kod=99999999", code=404)
    assert "Bordsdatorer" in browser.get("/cpv?q=bordsdator").text
    assert "Inget passar" in browser.get("/cpv?q=zzzz").text


def test_the_field_names_its_codes_without_scripts(browser, clock, app) -> None:
    from tests.nominations.conftest import open_edition

    open_edition(clock.now())
    load(SMALL, clock)
    browser.post("/nominera/2026/formular", {"action": "save", "title": "x", "cpv": "30200000-1, mat"})
    page = browser.get("/nominera/2026/upphandlingen")
    assert page.value("cpv") == "30200000-1, mat"
    assert "Datorutrustning" in page.text
    assert page.root.xpath("//*[@data-cpv='/cpv.json']")
