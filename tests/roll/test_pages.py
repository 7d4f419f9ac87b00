"""The roll's pages as the secretariat meets them, and as others try to."""

from __future__ import annotations

import io

import pytest
from flask import Flask

from app.access import Role
from app.awards import service as awards
from app.awards.models import Edition, Unit
from app.extensions import db, transaction
from app.roll import list_views, lists, service, taking_in
from app.roll.list_models import RollImport
from tests.awards.browsing import Browser, Page
from tests.awards.conftest import make_edition
from tests.conftest import START, TestClock

HERE = "/sekretariat/2026/rostlangd"
TEXT = "Företag;Orgnr;E-post\n=HYPERLINK(x);5560360793;a@acme.se\n<script>alert(1)</script> AB;5560125790;b@beta.se\nFel;1;inte\n"


@pytest.fixture
def edition(app: Flask, clock: TestClock) -> Edition:
    return make_edition(START, slug="2026")


@pytest.fixture
def browser(app: Flask, edition: Edition) -> Browser:
    made = Browser(app)
    made.sign_in()
    return made


def upload(browser: Browser, text: str | bytes = TEXT) -> Page:
    data = text.encode("cp1252") if isinstance(text, str) else text
    sent = {"file": (io.BytesIO(data), "lista.csv")}
    return browser.follow(browser.post(f"{HERE}/las-in", sent, code=303))


def confirm(browser: Browser, preview: Page, *, code: int = 303) -> Page:
    address = f"{HERE}/las-in/{_import_id()}"
    return browser.post(f"{address}/bekrafta", {"digest": preview.value("digest")}, code=code, page=address)


def _import_id() -> int:
    db.session.rollback()
    return max(made.id for made in db.session.query(RollImport))


def test_a_list_is_shown_with_its_numbers_and_read_in(browser: Browser, edition: Edition) -> None:
    preview = upload(browser)
    figures = dict(zip(_words(preview, "dt"), _words(preview, "dd"), strict=True))
    assert list(figures.values()) == ["3", "2", "0", "0", "0", "1"]
    assert "tio siffror" in preview.text.lower() or "ten digits" in preview.text
    assert "<script>alert" not in preview.html
    assert service.count(edition.id) == 0
    page = browser.follow(confirm(browser, preview))
    assert service.count(edition.id) == 2
    assert page.root.xpath("//*[@data-figure='voters']/@data-value") == ["2"]
    assert "<script>alert" not in page.html


def _words(page: Page, tag: str) -> list[str]:
    return [element.text_content().strip() for element in page.root.find_class("figures")[0].iter(tag)]


def test_pasted_rows_are_a_list_too(browser: Browser, edition: Edition) -> None:
    page = browser.post(f"{HERE}/las-in", {"text": "Acme\t556036-0793\ta@acme.se"}, code=303)
    confirm(browser, browser.follow(page))
    assert [voter.company for voter in service.voters(edition.id)] == ["Acme"]


def test_a_replayed_confirmation_writes_nothing_and_says_so(browser: Browser, edition: Edition) -> None:
    preview = upload(browser)
    confirm(browser, preview)
    digest, address = preview.value("digest"), f"{HERE}/las-in/{_import_id()}"
    again = browser.post(f"{address}/bekrafta", {"digest": digest}, code=303, page=f"{HERE}/las-in")
    assert browser.follow(again).answer.status_code == 200
    assert service.count(edition.id) == 2


def test_a_stale_preview_is_shown_anew(browser: Browser, edition: Edition) -> None:
    preview = upload(browser)
    row = {"company": "Beta", "number": "5560125790", "email": "x@beta.se", "language": "sv"}
    browser.post(f"{HERE}/ny", row, code=303)
    page = confirm(browser, preview, code=409)
    assert page.value("digest") != preview.value("digest")
    assert service.count(edition.id) == 1


