"""Nominators come on the roll by themselves, once, and leave it again; never after the freeze."""

from __future__ import annotations

import pytest
from flask import Flask

from app.awards.models import Edition, Unit
from app.extensions import db, transaction
from app.jobs.worker import Worker
from app.ledger import service as ledger
from app.nominations.models import Nomination, State
from app.roll import importing, nominators, service, taking_in
from app.roll.models import Source
from tests.awards.browsing import Browser
from tests.conftest import START, TestClock
from tests.databases import both_databases
from tests.roll import shortlists
from tests.roll.shortlists import NUMBERS, nomination, on_the_list

HERE = "/sekretariat/2026/rostlangd"


@pytest.fixture
def edition(app: Flask, clock: TestClock) -> Edition:
    return shortlists.shortlisting(nominators_vote=True)


def sync(edition: Edition) -> tuple[int, int]:
    with transaction():
        return nominators.sync(edition.id, now=START)


def roll(edition: Edition) -> dict[str, str]:
    db.session.rollback()
    return {voter.company: voter.source for voter in service.voters(edition.id)}


def decide(made: Nomination, state: State) -> None:
    with transaction():
        db.session.get_one(Nomination, made.id).state = state


@both_databases
def test_the_sender_of_an_accepted_nomination_comes_once_and_on_record(edition: Edition) -> None:
    nomination(edition, "Färgfabriken AB")
    nomination(edition, "Färgfabriken Aktiebolag", title="En till")
    nomination(edition, "Väntar AB", state=State.CONFIRMED, orgnr=NUMBERS[1])
    assert sync(edition) == (1, 0)
    height = ledger.last(edition=edition.id, kind="roll-imported").height
    assert sync(edition) == (0, 0)
    entry = ledger.last(edition=edition.id, kind="roll-imported")
    assert entry.height == height
    assert (entry.data["added"], entry.data["changed"], entry.data["by"]["role"]) == (1, 0, "server")
    assert roll(edition) == {"Färgfabriken AB": Source.NOMINATOR}


@both_databases
@pytest.mark.parametrize("state", [State.CONFIRMED, State.DECLINED, State.WITHDRAWN, State.COMPLETION_ASKED])
def test_who_is_not_accepted_any_more_leaves_the_roll(edition: Edition, state: State) -> None:
    made = nomination(edition)
    sync(edition)
    decide(made, state)
    assert sync(edition) == (0, 1)
    assert roll(edition) == {}


def test_a_second_accepted_nomination_keeps_the_company_there(edition: Edition) -> None:
    made = nomination(edition)
    nomination(edition, title="En till")
    sync(edition)
    decide(made, State.DECLINED)
    assert sync(edition) == (0, 0)


def test_whoever_stands_behind_a_merged_nomination_nominated_it_too(edition: Edition) -> None:
    first = nomination(edition)
    second = nomination(
        edition,
        "Andra AB",
        orgnr=NUMBERS[1],
        state=State.MERGED,
        merged_into_id=first.id,
        state_before=State.CONFIRMED,
    )
    assert sync(edition) == (2, 0)
    with transaction():
        again = db.session.get_one(Nomination, second.id)
        again.state, again.merged_into_id = State.CONFIRMED, None
    assert sync(edition) == (0, 1)


@both_databases
def test_a_company_on_the_list_gets_no_second_ballot_and_is_never_taken_off(edition: Edition) -> None:
    on_the_list(edition, "Listan AB", NUMBERS[0], email="rad@list.example")
    made = nomination(edition, contact_email="annan@farg.example")
    assert sync(edition) == (0, 0)
    (voter,) = service.voters(edition.id)
    assert (voter.email, voter.source) == ("rad@list.example", Source.LIST)
    decide(made, State.DECLINED)
    assert sync(edition) == (0, 0)
    assert len(roll(edition)) == 1


def test_a_number_that_the_secretariat_corrects_does_not_bring_the_company_back(edition: Edition) -> None:
    nomination(edition)
    sync(edition)
    (voter,) = service.voters(edition.id)
    row, _ = nominators.rows.judge(
        line=0, company="Rättad AB", number=NUMBERS[1], sole_trader="", country="", email="r@farg.example", contact="",
        language="sv",
    )  # fmt: skip
    with transaction():
        service.save_voter(edition_id=edition.id, row=row, by=None, now=START, voter_id=voter.id)
    assert sync(edition) == (0, 0)
    assert roll(edition) == {"Rättad AB": Source.NOMINATOR}


def test_who_is_corrected_on_the_roll_and_then_in_the_nomination_is_not_lost_for_a_while(
    edition: Edition,
) -> None:
    """The roll may be frozen right after: nobody is off it between two runs."""
    made = nomination(edition)
    sync(edition)
    (voter,) = service.voters(edition.id)
    row, _ = nominators.rows.judge(
        line=0, company="Rättad AB", number=NUMBERS[1], sole_trader="", country="", email="r@farg.example", contact="",
        language="sv",
    )  # fmt: skip
    with transaction():
        service.save_voter(edition_id=edition.id, row=row, by=None, now=START, voter_id=voter.id)
    with transaction():
        db.session.get_one(Nomination, made.id).orgnr = NUMBERS[1]
    assert sync(edition) == (1, 1)
    assert [each.orgnr for each in service.voters(edition.id)] == [NUMBERS[1]]


