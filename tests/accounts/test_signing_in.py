from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app import tokens
from app.access import Role
from app.accounts import signing_in
from app.accounts.models import SignIn, Spent, StaffSession
from app.extensions import db, transaction
from app.ledger import service as ledger
from app.mail.models import Letter
from app.mail.rendering import words
from app.tokens import Purpose, TokenUsed
from tests.accounts.people import account, code, letters, link, newest, post, sign_in
from tests.conftest import START, TestClock
from tests.databases import both_databases


def signed_in(client: FlaskClient) -> bool:
    return client.get("/konto").status_code == 200


def other(app: Flask) -> FlaskClient:
    return app.test_client()


def test_the_link_signs_in_after_a_button(app: Flask, client: FlaskClient) -> None:
    account()
    answer = post(client, "/logga-in", email=" ANNA@example.se ")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/logga-in/kod")
    path = link(newest())
    mail_programs_browser = other(app)
    assert "Anna" in mail_programs_browser.get(path).text
    assert not signed_in(mail_programs_browser)
    assert post(mail_programs_browser, path).status_code == 303
    assert signed_in(mail_programs_browser)
    assert not signed_in(client)
    assert ledger.last(edition=None, kind="staff-signed-in") is not None


def test_opening_the_link_however_often_uses_nothing_up(app: Flask, client: FlaskClient) -> None:
    account()
    post(client, "/logga-in", email="anna@example.se")
    path = link(newest())
    for method in ("GET", "HEAD", "OPTIONS", "GET"):
        other(app).open(path, method=method)
    assert db.session.scalar(select(func.count()).select_from(Spent)) == 0
    assert post(client, path).status_code == 303


def test_the_code_signs_in_the_browser_that_asked(client: FlaskClient) -> None:
    account("Bo", Role.JUROR)
    post(client, "/logga-in", email="bo@example.se")
    assert post(client, "/logga-in/kod", code=code(newest())).status_code == 303
    assert signed_in(client)


def test_the_code_is_worth_nothing_in_another_browser(app: Flask, client: FlaskClient) -> None:
    account()
    post(client, "/logga-in", email="anna@example.se")
    right, stranger = code(newest()), other(app)
    post(stranger, "/logga-in", email="stranger@example.se")
    answer = post(stranger, "/logga-in/kod", code=right)
    assert (answer.status_code, signed_in(stranger)) == (200, False)
    without_cookie = other(app)
    form = post(without_cookie, "/logga-in/kod", page="/logga-in", code=right)
    assert (form.status_code, signed_in(without_cookie)) == (410, False)


def test_guessing_ends_after_five_tries_even_with_the_right_code(app: Flask, client: FlaskClient) -> None:
    account()
    post(client, "/logga-in", email="anna@example.se")
    said = newest()
    wrong = "000000" if code(said) != "000 000" else "111111"
    for _guess in range(signing_in.TRIES):
        assert post(client, "/logga-in/kod", code=wrong).status_code == 200
    assert post(client, "/logga-in/kod", code=code(said)).status_code == 410
    assert not signed_in(client)
    assert post(other(app), link(said)).status_code == 303  # the link needs the mailbox, not luck


@pytest.mark.parametrize("first", ["link", "code"])
@pytest.mark.parametrize("second", ["link", "code"])
def test_link_and_code_together_work_once(app: Flask, client: FlaskClient, first: str, second: str) -> None:
    account()
    post(client, "/logga-in", email="anna@example.se")
    said = newest()
    for way, status in ((first, 303), (second, 410)):
        if way == "link":
            assert other(app).get(link(said)).status_code == (200 if status == 303 else 410)
            answer = post(client, link(said), page="/konto" if status == 410 else None)
        else:
            page = "/konto" if status == 410 else None
            answer = post(client, "/logga-in/kod", page=page, code=code(said))
        assert answer.status_code == status


@both_databases
def test_two_presses_at_once_sign_in_once(app: Flask, database: str | None) -> None:
    account()
    with transaction():
        signing_in.ask(email="anna@example.se", browser="b", next_path="", language="sv", now=START)
    token = link(newest()).rpartition("/")[2]
    row = db.session.scalars(select(SignIn)).one()
    with transaction():
        signing_in.by_link(token, START)
    with pytest.raises(TokenUsed), transaction():
        signing_in._enter(row, START)
    assert db.session.scalar(select(func.count()).select_from(Spent)) == 1


def test_link_and_code_run_out(app: Flask, client: FlaskClient, clock: TestClock) -> None:
    account()
    post(client, "/logga-in", email="anna@example.se")
    said = newest()
    clock.set(START + signing_in.VALID)
    assert other(app).get(link(said)).status_code == 410
    assert post(client, "/logga-in/kod", page="/logga-in", code=code(said)).status_code == 410
    assert words(letters()[-1], clock.now()) is None  # and a letter not yet sent is not sent any more


@pytest.mark.parametrize("purpose", [each for each in Purpose if each != Purpose.SIGN_IN])
def test_a_token_made_for_something_else_opens_nothing(
    app: Flask, client: FlaskClient, purpose: Purpose
) -> None:
    account()
    post(client, "/logga-in", email="anna@example.se")
    page = client.get(f"/logga-in/{tokens.make(purpose, 1)}")
    assert page.status_code == 404
    assert "accounts" not in page.headers.get("Location", "")


