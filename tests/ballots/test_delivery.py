"""Letters with ballots: whose link they carry, what is never in them, what happens when one is lost or mis-sent."""

import re

import pytest
from sqlalchemy import select

from app.awards import deadlines
from app.ballots import delivery, issuing, witnesses
from app.ballots import service as ballots
from app.ballots.models import Ballot, Credential, WitnessNote
from app.core.belenios.credentials import DUMMY_SECRET, public_credential
from app.extensions import db, transaction
from app.ledger import service as ledger
from app.mail import service as mail
from app.mail.models import Letter
from app.mail.rendering import written
from app.roll import service as roll
from tests.ballots.voting import ballot, cast
from tests.databases import both_databases
from tests.tally.year import CLOSES, START

CODE = re.compile(
    r"[1-9A-HJ-NP-Za-km-z]{5}-[1-9A-HJ-NP-Za-km-z]{6}-[1-9A-HJ-NP-Za-km-z]{5}-[1-9A-HJ-NP-Za-km-z]{6}"
)


@pytest.fixture
def sent(year):
    with transaction():
        ballots.send_letters(year.edition_id, by=year.secretaries[0].id, now=START)
    return year


def letters(name="ballot"):
    return list(db.session.scalars(select(Letter).where(Letter.name == name).order_by(Letter.id)))


def code_in(letter) -> str:
    said = written("ballot", letter.subject_id, letter.language, START)
    found = set(CODE.findall(said.text))
    assert found == set(CODE.findall(said.html))
    (code,) = found
    assert f"/rosta/2026#{code}" in said.text
    assert f"/rosta/2026#{code}" in said.html
    return code


def voter_ids(year):
    return [voter.id for voter in sorted(roll.voters(year.edition_id), key=lambda voter: voter.id)]


@both_databases
def test_everyone_gets_their_own_ballot_once(sent):
    uuid = ballots.election(sent.edition_id).uuid
    with transaction():
        assert ballots.send_letters(sent.edition_id, by=None, now=START) == 0
    made = letters()
    assert sorted(letter.to for letter in made) == [f"rost{n}@example.se" for n in range(1, 5)]
    assert sorted(code_in(letter) for letter in made) == sorted(sent.secrets)
    for letter in made:
        assert (
            public_credential(code_in(letter), uuid) == db.session.get(Credential, letter.subject_id).public
        )
    first = ledger.last(edition=sent.edition_id, kind="letters-queued").data
    assert first == {"batch": 1, "letter": "ballot", "recipients": 4}


def test_a_resend_carries_the_same_link(sent):
    voter = voter_ids(sent)[0]
    with pytest.raises(delivery.OnItsWay), transaction():
        delivery.resend(voter, edition_id=sent.edition_id, by=None, now=START)
    with transaction():
        for letter in letters():
            letter.state = "failed"
        again = delivery.resend(voter, edition_id=sent.edition_id, by=None, now=START)
    assert code_in(again) == code_in(letters()[0]) == sent.secrets[0]
    assert (delivery.counts(sent.edition_id).failed, delivery.counts(sent.edition_id).queued) == (3, 1)


def test_after_the_deadline_nothing_is_sent(sent):
    with pytest.raises(delivery.NotVoting), transaction():
        delivery.resend(voter_ids(sent)[0], edition_id=sent.edition_id, by=sent.secretaries[0].id, now=CLOSES)
    assert written("ballot", letters()[0].subject_id, "sv", CLOSES) is None


def test_a_voter_of_another_edition_is_not_found(sent):
    from tests.tally.year import open_vote

    other = open_vote(voters=1, slug="2027")
    with pytest.raises(roll.NoSuchVoter), transaction():
        delivery.resend(voter_ids(sent)[0], edition_id=other.edition_id, by=None, now=START)


def test_the_test_letter_looks_the_same_and_opens_nothing(sent):
    account = sent.secretaries[0]
    with transaction():
        queued = delivery.send_test(sent.edition, account_id=account.id, language="sv", now=START)
    assert queued.to == account.email
    said = written("ballot-test", sent.edition_id, "sv", START)
    assert set(CODE.findall(said.text)) == {DUMMY_SECRET}
    assert delivery.test_letter_sent(sent.edition_id)


