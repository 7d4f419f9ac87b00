"""Mailed links: what opens, what has done its work, and what belongs to somebody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app import tokens
from app.awards import deadlines
from app.awards.deadlines import Deadline
from app.extensions import db, transaction
from app.ledger import service as ledger
from app.ledger.models import Pseudonym
from app.mail.rendering import written
from app.nominations import drafts, letters, service
from app.nominations.drafts import OldLink
from app.nominations.models import Nomination, State
from app.tokens import Purpose
from tests.awards.test_service import kinds as ledger_kinds
from tests.databases import both_databases
from tests.nominations.conftest import (
    COMPLETE,
    confirm_path,
    edit_path,
    form,
    mailed,
    only,
    open_edition,
    typed,
    withdraw_path,
)
from tests.screening.pages import decide

PATH = "/nominera/2026/formular"
STEPS = "/nominera/2026"


@pytest.fixture
def sent(edition, browser) -> Nomination:
    browser.post(PATH, form())
    return only()


@pytest.fixture
def confirmed(edition, browser, sent) -> Nomination:
    browser.post(confirm_path(edition, sent))
    return only()


def test_the_link_shows_a_button_and_only_the_button_confirms(edition, browser, sent) -> None:
    path = confirm_path(edition, sent)
    for method in ("GET", "HEAD", "OPTIONS"):
        browser.raw(method, path)
    page = browser.get(path)
    assert "Växjö kommun" in page.text
    assert only().state is State.SUBMITTED
    page = browser.follow(browser.post(path))
    assert only().state is State.CONFIRMED
    assert len(mailed("nomination_copy")) == 1


@both_databases
def test_confirming_twice_confirms_once(edition, browser, sent) -> None:
    path = confirm_path(edition, sent)
    token = browser.get(path).value("csrf_token")
    for _ in range(2):
        browser._open("POST", path, code=302, data={"csrf_token": token})
    assert len(mailed("nomination_copy")) == 1
    assert ledger_kinds(edition).count("nomination-confirmed") == 1


def test_confirming_needs_the_pages_own_token(edition, browser, sent) -> None:
    assert browser.raw("POST", confirm_path(edition, sent)).status_code == 400
    assert only().state is State.SUBMITTED


def test_a_token_for_one_thing_opens_nothing_else(edition, browser, sent) -> None:
    confirming, editing = letters.confirm_token(sent), letters.edit_token(sent)
    browser.get(f"{STEPS}/bekrafta/{editing}", code=404)
    browser.get(f"{STEPS}/andra/{confirming}", code=404)
    browser.get(f"{STEPS}/bekrafta/{confirming[:-3]}abc", code=404)
    browser.get(f"{STEPS}/bekrafta/x", code=404)
    browser.get(f"{STEPS}/andra/{browser.cookie('nomination')}", code=404)
    odd = tokens.make(Purpose.CONFIRM_NOMINATION, {"a": 1})
    browser.get(f"{STEPS}/bekrafta/{odd}", code=404)


def test_a_token_of_one_edition_opens_nothing_in_another(edition, browser, sent, clock) -> None:
    open_edition(clock.now(), slug="2027", year=2027)
    browser.get(f"/nominera/2027/bekrafta/{letters.confirm_token(sent)}", code=410)
    browser.get(f"/nominera/2027/andra/{letters.edit_token(sent)}", code=410)


def test_an_old_link_says_that_it_is_too_old(edition, browser, sent, clock) -> None:
    path = confirm_path(edition, sent)
    clock.set(clock.now() + drafts.KEPT_FOR + timedelta(seconds=2))
    page = browser.get(path, code=410)
    assert "14" in page.text


def test_a_link_to_an_earlier_address_opens_nothing(edition, browser, sent) -> None:
    old_confirm, old_edit = confirm_path(edition, sent), edit_path(edition, sent)
    browser.post(f"{STEPS}/ratta", form(contact_email="ny@storkok.example"))
    browser.get(old_confirm, code=410)
    browser.get(old_edit, code=410)
    with pytest.raises(OldLink), transaction():
        drafts.confirm(
            edition.id, sent.public_id, 1, now=deadlines.datetime.now(tz=edition.created_at.tzinfo)
        )
    assert only().state is State.SUBMITTED
    browser.post(confirm_path(edition, only()))
    assert only().state is State.CONFIRMED


def test_too_late_to_confirm(edition, browser, sent, clock) -> None:
    path = confirm_path(edition, sent)
    token = browser.get(path).value("csrf_token")
    clock.set(edition.nominations_taken_until)
    browser.get(path, code=410)
    page = browser._open("POST", path, code=410, data={"csrf_token": token})
    assert only().state is State.SUBMITTED
    assert page.root.find_class("lead")


def test_a_confirmed_one_is_still_shown_as_confirmed_after_the_deadline(
    edition, browser, confirmed, clock
) -> None:
    clock.set(edition.nominations_close_at + timedelta(days=1))
    browser.get(confirm_path(edition, confirmed))
    page = browser.get(edit_path(edition, confirmed), code=410)
    assert "Växjö kommun" in page.text


def test_changes_until_the_deadline_with_a_new_copy(edition, browser, confirmed) -> None:
    path = edit_path(edition, confirmed)
    page = browser.get(path)
    assert page.value("title") == "Måltider till äldreboenden"
    browser.post(path, typed(action="change", title="Måltider till äldre", contact_email="kapad@example.se"))
    nomination = only()
    assert (nomination.title, nomination.contact_email) == ("Måltider till äldre", "asa@storkok.example")
    assert nomination.state is State.CONFIRMED
    assert len(mailed("nomination_changed")) == 1
    assert ledger_kinds(edition)[-1] == "nomination-edited"
    browser.post(path, typed(action="change", title="Måltider till äldre"))
    assert len(mailed("nomination_changed")) == 1


def test_a_wrong_change_changes_nothing_and_keeps_the_words_on_the_page(edition, browser, confirmed) -> None:
    page = browser.post(edit_path(edition, confirmed), typed(title="", why="Nya ord"), code=422)
    assert page.value("why") == "Nya ord"
    assert only().why.startswith("De frågade")


def test_a_change_after_the_deadline_gives_the_words_back(edition, browser, confirmed, clock) -> None:
    path = edit_path(edition, confirmed)
    token = browser.get(path).value("csrf_token")
    clock.set(edition.nominations_taken_until)
    page = browser._open("POST", path, code=409, data=typed(why="För sent skrivet", csrf_token=token))
    assert "För sent skrivet" in page.text
    assert only().why.startswith("De frågade")


def test_an_accepted_one_that_is_changed_waits_for_a_decision_again(
    edition, browser, secretary, confirmed
) -> None:
    decide(secretary, edition, confirmed, "acceptera")
    assert only().state is State.ACCEPTED
    browser.post(edit_path(edition, confirmed), typed(action="change", title="Annat namn"))
    assert only().state is State.CONFIRMED


def test_withdrawing_takes_it_out_of_the_count(edition, browser, confirmed) -> None:
    browser.post(withdraw_path(edition, confirmed), code=200, page=edit_path(edition, confirmed))
    assert only().state is State.WITHDRAWN
    assert service.counts(edition.id)[State.CONFIRMED] == 0
    assert ledger_kinds(edition)[-1] == "nomination-withdrawn"
    assert len(mailed("nomination_withdrawn")) == 1
    page = browser.get(edit_path(edition, confirmed), code=409)
    assert page.root.find_class("lead")
    browser.get(confirm_path(edition, confirmed), code=409)


def test_an_unconfirmed_one_can_be_changed_from_the_mailed_edit_link(edition, browser, sent) -> None:
    browser.post(edit_path(edition, sent), form(title="Rättat namn"))
    assert (only().title, only().state) == ("Rättat namn", State.SUBMITTED)


def test_the_extension_is_told_once_to_each_address(edition, browser, confirmed, clock) -> None:
    for title in ("Andra", "Tredje"):
        browser.client.delete_cookie("nomination", domain="localhost")
        browser.post(PATH, form(title=title))
    browser.client.delete_cookie("nomination", domain="localhost")
    browser.post(PATH, {"action": "save", "title": "Osänt", "contact_email": "tyst@example.se"})
    browser.client.delete_cookie("nomination", domain="localhost")
    browser.post(PATH, {"action": "mail", "title": "Påbörjat", "contact_email": "vill@example.se"})
    later = edition.nominations_close_at + timedelta(days=3)
    with transaction():
        deadlines.change(edition.id, Deadline.NOMINATIONS, later, by=None, now=clock.now())
    assert sorted(letter.to for letter in mailed("nominations_extended")) == [
        "asa@storkok.example",
        "tyst@example.se",
        "vill@example.se",
    ]
    entry = ledger.last(edition=edition.id, kind="letters-queued")
    assert entry.data == {"batch": 1, "letter": "nominations-extended", "recipients": 3}


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_every_letter_can_be_written_and_says_where_to_go(edition, browser, confirmed, clock, lang) -> None:
    for name, state in {
        "nomination_copy": State.CONFIRMED, "nomination_changed": State.CONFIRMED, "nomination_withdrawn": State.WITHDRAWN,
        "nominations_extended": State.CONFIRMED,
    }.items():  # fmt: skip
        confirmed.state = state
        db.session.commit()
        words = written(name, confirmed.id, lang, clock.now())
        assert words is not None, name
        named = edition.name(lang) if name == "nominations_extended" else confirmed.title
        assert named in words.subject, name
        assert "http://127.0.0.1:8000" in words.text, name
        assert "<h1>" in words.html


def test_what_is_deleted_takes_its_pseudonym_along(edition, browser, sent, clock) -> None:
    subject = f"nomination:{sent.public_id}"
    assert db.session.scalar(select(Pseudonym).where(Pseudonym.subject == subject)) is not None
    browser.post(withdraw_path(edition, sent), code=200, page=edit_path(edition, sent))
    from app.nominations import keeping

    with transaction():
        keeping.delete_unfinished(now=clock.now() + drafts.KEPT_FOR)
    assert db.session.scalars(select(Nomination)).all() == []
    assert db.session.scalar(select(Pseudonym).where(Pseudonym.subject == subject)) is None


def test_the_confirming_letter_carries_no_text_of_a_strangers_choice(edition, browser, clock) -> None:
    browser.post(PATH, form(why="KÖP NU på https://evil.example", remarks="KÖP NU", contact_name="Nils Namn"))
    words = written("nomination_confirm", mailed("nomination_confirm")[0].subject_id, "sv", clock.now())
    assert "KÖP NU" not in words.text + words.html
    assert "Nils Namn" not in words.text + words.html
    assert "Växjö kommun" in words.text


def test_what_changed_while_the_author_wrote_is_not_overwritten_unseen(edition, browser, confirmed) -> None:
    path = edit_path(edition, confirmed)
    page = browser.get(path)
    seen = page.value("seen")
    row = only()
    row.authority = "Växjö kommun, måltidsenheten"
    db.session.commit()
    page = browser.post(path, typed(action="change", why="Nya ord", seen=seen), code=409)
    assert "Växjö kommun, måltidsenheten" in page.text
    assert page.value("why") == "Nya ord"
    assert only().why == COMPLETE["why"]
    browser.post(path, typed(action="change", why="Nya ord", seen=page.value("seen")))
    assert (only().why, only().authority) == ("Nya ord", COMPLETE["authority"])
