from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.access import Role
from app.accounts import sessions
from app.accounts.models import StaffSession
from app.extensions import db, transaction
from tests.accounts.people import account, link, newest, post, sign_in
from tests.conftest import START, TestClock


def signed_in(client: FlaskClient) -> bool:
    return client.get("/konto").status_code == 200


def cookie(client: FlaskClient) -> str:
    found = client.get_cookie("session")
    assert found is not None
    return found.value


def test_a_session_ends_twelve_hours_after_sign_in_however_busy(
    client: FlaskClient, clock: TestClock
) -> None:
    sign_in(client, account())
    for hour in range(1, 12):
        clock.set(START + timedelta(hours=hour))
        assert signed_in(client)
    clock.set(START + sessions.ABSOLUTE)
    assert not signed_in(client)


def test_a_session_ends_when_the_browser_was_away_for_two_hours(
    client: FlaskClient, clock: TestClock
) -> None:
    sign_in(client, account())
    clock.set(START + timedelta(minutes=119))
    assert signed_in(client)
    clock.set(START + timedelta(minutes=119 + 119))
    assert signed_in(client)
    clock.set(START + timedelta(minutes=119 + 119 + 120))
    assert not signed_in(client)


def test_an_old_cookie_cannot_pass_for_a_fresh_one(client: FlaskClient, clock: TestClock) -> None:
    sign_in(client, account())
    token, seen, mac = cookie(client).split(".")
    clock.set(START + timedelta(hours=3))
    for forged in (
        f"{token}.{int(seen) + 10_000}.{mac}",
        token,
        f"{token}.{seen}",
        f"{token}..{mac}",
        "",
        ".",
    ):
        client.set_cookie("session", forged)
        assert not signed_in(client)


def test_reading_pages_writes_nothing(client: FlaskClient, clock: TestClock) -> None:
    sign_in(client, account())
    before = [tuple(row) for row in db.session.execute(select(StaffSession.__table__))]
    db.session.rollback()
    clock.set(START + timedelta(hours=1))
    assert signed_in(client)
    assert [tuple(row) for row in db.session.execute(select(StaffSession.__table__))] == before


def test_signing_in_gives_a_new_token_and_ends_the_old_session(app: Flask, client: FlaskClient) -> None:
    who = account()
    sign_in(client, who)
    old, thief = cookie(client), app.test_client()
    thief.set_cookie("session", old)
    post(app.test_client(), "/logga-in", email=who.email)
    post(client, link(newest()))
    assert cookie(client).split(".")[0] != old.split(".")[0]
    assert not signed_in(thief)


def test_a_token_chosen_by_somebody_else_is_never_taken_over(app: Flask, client: FlaskClient) -> None:
    planted = sessions.seal("chosen-by-the-attacker", START)
    client.set_cookie("session", planted)
    csrf_before = client.get("/logga-in").text
    sign_in(client, account())
    assert not cookie(client).startswith("chosen-by-the-attacker")
    thief = app.test_client()
    thief.set_cookie("session", planted)
    assert not signed_in(thief)
    assert "csrf_token" in csrf_before


def test_the_csrf_token_from_before_the_sign_in_is_dead(client: FlaskClient) -> None:
    form = client.get("/logga-in").text
    old = form.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
    sign_in(client, account())
    answer = client.post("/konto", data={"csrf_token": old, "name": "Eve", "language": "sv"})
    assert answer.status_code == 400


def test_signing_out_ends_the_session_itself(app: Flask, client: FlaskClient) -> None:
    sign_in(client, account())
    thief = app.test_client()
    thief.set_cookie("session", cookie(client))
    assert signed_in(thief)
    assert post(client, "/logga-ut", page="/konto").status_code == 303
    assert client.get_cookie("session") is None
    assert not signed_in(thief)


def test_signing_out_needs_the_forms_token(client: FlaskClient) -> None:
    sign_in(client, account())
    assert client.post("/logga-ut").status_code == 400
    assert signed_in(client)


def test_ones_other_browsers_can_be_signed_out(app: Flask, client: FlaskClient) -> None:
    who, phone, tablet = account(), app.test_client(), app.test_client()
    for each in (client, phone, tablet):
        sign_in(each, who)
    rows = list(db.session.scalars(select(StaffSession).order_by(StaffSession.id)))
    page = client.get("/konto").text
    assert f"/konto/session/{rows[0].id}/avsluta" not in page
    post(client, f"/konto/session/{rows[1].id}/avsluta", page="/konto")
    assert [signed_in(each) for each in (client, phone, tablet)] == [True, False, True]
    post(client, "/konto/avsluta-andra", page="/konto")
    assert [signed_in(each) for each in (client, phone, tablet)] == [True, False, False]


def test_nobody_ends_anothers_session(app: Flask, client: FlaskClient) -> None:
    anna, bo = client, app.test_client()
    sign_in(anna, account())
    sign_in(bo, account("Bo", Role.SECRETARIAT))
    row = db.session.scalars(select(StaffSession).order_by(StaffSession.id)).first()
    assert row is not None
    post(bo, f"/konto/session/{row.id}/avsluta", page="/konto")
    assert signed_in(anna)


def test_a_removed_person_is_out_at_once(client: FlaskClient) -> None:
    who = account()
    sign_in(client, who)
    with transaction():
        db.session.merge(who).disabled_at = START
    assert not signed_in(client)


def test_cookies_are_bound_to_this_host_and_out_of_scripts_reach(app: Flask, client: FlaskClient) -> None:
    who = account()
    app.extensions["settings"] = dataclasses.replace(
        app.extensions["settings"], base_url="https://rosta.example.se"
    )
    app.config["TRUSTED_HOSTS"] = app.extensions["settings"].hosts
    with transaction():
        token = sessions.begin(account_id=who.id, browser="", now=START)
    app.config["WTF_CSRF_ENABLED"] = False
    answer = client.post("/logga-in", data={"email": who.email}, base_url="https://rosta.example.se")
    assert answer.headers["Set-Cookie"].startswith("__Host-asked=")
    sealed = sessions.seal(token, START - timedelta(minutes=10))
    client.set_cookie("__Host-session", sealed, domain="rosta.example.se", secure=True)
    renewed = client.get("/sekretariat/personer", base_url="https://rosta.example.se").headers["Set-Cookie"]
    assert renewed.startswith("__Host-session=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(renewed.split("; "))
    assert "Domain" not in renewed


@pytest.mark.parametrize("path", ["/konto", "/sekretariat/personer"])
def test_the_own_name_and_language_can_be_changed(client: FlaskClient, path: str) -> None:
    sign_in(client, account())
    assert post(client, "/konto", name="Anna  Ångström", language="en").status_code == 303
    page = client.get(path).text
    assert "Anna Ångström" in page
