"""Reminders: who is chosen, who gets one when it leaves, and saying no to more without touching the ballot."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app import tokens
from app.ballots import batches, reminding
from app.ballots import service as ballots
from app.ballots.models import LetterBatch, ReminderOptOut
from app.extensions import db, transaction
from app.ledger import service as ledger
from app.mail import service as mail
from app.mail.models import Letter
from app.mail.rendering import written
from app.roll.models import Voter
from tests.awards.browsing import Browser
from tests.ballots.voting import Year, ballot, cast
from tests.databases import both_databases
from tests.tally.year import CLOSES, START

DAY = timedelta(days=1)


@pytest.fixture
def sent(year: Year) -> Year:
    """Every ballot has arrived."""
    with transaction():
        ballots.send_letters(year.edition_id, by=year.secretaries[0].id, now=START)
        db.session.execute(update(Letter).where(Letter.name == "ballot").values(state="sent"))
    return year


def chosen(year: Year, now) -> list[str]:
    return [each.voter.email for each in reminding.choose(year.edition, now=now).candidates]


def voter(number: int) -> Voter:
    return db.session.scalars(select(Voter).where(Voter.email == f"rost{number}@example.se")).one()


def queue(year: Year, now) -> LetterBatch:
    with transaction():
        to = [
            mail.Recipient(each.credential_id, each.voter.email, "sv", f"r:{each.voter.id}:{each.number}")
            for each in reminding.choose(year.edition, now=now).candidates
        ]
        return batches.queue(year.edition_id, reminding.LETTER, to, selection="not-voted", by=None, now=now)


@both_databases
def test_only_those_who_have_not_voted_and_whose_ballot_arrived(sent, client, clock):
    now = START + DAY
    clock.set(now)
    assert len(chosen(sent, now)) == 4
    assert cast(client, sent, ballot(sent, 0))[0] == 200
    with transaction():
        for state, number in (("failed", 2), ("bounced", 3)):
            letter = db.session.scalars(
                select(Letter).where(Letter.name == "ballot", Letter.to == f"rost{number}@example.se")
            ).one()
            letter.state = state
    later = now + timedelta(hours=1)
    choice = reminding.choose(sent.edition, now=later)
    assert [each.voter.email for each in choice.candidates] == ["rost4@example.se"]
    assert (choice.voted, choice.not_arrived, choice.opted_out, choice.reminded) == (1, 2, 0, 0)


def test_who_has_voted_is_told_as_of_the_full_hour(sent, client, clock):
    clock.set(START + DAY + timedelta(minutes=10))
    cast(client, sent, ballot(sent, 0))
    assert len(chosen(sent, START + DAY + timedelta(minutes=59))) == 4
    assert len(chosen(sent, START + DAY + timedelta(minutes=60))) == 3


@both_databases
def test_whoever_votes_before_the_letter_leaves_gets_none(sent, client, clock):
    now = START + DAY
    clock.set(now)
    made = queue(sent, now)
    assert made.recipients == 4
    cast(client, sent, ballot(sent, 0))
    with transaction():
        reminding.opt_out(voter(2).id, now=now)
    letters = db.session.scalars(select(Letter).where(Letter.name == reminding.LETTER)).all()
    written_to = {each.to for each in letters if written(each.name, each.subject_id, "sv", now)}
    assert written_to == {"rost3@example.se", "rost4@example.se"}


@both_databases
@pytest.mark.parametrize("what", ["came back", "corrected", "corrected, and sent there"])
def test_no_code_leaves_for_an_address_that_was_found_wrong_meanwhile(sent, what):
    """The reminder waits in the outbox when the ballot bounces, or when two people correct its address."""
    queue(sent, START + DAY)
    wrong = voter(1)
    first = db.session.scalars(select(Letter).where(Letter.name == "ballot", Letter.to == wrong.email)).one()
    waiting = db.session.scalars(
        select(Letter).where(Letter.name == reminding.LETTER, Letter.to == wrong.email)
    ).one()
    with transaction():
        waiting.state = "sending"
        if what == "came back":
            first.state = "bounced"
        else:
            wrong.email = "ny@example.se"
        if what == "corrected, and sent there":
            mail.queue(
                "ballot", subject_id=first.subject_id, to=wrong.email, language="sv", now=START + DAY
            ).state = "sent"
    assert written(waiting.name, waiting.subject_id, "sv", START + DAY) is None
    assert written(waiting.name, waiting.subject_id + 1, "sv", START + DAY) is not None


def test_the_reminder_carries_the_link_of_the_first_letter_and_stores_none(sent):
    queue(sent, START + DAY)
    for number in range(1, 5):
        letter = db.session.scalars(
            select(Letter).where(Letter.name == reminding.LETTER, Letter.to == f"rost{number}@example.se")
        ).one()
        said = written(letter.name, letter.subject_id, "sv", START + DAY)
        assert f"/rosta/2026#{sent.secrets[number - 1]}" in said.text
        assert said.unsubscribe
        row = " ".join(str(getattr(letter, column.key)) for column in Letter.__table__.columns)
        assert sent.secrets[number - 1] not in row


def test_at_most_so_often_and_so_many_days_apart(sent):
    rule = sent.edition
    assert (rule.reminders_at_most, rule.reminder_days) == (2, 3)
    now = START + DAY
    queue(sent, now)
    assert chosen(sent, now) == []
    assert chosen(sent, now + 2 * DAY) == []
    third = now + 3 * DAY - timedelta(hours=3)  # three calendar days later, whatever the time
    assert len(chosen(sent, third)) == 4
    queue(sent, third)
    assert chosen(sent, third + 4 * DAY) == []
    assert ledger.last(edition=sent.edition_id, kind="letters-queued").data == {
        "batch": 3, "letter": "ballot-reminder", "recipients": 4,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("now", "open_"),
    [(CLOSES - timedelta(minutes=61), True), (CLOSES - timedelta(minutes=60), False), (CLOSES, False)],
)
def test_not_in_the_last_hour(sent, now, open_):
    queue(sent, START + DAY)
    letter = db.session.scalars(select(Letter).where(Letter.name == reminding.LETTER)).first()
    assert (written(letter.name, letter.subject_id, "sv", now) is not None) == open_
    if open_:
        chosen(sent, now)
    else:
        with pytest.raises(reminding.NotNow):
            chosen(sent, now)


def test_an_edition_that_reminds_nobody(sent):
    with transaction():
        sent.edition.reminders_at_most = 0
    with pytest.raises(reminding.NotNow, match="never"):
        chosen(sent, START + DAY)


def test_nobody_is_never_everyone(sent):
    """No call that queues a batch takes an empty list for "no filter"."""
    before = db.session.scalars(select(Letter.id)).all()
    for letter in ("ballot", reminding.LETTER, "result"):
        with pytest.raises(batches.Nobody), transaction():
            batches.queue(sent.edition_id, letter, [], selection="not-voted", by=None, now=START)
    with pytest.raises(batches.Nobody), transaction():
        batches.record(sent.edition_id, "ballot", selection="everyone", recipients=0, by=None, now=START)
    assert mail.queue_many("ballot", [], now=START, edition_id=sent.edition_id) == 0
    assert db.session.scalars(select(Letter.id)).all() == before


# ---- saying no -----------------------------------------------------------------------------------


def path_of(url: str) -> str:
    return re.sub(r"^https?://[^/]+", "", url)


def wants_none() -> bool:
    db.session.rollback()
    return db.session.scalar(select(ReminderOptOut.voter_id)) is not None


@both_databases
def test_one_click_says_no_and_leaves_the_ballot_alone(sent, client: FlaskClient, clock):
    clock.set(START + DAY)
    link = path_of(reminding.opt_out_url(voter(1).id))
    for method in ("GET", "HEAD", "OPTIONS"):
        client.open(link, method=method)
    assert not wants_none()
    for _ in range(2):
        assert client.post(link, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert wants_none()
    assert "rost1@example.se" not in chosen(sent, START + DAY)
    assert cast(client, sent, ballot(sent, 0))[0] == 200


@pytest.mark.parametrize(
    "body", [{}, {"List-Unsubscribe": "no"}, {"List-Unsubscribe": "One-Click", "x": "1"}, {"a": "One-Click"}]
)
def test_one_click_takes_the_words_of_the_standard_alone(sent, client, clock, body):
    link = path_of(reminding.opt_out_url(voter(1).id))
    assert client.post(link, data=body).status_code in {400, 415}
    assert client.post(link, json={"List-Unsubscribe": "One-Click"}).status_code == 415
    assert not wants_none()


def test_a_link_of_another_purpose_or_age_opens_nothing(sent, client, clock):
    clock.set(START)
    edit = tokens.make(tokens.Purpose.EDIT_NOMINATION, voter(1).id)
    gone = tokens.make(tokens.Purpose.OPT_OUT, 9999)
    for token in (edit, gone, "x"):
        assert client.get(f"/paminnelser/{token}").status_code == 404
        assert client.post(f"/paminnelser/{token}", data={"List-Unsubscribe": "One-Click"}).status_code == 404
    link = path_of(reminding.opt_out_url(voter(1).id))
    clock.set(START + timedelta(days=401))
    assert client.post(link, data={"List-Unsubscribe": "One-Click"}).status_code == 404
    assert not wants_none()


def test_a_button_says_no_and_another_takes_it_back(sent, app, clock):
    clock.set(START + DAY)
    link, person = path_of(reminding.opt_out_url(voter(1).id)), Browser(app)
    assert "Företag 1" not in person.get(link).text
    person.post(f"{link}/inga", code=303, page=link)
    assert wants_none()
    assert "Ni får inga fler påminnelser" in person.get(link).text
    person.get("/en" + link)
    person.post(f"{link}/igen", code=303, page=link)
    assert not wants_none()
    assert person.raw("POST", f"{link}/inga").status_code == 400  # without the form's token
    assert not wants_none()


def test_a_corrected_address_is_the_only_one_that_gets_its_ballot_again(sent):
    from app.ballots import resending

    assert resending.corrected(sent.edition_id) == []
    with transaction():
        db.session.execute(update(Letter).where(Letter.name == "ballot").values(state="bounced"))
        voter(2).email = "ny@example.se"
    (found,) = resending.corrected(sent.edition_id)
    assert (found.voter.email, found.before) == ("ny@example.se", 1)
