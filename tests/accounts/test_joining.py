from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import tokens
from app.access import Role
from app.accounts import joining, service, signing_in
from app.extensions import clock as service_clock
from app.extensions import db, transaction
from app.ledger import service as ledger
from app.mail.rendering import words
from app.tokens import Purpose
from tests.accounts.people import account, letters, link, newest, post, sign_in
from tests.conftest import START, TestClock
from tests.databases import both_databases


def setup_link(app: Flask) -> str:
    return (
        str(app.test_cli_runner().invoke(args=["setup-link"]).output)
        .strip()
        .removeprefix("http://127.0.0.1:8000")
    )


def invite(client: FlaskClient, email: str = "bo@example.se", role: str = "juror", **more: str) -> int:
    fields = {"name": "Bo", "email": email, "role": role, "language": "en", **more}
    return post(client, "/sekretariat/personer", **fields).status_code


@pytest.fixture
def secretary(client: FlaskClient) -> FlaskClient:
    """Anna of the secretariat, signed in."""
    sign_in(client, account())
    return client


def test_the_first_start_makes_the_first_account_and_signs_it_in(app: Flask, client: FlaskClient) -> None:
    path = setup_link(app)
    assert post(client, path, name="", email="x").status_code == 200
    assert post(client, path, name="Anna", email="Anna@Example.se").status_code == 303
    (anna,) = service.secretaries()
    assert (anna.name, anna.email) == ("Anna", "anna@example.se")
    assert client.get("/sekretariat/personer").status_code == 200
    assert setup_link(app) == ""
    other = app.test_client()
    assert other.get(path).status_code == 410
    assert "Eva" not in post(other, path, page="/logga-in", name="Eva", email="eva@example.se").text
    assert len(service.people()) == 1


def test_the_set_up_link_runs_out_and_cannot_be_made_up(
    app: Flask, client: FlaskClient, clock: TestClock
) -> None:
    path = setup_link(app)
    for purpose in (Purpose.SIGN_IN, Purpose.INVITATION):
        assert client.get(f"/kom-igang/{tokens.make(purpose, 'first')}").status_code == 404
    clock.set(START + timedelta(hours=25))
    assert client.get(path).status_code == 410


@both_databases
def test_two_set_ups_at_once_make_one_account(app: Flask, database: str | None) -> None:
    token = joining.set_up_token()
    assert token is not None
    db.session.rollback()  # a read left open would hold back SQLite's writers
    made: list[str] = []

    def attempt(name: str) -> None:
        with app.app_context():
            try:
                with transaction():
                    joining.set_up(token, email=f"{name}@example.se", name=name, language="sv", now=START)
                made.append(name)
            except tokens.TokenUsed:
                pass
            finally:
                db.session.remove()

    threads = [threading.Thread(target=attempt, args=(name,)) for name in ("a", "b", "c")]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(made) == 1
    assert [row.name for row in service.people()] == made


def test_an_invitation_works_once_in_any_browser(app: Flask, secretary: FlaskClient) -> None:
    assert invite(secretary) == 303
    said = newest("invitation")
    assert said.reply_to == "anna@example.se"
    path, bo = link(said), app.test_client()
    for _look in range(3):
        assert "Bo" in app.test_client().get(path).text
    assert service.jurors() == []
    assert post(bo, path).status_code == 303
    assert [row.email for row in service.jurors()] == ["bo@example.se"]
    assert bo.get("/konto").status_code == 200
    assert app.test_client().get(path).status_code == 410
    assert bo.get("/sekretariat/personer").status_code == 403


def test_a_newer_invitation_replaces_the_older(app: Flask, secretary: FlaskClient) -> None:
    invite(secretary)
    old = link(newest("invitation"))
    post(secretary, "/sekretariat/inbjudan/1/igen", page="/sekretariat/personer")
    new = link(newest("invitation"))
    assert app.test_client().get(old).status_code == 410
    assert words(letters("invitation")[0], START) is None
    assert post(app.test_client(), new).status_code == 303


