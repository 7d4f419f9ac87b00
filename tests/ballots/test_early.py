"""Ballots that leave before the vote opens, and the opening that asks when some have not arrived."""

import pytest
from sqlalchemy import select

from app.ballots import batches, delivery, issuing
from app.ballots import service as ballots
from app.core.phases import Phase
from app.extensions import db, transaction
from app.mail.models import Letter
from app.mail.rendering import written
from app.roll import service as roll
from app.secretariat import service
from tests.ballots.voting import CODE
from tests.secretariat.conftest import Desk, desk  # noqa: F401 (the fixture)

SEND = "/sekretariat/2026/brev/skicka"


@pytest.fixture
def ready(desk: Desk) -> Desk:  # noqa: F811 (the fixture)
    """Prepared, the test letter sent."""
    desk.prepared()
    desk.send_test_letter()
    return desk


def letters():
    db.session.rollback()
    return list(db.session.scalars(select(Letter).where(Letter.name == "ballot").order_by(Letter.id)))


def arrived(*states):
    with transaction():
        for letter, state in zip(letters(), states, strict=True):
            db.session.get(Letter, letter.id).state = state


def send(ready: Desk) -> None:
    with transaction():
        delivery.send_early(ready.edition_id, expected=3, by=ready.people["anna"], now=ready.clock.now())


def test_they_leave_once_by_an_act_that_states_the_number(ready: Desk) -> None:
    page = ready.anna.get(SEND)
    assert "3" in page.text
    for wrong in ("", "2", "4", "3x"):
        assert ready.anna.post(SEND, {"count": wrong}, code=422).value("count") == wrong
    assert letters() == []
    ready.anna.post(SEND, {"count": " 3 "}, code=303)
    assert [letter.batch for letter in letters()] == ["ballots"] * 3
    assert [batch.number for batch in batches.batches(ready.edition_id)] == [1]
    ready.anna.post(SEND, {"count": "3"}, code=303, page="/konto")
    assert len(letters()) == 3


def test_the_letter_carries_the_ballot_and_says_when_the_vote_opens(ready: Desk) -> None:
    send(ready)
    said = written("ballot", letters()[0].subject_id, "sv", ready.clock.now())
    assert said is not None
    assert len(set(CODE.findall(said.text))) == 1
    assert "öppnar" in said.text or "opens" in said.text


def test_nobody_sends_unread_letters_or_in_another_phase(desk: Desk) -> None:  # noqa: F811 (the fixture)
    desk.anna.get(SEND, code=404)
    desk.prepared()
    desk.anna.get(SEND)
    desk.anna.post(SEND, {"count": "3"}, code=422, page="/konto")
    assert letters() == []


def test_there_is_no_way_back_from_the_moment_they_are_queued(ready: Desk) -> None:
    assert Phase.SHORTLISTING in service.possible(ready.edition)
    send(ready)
    assert Phase.SHORTLISTING not in service.possible(ready.edition)
    with pytest.raises(issuing.LettersLeft), transaction():
        ballots.enter(ready.edition_id, Phase.SHORTLISTING, by=None, now=ready.clock.now())


def test_the_opening_asks_when_ballots_have_not_arrived(ready: Desk) -> None:
    send(ready)
    arrived("sent", "bounced", "deferred")
    page = ready.move("voting", action="ask", reason="Juryn får nycklar nästa år.")
    page = ready.bo.get("/sekretariat/2026/flytta/voting")
    companies = [each.company for each in roll.voters(ready.edition_id)]
    shown = page.root.xpath("string(//section[@aria-labelledby='arrived'])")
    assert sum(company in shown for company in companies) == 2
    assert "1" in shown
    assert page.root.xpath("//input[@name='undelivered']")
    assert not page.root.xpath("//input[@name='count']")  # nothing is sent by the opening
    refused = ready.move("voting", ready.bo, action="approve", code=422)
    assert refused.root.xpath("//*[@id='errors']//a[@href='#undelivered']")
    assert ready.phase is Phase.PREPARED
    ready.move("voting", ready.bo, action="approve", undelivered="y")
    assert ready.phase is Phase.VOTING
    assert len(letters()) == 3


def test_the_opening_asks_nothing_when_all_have_arrived(ready: Desk) -> None:
    send(ready)
    arrived("sent", "sent", "sent")
    ready.move("voting", action="ask", reason="Juryn får nycklar nästa år.")
    page = ready.bo.get("/sekretariat/2026/flytta/voting")
    assert not page.root.xpath("//input[@name='undelivered']")
    ready.move("voting", ready.bo, action="approve")
    assert ready.phase is Phase.VOTING


def test_no_other_way_of_opening_skips_the_question(ready: Desk) -> None:
    send(ready)
    with pytest.raises(service.NotDelivered) as asked, transaction():
        service.advance(
            ready.edition_id,
            Phase.VOTING,
            expected=Phase.PREPARED,
            by=None,
            now=ready.clock.now(),
            two_people=True,
        )
    assert isinstance(asked.value, service.MoveBlocked)
    assert asked.value.number == 3
