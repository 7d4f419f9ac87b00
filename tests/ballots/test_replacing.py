"""After the freeze: ballots voided and replaced, addresses corrected, voters added; what each writes and sends."""

import pytest
from sqlalchemy import select

from app.ballots import box, delivery, issuing, replacing
from app.ballots import service as ballots
from app.ballots.models import Credential, State
from app.core.phases import Phase
from app.extensions import db, transaction
from app.ledger import service as ledger
from app.mail.models import Letter
from app.mail.rendering import written
from app.roll import service as roll
from app.roll.models import Voter
from app.roll.rows import Row
from tests.ballots.voting import CODE, ballot, cast, code_in, public, two, voter_ids
from tests.databases import both_databases
from tests.tally.year import CLOSES, START

NEW = Row(line=0, company="Sena AB", orgnr="5560360793", email="sena@example.se", contact_name="Siv Sen")


@pytest.fixture
def sent(year):
    with transaction():
        ballots.send_letters(year.edition_id, by=year.secretaries[0].id, now=START)
    return year


def letters(name="ballot"):
    return list(db.session.scalars(select(Letter).where(Letter.name == name).order_by(Letter.id)))


def replace(year, voter, **more):
    with transaction():
        return replacing.replace(
            voter, edition_id=year.edition_id, by=two(year), now=START, **{"reason": "lost", **more}
        )


def correct(year, voter, email):
    with transaction():
        return replacing.correct_address(voter, email, edition_id=year.edition_id, by=two(year), now=START)


def add(year, row=NEW):
    with transaction():
        return replacing.add(row, edition_id=year.edition_id, by=two(year), now=START)


def prepare_again(year):
    """The year as it stood before the vote opened."""
    with transaction():
        year.edition.phase = Phase.PREPARED


def pseudonym(year, place):
    with transaction():
        return ledger.person(edition=year.edition_id, account=year.secretaries[place], now=START)


@both_databases
def test_a_mis_sent_ballot_is_voided_and_a_spare_takes_its_place(sent, client, clock):
    voter = voter_ids(sent)[0]
    old, before = public(sent, 0), letters()[0]
    cast(client, sent, ballot(sent, 1))
    new = replace(sent, voter, reason="mis-sent")
    voided = ledger.last(edition=sent.edition_id, kind="ballot-voided").data
    activated = ledger.last(edition=sent.edition_id, kind="ballot-activated").data
    for entry in (voided, activated):
        assert (entry["box_height"], entry["by"]["who"]) == (1, pseudonym(sent, 0))
        assert entry["second"] == pseudonym(sent, 1)
    assert (voided["credential"], activated["old"], activated["new"]) == (old, old, new.public)
    assert new.public in ledger.last(edition=sent.edition_id, kind="credentials-issued").data["spares"]
    assert db.session.get(Letter, before.id, populate_existing=True).state == "cancelled"
    assert written("ballot", before.subject_id, "sv", START) is None
    assert letters("address-corrected") == []
    code = code_in(letters()[-1], START)
    assert code not in sent.secrets
    assert cast(client, sent, ballot(sent, 0)) == (410, {"error": "void"})
    sent.secrets[0] = code
    assert cast(client, sent, ballot(sent, 0))[0] == 200
    assert ballots.turnout(sent.edition_id) == (2, 4)
    assert ballots.changes(sent.edition_id) == ballots.Changes(
        corrected=0, replaced=1, added=0, spares_left=1
    )


def test_pressing_twice_uses_one_spare(sent):
    voter = voter_ids(sent)[0]
    replace(sent, voter)
    with pytest.raises(delivery.OnItsWay):
        replace(sent, voter)
    assert issuing.spares_left(sent.edition_id) == 1
    letters()[-1].state = "sent"
    db.session.commit()
    replace(sent, voter)
    assert issuing.spares_left(sent.edition_id) == 0


def test_a_used_ballot_is_not_replaced(sent, client):
    cast(client, sent, ballot(sent, 0))
    with pytest.raises(replacing.AlreadyVoted):
        replace(sent, voter_ids(sent)[0], email="ny@example.se")
    assert issuing.spares_left(sent.edition_id) == 2
    assert roll.voter(voter_ids(sent)[0]).email == "rost1@example.se"


def test_when_the_spares_are_used_up_nothing_is_voided_and_nobody_added(sent):
    for voter in voter_ids(sent)[:2]:
        replace(sent, voter)
    with pytest.raises(replacing.NoSpareLeft):
        replace(sent, voter_ids(sent)[2])
    with pytest.raises(replacing.NoSpareLeft):
        add(sent)
    states = [row.state for row in db.session.scalars(select(Credential))]
    assert states.count(State.VOID) == 2
    assert len(roll.voters(sent.edition_id)) == 4