def test_an_empty_or_unreadable_list_says_so_and_keeps_what_was_pasted(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert browser.post(f"{HERE}/las-in", {"text": ""}, code=422).errors
    page = browser.post(f"{HERE}/las-in", {"text": "hej hej"}, code=422)
    assert page.errors
    assert page.value("text").strip() == "hej hej"
    workbook = {"file": (io.BytesIO(b"PK\x03\x04"), "lista.xlsx")}
    assert browser.post(f"{HERE}/las-in", workbook, code=422).errors
    monkeypatch.setattr(taking_in, "MOST_BYTES", 1000)
    large = {"file": (io.BytesIO(b"x" * (taking_in.MOST_BYTES + 1)), "lista.csv")}
    assert "25 MB" in browser.post(f"{HERE}/las-in", large, code=422).errors


def test_files_for_spreadsheets_hold_no_formula(browser: Browser, edition: Edition) -> None:
    preview = upload(browser, TEXT + "=1+1;;\n")
    faults = browser.raw("GET", f"{HERE}/las-in/{_import_id()}/fel.csv").get_data(as_text=True)
    assert "\n5;'=1+1;" in faults.replace("\r", "")
    confirm(browser, preview)
    answer = browser.raw("GET", f"{HERE}/rostlangd.csv")
    text = answer.get_data()
    assert "'=HYPERLINK(x)" in text.decode("utf-8-sig")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    again = upload(browser, text)
    assert [element.strip() for element in _words(again, "dd")] == ["2", "0", "0", "2", "0", "0"]


def test_a_personal_number_is_neither_kept_nor_shown_back(browser: Browser, edition: Edition) -> None:
    row = {"company": "Eva Ek", "number": "850709-9805", "email": "eva@ek.se", "language": "sv"}
    page = browser.post(f"{HERE}/ny", row, code=422)
    assert page.errors
    assert "9805" not in page.html
    preview = upload(browser, "Företag;Orgnr;E-post\nEva Ek;850709-9805;eva@ek.se\n")
    assert "9805" not in preview.html


def test_a_voter_is_changed_and_taken_off(browser: Browser, edition: Edition) -> None:
    row = {"company": "Acme", "number": "556036-0793", "email": "eva@åkes.se", "language": "en"}
    browser.post(f"{HERE}/ny", row, code=303)
    (voter,) = service.voters(edition.id)
    page = browser.get(f"{HERE}/{voter.id}")
    assert (page.value("email"), page.value("language")) == ("eva@åkes.se", "en")
    assert browser.post(f"{HERE}/ny", row, code=422).errors
    browser.post(f"{HERE}/{voter.id}", {**row, "company": "Acme Nya"}, code=303)
    assert "Acme Nya" in browser.get(f"{HERE}?q=556036-07").text
    assert "Acme Nya" not in browser.get(f"{HERE}?q=annat").text
    browser.post(f"{HERE}/{voter.id}/ta-bort", code=303, page=f"{HERE}/{voter.id}")
    assert service.count(edition.id) == 0
    browser.get(f"{HERE}/{voter.id}", code=404)


def test_a_frozen_roll_shows_its_count_and_hash_and_refuses_the_rest(
    browser: Browser, edition: Edition
) -> None:
    preview = upload(browser)
    confirm(browser, preview)
    waiting = upload(browser, "Företag;Orgnr;E-post\nNy;5565475489;n@ny.se\n")
    waits = _import_id()
    (voter, _) = service.voters(edition.id)
    with transaction():
        frozen = service.freeze(edition.id, by=None, now=START)
    page = browser.get(HERE)
    assert frozen.roll_hash in page.text
    for address in (f"{HERE}/las-in", f"{HERE}/ny", f"{HERE}/{voter.id}", f"{HERE}/las-in/{waits}"):
        browser.get(address, code=409)
    token = browser.get("/konto").value("csrf_token")
    data = {"csrf_token": token, "digest": waiting.value("digest")}
    assert browser.raw("POST", f"{HERE}/las-in/{waits}/bekrafta", data=data).status_code == 409
    assert browser.raw("POST", f"{HERE}/{voter.id}/ta-bort", data=data).status_code == 409
    assert service.count(edition.id) == 2


@pytest.mark.parametrize("role", [Role.JUROR, Role.OBSERVER])
def test_the_roll_is_the_secretariats_alone(
    app: Flask, browser: Browser, edition: Edition, role: Role
) -> None:
    upload(browser)
    other = Browser(app)
    other.sign_in(role, "annan@example.se")
    nobody = Browser(app)
    for address in (
        "",
        "/las-in",
        f"/las-in/{_import_id()}",
        "/rostlangd.csv",
        "/ny",
        "/mall.csv",
        f"/las-in/{_import_id()}/fel.csv",
        f"/las-in/{_import_id()}/kolumner",
        f"/las-in/{_import_id()}/framsteg.json",
    ):
        assert other.raw("GET", HERE + address).status_code == 403
        assert nobody.raw("GET", HERE + address).status_code == 302
    token = other.get("/konto").value("csrf_token")
    for verb in ("bekrafta", "blad", "kolumner", "jamfor", "lagg-undan"):
        address = f"{HERE}/las-in/{_import_id()}/{verb}"
        assert other.raw("POST", address, data={"csrf_token": token}).status_code == 403
        assert browser.raw("POST", address).status_code == 400


def test_another_editions_list_is_not_found(browser: Browser, edition: Edition) -> None:
    make_edition(START, slug="annan")
    preview = upload(browser)
    address = f"/sekretariat/annan/rostlangd/las-in/{_import_id()}"
    browser.get(address, code=404)
    for verb in ("bekrafta", "blad", "kolumner", "jamfor", "lagg-undan"):
        data = {"digest": preview.value("digest"), "first_line": "1"}
        browser.post(f"{address}/{verb}", data, code=404, page=f"{HERE}/las-in")
    for page in ("/kolumner", "/fel.csv", "/framsteg.json"):
        assert browser.raw("GET", address + page).status_code == 404
    assert lists.find(_import_id(), edition_id=edition.id).state == "preview"


def test_swedish_order_and_pages(browser: Browser, edition: Edition) -> None:
    names = ["Örn", "Ärla", "Åke", "Zeta", "alfa", "Éclair"]
    lines = "".join(f"{name};NO{index};i{index}@x.se;NO\n" for index, name in enumerate(names))
    many = "".join(f"Bolag {n:03};DE{n};b{n}@x.se;DE\n" for n in range(120))
    confirm(browser, upload(browser, "Företag;Orgnr;E-post;Land\n" + lines + many))
    browser.get(HERE)
    last = browser.get(f"{HERE}?sida=2")
    shown = [cell.text_content().strip() for cell in last.root.xpath("//tbody//th")]
    assert shown[-5:] == ["Éclair", "Zeta", "Åke", "Ärla", "Örn"]
    first = browser.get(f"{HERE}?sida=1")
    assert first.root.xpath("//tbody//th")[0].text_content().strip() == "alfa"
    assert browser.get(f"{HERE}?sida=99").text == last.text


def test_columns_are_said_by_hand_and_what_was_chosen_stays(browser: Browser, edition: Edition) -> None:
    browser.post(f"{HERE}/las-in", {"text": "Lista\nFöretag\tOrg.nr\tNås på\nAcme\t556036-0793\ta@acme.se\n850709-9805\t\t"}, code=303)  # fmt: skip
    page = browser.get(f"{HERE}/las-in/{_import_id()}/kolumner")
    assert [page.value(f"c{place}") for place in range(3)] == ["company", "number", ""]
    assert "9805" not in page.html
    address = f"{HERE}/las-in/{_import_id()}/kolumner"
    wrong = {"c0": "company", "c1": "company", "c2": "", "first_line": "3"}
    page = browser.post(address, wrong, code=422)
    assert [page.value(f"c{place}") for place in range(3)] == ["company", "company", ""]
    assert page.errors
    browser.post(address, {**wrong, "c1": "<script>", "c2": "email"}, code=422)
    browser.post(address, {**wrong, "c1": "number", "c2": "email"}, code=303)
    preview = browser.get(f"{HERE}/las-in/{_import_id()}")
    assert _words(preview, "dd") == ["2", "1", "0", "0", "0", "1"]
    assert "9805" not in preview.html
    assert browser.get(address).value("c2") == "email"


def test_the_rows_that_cannot_be_used_come_back_as_they_were(browser: Browser, edition: Edition) -> None:
    upload(browser, "Företag;Orgnr;E-post;Telefon\nAcme;5560360793;inte;08-1\nEva Ek 850709-9805;;e@f.se;\n")
    faults = browser.raw("GET", f"{HERE}/las-in/{_import_id()}/fel.csv").get_data(as_text=True)
    head, first, second = faults.removeprefix("\ufeff").splitlines()
    assert head.split(";")[1:5] == ["Företag", "Orgnr", "E-post", "Telefon"]
    assert first.startswith("2;Acme;5560360793;inte;08-1;")
    assert "9805" not in second
    corrected = faults.replace(";inte;", ";a@acme.se;").encode()
    assert _words(upload(browser, corrected), "dd")[:2] == ["2", "1"]


def test_rows_are_shown_by_their_fate_a_page_at_a_time(browser: Browser, edition: Edition) -> None:
    lines = "".join(f"Bolag {n:03};NO{n};b{n}@x.se;NO\n" for n in range(150))
    upload(browser, f"Företag;Orgnr;E-post;Land\n{lines}Fel;;;\n")
    address = f"{HERE}/las-in/{_import_id()}"

    def shown(page: Page) -> list[str]:
        return [name.text_content() for name in page.root.xpath("//ul[contains(@class, 'fates')]//strong")]

    assert shown(browser.get(f"{address}?visa=wrong")) == ["Fel"]
    assert shown(browser.get(f"{address}?visa=new&sida=2"))[-1] == "Bolag 149"
    assert len(shown(browser.get(f"{address}?sida=2"))) == 51
    assert shown(browser.get(f"{address}?visa=annat&sida=-5"))[0] == "Bolag 000"


def test_a_request_that_is_too_large_is_answered_on_the_form(browser: Browser, edition: Edition) -> None:
    answer = browser.raw("POST", f"{HERE}/las-in", data=b"x", headers={"Content-Type": "text/plain", "Content-Length": str(10**9)})  # fmt: skip
    assert answer.status_code in {400, 413}
    part = b'--b\r\nContent-Disposition: form-data; name="file"; filename="lista.csv"\r\n\r\n'
    huge = part + b"x" * list_views.LARGEST_REQUEST + b"\r\n--b--\r\n"
    answer = browser.raw("POST", f"{HERE}/las-in", data=huge, content_type="multipart/form-data; boundary=b")
    assert answer.status_code == 413
    assert "25 MB" in answer.get_data(as_text=True)


def test_a_person_is_added_by_hand(browser: Browser, edition: Edition) -> None:
    with transaction():
        awards.change_edition(edition.id, by=None, now=START, unit=Unit.PERSON)
    row = {"contact": "Eva Ek", "email": "eva@ek.se", "language": "sv", "number": ""}
    browser.post(f"{HERE}/ny", row, code=303)
    assert browser.post(f"{HERE}/ny", {**row, "contact": "EVA  ek"}, code=422).errors
    assert browser.post(f"{HERE}/ny", {**row, "contact": ""}, code=422).errors
    page = browser.get(HERE)
    assert [cell.text_content().strip() for cell in page.root.xpath("//tbody//th")] == ["Eva Ek"]
    assert 'name="unit"' not in browser.get("/sekretariat/2026/installningar").html
