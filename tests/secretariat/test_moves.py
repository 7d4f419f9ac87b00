"""Moves under attack: the same person twice, replays, stale pages, two people at once, other roles."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app.access import Role
from app.accounts import service as accounts
from app.approvals import service as approvals
from app.approvals.models import TwoPersonAct
from app.ballots import service as ballots
from app.core.phases import Phase
from app.extensions import db, transaction
from app.jobs import service as jobs
from app.jobs.models import Job
from app.mail import service as mail
from app.mail.rendering import words
from app.roll import service as roll
from app.secretariat import service
from tests.awards.browsing import Browser
from tests.databases import both_databases
from tests.secretariat.conftest import Desk

VOTING = "/sekretariat/2026/flytta/voting"
REASON = "Första året. Juryn får nycklar nästa år."


@pytest.fixture
def ready(desk: Desk) -> Desk:
    """Prepared, the test letter sent."""
    desk.prepared()
    desk.send_test_letter()
    return desk


def ask(desk: Desk, browser: Browser | None = None) -> None:
    desk.move("voting", browser, action="ask", reason=REASON)


def test_one_person_cannot_ask_and_approve(ready: Desk) -> None:
    ask(ready)
    page = ready.anna.get(VOTING)
    assert 'value="approve"' not in page.html
    ready.anna.post(VOTING, {"expected": "prepared", "action": "approve", "count": "3"}, code=403)
    assert ready.phase is Phase.PREPARED
    with pytest.raises(service.SamePerson), transaction():
        service.approve_opening(ready.edition_id, by=ready.people["anna"], now=ready.clock.now())
    same = update(TwoPersonAct).values(second_id=TwoPersonAct.first_id)
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(same)


def test_nobody_opens_without_the_request(ready: Desk) -> None:
    ready.bo.post(VOTING, {"expected": "prepared", "action": "approve", "count": "3"}, code=409)
    ready.bo.post(VOTING, {"expected": "prepared", "action": "move", "count": "3"}, code=422)
    with pytest.raises(service.TwoPeopleNeeded):
        ready.advance(Phase.VOTING)
    assert ready.phase is Phase.PREPARED
    assert ballots.delivery.counts(ready.edition_id).total == 0


def test_the_reason_is_needed_and_shown_to_the_second(ready: Desk) -> None:
    ready.move("voting", action="ask", reason="  ", code=422)
    ask(ready)
    assert REASON in ready.bo.get(VOTING).text
    again = ready.bo.post(VOTING, {"expected": "prepared", "action": "ask", "reason": "också"}, code=409)
    assert "409" not in again.text


def test_a_request_is_taken_back_by_either(ready: Desk) -> None:
    for browser in (ready.anna, ready.bo):
        ask(ready)
        browser.post(VOTING, {"expected": "prepared", "action": "take-back"}, code=303)
        ready.bo.post(VOTING, {"expected": "prepared", "action": "approve", "count": "3"}, code=409)
    assert ready.phase is Phase.PREPARED


def test_going_back_drops_the_request(ready: Desk) -> None:
    ask(ready)
    ready.move("shortlisting")
    ready.move("prepared")
    ready.work()
    ready.bo.post(VOTING, {"expected": "prepared", "action": "approve", "count": "3"}, code=409)


def test_a_removed_first_person_opens_nothing(ready: Desk) -> None:
    ask(ready)
    with transaction():
        accounts.account(ready.people["anna"]).disabled_at = ready.clock.now()
    ready.move("voting", ready.bo, action="approve", count="3", code=422)
    assert ready.phase is Phase.PREPARED


def test_a_replayed_opening_sends_nothing_twice(ready: Desk) -> None:
    ask(ready)
    data = {"expected": "prepared", "action": "approve", "count": "3"}
    ready.bo.post(VOTING, data, code=303)
    ready.bo.post(VOTING, data, code=409, page="/konto")
    assert ballots.delivery.counts(ready.edition_id).total == 3
    assert len(db.session.scalars(select(TwoPersonAct)).all()) == 1


@both_databases
def test_two_approvals_at_once_open_once(ready: Desk) -> None:
    ask(ready)
    ends = at_once(
        ready,
        lambda: service.approve_opening(ready.edition_id, by=ready.people["bo"], now=ready.clock.now()),
    )
    assert ends == ["done", "refused"]
    db.session.rollback()
    assert ballots.delivery.counts(ready.edition_id).total == 3


@both_databases
def test_two_moves_at_once_move_once(desk: Desk) -> None:
    def move() -> None:
        service.advance(
            desk.edition_id,
            Phase.NOMINATING,
            expected=Phase.DRAFT,
            by=desk.people["anna"],
            now=desk.clock.now(),
        )

    assert at_once(desk, move) == ["done", "refused"]
    assert desk.phase is Phase.NOMINATING


def at_once(desk: Desk, act) -> list[str]:
    """Two threads do the same; how each ended, sorted."""
    db.session.rollback()
    barrier, ends = threading.Barrier(2), []

    def run() -> None:
        with desk.app.app_context():
            barrier.wait(20)
            try:
                with transaction():
                    act()
                ends.append("done")
            except (service.Overtaken, service.NothingWaits):
                ends.append("refused")
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return sorted(ends)


def test_a_page_that_stood_open_moves_nothing(desk: Desk) -> None:
    desk.move("nominating")
    page = desk.anna.post(
        "/sekretariat/2026/flytta/nominating",
        {"expected": "draft", "action": "move"},
        code=409,
        page="/konto",
    )
    assert "/sekretariat/2026" in page.links()
    desk.anna.post(
        "/sekretariat/2026/flytta/cancelled", {"expected": "draft", "action": "move", "reason": "x"}, code=409
    )
    desk.anna.post(
        "/sekretariat/2026/flytta/cancelled", {"expected": "", "action": "move", "reason": "x"}, code=400
    )
    assert desk.phase is Phase.NOMINATING


def test_moves_that_do_not_exist(desk: Desk) -> None:
    desk.anna.get("/sekretariat/2026/flytta/nonsense", code=404)
    desk.anna.get("/sekretariat/annan/flytta/nominating", code=404)
    for to in ("voting", "published", "counting", "review", "archived"):
        desk.anna.get(f"/sekretariat/2026/flytta/{to}", code=409)
    assert desk.phase is Phase.DRAFT


def test_cancelling_needs_a_reason_and_is_final(desk: Desk) -> None:
    desk.move("cancelled", code=422)
    desk.move("cancelled", reason="<b>Ingen</b> tid")
    assert desk.phase is Phase.CANCELLED
    assert "<b>Ingen" not in desk.anna.get("/resultat/2026").html
    desk.anna.get("/sekretariat/2026/flytta/nominating", code=409)


def test_the_worker_is_asked_once(desk: Desk) -> None:
    desk.shortlisting()
    desk.move("prepared")
    desk.anna.post(
        "/sekretariat/2026/flytta/prepared",
        {"expected": "shortlisting", "action": "move"},
        code=303,
        page="/konto",
    )
    db.session.rollback()
    assert len(db.session.scalars(select(Job).where(Job.kind == service.ADVANCE)).all()) == 1


def test_a_blocked_job_fails_and_says_why(desk: Desk) -> None:
    desk.shortlisting()
    desk.move("prepared")
    with transaction():
        for voter in roll.voters(desk.edition_id):
            roll.remove_voter(
                voter.id, edition_id=desk.edition_id, by=desk.people["anna"], now=desk.clock.now()
            )
    for _ in range(service.TRIES):
        desk.work()
        desk.clock.set(desk.clock.now().replace(hour=desk.clock.now().hour + 1))
    status = jobs.status(kind=service.ADVANCE, edition_id=desk.edition_id)
    assert status is not None
    assert status.state == "failed"
    assert desk.phase is Phase.SHORTLISTING
    desk.anna.sign_in(email="anna@example.se")
    page = desk.anna.get("/sekretariat/2026/framsteg")
    assert page.root.xpath("//pre")
    desk.anna.post(f"/sekretariat/2026/fel/jobb/{status.id}", code=303, page="/sekretariat/2026/fel")
    desk.anna.post(f"/sekretariat/2026/fel/jobb/{status.id}", code=404, page="/konto")


@pytest.mark.parametrize("role", [Role.JUROR, Role.OBSERVER])
def test_moves_are_the_secretariats_alone(desk: Desk, role: Role) -> None:
    other, nobody = Browser(desk.app), Browser(desk.app)
    other.sign_in(role, "annan@example.se")
    token = other.get("/konto").value("csrf_token")
    for path in (
        "/sekretariat/",
        "/sekretariat/2026",
        "/sekretariat/2026/flytta/nominating",
        "/sekretariat/2026/framsteg",
        "/sekretariat/2026/framsteg.json",
        "/sekretariat/2026/fel",
    ):
        assert other.raw("GET", path).status_code == 403
        assert nobody.raw("GET", path).status_code == 302
    for path in (
        "/sekretariat/2026/flytta/nominating",
        "/sekretariat/2026/fel/jobb/1",
        "/sekretariat/2026/fel/brev/1",
    ):
        assert other.raw("POST", path, data={"csrf_token": token, "expected": "draft"}).status_code == 403
        assert nobody.raw("POST", path).status_code in {400, 401}
    assert (
        desk.anna.raw("POST", "/sekretariat/2026/flytta/nominating", data={"expected": "draft"}).status_code
        == 400
    )
    assert desk.phase is Phase.DRAFT


def test_the_others_are_told_by_letter_which_is_dropped_once_answered(ready: Desk) -> None:
    ask(ready)
    (letter,) = mail.find(approvals.REQUEST, 1)
    assert letter.to == "bo@example.se"
    said = words(letter, ready.clock.now())
    assert said is not None
    assert REASON in said.text
    assert "http://127.0.0.1:8000/sekretariat/2026/flytta/voting" in said.text
    ready.move("voting", action="take-back")
    db.session.rollback()
    assert words(letter, ready.clock.now()) is None
