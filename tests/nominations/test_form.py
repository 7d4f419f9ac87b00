"""The public form: nothing typed is lost, nothing unsafe is kept, and only a complete nomination is taken in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from app.extensions import db, limiter
from app.mail.service import kinds
from app.nominations import views
from app.nominations.models import Nomination, State
from app.web import language
from tests.awards.browsing import Browser
from tests.databases import both_databases
from tests.nominations.conftest import form, mailed, only, typed

PATH = "/nominera/2026/formular"
STEPS = "/nominera/2026"


def everything_stored() -> str:
    """All rows about nominations as one text: what an attacker with the disk reads."""
    tables = ("nominations", "nomination_events", "nominees", "asked_letters", "letters", "log_entries")
    return "\n".join(
        str(row) for table in tables for row in db.session.execute(text(f"SELECT * FROM {table}"))
    )


@both_databases
def test_a_complete_nomination_waits_for_its_confirmation(edition, browser) -> None:
    page = browser.follow(browser.post(PATH, form()))
    assert "räknas" in page.text or "count" in page.text
    nomination = only()
    assert nomination.state is State.SUBMITTED
    assert nomination.orgnr == "5560360793"
    assert nomination.amount == 4_500_000
    assert nomination.awarded_on.isoformat() == "2026-05-04"
    assert [letter.to for letter in mailed("nomination_confirm")] == ["asa@storkok.example"]


def test_the_page_is_there_in_both_languages(edition, browser) -> None:
    browser.get(PATH)
    browser.get("/en" + PATH)


def test_an_error_keeps_every_word_on_the_page_and_in_a_draft(edition, browser) -> None:
    page = browser.post(PATH, form(contact_email="asa at storkok", cpv="55-320000"), code=422)
    assert len(page.root.find_class("error")) == 2
    for name, value in typed(contact_email="asa at storkok", cpv="55-320000").items():
        assert page.value(name) == value, name
    again = browser.get(PATH)
    for name, value in typed(contact_email="asa at storkok", cpv="55-320000").items():
        assert again.value(name) == value, name
    assert only().state is State.DRAFT
    assert mailed("nomination_confirm") == []


def test_a_draft_needs_nothing_and_goes_on_where_it_stopped(edition, browser, clock) -> None:
    browser.post(PATH, {"action": "save", "title": "Halv tanke"})
    clock.set(clock.now() + timedelta(days=5))
    assert browser.get(PATH).value("title") == "Halv tanke"
    browser.post(PATH, {"action": "save", "title": "Hel tanke", "awarded_on": "i våras"})
    assert only().title == "Hel tanke"
    assert browser.get(PATH).value("awarded_on") == "i våras"


def test_a_draft_belongs_to_its_browser(edition, browser, app) -> None:
    browser.post(PATH, {"action": "save", "title": "Hemlig tanke"})
    other = Browser(app)
    assert "Hemlig tanke" not in other.get(PATH).html
    public_id = only().public_id
    other.client.set_cookie("nomination", public_id, domain="localhost")
    assert "Hemlig tanke" not in other.get(PATH).html
    other.client.set_cookie("nomination", browser.cookie("nomination")[:-2] + "xx", domain="localhost")
    assert "Hemlig tanke" not in other.get(PATH).html


def test_a_draft_cookie_of_one_edition_opens_nothing_in_another(edition, browser, clock) -> None:
    from tests.nominations.conftest import open_edition

    browser.post(PATH, {"action": "save", "title": "Årets tanke"})
    open_edition(clock.now(), slug="2027", year=2027)
    assert "Årets tanke" not in browser.get("/nominera/2027/formular").html


def test_a_link_to_the_draft_is_mailed_and_opens_it_elsewhere(edition, browser, app, clock) -> None:
    browser.post(PATH, {"action": "mail", "title": "På väg", "contact_email": "asa@storkok.example"})
    letter = mailed("nomination_draft")[0]
    context = kinds()["nomination_draft"].context(letter.subject_id, clock.now())
    path = context["going_on"].removeprefix("http://127.0.0.1:8000")
    other = Browser(app)
    assert "På väg" in other.get(path).text
    page = other.follow(other.post(f"{path}/har", page=path))
    assert page.value("authority") == ""  # the first step with a gap
    assert other.get(PATH).value("title") == "På väg"
    page = other.follow(other.post(PATH, form(title="Framme")))
    assert "asa@storkok.example" in page.text
    assert only().state is State.SUBMITTED


def test_the_link_needs_an_address_and_nothing_else(edition, browser) -> None:
    page = browser.post(PATH, {"action": "mail", "title": "På väg", "contact_email": "nej"}, code=422)
    assert page.errors
    assert mailed("nomination_draft") == []
    assert only().title == "På väg"


def test_begin_again_deletes_the_draft(edition, browser) -> None:
    browser.post(PATH, {"action": "save", "title": "Slängs"})
    browser.post(f"{STEPS}/borja-om", page=PATH)
    db.session.rollback()
    assert db.session.scalars(select(Nomination)).all() == []
    assert browser.get(PATH).value("title") in {"", None}


@pytest.mark.parametrize("action", ["save", "send"])
def test_a_personal_number_is_never_stored(edition, browser, action) -> None:
    for number in (
        "850101-1236", "8501011236", "19850101-1236", "198501011236", "SE850101123601", "850161-1236",
        "16 850101-1236", "８５０１０１-１２３６",
    ):  # fmt: skip
        page = browser.post(PATH, form(action=action, orgnr=number), code=422)
        assert page.value("orgnr") in {"", None}
        assert not any(part in everything_stored() for part in ("850101", "850161", "８５"))
        assert only().title == "Måltider till äldreboenden"


def test_a_personal_number_in_other_words_is_not_stored_either(edition, browser) -> None:
    page = browser.post(
        PATH,
        form(why="Anna 850101-1236 var bra", foreign_country="NO", orgnr="", foreign_number="19850101-1236"),
        code=422,
    )
    assert len(page.root.find_class("error")) == 2
    assert "850101" not in everything_stored()
    assert only().why == "Anna ······-···· var bra"


def test_half_a_number_is_no_reason_to_keep_it(edition, browser) -> None:
    browser.post(PATH, {"action": "save", "orgnr": "850101-12"}, code=422)
    assert "850101" not in everything_stored()


def test_a_sole_trader_gives_no_number(edition, browser) -> None:
    browser.post(PATH, form(orgnr="850101-1236", sole_trader="y"))
    nomination = only()
    assert (nomination.orgnr, nomination.sole_trader, nomination.state) == ("", True, State.SUBMITTED)
    assert "850101" not in everything_stored()


WRONG: list[tuple[dict[str, object], str]] = [
    ({"category": None}, "category"),
    ({"category": "finns-inte"}, "category"),
    ({"orgnr": ""}, "orgnr"),
    ({"orgnr": "556036-0794"}, "orgnr"),
    ({"sole_trader": "y"}, "orgnr"),
    ({"orgnr": "", "foreign_country": "DE"}, "foreign_number"),
    ({"foreign_country": "DE", "foreign_number": "HRB 1234"}, "orgnr"),
    ({"orgnr": "", "foreign_country": "SE", "foreign_number": "1"}, "foreign_country"),
    ({"orgnr": "", "sole_trader": "y", "foreign_country": "DE", "foreign_number": "1"}, "foreign_country"),
    ({"authority": "   "}, "authority"),
    ({"title": "Du har vunnit: https://evil.example"}, "title"),
    ({"company": "WWW.evil.example"}, "company"),
    ({"notice": "javascript:alert(1)"}, "notice"),
    ({"notice": "data:text/html,x"}, "notice"),
    ({"notice": "https://"}, "notice"),
    ({"notice": "http://[::1"}, "notice"),
    ({"awarded_on": "2027-01-01"}, "awarded_on"),
    ({"awarded_on": "31/5"}, "awarded_on"),
    ({"contact_email": "a@b\r\nBcc: c@d.example"}, "contact_email"),
    ({"contact_email": "a@x.example, b@x.example"}, "contact_email"),
    ({"why": ""}, "why"),
]


def test_what_is_wrong_is_said_at_its_field(edition, browser) -> None:
    for changes, field in WRONG:
        page = browser.post(PATH, form(**changes), code=422)
        assert [item.get("id") for item in page.root.find_class("error")][:1] == [f"{field}-error"], changes
        assert page.root.get_element_by_id("errors") is not None


@both_databases
def test_control_characters_are_named_and_never_reach_the_database(edition, browser) -> None:
    for sign in "\0\x07\u202e\u2028":
        page = browser.post(
            PATH, form(title=f"Mål{sign}tider", why=f"Bra{sign}t", category=f"a{sign}"), code=422
        )
        assert f"U+{ord(sign):04X}" in page.errors
        assert (only().title, only().why) == ("Måltider", "Brat")


def test_what_pasting_brings_along_is_taken_out_silently(edition, browser) -> None:
    browser.post(PATH, form(title="Mål\u00adtider\u200b till\ta\u0308ldre"))
    assert only().title == "Måltider till äldre"


@both_databases
def test_ten_thousand_characters_come_back_whole(edition, browser) -> None:
    long = "å" * 10_000
    page = browser.post(
        PATH, form(title=long, why=long, company=long, contact_email=long, cpv=long, value=long), code=422
    )
    assert page.value("title") == long
    assert len(page.root.find_class("error")) == 6
    assert only().why == long
    assert browser.get(PATH).value("company") == long


def test_every_form_needs_its_token(edition, browser) -> None:
    answer = browser.raw("POST", PATH, data=form())
    assert answer.status_code == 400
    assert "Måltider till äldreboenden" in answer.get_data(as_text=True)  # to be sent again with one press
    assert db.session.scalars(select(Nomination)).all() == []


def test_scripts_and_tags_stay_text_everywhere(edition, browser, secretary) -> None:
    evil = '"><script>alert(1)</script>{{ 7*7 }}<img src=x onerror=alert(1)>'
    browser.post(
        PATH,
        form(
            title=evil,
            authority=evil,
            why=evil,
            company=evil,
            contact_name=evil,
            remarks=evil,
            notice="https://x.example/" + evil,
        ),
    )
    nomination = only()
    pages = [browser.get(f"{STEPS}/skickad"), browser.get(f"{STEPS}/ratta")]
    nomination.state = State.CONFIRMED
    db.session.commit()
    pages += [
        secretary.get("/sekretariat/2026/nomineringar"),
        secretary.get(f"/sekretariat/2026/nomineringar/{nomination.id}"),
    ]
    for page in pages:
        assert not page.root.xpath("//*[@onerror]")
        assert "alert(1)" not in "".join(script.text or "" for script in page.root.iter("script"))
        assert "49" not in page.root.find(".//title").text


def test_one_address_gets_so_many_letters_and_no_more(edition, browser, monkeypatch) -> None:
    monkeypatch.setattr("app.nominations.drafts.LETTERS_A_DAY", 2)
    browser.post(PATH, form())
    browser.post(f"{STEPS}/brevet", page=f"{STEPS}/skickad")
    page = browser.follow(browser.post(f"{STEPS}/brevet", page=f"{STEPS}/skickad"))
    assert page.root.find_class("error")
    browser.post(f"{STEPS}/borja-om", page=f"{STEPS}/skickad")
    page = browser.post(PATH, form(title="En till"), code=422)
    assert page.errors
    assert page.value("title") == "En till"
    assert len(mailed("nomination_confirm")) == 2
    db.session.rollback()
    assert {item.title: item.state for item in db.session.scalars(select(Nomination))}[
        "En till"
    ] is State.DRAFT


def test_too_often_from_one_connection_keeps_the_words_on_the_page(
    edition, browser, app, monkeypatch
) -> None:
    monkeypatch.setattr(views, "SAVES", "2 per hour")
    monkeypatch.setattr(limiter, "enabled", True)
    for _ in range(2):
        browser.post(PATH, {"action": "save", "title": "Utkast"})
    page = browser.post(PATH, {"action": "save", "title": "Sista tanken"}, code=429)
    assert page.value("title") == "Sista tanken"
    assert page.root.get_element_by_id("errors") is not None
    assert only().title == "Utkast"


def test_after_the_deadline_the_words_come_back_to_copy(edition, browser, clock) -> None:
    token_page = browser.get(PATH)
    token = token_page.value("csrf_token")
    clock.set(edition.nominations_taken_until)
    page = browser._open("POST", PATH, code=409, data={**form(), "csrf_token": token})
    assert "Sedan skrev de krav" in page.text
    assert db.session.scalars(select(Nomination)).all() == []


def test_the_last_moment_is_in_time(edition, browser, clock) -> None:
    clock.set(edition.nominations_close_at - timedelta(microseconds=1))
    browser.post(PATH, form())
    assert only().state is State.SUBMITTED


def test_a_draft_edition_has_no_form(app, browser, clock) -> None:
    from tests.awards.conftest import make_edition

    make_edition(clock.now())
    browser.get(PATH, code=404)


def test_a_corrected_address_gets_the_letter_and_the_old_link_dies(edition, browser, clock) -> None:
    browser.post(PATH, form(contact_email="fel@storkok.example"))
    old = mailed("nomination_confirm")[0]
    browser.post(f"{STEPS}/ratta", form())
    new = mailed("nomination_confirm")[1]
    assert new.to == "asa@storkok.example"
    context = kinds()["nomination_confirm"].context
    assert context(old.subject_id, clock.now()) is None
    assert context(new.subject_id, clock.now()) is not None


def test_a_wrong_correction_leaves_what_was_sent(edition, browser) -> None:
    browser.post(PATH, form())
    browser.post(f"{STEPS}/ratta", form(title=""), code=422)
    assert only().title == "Måltider till äldreboenden"


def test_language_of_the_form_is_the_language_of_the_letters(edition, browser) -> None:
    browser.post("/en" + PATH, form())
    assert mailed("nomination_confirm")[0].language == "en"
    assert language() == "sv"
