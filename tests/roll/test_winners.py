"""Who won a contract that stands on the ballot: found by number, stated before the vote, left out where so decided."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.awards.models import Edition, Unit
from app.core.phases import Phase
from app.extensions import db, transaction
from app.ledger import service as ledger
from app.mail.models import Letter
from app.nominations.models import Nomination, Relation, State
from app.nominations.notices import SECRETARIAT
from app.roll import duties, freezing, rows, service, winners
from app.roll.models import LeftOut, Voter
from tests.awards.browsing import Browser
from tests.conftest import START, TestClock
from tests.databases import both_databases
from tests.roll import shortlists
from tests.roll.shortlists import NUMBERS, nomination, nominee, on_the_list

READ: dict[str, Any] = {
    "winners": [
        {"name": "Vinnaren AB", "id": "556036-0793", "country": "SE", "email": None},
        {"name": "Dansk ApS", "id": "DK13585628", "country": "DK", "email": None},
        {"name": "Namnlös AB", "id": None, "country": "SE", "email": None},
    ],
    "lots": [],
}


@pytest.fixture
def edition(app: Flask, clock: TestClock) -> Edition:
    return shortlists.shortlisting()


def found(edition: Edition) -> list[str]:
    db.session.rollback()
    return [each.voter.company for each in winners.winners(db.session.get_one(Edition, edition.id)).on_roll]


def test_winners_are_matched_by_number_abroad_too_and_never_by_name(edition: Edition) -> None:
    nominee(nomination(edition, "Sändaren AB", orgnr=NUMBERS[2], read=READ))
    on_the_list(edition, "Heter annat AB", NUMBERS[0])
    on_the_list(edition, "Dansk", "13585628", country="DK")
    on_the_list(edition, "Namnlös AB", NUMBERS[1])
    assert found(edition) == ["Dansk", "Heter annat AB"]
    everyone = winners.winners(edition)
    assert [each.name for each in everyone.numberless] == ["Namnlös AB"]


def test_a_contract_that_is_not_on_the_ballot_concerns_nobody(edition: Edition) -> None:
    nomination(edition, read=READ)
    on_the_list(edition, "Vinnaren AB", NUMBERS[0])
    assert found(edition) == []


def test_of_some_parts_only_their_winners_are_meant(edition: Edition) -> None:
    lots = [
        {"id": "LOT-1", "winners": [{"name": "Ett AB", "id": "556036-0793", "country": "SE"}]},
        {"id": "LOT-2", "winners": [{"name": "Två AB", "id": "556012-5790", "country": "SE"}]},
    ]
    nominee(
        nomination(
            edition, "Sändaren AB", orgnr=NUMBERS[2], read={"winners": [], "lots": lots}, lots=["LOT-2"]
        )
    )
    on_the_list(edition, "Ett AB", NUMBERS[0])
    on_the_list(edition, "Två AB", NUMBERS[1])
    assert found(edition) == ["Två AB"]


def test_what_a_merged_nomination_names_counts_too(edition: Edition) -> None:
    first = nomination(edition, "Sändaren AB", orgnr=NUMBERS[2])
    nominee(first)
    nomination(
        edition,
        "Andra AB",
        orgnr=NUMBERS[2],
        state=State.MERGED,
        merged_into_id=first.id,
        winners="Vinnaren AB, 556036-0793",
    )
    on_the_list(edition, "Vinnaren AB", NUMBERS[0])
    assert found(edition) == ["Vinnaren AB"]


def test_a_winner_cannot_erase_itself_from_what_the_notice_says(edition: Edition) -> None:
    """The nominator typed other winners than the notice names: both count, until the secretariat has corrected it."""
    made = nomination(
        edition, "Sändaren AB", orgnr=NUMBERS[2], read=READ, winners="Konkurrenten AB, 556012-5790"
    )
    nominee(made)
    on_the_list(edition, "Vinnaren AB", NUMBERS[0])
    on_the_list(edition, "Konkurrenten AB", NUMBERS[1])
    assert found(edition) == ["Konkurrenten AB", "Vinnaren AB"]
    with transaction():
        corrected = db.session.get_one(Nomination, made.id)
        corrected.winners = "Vinnaren AB, 556036-0793"
        corrected.sources = {"winners": {"value": corrected.winners, "from": SECRETARIAT}}
    assert found(edition) == ["Vinnaren AB"]


def test_a_nominator_that_says_it_won_is_a_winner(edition: Edition) -> None:
    nominee(nomination(edition, "Sändaren AB", orgnr=NUMBERS[0], relation=Relation.WON))
    on_the_list(edition, "Sändaren AB", NUMBERS[0])
    assert found(edition) == ["Sändaren AB"]


def test_a_personal_number_among_the_winners_matches_nobody_and_is_not_kept(edition: Edition) -> None:
    nominee(nomination(edition, "Sändaren AB", orgnr=NUMBERS[2], winners="Eva Ek, 850709-9805"))
    everyone = winners.winners(edition)
    assert (everyone.on_roll, everyone.elsewhere) == ([], [])


@both_databases
@pytest.mark.parametrize("may_vote", [True, False])
def test_the_freeze_settles_who_votes_and_going_back_undoes_it(
    app: Flask, clock: TestClock, may_vote: bool
) -> None:
    edition = shortlists.shortlisting(winners_vote=may_vote)
    shortlists.full_shortlist(edition, company="Sändaren AB", orgnr=NUMBERS[2], read=READ)
    won = on_the_list(edition, "Vinnaren AB", NUMBERS[0]).id
    other = on_the_list(edition, "Annan AB", NUMBERS[1]).id
    before = service.roll_hash(edition.id)
    shortlists.make_ballots(edition)
    voter = db.session.get_one(Voter, won)
    assert voter.won
    assert voter.left_out == ("" if may_vote else LeftOut.WINNER)
    assert shortlists.credentials(edition) == ({won, other} if may_vote else {other})
    frozen = service.frozen(edition.id)
    assert frozen is not None
    assert (frozen.voters, frozen.winners, frozen.left_out) == ((2, 1, 0) if may_vote else (1, 1, 1))
    first = str(edition.categories[0].id)
    assert frozen.winners_by_category == ({first: 1} if may_vote else {})
    assert (frozen.roll_hash == before) is may_vote
    entry = ledger.last(edition=edition.id, kind="roll-conflicts")
    assert entry is not None
    assert entry.data == {"left_out": int(not may_vote), "may_vote": may_vote, "winners": 1}
    shortlists.go_back(edition)
    db.session.rollback()
    assert [(each.won, each.left_out) for each in service.voters(edition.id)] == [(False, "")] * 2
    assert service.count(edition.id) == 2


@both_databases
def test_nobody_who_is_left_out_gets_any_letter_with_a_ballot(app: Flask, clock: TestClock) -> None:
    from app.ballots import delivery

    edition = shortlists.shortlisting(winners_vote=False)
    shortlists.full_shortlist(edition, company="Sändaren AB", orgnr=NUMBERS[2], read=READ)
    on_the_list(edition, "Vinnaren AB", NUMBERS[0], email="vinnare@list.example")
    on_the_list(edition, "Annan AB", NUMBERS[1], email="annan@list.example")
    shortlists.make_ballots(edition)
    with transaction():
        delivery.queue_all(edition.id, by=None, now=START)
    sent = db.session.scalars(select(Letter.to).where(Letter.name == "ballot"))
    assert list(sent) == ["annan@list.example"]


def test_every_person_of_a_company_that_won_is_concerned(app: Flask, clock: TestClock) -> None:
    edition = shortlists.shortlisting(unit=Unit.PERSON, winners_vote=False)
    nominee(nomination(edition, "Sändaren AB", orgnr=NUMBERS[2], read=READ))
    for name in ("Åsa Ek", "Bo Ek"):
        on_the_list(
            edition, "Vinnaren AB", NUMBERS[0], contact=name, email=f"{len(name)}@v.example", person=True
        )
    assert len(found(edition)) == 2


def test_ballots_are_not_made_for_nobody(app: Flask, clock: TestClock) -> None:
    edition = shortlists.shortlisting(winners_vote=False)
    shortlists.full_shortlist(edition, company="Sändaren AB", orgnr=NUMBERS[2], read=READ)
    on_the_list(edition, "Vinnaren AB", NUMBERS[0])
    assert len(duties.blockers(edition, Phase.PREPARED, now=START)) == 1


def test_the_secretariat_sees_who_is_concerned_before_the_ballots_and_after(
    app: Flask, clock: TestClock
) -> None:
    edition = shortlists.shortlisting(winners_vote=False)
    shortlists.full_shortlist(edition, company="Sändaren AB", orgnr=NUMBERS[2], read=READ)
    on_the_list(edition, "Vinnaren AB", NUMBERS[0])
    on_the_list(edition, "Annan AB", NUMBERS[1])
    browser = Browser(app)
    browser.sign_in()
    before = browser.get("/sekretariat/2026/flytta/prepared")
    assert "Vinnaren AB, 556036-0793" in before.text
    assert "Namnlös AB" in before.text
    assert "Vinnaren AB" in browser.get("/sekretariat/2026/rostlangd/vinnare").text
    shortlists.make_ballots(edition)
    assert "ingen röstsedel" in browser.get("/sekretariat/2026/rostlangd").text
    assert "ingen röstsedel" in browser.get("/sekretariat/2026/rostlangd/vinnare").text


@pytest.mark.parametrize(
    ("may_vote", "said"), [(True, "får rösta som alla andra"), (False, "får inte rösta")]
)
def test_the_public_page_says_so_before_the_vote(
    app: Flask, clock: TestClock, may_vote: bool, said: str
) -> None:
    shortlists.shortlisting(winners_vote=may_vote)
    assert said in Browser(app).get("/arg/2026").text


def test_the_frozen_roll_stands_on_the_public_page_with_its_seal_and_never_its_hash(
    app: Flask, clock: TestClock
) -> None:
    edition = shortlists.shortlisting()
    shortlists.full_shortlist(edition)
    voter = on_the_list(edition, "Annan AB", NUMBERS[1])
    shortlists.make_ballots(edition)
    frozen = service.frozen(edition.id)
    entry = ledger.last(edition=edition.id, kind="roll-frozen")
    assert frozen is not None
    assert entry is not None
    assert frozen.sealed == entry.data["roll"]
    page = Browser(app).get("/arg/2026")
    joined = "".join(page.root.get_element_by_id("roll").getparent().text_content().split())
    assert frozen.sealed in joined
    assert frozen.roll_hash not in joined
    figures = dict(zip(_words(page, "dt"), _words(page, "dd"), strict=False))
    assert figures["Röstberättigade när röstlängden låstes"] == "1"
    assert figures["Reservsedlar kvar"] == str(edition.spare_count)
    with transaction():
        service.correct_address(voter.id, "ny@list.example", by=None, now=START)
    figures = dict(zip(*(_words(Browser(app).get("/arg/2026"), tag) for tag in ("dt", "dd")), strict=False))
    assert figures["Rättade adresser"] == "1"


def test_an_auditor_works_the_seal_out_again(app: Flask, clock: TestClock) -> None:
    edition = shortlists.shortlisting()
    shortlists.full_shortlist(edition)
    voter = on_the_list(edition, "Annan AB", NUMBERS[1])
    shortlists.make_ballots(edition)
    browser = Browser(app)
    browser.sign_in()
    key = bytes.fromhex(freezing.seal_key(edition.id))
    assert key.hex() in browser.get("/sekretariat/2026/rostlangd").text
    shown = browser.raw("GET", "/sekretariat/2026/rostlangd/frusen.txt").data
    assert b"Annan AB" in shown
    seal = hmac.new(key, hashlib.sha256(shown).hexdigest().encode(), hashlib.sha256).hexdigest()
    assert seal in "".join(Browser(app).get("/arg/2026").text.split())
    with transaction():
        service.correct_address(voter.id, "ny@list.example", by=None, now=START)
    assert browser.raw("GET", "/sekretariat/2026/rostlangd/frusen.txt").status_code == 404


@pytest.mark.parametrize("may_vote", [True, False])
def test_a_winner_is_not_let_in_after_the_freeze_where_winners_do_not_vote(
    app: Flask, clock: TestClock, may_vote: bool
) -> None:
    edition = shortlists.shortlisting(winners_vote=may_vote)
    shortlists.full_shortlist(edition, company="Sändaren AB", orgnr=NUMBERS[2], read=READ)
    on_the_list(edition, "Annan AB", NUMBERS[1])
    shortlists.make_ballots(edition)
    late = {"Vinnaren AB": (NUMBERS[0], ""), "Dansk ApS": ("13585628", "DK")}
    for company, (number, country) in late.items():
        row, _ = rows.judge(
            line=0, company=company, number=number, sole_trader="", country=country, email="v@sen.example", contact="",
            language="sv",
        )  # fmt: skip
        refused = False
        try:
            winners.refuse_winner(db.session.get_one(Edition, edition.id), row)
        except winners.WonContract:
            refused = True
        assert refused is not may_vote


def _words(page: Any, tag: str) -> list[str]:
    part = page.root.get_element_by_id("roll").getparent()
    return [" ".join(each.text_content().split()) for each in part.iter(tag)]
