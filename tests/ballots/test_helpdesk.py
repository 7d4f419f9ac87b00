"""The helpdesk: a voter is found however it is typed, each state is a filter, and who has voted is known by the hour."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.ballots import helpdesk, jobs, shown
from app.ballots import service as ballots
from app.ballots.models import Credential
from app.extensions import db, transaction
from app.mail.models import Letter
from app.roll import service as roll
from tests.ballots.voting import ballot, cast, voter_ids
from tests.databases import both_databases
from tests.review.staff import Staff
from tests.tally.year import AFTER, START, work


@pytest.fixture
def sent(year):
    with transaction():
        ballots.send_letters(year.edition_id, by=year.secretaries[0].id, now=START)
    return year


@pytest.fixture
def secretary(app, year) -> Staff:
    return Staff(app, year.secretaries[0])


def companies(year, **how):
    total, found = helpdesk.deliveries(year.edition_id, **how)
    assert total == len(found)
    return [each.voter.company for each in found]


NAMES = ["Öppna AB", "Återvinning i Åmål AB", "Ärlig AB", "Zeta 100% AB"]


@pytest.fixture
def named(sent):
    with transaction():
        for voter, company in zip(roll.voters(sent.edition_id), NAMES, strict=True):
            voter.company = company
            if company == "Ärlig AB":
                voter.orgnr, voter.contact_name, voter.email = "5560360793", "Örjan Ek", "Bo@xn--kse-ula.se"
    return sent


@both_databases
def test_ballots_are_found_by_any_part_and_sorted_as_in_swedish(named):
    assert companies(named) == ["Zeta 100% AB", "Återvinning i Åmål AB", "Ärlig AB", "Öppna AB"]
    for typed, found in {
        " ÅTER ": ["Återvinning i Åmål AB"],
        "åmål": ["Återvinning i Åmål AB"],
        "ÅMÅL återv": ["Återvinning i Åmål AB"],
        "A\u030aMÅL": ["Återvinning i Åmål AB"],
        "ärlig": ["Ärlig AB"],
        "ÖRJAN": ["Ärlig AB"],
        "556036-0793": ["Ärlig AB"],
        "5560360793": ["Ärlig AB"],
        "bo@XN--": ["Ärlig AB"],
        "rost1@": ["Öppna AB"],
        "100%": ["Zeta 100% AB"],
        "%": ["Zeta 100% AB"],
        "_": [],
        "\\": [],
        "finns inte": [],
    }.items():
        assert companies(named, search=typed) == found, typed
    total, page = helpdesk.deliveries(named.edition_id, offset=2, limit=1)
    assert (total, [each.voter.company for each in page]) == (4, ["Ärlig AB"])


@both_databases
def test_each_state_of_a_letter_is_a_filter(sent):
    states = ["sent", "failed", "bounced", "deferred"]
    with transaction():
        for letter, state in zip(
            db.session.scalars(select(Letter).where(Letter.name == "ballot")), states, strict=True
        ):
            letter.state = state
    one, two, three, four = (f"Företag {n} AB" for n in range(1, 5))
    for state, found in {
        "undelivered": [two, three, four],
        "lost": [two, three],
        "failed": [two],
        "bounced": [three],
        "deferred": [four],
        "way": [],
        "unsent": [],
        "nonsense": [one, two, three, four],
    }.items():
        assert companies(sent, state=state) == found, state
    assert ballots.arrivals(sent.edition_id) == ballots.Arrivals(delivered=1, sent=4)
    assert companies(sent, state="lost", search="företag 3") == [three]


def test_the_newest_letter_counts(sent):
    voter = voter_ids(sent)[0]
    first = db.session.scalar(select(Letter).where(Letter.to == "rost1@example.se"))
    with transaction():
        first = db.session.get(Letter, first.id)
        first.state = "bounced"
        db.session.add(
            Letter(
                name="ballot", subject_id=first.subject_id, to=first.to, language="sv", edition_id=sent.edition_id,
                key="ballot:again", bulk=True, state="sent", run_at=START, message_id="again", queued_at=START,
            )
        )  # fmt: skip
    assert companies(sent, state="bounced") == []
    assert [each.letter.state for each in helpdesk.one(roll.voter(voter))] == ["sent", "bounced"]


@both_databases
def test_who_has_voted_is_shown_by_the_full_hour(sent, client, clock, app):
    clock.set(START + timedelta(minutes=59, seconds=59))
    cast(client, sent, ballot(sent, 0))
    clock.set(START + timedelta(minutes=61))
    cast(client, sent, ballot(sent, 1))
    assert len(companies(sent, state="unused")) == 4
    jobs.show_used({}, now=clock.now(), progress=lambda done, total: None)
    assert companies(sent, state="unused") == [f"Företag {n} AB" for n in (2, 3, 4)]
    assert helpdesk.shown_at(sent.edition_id) == START + timedelta(hours=1)
    assert shown.due(now=clock.now()) == []
    clock.set(START + timedelta(minutes=119, seconds=59))
    jobs.show_used({}, now=clock.now(), progress=lambda done, total: None)
    assert len(companies(sent, state="unused")) == 3
    clock.set(START + timedelta(hours=2))
    jobs.show_used({}, now=clock.now(), progress=lambda done, total: None)
    assert companies(sent, state="unused") == [f"Företag {n} AB" for n in (3, 4)]


def test_after_the_close_the_last_votes_are_shown_and_then_no_more(sent, client, clock, app):
    clock.set(AFTER - timedelta(minutes=5))
    cast(client, sent, ballot(sent, 0))
    assert len(companies(sent, state="unused")) == 4
    clock.set(AFTER)
    work(app)
    db.session.rollback()
    assert len(companies(sent, state="unused")) == 3
    clock.set(AFTER + timedelta(hours=1))
    assert shown.due(now=clock.now()) == [sent.edition_id]
    work(app)
    db.session.rollback()
    assert shown.due(now=AFTER + timedelta(days=3)) == []


def test_staff_see_nothing_finer_anywhere(sent, client, secretary, clock):
    """Every address that staff can read, before and after a vote within the hour: nothing in them tells whose it was."""
    voter = voter_ids(sent)[0]
    paths = (
        "rostsedlar", "rostsedlar?state=unused", f"rostsedlar/{voter}", "rostlangd", "rostlangd.csv", "brev.json",
        "tva-personer", "fel",
    )  # fmt: skip

    def seen():
        return {
            path: secretary.get(f"/sekretariat/2026/{path}")
            .get_data(as_text=True)
            .replace(_token(secretary), "")
            for path in paths
        }

    before = seen()
    cast(client, sent, ballot(sent, 0))
    assert db.session.scalar(select(Credential.used).where(Credential.voter_id == voter))
    after = seen()
    assert after.pop("rostsedlar") != before.pop("rostsedlar")  # the box's own number is public
    before.pop("rostsedlar?state=unused"), after.pop("rostsedlar?state=unused")
    assert after == before
    secretary.get("/sekretariat/2026/rostsedlar?state=unused")
    assert "Företag 1 AB" in secretary.text


def _token(staff):
    found = staff.page.xpath("//input[@name='csrf_token']/@value") if staff.page is not None else []
    return found[0] if found else "no token here"


def test_a_letters_history_is_shown_with_the_servers_words(sent, secretary):
    from app.mail.models import LetterEvent

    voter = voter_ids(sent)[0]
    with transaction():
        letter = db.session.scalar(select(Letter).where(Letter.to == "rost1@example.se"))
        letter.state = "bounced"
        for state, words in (
            ("deferred", "451 greylisted"),
            ("sent", "250 ok"),
            ("bounced", "550 <no> such user"),
        ):
            db.session.add(
                LetterEvent(letter_id=letter.id, at=START, state=state, words=words, source="smtp")
            )
    page = secretary.get(f"/sekretariat/2026/rostsedlar/{voter}").get_data(as_text=True)
    assert [
        page.index(words) for words in ("451 greylisted", "250 ok", "550 &lt;no&gt; such user")
    ] == sorted(page.index(words) for words in ("451 greylisted", "250 ok", "550 &lt;no&gt; such user"))
    warned = "nådde inte" in secretary.text or "did not reach" in secretary.text
    assert warned
    secretary.send("/igen")
    assert "rost1@example.se" in secretary.text
    assert secretary.page.xpath("//*[@role='alert' or contains(@class, 'error')]")