def test_an_invitation_runs_out_and_can_be_taken_back(
    app: Flask, secretary: FlaskClient, clock: TestClock
) -> None:
    invite(secretary)
    path = link(newest("invitation"))
    clock.set(START + joining.INVITATION_VALID)
    assert app.test_client().get(path).status_code == 410
    clock.set(START)
    post(secretary, "/sekretariat/inbjudan/1/aterta", page="/sekretariat/personer")
    assert app.test_client().get(path).status_code == 410
    assert joining.pending() == []


def test_who_can_sign_in_already_is_not_invited_again(secretary: FlaskClient) -> None:
    assert invite(secretary, email="anna@example.se") == 200
    assert letters("invitation") == []


def test_a_bad_address_is_said_and_the_rest_is_kept(secretary: FlaskClient) -> None:
    fields = {"name": "Bo Ek", "email": "bo", "role": "juror", "language": "sv"}
    page = post(secretary, "/sekretariat/personer", **fields).text
    assert 'aria-invalid="true"' in page
    assert 'value="Bo Ek"' in page


def test_a_removed_person_is_out_and_can_be_invited_back(app: Flask, secretary: FlaskClient) -> None:
    invite(secretary)
    bo = app.test_client()
    post(bo, link(newest("invitation")))
    juror = service.jurors()[0]
    path = f"/sekretariat/personer/{juror.id}/ta-bort"
    assert secretary.get(path).status_code == 200
    assert post(secretary, path).status_code == 303
    assert service.jurors() == []
    assert bo.get("/konto").status_code == 302
    invite(secretary, role="observer")
    assert post(bo, link(newest("invitation"))).status_code == 303
    assert [(row.id, row.role) for row in service.people(Role.OBSERVER)] == [(juror.id, "observer")]


def test_nobody_removes_themselves(secretary: FlaskClient) -> None:
    anna = service.secretaries()[0]
    post(secretary, f"/sekretariat/personer/{anna.id}/ta-bort")
    assert len(service.secretaries()) == 1
    assert post(secretary, "/sekretariat/personer/999/ta-bort", page="/konto").status_code == 404


def test_the_last_secretary_stays() -> None:
    anna, bo = account(), account("Bo", Role.JUROR)
    with pytest.raises(joining.LastSecretary), transaction():
        joining.remove(anna.id, by=bo.id, now=START)


def test_only_a_press_of_the_button_does_anything(app: Flask, secretary: FlaskClient) -> None:
    invite(secretary)
    juror = account("Cia", Role.JUROR)
    for path in (link(newest("invitation")), f"/sekretariat/personer/{juror.id}/ta-bort"):
        for method in ("GET", "HEAD", "OPTIONS"):
            assert secretary.open(path, method=method).status_code == 200
    assert [row.id for row in service.jurors()] == [juror.id]


@pytest.mark.parametrize("role", [Role.JUROR, Role.OBSERVER])
def test_only_the_secretariat_lets_people_in_and_out(client: FlaskClient, role: Role) -> None:
    sign_in(client, account("Bo", role))
    assert client.get("/sekretariat/personer").status_code == 403
    for path in ("personer", "personer/1/ta-bort", "inbjudan/1/igen", "inbjudan/1/aterta"):
        assert post(client, f"/sekretariat/{path}", page="/konto").status_code == 403


def test_the_ledger_says_what_happened_without_a_name(secretary: FlaskClient) -> None:
    invite(secretary)
    path = f"/sekretariat/personer/{account('Cia', Role.JUROR).id}/ta-bort"
    post(secretary, path)
    for kind in ("staff-signed-in", "staff-invited", "staff-removed"):
        entry = ledger.last(edition=None, kind=kind)
        assert entry is not None
        said = str(entry)
        assert "example.se" not in said
        assert "Anna" not in said


def test_the_letters_are_in_the_readers_language() -> None:
    account()
    with transaction():
        signing_in.ask(
            email="anna@example.se", browser="b", next_path="", language="en", now=service_clock.now()
        )
    said = newest()
    assert "Hello Anna!" in said.text
    assert "/en/logga-in/" in said.text
    assert 'lang="en"' in said.html
