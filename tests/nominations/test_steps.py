"""Nominating in steps: what a notice fills in, what is saved on the way, what the last step asks for."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.extensions import db, limiter
from app.nominations import limits, notices, texts
from app.nominations.models import Nomination, State
from tests.awards.browsing import Browser, Page
from tests.databases import both_databases
from tests.needs import sample_notice
from tests.nominations.conftest import COMPLETE, mailed, only
from tests.nominations.notices import award, lot

PATH = "/nominera/2026"
FACTS, WORDS, REVIEW = f"{PATH}/upphandlingen", f"{PATH}/nomineringen", f"{PATH}/granska"
IN_FACTS = ("authority", "title", "notice", "cpv", "awarded_on", "value")
IN_WORDS = ("category", "relation", "why", "remarks", "company", "orgnr", "contact_name", "contact_email")


def drop(browser: Browser, content: bytes, name: str = "annons.xml", *, code: int = 302) -> Page:
    """Chooses a file on the first step."""
    token = browser._token(PATH)
    data = {"csrf_token": token, "action": "read", "file": (io.BytesIO(content), name)}
    return browser._open("POST", PATH, code=code, data=data, content_type="multipart/form-data")


def fill(browser: Browser, **changes: Any) -> None:
    """Both steps, as somebody without a notice fills them in."""
    values = {**COMPLETE, **changes}
    browser.post(FACTS, {"action": "next", **{name: values[name] for name in IN_FACTS}})
    browser.post(WORDS, {"action": "next", **{name: values[name] for name in IN_WORDS}})


@both_databases
def test_from_the_first_step_to_the_letter(edition, browser) -> None:
    page = browser.follow(browser.post(PATH, {"action": "skip"}))
    assert page.value("authority") == ""
    fill(browser)
    page = browser.get(REVIEW)
    assert "Växjö kommun" in page.text
    assert not page.root.find_class("summary")
    browser.post(REVIEW, {"action": "send"})
    nomination = only()
    assert (nomination.state, nomination.orgnr, nomination.relation) == (
        State.SUBMITTED,
        "5560360793",
        "lost",
    )
    assert [letter.to for letter in mailed("nomination_confirm")] == ["asa@storkok.example"]


def test_a_real_notice_fills_the_form_and_goes_past_the_facts(edition, browser) -> None:
    page = browser.follow(drop(browser, sample_notice("ted-F06-143160-2017-SE-Trafikverket.xml")))
    assert "Getingmidjan" in page.text
    draft = only()
    assert draft.authority == "Trafikverket"
    assert draft.buyer_number == "202100-6297"
    assert draft.publication == "143160-2017"
    assert (draft.amount, draft.currency, draft.tenders) == (1_000_000_000, "SEK", 4)
    assert draft.awarded_on.isoformat() == "2017-02-01"
    assert draft.winners == "Implenia Construction GmbH, 516404-9768"
    assert draft.sources["authority"] == {"value": "Trafikverket", "from": "143160-2017"}
    facts = browser.get(FACTS)
    assert facts.value("value") == "1\u00a0000\u00a0000\u00a0000 SEK"
    assert len(facts.root.find_class("origin")) >= 9


def test_what_was_not_awarded_is_said(edition, browser) -> None:
    page = browser.follow(drop(browser, sample_notice("ted-F03-151531-2021-SE-Vaxjo.xml")))
    assert page.value(
        "title",
    ).startswith("DIACCESS")
    assert "ingen tilldelning" in page.text
    assert only().read["awarded"] is False


def test_a_notice_never_overwrites_what_was_typed(edition, browser) -> None:
    browser.post(FACTS, {"action": "save", "authority": "Min kommun", "title": ""})
    drop(browser, award(buyer="Annan kommun", title="Städning"))
    draft = only()
    assert (draft.authority, draft.title) == ("Min kommun", "Städning")
    page = browser.get(FACTS)
    assert "Annan kommun" in page.text  # what the notice says instead stands beside the field
    drop(browser, award(buyer="Tredje kommun", title="Snöröjning"))
    draft = only()
    assert (draft.authority, draft.title) == ("Min kommun", "Snöröjning")


def test_one_of_several_parts_brings_its_own_facts(edition, browser) -> None:
    parts = (
        lot("LOT-0001", title="Norr", amount="1000000", winner="Nord AB", number="556036-0793", tenders=3),
        lot("LOT-0002", title="Söder", amount="2000000", winner="Syd AB", number="556012-5790", tenders=5),
    )
    page = browser.follow(drop(browser, award(title="Städning", total="3000000", lots=parts)))
    assert page.value("title") == "Städning"
    facts = {"action": "next", "authority": "A", "title": "Städning", "value": page.value("value"),
             "winners": page.value("winners"), "tenders": page.value("tenders")}  # fmt: skip
    browser.post(FACTS, {**facts, "lots": ["LOT-0002"]})
    draft = only()
    assert (draft.lots, draft.amount, draft.tenders, draft.winners) == (
        ["LOT-0002"], 2_000_000, 5, "Syd AB, 556012-5790",
    )  # fmt: skip
    assert "LOT-0002" in draft.sources["value"]["from"]
    page = browser.get(FACTS)
    browser.post(
        FACTS, {**facts, "value": "ungefär två mkr", "tenders": "5", "winners": page.value("winners")}
    )
    draft = only()
    assert draft.lots == []
    assert draft.value == "ungefär två mkr"  # typed, so it stays
    assert draft.winners.splitlines() == ["Nord AB, 556036-0793", "Syd AB, 556012-5790"]


@pytest.mark.parametrize(
    ("number", "field", "value"),
    [
        ("2021/S 060-151531", "notice", "151531-2021"),
        ("https://ted.europa.eu/sv/notice/-/detail/151531-2021", "notice", "151531-2021"),
        ("se 75790", "procurement_id", "SE75790"),
        ("https://www.opic.com/id/afdqiwrymy", "notice", "https://www.opic.com/id/afdqiwrymy"),
    ],
)
def test_a_number_alone_is_normalised_and_noted(edition, browser, number, field, value) -> None:
    page = browser.follow(browser.post(PATH, {"action": "read", "number": number}))
    assert page.value(field) == value
    assert getattr(only(), field) == value


@pytest.mark.parametrize("number", ["", "   ", "hej", "KS 2021-0012", "javascript:alert(1)", "151531", "😀"])
def test_what_is_no_number_is_said_and_kept(edition, browser, number) -> None:
    page = browser.post(PATH, {"action": "read", "number": number}, code=422)
    assert page.root.get_element_by_id("errors") is not None
    assert page.value("number") == number
    assert db.session.scalars(select(Nomination)).all() == []


HOSTILE = {
    "html": b"<!doctype html><html><body>TED</body></html>",
    "laughs": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
    "empty": b"",
    "half": b"<ContractAwardNotice><cbc:ID>",
    "pdf": b"%PDF-1.7 hej",
    "zip": b"PK\x03\x04hej",
    "json": b'{"hej": [1, 2, ',
    "deep": b"[" * 100_000,
    "noise": bytes(range(256)) * 40,
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_a_file_that_is_not_read_leaves_everything_as_it_was(edition, browser, name) -> None:
    browser.post(FACTS, {"action": "save", "title": "Skrivet för hand"})
    page = browser.post(PATH, {"action": "skip"})
    page = drop(browser, HOSTILE[name], f"{name}.xml", code=422)
    assert page.root.get_element_by_id("errors") is not None
    assert (only().title, only().read) == ("Skrivet för hand", None)


def test_a_file_that_is_too_large_is_said(edition, browser) -> None:
    body = b"x" * (21 * 1024 * 1024)
    answer = browser.raw("POST", PATH, data=body, content_type="multipart/form-data; boundary=b")
    assert answer.status_code == 413
    assert "större än någon annons" in answer.get_data(as_text=True)
    assert db.session.scalars(select(Nomination)).all() == []


def test_a_draft_may_be_incomplete_and_the_last_step_names_every_gap(edition, browser) -> None:
    browser.post(FACTS, {"action": "next", "authority": "Växjö kommun"})
    page = browser.follow(browser.post(WORDS, {"action": "next", "why": "Bra."}))
    links = [link.get("href") for link in page.root.get_element_by_id("errors").iter("a")]
    assert links == [
        f"{FACTS}#title", f"{WORDS}#category", f"{WORDS}#relation", f"{WORDS}#company", f"{WORDS}#orgnr",
        f"{WORDS}#contact_name", f"{WORDS}#contact_email",
    ]  # fmt: skip
    browser.post(REVIEW, {"action": "send"}, code=422)
    assert only().state is State.DRAFT
    assert mailed("nomination_confirm") == []


def test_the_whole_is_checked_again_at_the_end(edition, browser) -> None:
    fill(browser)
    draft = only()
    draft.awarded_on = None
    draft.typed = {"awarded_on": "i våras"}
    draft.cpv = "hej"
    db.session.commit()
    page = browser.get(REVIEW)
    found = [link.get("href") for link in page.root.get_element_by_id("errors").iter("a")]
    assert found == [f"{FACTS}#cpv", f"{FACTS}#awarded_on"]


def test_what_is_wrong_on_a_step_is_said_there_and_kept(edition, browser) -> None:
    page = browser.post(
        FACTS, {"action": "next", "cpv": "55-32", "tenders": "många", "title": "Mat"}, code=422
    )
    assert [item.get("id") for item in page.root.find_class("error")] == ["tenders-error", "cpv-error"]
    assert browser.get(FACTS).value("tenders") == "många"
    browser.post(FACTS, {"action": "save", "cpv": "55320000", "tenders": "4", "title": "Mat"})
    assert only().tenders == 4


def test_the_form_saves_itself_and_says_when(edition, browser) -> None:
    token = browser._token(FACTS)
    data = {"csrf_token": token, "step": "upphandlingen", "title": "Halv ta", "cpv": "55", "tenders": "x"}
    answer = browser.raw("POST", f"{PATH}/spara", data=data)
    assert answer.status_code == 200
    assert answer.json["text"].startswith("Sparat kl.")
    draft = only()
    assert (draft.title, draft.cpv, draft.typed["tenders"]) == ("Halv ta", "55", "x")
    again = browser.raw("POST", f"{PATH}/spara", data={**data, "title": "Hel tanke"})
    assert again.status_code == 200
    assert only().title == "Hel tanke"
    assert browser.get(FACTS).value("title") == "Hel tanke"
    other = browser.raw(
        "POST", f"{PATH}/spara", data={"csrf_token": token, "step": "nomineringen", "why": "Bra"}
    )
    assert other.status_code == 200
    assert (only().title, only().why) == ("Hel tanke", "Bra")


def test_saving_by_itself_needs_a_step_a_token_and_an_open_edition(edition, browser, clock) -> None:
    token = browser._token(FACTS)
    for step in ("", "granska", "hej"):
        assert (
            browser.raw("POST", f"{PATH}/spara", data={"csrf_token": token, "step": step}).status_code == 400
        )
    assert browser.raw("POST", f"{PATH}/spara", data={"step": "upphandlingen"}).status_code == 400
    clock.set(edition.nominations_close_at)
    answer = browser.raw("POST", f"{PATH}/spara", data={"csrf_token": token, "step": "upphandlingen"})
    assert answer.status_code == 409
    assert db.session.scalars(select(Nomination)).all() == []


def test_a_personal_number_is_not_even_saved_on_the_way(edition, browser) -> None:
    token = browser._token(WORDS)
    data = {"csrf_token": token, "step": "nomineringen", "orgnr": "850101-1236", "why": "Anna 850101-1236"}
    browser.raw("POST", f"{PATH}/spara", data=data)
    draft = only()
    assert draft.orgnr == ""
    assert "850101" not in draft.why


def test_too_many_savings_lose_nothing(edition, browser, monkeypatch) -> None:
    monkeypatch.setattr("app.nominations.step_views.AUTOSAVES", "1 per hour")
    monkeypatch.setattr(limiter, "enabled", True)
    token = browser._token(FACTS)
    data = {"csrf_token": token, "step": "upphandlingen", "title": "Ett"}
    assert browser.raw("POST", f"{PATH}/spara", data=data).status_code == 200
    late = browser.raw("POST", f"{PATH}/spara", data={**data, "title": "Två"})
    assert (late.status_code, "Spara utkastet" in late.json["text"]) == (429, True)
    browser.post(FACTS, {"action": "save", "title": "Två"})
    assert only().title == "Två"
    assert limits.AUTOSAVES


def test_what_was_begun_in_time_is_taken_in_quietly_for_some_minutes(edition, browser, app, clock) -> None:
    clock.set(edition.nominations_close_at - timedelta(minutes=1))
    fill(browser)
    clock.set(edition.nominations_close_at + timedelta(minutes=9))
    browser.post(REVIEW, {"action": "send"})
    assert only().state is State.SUBMITTED
    late = Browser(app)
    assert "stängd" in late.get(PATH).text
    assert late.get(FACTS).root.find_class("actions") == []


def test_after_the_quiet_minutes_it_is_too_late(edition, browser, clock) -> None:
    clock.set(edition.nominations_close_at - timedelta(minutes=1))
    fill(browser)
    token = browser._token(REVIEW)
    clock.set(edition.nominations_taken_until)
    page = browser._open("POST", REVIEW, code=409, data={"csrf_token": token, "action": "send"})
    assert page.root.find_class("lead")
    assert only().state is State.DRAFT


def test_begun_again_nothing_of_the_notice_is_left(edition, browser) -> None:
    drop(browser, award(title="Städning"))
    browser.post(f"{PATH}/borja-om", page=PATH)
    assert db.session.scalars(select(Nomination)).all() == []
    assert browser.get(FACTS).value("title") == ""


def test_a_notice_with_scripts_and_odd_signs_stays_text(edition, browser) -> None:
    evil = "<script>alert(1)</script>\u202e😀 مناقصة"
    page = browser.follow(drop(browser, award(title=evil, buyer=evil)))
    assert not page.root.xpath("//script[not(@src)]")
    assert "\u202e" not in only().title
    assert "😀" in only().title


def test_money_as_the_form_holds_it() -> None:
    assert notices.money({"amount": 1234567.5, "currency": "SEK"}) == "1\u00a0234\u00a0567,50 SEK"
    assert notices.money({"amount": 11000000, "currency": "GBP"}) == "11\u00a0000\u00a0000 GBP"
    assert notices.money(None) == ""


def test_a_link_to_the_draft_is_mailed_from_the_step_with_the_address(edition, browser) -> None:
    browser.post(WORDS, {"action": "mail", "contact_email": "asa@storkok.example", "why": "Bra"})
    assert [letter.to for letter in mailed("nomination_draft")] == ["asa@storkok.example"]
    page = browser.post(WORDS, {"action": "mail", "contact_email": "nej"}, code=422)
    assert page.value("contact_email") == "nej"
    assert len(mailed("nomination_draft")) == 1


def test_the_currency_follows_from_the_value(edition, browser) -> None:
    for value, amount, currency in (
        ("2 MEUR", None, "EUR"),
        ("4,5 mnkr", 4_500_000, "SEK"),
        ("dyr", None, ""),
    ):
        browser.post(FACTS, {"action": "save", "title": "Mat", "value": value})
        assert (only().amount, only().currency) == (amount, currency)


def test_what_is_sent_is_what_was_looked_through(edition, browser) -> None:
    winner = {"amount": "1000", "winner": "Nord AB", "number": "556036-0793", "tenders": 3}
    parts = (lot("LOT-0001", title="Norr", **winner), lot("LOT-0002", title="Söder", **winner))
    drop(browser, award(title="Städning", lots=parts))
    fill(browser)
    browser.post(FACTS, {"action": "next", "awarded_on": "2026-03-31", "lots": ["LOT-0002"], "tenders": "4"})
    browser.post(WORDS, {"action": "next", "orgnr": "", "sole_trader": "y"})
    browser.post(REVIEW, {"action": "send"})
    sent = only()
    assert sent.state is State.SUBMITTED
    assert str(sent.awarded_on) == "2026-03-31"
    assert (sent.lots, sent.tenders, sent.sole_trader, sent.orgnr) == (["LOT-0002"], 4, True, "")


def test_the_last_step_takes_nothing_but_its_button(edition, browser) -> None:
    fill(browser)
    smuggled = {
        "contact_email": "x\r\nBcc: a@b.example",
        "title": "",
        "why": "a" * 19_000,
        "orgnr": "850101-1236",
    }
    browser.post(REVIEW, {"action": "send", **smuggled})
    sent = only()
    assert (sent.contact_email, sent.title, sent.orgnr) == (
        COMPLETE["contact_email"], COMPLETE["title"], "5560360793",
    )  # fmt: skip
    assert len(sent.why) < 100


def test_a_file_cannot_pass_for_the_secretariat(edition, browser) -> None:
    """What the secretariat wrote counts as checked; a file's name is the supplier's choice."""
    drop(
        browser,
        b'{"ocid": "ocds-x-1", "id": "1", "tag": ["award"], "tender": {"title": "Mat"}}',
        "secretariat",
    )
    assert only().sources["title"] == {"value": "Mat", "from": "secretariat"}
    assert texts.storable("reference", notices.SECRETARIAT) != notices.SECRETARIAT


def test_what_another_tab_has_sent_is_not_said_to_be_saved(edition, browser) -> None:
    fill(browser)
    token = browser._token(WORDS)
    browser.post(REVIEW, {"action": "send"})
    data = {"csrf_token": token, "step": "nomineringen", "why": "Efteråt"}
    late = browser.raw("POST", f"{PATH}/spara", data=data)
    assert (late.status_code, late.json["saved"]) == (409, "")
    assert only().why == COMPLETE["why"].strip()
