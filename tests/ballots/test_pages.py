"""Pages about ballots: the same booth for everyone; what the secretariat sees and does; the form without JavaScript."""

import re

import pytest
from lxml import html
from sqlalchemy import select

from app.awards.models import Edition
from app.ballots import service as ballots
from app.ballots.models import Ballot
from app.core.phases import Phase
from app.extensions import db, transaction
from app.mail.models import Letter
from app.roll import service as roll
from tests.review.staff import Staff
from tests.tally.year import CLOSES, START


@pytest.fixture
def sent(year):
    with transaction():
        ballots.send_letters(year.edition_id, by=year.secretaries[0].id, now=START)
    return year


@pytest.fixture
def secretary(app, year) -> Staff:
    return Staff(app, year.secretaries[0])


def test_the_booth_is_the_same_for_everyone_and_sets_no_cookie(year, client, secretary):
    page = client.get("/rosta/2026")
    assert page.status_code == 200
    assert "Set-Cookie" not in page.headers
    assert page.headers["Cache-Control"] == "no-cache"
    assert secretary.get("/rosta/2026").data == page.data
    assert client.get("/rosta/2026", headers={"If-None-Match": page.headers["ETag"]}).status_code == 304
    assert client.get("/en/rosta/2026").data != page.data
    text = page.get_data(as_text=True)
    assert "csrf" not in text
    assert "Företag 1 AB" not in text