def test_a_replaced_ballot_can_go_to_another_address_and_the_old_one_is_told(sent):
    voter = voter_ids(sent)[0]
    replace(sent, voter, email="Ny@example.se")
    assert letters()[-1].to == roll.voter(voter).email == "Ny@example.se"
    (told,) = letters("address-corrected")
    assert told.to == "rost1@example.se"
    assert ballots.changes(sent.edition_id).corrected == 1
    assert ledger.last(edition=sent.edition_id, kind="address-corrected").data["second"] == pseudonym(sent, 1)


def test_a_corrected_address_gets_the_same_ballot_and_the_old_one_is_told(sent):
    voter = voter_ids(sent)[0]
    correct(sent, voter, "ny@example.se")
    assert letters()[-1].to == "ny@example.se"
    assert code_in(letters()[-1], START) == sent.secrets[0]
    (told,) = letters("address-corrected")
    assert told.to == "rost1@example.se"
    said = written("address-corrected", told.subject_id, "sv", START)
    assert not CODE.search(said.text + said.html)
    assert "ny@example.se" not in said.text + said.html
    entry = ledger.last(edition=sent.edition_id, kind="address-corrected").data
    assert (entry["by"]["who"], entry["second"]) == (pseudonym(sent, 0), pseudonym(sent, 1))
    with pytest.raises(replacing.SameAddress):
        correct(sent, voter, "ny@example.se")


def test_before_the_letters_leave_an_address_is_corrected_and_the_letter_goes_there(year):
    prepare_again(year)
    voter = voter_ids(year)[0]
    correct(year, voter, "ny@example.se")
    assert letters() == []
    assert [letter.to for letter in letters("address-corrected")] == ["rost1@example.se"]
    with transaction():
        ballots.send_letters(year.edition_id, by=year.secretaries[0].id, now=START)
    assert sorted(letter.to for letter in letters())[0] == "ny@example.se"


@both_databases
def test_a_voter_is_added_with_a_spare(sent, client):
    voter = add(sent)
    assert voter.source == "added"
    added = ledger.last(edition=sent.edition_id, kind="voter-added").data
    activated = ledger.last(edition=sent.edition_id, kind="ballot-activated").data
    assert added["second"] == activated["second"] == pseudonym(sent, 1)
    assert activated["old"] is None
    assert letters()[-1].to == "sena@example.se"
    assert ballots.turnout(sent.edition_id) == (0, 5)
    sent.secrets.append(code_in(letters()[-1], START))
    assert cast(client, sent, ballot(sent, -1))[0] == 200
    assert ballots.changes(sent.edition_id) == ballots.Changes(
        corrected=0, replaced=0, added=1, spares_left=1
    )
    with pytest.raises(roll.AlreadyOnRoll):
        add(sent)
    assert issuing.spares_left(sent.edition_id) == 1


def test_whoever_is_added_before_the_letters_leave_gets_theirs_with_the_others(year):
    prepare_again(year)
    add(year)
    assert letters() == []
    assert delivery.unsent(year.edition).count == ballots.recipients(year.edition_id) == 5
    with transaction():
        ballots.send_letters(year.edition_id, by=year.secretaries[0].id, now=START)
    assert len(letters()) == 5


def test_an_added_voters_ballot_can_be_replaced(sent):
    voter = add(sent)
    letters()[-1].state = "sent"
    db.session.commit()
    replace(sent, voter.id)
    assert ballots.turnout(sent.edition_id).issued == 5
    assert issuing.spares_left(sent.edition_id) == 0


def test_after_the_deadline_nothing_is_replaced_corrected_or_added(sent):
    voter, more = voter_ids(sent)[0], {"edition_id": sent.edition_id, "by": two(sent), "now": CLOSES}
    for act in (
        lambda: replacing.replace(voter, reason="lost", **more),
        lambda: replacing.correct_address(voter, "ny@example.se", **more),
        lambda: replacing.add(NEW, **more),
    ):
        with pytest.raises(delivery.NotVoting), transaction():
            act()
    assert db.session.scalar(select(Voter.id).where(Voter.company == "Sena AB")) is None


def test_the_box_moves_with_none_of_it(sent):
    before = box.prepared(sent.edition_id).height
    replace(sent, voter_ids(sent)[0])
    add(sent)
    assert box.prepared(sent.edition_id).height == before