def test_a_test_from_where_the_words_are_changed_is_one_too(sent):
    from app.letters import service as worded

    assert not delivery.test_letter_sent(sent.edition_id)
    letter, by = worded.editable("ballot"), sent.secretaries[0].id
    words = worded.text(sent.edition, letter, "sv")
    with transaction():
        worded.send_test(
            sent.edition, letter, "sv", words=(words.subject, words.body), sample_id=None, by=by, now=START
        )
    assert delivery.test_letter_sent(sent.edition_id)


def test_a_lost_key_stops_a_letter_instead_of_sending_a_wrong_link(sent, app):
    from app.trustees.keystore import KeyMissing, keystore

    keystore().destroy("edition-1-credentials-1")
    with pytest.raises(KeyMissing):
        written("ballot", letters()[0].subject_id, "sv", START)
    keystore().put("edition-1-credentials-1", b"another key of thirty-two bytes!")
    with pytest.raises(issuing.OtherCredential):
        written("ballot", letters()[0].subject_id, "sv", START)


@both_databases
@pytest.mark.parametrize("state", ["sent", "failed"])
def test_whoever_votes_is_told_later_without_choice_or_tracker(sent, client, clock, state):
    receipt = cast(client, sent, ballot(sent, 0))[1]["receipt"]
    with transaction():
        assert witnesses.queue_notices(now=START) == 0
    due = db.session.scalar(select(Ballot.notice_at))
    with transaction():
        assert witnesses.queue_notices(now=due) == 1
        assert witnesses.queue_notices(now=due) == 0
    (notice,) = letters("ballot-cast")
    assert notice.to == "rost1@example.se"
    said = written("ballot-cast", notice.subject_id, "sv", due)
    whole = said.subject + said.text + said.html
    assert receipt["tracker"] not in whole
    assert not CODE.search(whole)
    with transaction():
        notice = db.session.get(Letter, notice.id)
        notice.state, notice.finished_at = state, due
        witnesses.forget_notices(now=due)
        assert letters("ballot-cast") == [notice]
        witnesses.forget_notices(now=CLOSES)
    assert letters("ballot-cast") == []


def test_jurors_become_witnesses(sent):
    notes = list(db.session.scalars(select(WitnessNote)))
    assert [note.occasion for note in notes] == ["opening"]
    assert sorted(letter.to for letter in letters("checkpoint")) == sorted(
        juror.email for juror in sent.jurors
    )
    said = written("checkpoint", notes[0].id, "en", START)
    assert notes[0].note.decode().splitlines()[0] in said.text
    with transaction():
        ballots.witness(sent.edition_id, "opening", now=START)
        witnesses.daily(sent.edition_id, now=START)
        witnesses.daily(sent.edition_id, now=START)
    assert [note.occasion for note in db.session.scalars(select(WitnessNote))] == [
        "opening",
        "day 2026-09-01",
    ]


def test_heads_follow_the_box_and_the_sum_is_kept(sent, client, app):
    from app.ballots import jobs
    from app.ballots.models import TallySoFar

    cast(client, sent, ballot(sent, 0))
    cast(client, sent, ballot(sent, 1))
    jobs.box_heads({}, now=START, progress=lambda done, total: None)
    head = ledger.last(edition=sent.edition_id, kind="box-head").data
    assert head == {"ballots": 2, "head": ballots.last_event(sent.edition_id).hash, "height": 2}
    assert db.session.get(TallySoFar, sent.edition_id, populate_existing=True).height == 2
    assert ballots.running_tally(sent.edition_id).count == 2


def test_more_time_is_told_to_everyone_on_the_roll(sent):
    later = CLOSES.replace(day=CLOSES.day + 3)
    with transaction():
        deadlines.change(
            sent.edition_id, deadlines.Deadline.VOTING, later, by=sent.secretaries[0].id, now=START
        )
    assert len(letters("voting-extended")) == 4
    assert mail.counts(edition_id=sent.edition_id, name="voting-extended").queued == 4
    assert "14" in written("voting-extended", voter_ids(sent)[0], "sv", START).text