def test_a_changed_or_cut_token_opens_nothing(app: Flask, client: FlaskClient) -> None:
    account()
    post(client, "/logga-in", email="anna@example.se")
    path = link(newest())
    for bad in (path[:-1], path[:-4], path.replace("MQ.", "Mg."), path + "A"):
        assert client.get(bad).status_code == 404


@pytest.mark.parametrize("path", ["/logga-in/", "/inbjudan/", "/kom-igang/"])
def test_a_link_without_its_token_says_so(client: FlaskClient, path: str) -> None:
    page = client.get(path)
    assert (page.status_code, page.text.count("<h1>")) == (404, 1)
    assert 'class="button"' in page.text


def test_one_address_cannot_knock_without_end(client: FlaskClient) -> None:
    form = client.get("/logga-in").text
    token = form.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
    sent = [
        client.post("/logga-in/kod", data={"csrf_token": token, "code": "1"}).status_code
        for _try in range(61)
    ]
    assert sent == [410] * 60 + [429]


def test_known_and_unknown_addresses_get_the_same_answer(app: Flask) -> None:
    account()
    removed = account("Cia")
    with transaction():
        removed = db.session.merge(removed)
        removed.disabled_at = START
    answers = []
    for email in ("anna@example.se", "cia@example.se", "nobody@example.se"):
        browser = other(app)
        asked = post(browser, "/logga-in", email=email)
        guess = post(browser, "/logga-in/kod", code="12345")
        answers.append((asked.status_code, asked.headers["Location"], guess.status_code, _text(guess.text)))
    assert answers[0] == answers[1] == answers[2]
    assert [row.to for row in db.session.scalars(select(Letter).order_by(Letter.id))] == [
        "anna@example.se", "nobody@invalid", "nobody@invalid",
    ]  # fmt: skip
    assert [words(row, START) is None for row in letters()] == [False, True, True]


def _text(page: str) -> str:
    return page.split("<main", 1)[1].split("csrf_token", 1)[0]


def test_letters_to_one_address_are_limited(app: Flask, clock: TestClock) -> None:
    account()
    for email in ("anna@example.se", "unknown@example.se"):
        for _letter in range(signing_in.ASKS_AN_HOUR):
            assert post(other(app), "/logga-in", email=email).status_code == 303
        assert post(other(app), "/logga-in", email=email).status_code == 429
    clock.set(START + timedelta(hours=1, seconds=1))
    assert post(other(app), "/logga-in", email="anna@example.se").status_code == 303


def test_a_removed_person_cannot_use_a_link_from_before(client: FlaskClient) -> None:
    who = account()
    post(client, "/logga-in", email=who.email)
    path = link(newest())
    with transaction():
        db.session.merge(who).disabled_at = START
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("wanted", "gone_to"),
    [
        ("/konto", "/konto"),
        ("/en/konto?a=1", "/en/konto?a=1"),
        ("https://evil.example/", "/jury"),
        ("//evil.example/", "/jury"),
        ("/\\evil.example", "/jury"),
        ("/\t/evil.example", "/jury"),
        ("javascript:alert(1)", "/jury"),
        ("konto", "/jury"),
        ("/" + "a" * 600, "/jury"),
    ],
)
def test_after_signing_in_one_stays_on_this_site(client: FlaskClient, wanted: str, gone_to: str) -> None:
    account("Bo", Role.JUROR)
    client.get("/logga-in")
    form = client.get("/logga-in", query_string={"next": wanted}).text
    token = form.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
    client.post(
        "/logga-in", query_string={"next": wanted}, data={"csrf_token": token, "email": "bo@example.se"}
    )
    answer = post(client, link(newest()))
    assert answer.headers["Location"].rstrip("/") == gone_to
    again = client.get("/logga-in", query_string={"next": wanted})  # also for who is signed in already
    assert again.headers["Location"].rstrip("/") == gone_to


def test_a_page_for_staff_sends_to_sign_in_and_back(client: FlaskClient) -> None:
    account()
    assert client.get("/konto").headers["Location"] == "/logga-in?next=/konto"
    assert client.post("/konto").status_code in {400, 401}


def test_the_database_alone_gives_neither_code_nor_token(client: FlaskClient) -> None:
    account()
    post(client, "/logga-in", email="anna@example.se")
    digits = code(newest()).replace(" ", "")
    session_cookie = client.get_cookie("asked")
    assert session_cookie is not None
    post(client, "/logga-in/kod", code=digits)
    token = client.get_cookie("session")
    assert token is not None
    kept = b"".join(
        repr(row).encode()
        for table in db.metadata.sorted_tables
        for row in db.session.execute(table.select())
    )
    for secret in (digits, session_cookie.value, token.value.split(".")[0]):
        assert secret.encode() not in kept


def test_old_requests_and_ended_sessions_are_forgotten(
    app: Flask, client: FlaskClient, clock: TestClock
) -> None:
    from app.accounts.jobs import forget

    sign_in(client, account())
    clock.set(START + timedelta(days=8))
    forget({}, now=clock.now(), progress=lambda done, total: None)
    for table in (SignIn, StaffSession, Spent):
        assert db.session.scalar(select(func.count()).select_from(table)) == 0
