"""The pages of a trial vote: the watermark on each, who may do what, and what is not there for the public."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.access import Role
from app.awards import service as awards
from app.awards.models import Edition, Trial
from app.core.phases import Phase
from app.extensions import db, transaction
from app.roll import service as roll
from app.trials import service
from tests.awards.browsing import Browser
from tests.tally.year import START, Year, open_vote, work
from tests.trials.test_trials import NOW, begin, secrets, vote

BAND = "Inget här räknas"
ENGLISH_BAND = "Nothing here counts"


@pytest.fixture
def year(app: Flask, clock: Any, relay: Any) -> Year:
    clock.set(START)
    made = open_vote(voters=2, signoffs=1)
    clock.set(NOW)
    return made


@pytest.fixture
def secretary(app: Flask, year: Year) -> Browser:
    browser = Browser(app)
    browser.sign_in(Role.SECRETARIAT, year.secretaries[0].email)
    return browser


@pytest.fixture
def juror(app: Flask, year: Year) -> Browser:
    browser = Browser(app)
    browser.sign_in(Role.JUROR, year.jurors[0].email)
    return browser


@pytest.fixture
def trial(app: Flask, year: Year) -> Edition:
    made = begin(year, [year.secretaries[0], year.jurors[0]])
    made.plain_voting = True
    db.session.commit()
    work(app)
    return db.session.get_one(Edition, made.id, populate_existing=True)


def test_one_person_begins_a_trial_from_the_home_page(app: Flask, year: Year, secretary: Browser) -> None:
    home = secretary.get("/sekretariat/2026")
    assert "/sekretariat/2026/prov" in home.links()
    page = secretary.get("/sekretariat/2026/prov")
    assert year.secretaries[0].email in page.text
    assert year.jurors[0].email in page.text
    assert "rost1@example.se" not in page.html  # nobody of the roll can be chosen
    begun = secretary.post(
        "/sekretariat/2026/prov",
        {"people": [str(year.secretaries[0].id), str(year.jurors[1].id)], "minutes": "15"},
    )
    shown = secretary.follow(begun)
    assert "Röstsedlarna görs" in shown.text
    made = awards.edition("2026-prov")
    assert {each.email for each in roll.voters(made.id)} == {year.secretaries[0].email, year.jurors[1].email}
    assert made.voting_closes_at == NOW + timedelta(minutes=15)
    again = secretary.get("/sekretariat/2026/prov")
    assert "pågår" in again.text


def test_what_is_wrong_stands_beside_the_field_and_nothing_begins(
    app: Flask, year: Year, secretary: Browser
) -> None:
    nobody = secretary.post("/sekretariat/2026/prov", {"minutes": "15"}, code=422)
    assert "Välj minst en person." in nobody.errors
    voter = roll.voters(year.edition_id)[0]
    for stranger in ("999999", f"rost1@example.se{voter.id}"):
        refused = secretary.post("/sekretariat/2026/prov", {"people": [stranger], "minutes": "15"}, code=422)
        assert refused.errors
    odd = secretary.post(
        "/sekretariat/2026/prov", {"people": [str(year.secretaries[0].id)], "minutes": "7"}, code=422
    )
    assert odd.errors
    assert db.session.scalars(select(Trial)).all() == []


def test_every_page_of_a_trial_says_so(app: Flask, year: Year, trial: Edition, secretary: Browser) -> None:
    slug = trial.slug
    staff = [
        f"/sekretariat/{slug}/{page}"
        for page in (
            "provomrostning",
            "rostsedlar",
            "handelser",
            "rakning",
            "rostlangd",
            "nycklar",
            "installningar",
        )
    ]
    for path in staff:
        page = secretary.get(path)
        assert BAND in page.html, path
        assert page.answer.headers["X-Robots-Tag"] == "noindex"
    stranger = Browser(app)
    for path in (f"/rosta/{slug}", f"/rosta/{slug}/kvitto", f"/rosta/{slug}/utan-javascript"):
        page = stranger.raw("GET", path)
        assert BAND in page.get_data(as_text=True), path
        assert ENGLISH_BAND in stranger.raw("GET", f"/en{path}").get_data(as_text=True), path
        assert 'content="noindex"' in page.get_data(as_text=True)
        assert page.headers["X-Robots-Tag"] == "noindex"
    for path in ("/rosta/2026", "/sekretariat/2026", "/", "/arg/2026"):
        page = secretary.raw("GET", path)
        assert page.status_code == 200
        assert BAND not in page.get_data(as_text=True)
        assert "X-Robots-Tag" not in page.headers


def test_the_public_finds_no_trial(app: Flask, year: Year, trial: Edition) -> None:
    stranger = Browser(app)
    for path in (f"/arg/{trial.slug}", f"/resultat/{trial.slug}", f"/resultat/{trial.slug}/resultat.json"):
        stranger.get(path, code=404)
    assert stranger.raw("GET", f"/nominera/{trial.slug}").status_code == 404
    for path in ("/", "/arg/2026", "/kontakt", "/integritet"):
        assert trial.slug not in stranger.get(path).html
    for path in (
        f"/sekretariat/{trial.slug}/provomrostning",
        f"/sekretariat/{trial.slug}/provomrostning/arkiv.bel",
    ):
        assert stranger.raw("GET", path).status_code == 302


def test_files_of_a_trial_say_so_in_their_names(
    app: Flask, year: Year, trial: Edition, secretary: Browser
) -> None:
    archive = secretary.raw("GET", f"/arkiv/{trial.slug}.bel")
    assert archive.headers["Content-Disposition"].endswith('-prov.bel"')
    assert "(provomröstning)".encode() in archive.get_data()
    ledger = secretary.raw("GET", f"/liggare/{trial.slug}")
    assert '-prov.txt"' in ledger.headers["Content-Disposition"]
    assert b'"kind":"trial-opened"' in ledger.get_data()
    real = secretary.raw("GET", "/arkiv/2026.bel")
    assert "-prov" not in real.headers["Content-Disposition"]


def test_staff_can_change_nothing_in_a_trial_but_what_it_needs(
    app: Flask, year: Year, trial: Edition, secretary: Browser
) -> None:
    before = [(each.email, each.company) for each in roll.voters(trial.id)]
    for path, fields in (
        (
            "/rostlangd/las-in",
            {"pasted": "Företag;Organisationsnummer;E-post\nX AB;556036-0793;x@example.se"},
        ),
        ("/installningar", {"name_sv": "Något annat"}),
        ("/flytta/cancelled", {"expected": "voting", "reason": "x", "action": "move"}),
        ("/flytta/published", {"expected": "review", "name": trial.name_sv, "action": "move"}),
        ("/forlang/voting", {"to": "2030-01-01T10:00"}),
        (f"/rostsedlar/{roll.voters(trial.id)[0].id}/adress", {"email": "elsewhere@example.se"}),
    ):
        token = secretary._token(f"/sekretariat/{trial.slug}/provomrostning")
        answer = secretary.raw(
            "POST", f"/sekretariat/{trial.slug}{path}", data={"csrf_token": token, **fields}
        )
        assert answer.status_code in {404, 405}, (path, answer.status_code)
    assert [(each.email, each.company) for each in roll.voters(trial.id)] == before
    assert db.session.get_one(Edition, trial.id, populate_existing=True).phase is Phase.VOTING


def test_the_count_is_shown_to_staff_who_alone_may_end_it(
    app: Flask, clock: Any, year: Year, trial: Edition, secretary: Browser, juror: Browser
) -> None:
    there = f"/sekretariat/{trial.slug}/provomrostning"
    vote(trial, secrets(trial.id)[0], NOW)
    assert "1 röst är lagd" in secretary.get(there).text
    assert "Stäng omröstningen nu" not in juror.get(there).text
    for act in ("stang", "ta-bort"):
        token = juror._token("/mig") or "x"
        assert juror.raw("POST", f"{there}/{act}", data={"csrf_token": token}).status_code in {400, 403}
    secretary.follow(secretary.post(f"{there}/stang", code=303, page=there))
    assert secretary.raw("GET", f"{there}.json").get_json()["state"] == "closing"
    late = secretary.follow(secretary.post(f"{there}/stang", code=303, page=there))
    assert "inte öppen" in late.text
    clock.set(NOW + timedelta(seconds=90))
    work(app)
    for browser in (secretary, juror):
        page = browser.get(there)
        assert "Det här är prövat" in page.text
        assert "2 av 2 brev har kommit fram" in page.text
        assert "kontrollprogram" in page.text
        assert "Drift av väg, En myndighet" in page.text
    assert secretary.raw("GET", f"{there}/arkiv.bel").headers["Content-Disposition"].endswith('-prov.bel"')
    assert "/jury/2026-prov" not in juror.get("/jury").html
    home = secretary.raw("GET", f"/sekretariat/{trial.slug}")
    assert home.headers["Location"].endswith("/provomrostning")
    listed = secretary.get("/sekretariat/2026/prov")
    assert "1 röst är lagd" in listed.text
    gone = secretary.follow(secretary.post(f"{there}/ta-bort", code=303, page=there))
    assert "Den tas bort" in gone.text
    work(app)
    after = secretary.get("/sekretariat/2026/prov")
    assert "Räkningen är kontrollerad" in after.text
    assert "Borttagen" in after.text
    assert secretary.raw("GET", there).status_code == 404


def test_a_real_edition_has_no_page_of_a_trial(app: Flask, year: Year, secretary: Browser) -> None:
    secretary.get("/sekretariat/2026/provomrostning", code=404)
    token = secretary._token("/sekretariat/2026/prov")
    for act in ("stang", "ta-bort"):
        answer = secretary.raw("POST", f"/sekretariat/2026/provomrostning/{act}", data={"csrf_token": token})
        assert answer.status_code == 404
    assert year.phase is Phase.VOTING


def test_a_trial_that_could_not_be_opened_says_so(app: Flask, year: Year, secretary: Browser) -> None:
    made = begin(year, year.secretaries[:1])
    with transaction():
        from app.jobs.models import Job

        job = db.session.scalars(select(Job).where(Job.kind == service.OPEN)).one()
        job.state, job.open_key = "failed", None
    page = secretary.get(f"/sekretariat/{made.slug}/provomrostning")
    assert "kunde inte göras" in page.text
    assert f"/sekretariat/{made.slug}/fel" in page.links()