def test_who_is_taken_off_by_hand_stays_off_until_let_in(edition: Edition, app: Flask) -> None:
    nomination(edition)
    sync(edition)
    browser = Browser(app)
    browser.sign_in()
    (voter,) = service.voters(edition.id)
    browser.post(f"{HERE}/{voter.id}/ta-bort", code=303, page=f"{HERE}/{voter.id}")
    assert sync(edition) == (0, 0)
    assert "1 nominerande" in browser.get(f"{HERE}/nominerande").text
    browser.post(f"{HERE}/nominerande/slapp-in", code=303, page=f"{HERE}/nominerande")
    assert roll(edition) == {"Färgfabriken AB": Source.NOMINATOR}


def test_switched_off_they_leave_again(edition: Edition) -> None:
    nomination(edition)
    sync(edition)
    with transaction():
        db.session.get_one(Edition, edition.id).nominators_vote = False
    assert nominators.editions() == [edition.id]
    assert sync(edition) == (0, 1)
    assert nominators.editions() == []


@pytest.mark.parametrize(("unit", "expected"), [(Unit.COMPANY, 1), (Unit.PERSON, 2)])
def test_two_people_of_a_company_are_one_or_two_by_the_unit(
    app: Flask, clock: TestClock, unit: Unit, expected: int
) -> None:
    edition = shortlists.shortlisting(nominators_vote=True, unit=unit)
    nomination(edition, contact_name="Åsa Ödman", contact_email="asa@farg.example")
    nomination(edition, title="En till", contact_name="Bo Ek", contact_email="bo@farg.example")
    assert sync(edition) == (expected, 0)


def test_a_sole_trader_is_known_by_address_and_name(edition: Edition) -> None:
    for company in ("Evas Elfirma", "EVAS  elfirma"):
        nomination(edition, company, sole_trader=True, orgnr="", contact_email="eva@el.example")
    assert sync(edition) == (1, 0)


def test_who_cannot_stand_on_the_roll_is_shown_with_the_reason(edition: Edition, app: Flask) -> None:
    nomination(edition, "Trasig AB", orgnr="", contact_email="t@trasig.example")
    assert sync(edition) == (0, 0)
    browser = Browser(app)
    browser.sign_in()
    page = browser.get(f"{HERE}/nominerande")
    assert "Trasig AB" in page.text
    assert page.root.get_element_by_id("impossible") is not None


@both_databases
def test_the_worker_does_it_by_itself(edition: Edition, app: Flask) -> None:
    nomination(edition)
    Worker(app).run(until_idle=True)
    assert roll(edition) == {"Färgfabriken AB": Source.NOMINATOR}


@both_databases
def test_all_are_in_before_ballots_are_made_and_nobody_comes_after(edition: Edition) -> None:
    shortlists.full_shortlist(edition)
    on_the_list(edition, "Listan AB", NUMBERS[1])
    made = nomination(edition)
    shortlists.make_ballots(edition)
    assert len(shortlists.credentials(edition)) == 2
    decide(made, State.DECLINED)
    with pytest.raises(service.RollFrozen):
        sync(edition)
    assert len(roll(edition)) == 2
    nominators_of_frozen = [each for each in nominators.editions() if each == edition.id]
    assert nominators_of_frozen == []  # the worker does not even try


def test_one_accepted_after_the_derivation_makes_it_be_done_again(edition: Edition) -> None:
    from app.ballots import issuing
    from app.ballots import service as ballots

    shortlists.full_shortlist(edition)
    on_the_list(edition, "Listan AB", NUMBERS[1])
    ballots.prepare(edition_id=edition.id, now=START)
    nomination(edition)
    with pytest.raises(issuing.NotDerived):
        shortlists.bind_ballots(edition)
    db.session.rollback()
    shortlists.make_ballots(edition)
    assert len(shortlists.credentials(edition)) == 2


@pytest.mark.parametrize("email", ["ny@list.example", "asa@farg.example"])
def test_a_list_that_names_the_company_takes_it_over(edition: Edition, email: str, app: Flask) -> None:
    made = nomination(edition, contact_name="Åsa Ödman", contact_email="asa@farg.example")
    sync(edition)
    text = f"Företag;Orgnr;E-post;Kontaktperson;Språk\nFärgfabriken AB;5560360793;{email};Åsa Ödman;sv\n"
    with transaction():
        read = taking_in.upload(
            edition_id=edition.id, data=text.encode(), filename="lista.csv", by=_secretary(app), now=START
        )
    with transaction():
        importing.confirm(
            import_id=read.id, edition_id=edition.id, digest=read.digest, by=read.account_id, now=START
        )
    db.session.rollback()
    assert roll(edition) == {"Färgfabriken AB": Source.LIST}
    decide(made, State.DECLINED)
    assert sync(edition) == (0, 0)


def _secretary(app: Flask) -> int:
    return Browser(app).sign_in().id
