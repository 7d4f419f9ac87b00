"""Companies ask for a ballot: confirmed by mail, decided by the secretariat; and what an attacker cannot do with it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.awards import service as awards
from app.awards.models import Edition, Unit
from app.core.phases import Phase
from app.extensions import db, limiter, transaction
from app.ledger import service as ledger
from app.ledger.models import Pseudonym
from app.mail import rendering
from app.mail.models import Letter
from app.roll import asking, duties, service
from app.roll.models import BallotRequest, RequestState, Source
from app.tokens import Purpose, make
from tests.awards.browsing import Browser, Page
from tests.conftest import START, TestClock
from tests.databases import both_databases
from tests.roll import shortlists
from tests.roll.shortlists import NUMBERS, on_the_list

FORM = "/begar-rostsedel/2026"
HERE = "/sekretariat/2026/rostlangd/begaran"
SENT: dict[str, Any] = {
    "company": "Saknade AB", "number": "556036-0793", "country": "", "foreign_number": "", "contact": "Åsa Ödman",
    "email": "asa@saknade.example", "language": "sv",
}  # fmt: skip


@pytest.fixture
def edition(app: Flask, clock: TestClock) -> Edition:
    return shortlists.shortlisting(self_registration=True)


@pytest.fixture
def browser(app: Flask, edition: Edition) -> Browser:
    return Browser(app)


@pytest.fixture
def secretary(app: Flask, edition: Edition) -> Browser:
    made = Browser(app)
    made.sign_in()
    return made


def ask(browser: Browser, **changes: Any) -> Page:
    return browser.follow(browser.post(FORM, SENT | changes, code=303))


def requests() -> list[BallotRequest]:
    db.session.rollback()
    return list(db.session.scalars(select(BallotRequest).order_by(BallotRequest.id)))


def letters() -> list[tuple[str, str]]:
    db.session.rollback()
    return [(each.name, each.to) for each in db.session.scalars(select(Letter).order_by(Letter.id))]


def link(asked: BallotRequest) -> str:
    return f"{FORM}/bekrafta/{asking.token(asked)}"


def confirm(browser: Browser, asked: BallotRequest) -> Page:
    return browser.follow(browser.post(link(asked), code=303))


@both_databases
def test_a_company_asks_confirms_and_is_approved(
    browser: Browser, secretary: Browser, edition: Edition
) -> None:
    assert FORM in browser.get("/arg/2026").links()
    ask(browser)
    (asked,) = requests()
    assert letters() == [("request-confirm", "asa@saknade.example")]
    assert "Ingen har begärt" in secretary.get(HERE).text
    browser.get(link(asked))
    assert requests()[0].state == RequestState.SENT
    confirm(browser, asked)
    assert "1" in str(duties.todos(edition, now=START)[0].title)
    assert "Saknade AB" in secretary.get(HERE).text
    assert service.count(edition.id) == 0
    page = secretary.post(f"{HERE}/{asked.id}/godkann", code=303, page=f"{HERE}/{asked.id}")
    secretary.follow(page)
    (voter,) = service.voters(edition.id)
    assert (voter.company, voter.email, voter.source) == (
        "Saknade AB",
        "asa@saknade.example",
        Source.REGISTERED,
    )
    assert letters()[-1] == ("request-approved", "asa@saknade.example")
    entry = ledger.last(edition=edition.id, kind="registration-decided")
    assert entry is not None
    assert (entry.data["approved"], entry.data["by"]["role"]) == (True, "secretariat")
    assert "Saknade" not in str(entry.data)


@both_databases
def test_a_decline_needs_a_reason_and_mails_it(
    browser: Browser, secretary: Browser, edition: Edition
) -> None:
    ask(browser)
    (asked,) = requests()
    confirm(browser, asked)
    address = f"{HERE}/{asked.id}"
    assert secretary.post(f"{address}/avsla", {"reason": " "}, code=422, page=address).errors
    secretary.post(f"{address}/avsla", {"reason": "Ni är ingen leverantör."}, code=303, page=address)
    assert requests()[0].state == RequestState.DECLINED
    assert service.count(edition.id) == 0
    assert letters()[-1] == ("request-declined", "asa@saknade.example")
    again = secretary.post(f"{address}/godkann", code=303, page="/sekretariat/2026/rostlangd/ny")
    assert "redan beslutat" in secretary.follow(again).text
    assert service.count(edition.id) == 0


def test_every_letter_can_be_read_in_both_languages(app: Flask, browser: Browser, edition: Edition) -> None:
    ask(browser)
    (asked,) = requests()
    on_the_list(edition, "På listan AB", NUMBERS[0])
    for name, state in zip(
        (*asking.QUESTIONS, *asking.ANSWERS), (*[RequestState.SENT] * 2, *list(RequestState)[2:]), strict=True
    ):
        with transaction():
            mine = db.session.get_one(BallotRequest, asked.id)
            mine.state, mine.reason = state, "Skälet."
        for language in ("sv", "en"):
            words = rendering.written(name, asked.id, language, START)
            assert words is not None
            written = f"{words.subject}\n{words.text}\n{words.html}"
            assert "AB" in written
            if name == "request-known":
                assert "På listan AB" in written
                assert "Saknade" not in written


# what an attacker tries


@both_databases
def test_nothing_tells_whether_a_company_is_on_the_roll(browser: Browser, edition: Edition) -> None:
    on_the_list(edition, "På listan AB", NUMBERS[1], email="ratt@listan.example")
    unknown = ask(browser)
    elsewhere = ask(browser, number=NUMBERS[1], email="fel@listan.example")
    same = ask(browser, number=NUMBERS[1], email="RATT@listan.example")
    assert unknown.html == elsewhere.html == same.html
    assert [name for name, _ in letters()] == ["request-confirm", "request-confirm", "request-known"]
    known = requests()[-1]
    page = browser.get(link(requests()[1]))
    assert "listan.example" in page.text
    assert "ratt@" not in page.text
    assert known.state == RequestState.SENT


@both_databases
def test_a_request_never_changes_who_is_on_the_roll(
    browser: Browser, secretary: Browser, edition: Edition
) -> None:
    voter = on_the_list(edition, "På listan AB", NUMBERS[0], email="ratt@listan.example")
    before = service.roll_hash(edition.id)
    ask(browser)
    (asked,) = requests()
    confirm(browser, asked)
    assert letters()[-1] == ("request-known", "ratt@listan.example")
    page = secretary.get(f"{HERE}/{asked.id}")
    assert "Redan i röstlängden med en annan adress" in page.text
    assert "ratt@listan.example" in page.text
    refused = secretary.post(f"{HERE}/{asked.id}/godkann", code=303, page=f"{HERE}/{asked.id}")
    assert "inget ändrades" in secretary.follow(refused).text
    assert service.roll_hash(edition.id) == before
    assert service.voter(voter.id).email == "ratt@listan.example"
    assert requests()[0].state == RequestState.CONFIRMED


def test_two_requests_for_one_company_make_one_ballot(
    browser: Browser, secretary: Browser, edition: Edition
) -> None:
    for email in ("asa@saknade.example", "tjuv@annan.example"):
        ask(browser, email=email)
    first, second = requests()
    for asked in (first, second):
        confirm(browser, asked)
    for asked in (second, first):
        secretary.post(f"{HERE}/{asked.id}/godkann", code=303, page=f"{HERE}/{asked.id}")
    assert [voter.email for voter in service.voters(edition.id)] == ["tjuv@annan.example"]
    assert [each.state for each in requests()] == [RequestState.CONFIRMED, RequestState.APPROVED]


def test_an_address_gets_few_letters_a_day_whoever_asks(
    browser: Browser, edition: Edition, clock: TestClock
) -> None:
    for number in range(asking.LETTERS_A_DAY):
        ask(browser, company=f"Nr {number}", email="Offer@x.example")
    page = browser.post(FORM, SENT | {"email": "offer@X.example"}, code=422)
    assert page.errors
    assert page.value("company") == "Saknade AB"
    assert len(letters()) == asking.LETTERS_A_DAY
    clock.set(START + timedelta(days=1, seconds=1))
    ask(browser, email="offer@x.example")


def test_the_limit_is_the_same_for_who_is_on_the_roll(browser: Browser, edition: Edition) -> None:
    on_the_list(edition, "På listan AB", NUMBERS[0], email="offer@x.example")
    for _ in range(asking.LETTERS_A_DAY):
        ask(browser, email="offer@x.example")
    assert browser.post(FORM, SENT | {"email": "offer@x.example"}, code=422).errors


def test_a_connection_sends_so_many_requests_an_hour(app: Flask, browser: Browser, edition: Edition) -> None:
    limiter.reset()
    codes = []
    for number in range(21):
        codes.append(  # noqa: PERF401 (a request each)
            browser.raw(
                "POST",
                FORM,
                data={**SENT, "csrf_token": browser._token(FORM), "email": f"{number}@x.example"},
            ).status_code
        )
    limiter.reset()
    assert codes == [303] * 20 + [429]
    assert len(letters()) == 20


def test_who_is_on_the_roll_is_told_once_a_day_however_many_ask(browser: Browser, edition: Edition) -> None:
    on_the_list(edition, "På listan AB", NUMBERS[0], email="ratt@listan.example")
    for number in range(3):
        ask(browser, email=f"{number}@tjuv.example")
        confirm(browser, requests()[-1])
    assert letters().count(("request-known", "ratt@listan.example")) == 1


def test_a_name_carries_no_link_into_somebodys_mailbox(browser: Browser, edition: Edition) -> None:
    for field in ("company", "contact"):
        assert browser.post(FORM, SENT | {field: "Vinn! https://ond.example"}, code=422).errors
    assert letters() == []


def test_a_personal_number_is_neither_kept_nor_shown_back(browser: Browser, edition: Edition) -> None:
    page = browser.post(FORM, SENT | {"number": "850709-9805"}, code=422)
    assert "9805" not in page.html
    assert page.value("company") == "Saknade AB"
    assert requests() == []


@pytest.mark.parametrize(
    "changes",
    [
        {"company": ""}, {"number": ""}, {"number": "556036-0794"}, {"email": "ingen"}, {"email": ""}, {"contact": ""},
        {"country": "DK"}, {"country": "DK", "number": "", "foreign_number": ""}, {"country": "XX", "number": "1"},
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_lost(
    browser: Browser, edition: Edition, changes: dict[str, str]
) -> None:
    page = browser.post(FORM, SENT | changes, code=422)
    assert page.errors
    for name in ("contact", "email", "company"):
        assert page.value(name) == (SENT | changes)[name]
    assert requests() == []


def test_sole_traders_and_companies_from_abroad_can_ask(browser: Browser, edition: Edition) -> None:
    ask(browser, number="", sole_trader="y")
    ask(browser, number="", country="DK", foreign_number="DK 13 58 56 28")
    sole, danish = requests()
    assert (sole.orgnr, sole.sole_trader) == ("", True)
    assert danish.key == "dk:13585628"


def test_only_the_letters_link_confirms_and_only_for_this_purpose(
    browser: Browser, edition: Edition, clock: TestClock
) -> None:
    ask(browser)
    (asked,) = requests()
    other = make(Purpose.EDIT_NOMINATION, asked.public_id)
    for token in (other, "x", asking.token(asked)[:-2], make(Purpose.CONFIRM_REQUEST, "annan")):
        browser.get(f"{FORM}/bekrafta/{token}", code=404)
        assert (
            browser.raw(
                "POST", f"{FORM}/bekrafta/{token}", data={"csrf_token": browser._token(FORM)}
            ).status_code
            == 404
        )
    assert requests()[0].state == RequestState.SENT
    address = link(asked)
    clock.set(START + asking.CONFIRM_WITHIN + timedelta(seconds=2))
    browser.get(address, code=404)


def test_pressing_twice_confirms_once(browser: Browser, edition: Edition) -> None:
    ask(browser)
    (asked,) = requests()
    confirm(browser, asked)
    first = requests()[0].confirmed_at
    browser.raw("POST", link(asked), data={"csrf_token": browser._token(FORM)})
    assert requests()[0].confirmed_at == first


# when and how long


def test_the_page_is_there_only_while_ballots_can_be_asked_for(
    app: Flask, browser: Browser, edition: Edition
) -> None:
    ask(browser)
    (asked,) = requests()
    shortlists.full_shortlist(edition)
    on_the_list(edition, "På listan AB", NUMBERS[1])
    shortlists.make_ballots(edition)
    assert FORM not in browser.get("/arg/2026").links()
    browser.get(FORM, code=409)
    assert browser.raw("POST", link(asked), data={}).status_code in {400, 409}
    assert requests()[0].state == RequestState.SENT
    with transaction():
        db.session.get_one(Edition, edition.id).self_registration = False
    browser.get(FORM, code=404)


def test_ballots_are_not_made_while_somebody_waits_for_an_answer(browser: Browser, edition: Edition) -> None:
    on_the_list(edition, "På listan AB", NUMBERS[1])
    ask(browser)
    assert duties.blockers(edition, Phase.PREPARED, now=START) == []
    confirm(browser, requests()[0])
    assert len(duties.blockers(edition, Phase.PREPARED, now=START)) == 1


@both_databases
def test_requests_are_forgotten_as_the_privacy_page_says(
    browser: Browser, secretary: Browser, edition: Edition
) -> None:
    for email in ("aldrig@x.example", "asa@saknade.example"):
        ask(browser, email=email)
    _, asked = requests()
    confirm(browser, asked)
    with transaction():
        asking.approve(asked.id, edition_id=edition.id, by=secretary.sign_in().id, now=START)
    subject = f"registration:{asked.public_id}"
    assert db.session.scalar(select(Pseudonym).where(Pseudonym.subject == subject)) is not None
    with transaction():
        asking.forget(now=START + asking.CONFIRM_WITHIN + timedelta(seconds=1))
    assert [each.email for each in requests()] == ["asa@saknade.example"]
    with transaction():
        asking.forget(now=START + asking.KEPT_AFTER + timedelta(seconds=1))
    assert requests() == []
    assert db.session.scalar(select(Pseudonym).where(Pseudonym.subject == subject)) is None
    assert service.count(edition.id) == 1
    assert str(asking.KEPT_AFTER.days) in browser.get("/integritet").text


def test_a_companys_request_gives_no_ballot_where_persons_have_come_to_vote(
    browser: Browser, edition: Edition
) -> None:
    """Else the same reader would stand there as a company and as a person."""
    ask(browser)
    (asked,) = requests()
    with transaction():
        awards.change_edition(edition.id, by=None, now=START, unit=Unit.PERSON)
    assert browser.post(link(asked), code=404).code == 404
    assert requests()[0].state == RequestState.SENT
    with transaction():
        awards.change_edition(edition.id, by=None, now=START, unit=Unit.COMPANY)
    confirm(browser, asked)
    with pytest.raises(awards.FieldLocked), transaction():
        awards.change_edition(edition.id, by=None, now=START, unit=Unit.PERSON)