def test_what_is_encrypted_for_is_the_archives_election(year, client):
    answer = client.get("/rosta/2026/val")
    said = answer.get_json()
    assert said["election"].encode() == ballots.election(year.edition_id).payload
    assert said["fingerprint"] == ballots.fingerprint(year.edition_id)
    assert (said["opens"], said["closes"]) == ("2026-09-01T08:00:00Z", "2026-09-11T08:00:00Z")
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert client.get("/rosta/2026/val", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_a_changed_deadline_is_in_the_next_answer(year, client):
    client.get("/rosta/2026/val")
    with transaction():
        db.session.get(Edition, year.edition_id).voting_closes_at = CLOSES.replace(day=20)
    assert client.get("/rosta/2026/val").get_json()["closes"] == "2026-09-20T08:00:00Z"


def test_opening_the_link_changes_nothing(year, client):
    before = ballots.last_event(year.edition_id)
    for method in ("get", "head", "options"):
        for path in ("/rosta/2026", "/en/rosta/2026", "/rosta/2026/val", "/rosta/2026/kvitto"):
            assert getattr(client, method)(path).status_code == 200
    assert ballots.last_event(year.edition_id) == before


def test_the_secretariat_follows_letters_and_helps_a_voter(sent, secretary, client):
    with transaction():
        letter = db.session.scalar(select(Letter).where(Letter.to == "rost2@example.se"))
        letter.state, letter.server_answer, letter.finished_at = "failed", "550 no such user", START
    assert secretary.get("/sekretariat/2026/brev").status_code == 200
    assert "550 no such user" in secretary.text
    assert secretary.get("/sekretariat/2026/brev.json").get_json()["state"] == "running"
    secretary.get("/sekretariat/2026/rostsedlar?state=failed")
    assert "Företag 2 AB" in secretary.text
    assert "Företag 1 AB" not in secretary.text
    (path,) = secretary.page.xpath("//table//a/@href")
    assert secretary.get(path).status_code == 200
    for wrong in (
        {"address-email": "inte en adress", "address-reason": "bounced"},
        {"address-email": "ny@example.se"},
    ):
        secretary.get(path)
        assert secretary.send("/adress", **wrong).status_code == 422
        assert secretary.page.xpath("//input[@name='address-email']/@value") == [wrong["address-email"]]
        assert secretary.page.xpath("//*[@id='errors']//a")
    assert (
        secretary.send(
            "/adress", **{"address-email": "ny@example.se", "address-reason": "bounced"}
        ).status_code
        == 200
    )
    assert "ny@example.se" in secretary.text
    secretary.get(path)
    assert "tva-personer" in " ".join(secretary.page.xpath("//main//a/@href"))
    secretary.send("/ersatt", **{"why-reason": "mis-sent", "why-note": "Brevet kom till fel person"})
    assert roll.voter(2).email == "rost2@example.se"
    second = Staff(secretary.client.application, sent.secretaries[1])
    for _ in range(2):
        second.get("/sekretariat/2026/tva-personer")
        second.post(second.page.xpath("//form[contains(@action, 'godkann')]/@action")[0], {})
        with transaction():
            for letter in db.session.scalars(select(Letter).where(Letter.name == "ballot")):
                letter.state = "sent" if letter.state == "queued" else letter.state
    assert (
        db.session.scalar(select(Letter).where(Letter.name == "ballot").order_by(Letter.id.desc())).to
        == "ny@example.se"
    )
    assert ballots.spares_left(sent.edition_id) == 1


def test_a_voter_is_asked_to_be_added_after_the_freeze(sent, secretary):
    page = "/sekretariat/2026/rostsedlar/ny"
    filled = {
        "company": "Sena AB", "number": "556036-0793", "email": "sena@example.se", "language": "sv",
        "reason": "came-late",
    }  # fmt: skip
    for wrong in ({"number": "1"}, {"reason": "because"}, {"email": "x"}, {"company": ""}):
        secretary.get(page)
        assert secretary.post(page, filled | wrong).status_code == 422, wrong
        assert secretary.page.xpath("//input[@name='contact']")
        assert secretary.page.xpath("//input[@name='company']/@value") == [(filled | wrong)["company"]]
    for _ in range(2):  # asked for twice, it waits once
        secretary.get(page)
        secretary.post(page, filled)
    assert roll.count(sent.edition_id) == 4
    second = Staff(secretary.client.application, sent.secretaries[1])
    second.get("/sekretariat/2026/tva-personer")
    (action,) = second.page.xpath("//form[contains(@action, 'godkann')]/@action")
    second.post(action, {})
    assert roll.count(sent.edition_id) == 5


def test_a_test_letter_from_the_page(year, secretary):
    with transaction():
        db.session.get(Edition, year.edition_id).phase = Phase.PREPARED
    secretary.get("/sekretariat/2026/brev")
    assert secretary.send("/prov").status_code == 200
    letter = db.session.scalar(select(Letter).where(Letter.name == "ballot-test"))
    assert letter.to == year.secretaries[0].email
    assert ballots.test_letter_sent(year.edition_id)


def test_staff_pages_read_well(sent, secretary):
    for path in ("brev", "rostsedlar", "avtryck", "nycklar"):
        for prefix in ("", "/en"):
            assert secretary.get(f"{prefix}/sekretariat/2026/{path}").status_code == 200
            assert len(secretary.page.xpath("//h1")) == 1
            assert secretary.page.xpath("//html/@lang") == ["en" if prefix else "sv"]
            assert secretary.page.xpath("//title")[0].text_content().strip()
    assert secretary.get("/sekretariat/2031/brev").status_code == 404
    assert secretary.get("/sekretariat/2031/nycklar").status_code == 404
    assert secretary.get("/sekretariat/2026/rostsedlar/9999").status_code == 404


def test_confirming_the_copy(year, secretary, app):
    from app.ledger import service as ledger

    secretary.get("/sekretariat/2026/nycklar")
    secretary.send("/kopia")
    assert ledger.last(edition=year.edition_id, kind="key-copy-confirmed").data["purpose"] == "trustee"
    assert not secretary.page.xpath("//form[contains(@action, '/kopia')]")


def fill(client, path, **values):
    page = html.fromstring(client.get(path).get_data(as_text=True))
    token = page.xpath("//input[@name='csrf_token']/@value")[0]
    return client.post(path, data={"csrf_token": token, **values})


def plain(year):
    with transaction():
        db.session.get(Edition, year.edition_id).plain_voting = True
    return "/rosta/2026/utan-javascript"


def test_voting_without_javascript_is_off_by_default(year, client):
    assert client.get("/rosta/2026/utan-javascript").status_code == 404
    assert client.post("/rosta/2026/utan-javascript").status_code in {400, 404}
    assert client.get(plain(year)).status_code == 200


def test_voting_without_javascript(year, client):
    path = plain(year)
    choice = {"code": year.secrets[0].replace("-", " "), "q0": "1", "q1": ["0", "2"]}
    review = fill(client, path, action="review", **choice)
    shown = review.get_data(as_text=True)
    assert "Måltider till äldre" in shown
    assert "Tolktjänster" in shown
    assert ballots.turnout(year.edition_id).cast == 0
    form = html.fromstring(shown).xpath("//form[@method='post']")[0]
    fields = [*form.form_values(), ("action", "cast")]
    sent = {}
    for name, value in fields:
        sent.setdefault(name, []).append(value)
    first, second = client.post(path, data=sent), client.post(path, data=sent)
    trackers = [
        re.findall(r"[A-Za-z0-9+/]{43}(?![A-Za-z0-9+/=])", page.get_data(as_text=True))
        for page in (first, second)
    ]
    kept = db.session.scalar(select(Ballot))
    assert kept.without_script
    assert first.status_code == second.status_code == 200
    assert trackers[0] == trackers[1]
    whole = first.get_data(as_text=True)
    assert year.secrets[0] not in whole
    assert ballots.turnout(year.edition_id).cast == 1


def test_the_plain_form_says_what_is_wrong_and_keeps_what_was_typed(year, client):
    path = plain(year)
    page = fill(client, path, action="review", code="abc", q0=["0", "blank"]).get_data(as_text=True)
    assert 'value="abc"' in page
    assert 'href="#code"' in page
    assert 'href="#q0"' in page
    assert 'href="#q1"' in page
    blank = fill(client, path, action="review", code=year.secrets[0], q0="blank", q1="blank")
    assert html.fromstring(blank.get_data(as_text=True)).xpath("//button[@value='cast']")
    many = fill(client, path, action="review", code=year.secrets[0], q0="0", q1=["0", "1", "2"])
    assert 'href="#q1"' in many.get_data(as_text=True)
    for wrong in ("7", "-1", "x", "１", ""):
        answer = fill(client, path, action="cast", code=year.secrets[0], q0=wrong, q1="0")
        assert 'href="#q0"' in answer.get_data(as_text=True), wrong
    assert ballots.turnout(year.edition_id).cast == 0


def test_the_plain_form_needs_its_token(year, client):
    path = plain(year)
    client.get(path)
    answer = client.post(path, data={"code": year.secrets[0], "q0": "0", "q1": "0", "action": "cast"})
    assert answer.status_code == 400
    assert ballots.turnout(year.edition_id).cast == 0
