"""The plan: what is planned happens once, at its time, under the same conditions as by hand, or says why not."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app.access import Role
from app.accounts import service as accounts
from app.awards import service as awards
from app.ballots import service as ballots
from app.ballots.models import LetterBatch
from app.core.phases import Phase
from app.extensions import db, transaction
from app.ledger import service as ledger
from app.mail.models import Letter
from app.mail.rendering import words
from app.roll.models import Voter
from app.secretariat import plan, plan_running, planned_acts, service
from app.secretariat.models import PlanItem, PlanKind, PlanState
from tests.databases import both_databases
from tests.secretariat.conftest import CLOSE, VOTE_CLOSES, Desk

PLAN = "/sekretariat/2026/plan"
REASON = "Första året. Juryn får nycklar nästa år."
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def planned(desk: Desk, kind: PlanKind, at: datetime, number: int = 1) -> PlanItem:
    with transaction():
        return plan.add(desk.edition_id, kind, number, at, by=desk.people["anna"], now=desk.clock.now())


def fresh(item: PlanItem) -> PlanItem:
    db.session.rollback()
    return db.session.get_one(PlanItem, item.id, populate_existing=True)


def letters(name: str) -> list[Letter]:
    db.session.rollback()
    return list(db.session.scalars(select(Letter).where(Letter.name == name).order_by(Letter.id)))


def at(desk: Desk, moment: datetime) -> None:
    """The time comes and a worker is there; staff sign in anew."""
    desk.clock.set(moment)
    desk.work()
    desk.anna.sign_in(email="anna@example.se")
    desk.bo.sign_in(email="bo@example.se")


@pytest.fixture
def opening(desk: Desk) -> PlanItem:
    """Prepared, the test letter sent, an opening planned in two days."""
    desk.prepared()
    desk.send_test_letter()
    return planned(desk, PlanKind.OPEN_VOTE, desk.clock.now() + 2 * DAY)


def confirm(desk: Desk, item: PlanItem, *, code: int = 303, count: str = "3") -> None:
    desk.anna.post(
        f"{PLAN}/{item.id}/bekrafta", {"action": "confirm", "count": count, "reason": REASON}, code=code
    )


def approve(desk: Desk, item: PlanItem, *, code: int = 303, count: str = "3") -> None:
    desk.bo.post(
        f"{PLAN}/{item.id}/bekrafta", {"action": "approve", "count": count}, code=code, page="/konto"
    )


# ---- moves ---------------------------------------------------------------------------------------


@both_databases
def test_nominations_give_way_to_the_shortlist_after_the_quiet_minutes(desk: Desk) -> None:
    desk.advance(Phase.NOMINATING)
    item = planned(desk, PlanKind.CLOSE_NOMINATIONS, CLOSE)
    at(desk, CLOSE + timedelta(minutes=9))
    assert desk.phase is Phase.NOMINATING
    assert letters(plan_running.LATE) == []  # not late: the deadline's quiet minutes are not over
    at(desk, CLOSE + timedelta(minutes=11))
    assert desk.phase is Phase.SHORTLISTING
    assert (fresh(item).state, fresh(item).ended_at) == (PlanState.DONE, CLOSE + timedelta(minutes=11))
    desk.work()
    moves = [str(each.to_phase) for each in awards.moves(desk.edition_id)]
    assert moves == ["nominating", "shortlisting"]


@both_databases
def test_the_vote_opens_at_its_time_for_those_it_was_confirmed_for(desk: Desk, opening: PlanItem) -> None:
    confirm(desk, opening)
    (asked,) = letters(plan.REQUEST)
    assert asked.to == "bo@example.se"
    assert REASON in words(asked, desk.clock.now()).text
    approve(desk, opening)
    assert ledger.last(edition=desk.edition_id, kind="two-person-act").data["reason"] == REASON
    at(desk, opening.at - timedelta(minutes=1))
    assert desk.phase is Phase.PREPARED
    at(desk, opening.at + timedelta(seconds=20))
    assert desk.phase is Phase.VOTING
    done = fresh(opening)
    assert (done.state, done.letters) == (PlanState.DONE, 3)
    assert ballots.delivery.counts(desk.edition_id).total == 3
    at(desk, opening.at + HOUR)
    assert ballots.delivery.counts(desk.edition_id).total == 3
    assert "planen" in desk.anna.get(PLAN).text


def test_an_opening_that_nobody_confirmed_is_late_and_says_so_once(desk: Desk, opening: PlanItem) -> None:
    at(desk, opening.at + HOUR)
    at(desk, opening.at + 2 * HOUR)
    assert desk.phase is Phase.PREPARED
    told = letters(plan_running.LATE)
    assert sorted(each.to for each in told) == ["anna@example.se", "bo@example.se"]
    assert desk.clock.now() > opening.at
    home = desk.home().text
    assert "Planen är försenad" in home
    assert "försenat" in desk.anna.get(PLAN).text
    confirm(desk, opening)
    approve(desk, opening)
    at(desk, opening.at + 3 * HOUR)
    assert desk.phase is Phase.VOTING
    assert "3 timmar för sent" in desk.anna.get(PLAN).text


def test_one_person_alone_opens_nothing(desk: Desk, opening: PlanItem) -> None:
    confirm(desk, opening)
    desk.anna.post(
        f"{PLAN}/{opening.id}/bekrafta", {"action": "approve", "count": "3"}, code=403, page="/konto"
    )
    at(desk, opening.at + HOUR)
    assert desk.phase is Phase.PREPARED
    same = update(PlanItem).values(second_id=PlanItem.confirmed_by)
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(same)


@pytest.mark.parametrize("who", ["anna", "bo"])
def test_whoever_left_opens_nothing(desk: Desk, opening: PlanItem, who: str) -> None:
    confirm(desk, opening)
    approve(desk, opening)
    with transaction():
        accounts.account(desk.people[who]).disabled_at = desk.clock.now()
    desk.clock.set(opening.at + HOUR)
    desk.work()
    assert desk.phase is Phase.PREPARED


@pytest.mark.parametrize("change", ["more", "fewer", "another roll"])
def test_another_roll_than_the_confirmed_one_gets_nothing(desk: Desk, opening: PlanItem, change: str) -> None:
    confirm(desk, opening)
    approve(desk, opening)
    with transaction():
        first = db.session.scalars(select(Voter)).first()
        assert first is not None
        if change == "more":
            db.session.add(
                Voter(
                    edition_id=desk.edition_id, key="SE:x", company="Extra AB", email="extra@example.se",
                    added_at=desk.clock.now(),
                )
            )  # fmt: skip
        elif change == "fewer":
            first.left_out = "winner"
        else:
            item = db.session.get_one(PlanItem, opening.id)
            item.roll_hash = "0" * 64
    at(desk, opening.at + HOUR)
    assert desk.phase is Phase.PREPARED
    assert letters("ballot") == []
    assert "en annan nu" in words(letters(plan_running.LATE)[0], desk.clock.now()).text


def test_the_number_is_typed_by_both(desk: Desk, opening: PlanItem) -> None:
    confirm(desk, opening, count="4", code=422)
    confirm(desk, opening, count="", code=422)
    desk.anna.post(
        f"{PLAN}/{opening.id}/bekrafta", {"action": "confirm", "count": "3", "reason": " "}, code=422
    )
    assert fresh(opening).confirmed_by is None
    confirm(desk, opening)
    approve(desk, opening, count="2", code=422)
    assert fresh(opening).second_id is None


def test_a_confirmation_falls_with_a_new_time_and_can_be_taken_back(desk: Desk, opening: PlanItem) -> None:
    confirm(desk, opening)
    desk.bo.post(f"{PLAN}/{opening.id}/bekrafta", {"action": "take-back"}, code=303)
    assert fresh(opening).confirmed_by is None
    confirm(desk, opening)
    approve(desk, opening)
    later = (opening.at + DAY).strftime("%Y-%m-%dT%H:%M")
    desk.anna.post(f"{PLAN}/{opening.id}", {"at": later}, code=303)
    assert (fresh(opening).confirmed_by, fresh(opening).second_id, fresh(opening).voters) == (
        None,
        None,
        None,
    )


def test_going_back_to_the_shortlist_and_on_again_asks_anew(desk: Desk, opening: PlanItem) -> None:
    confirm(desk, opening)
    approve(desk, opening)
    desk.move("shortlisting")
    at(desk, opening.at + HOUR)
    assert desk.phase is Phase.SHORTLISTING
    assert "inte gjorda" in desk.anna.get(PLAN).text


def test_what_was_done_by_hand_is_not_done_again(desk: Desk, opening: PlanItem) -> None:
    confirm(desk, opening)
    approve(desk, opening)
    desk.move("voting", action="ask", reason=REASON)
    desk.move("voting", desk.bo, action="approve", count="3")
    at(desk, opening.at + HOUR)
    assert fresh(opening).state == PlanState.BY_HAND
    assert ballots.delivery.counts(desk.edition_id).total == 3


def test_ballots_leave_before_the_opening_when_that_is_planned(desk: Desk) -> None:
    desk.prepared()
    desk.send_test_letter()
    item = planned(desk, PlanKind.SEND_BALLOTS, desk.clock.now() + DAY)
    desk.anna.post(f"{PLAN}/{item.id}/bekrafta", {"action": "confirm", "count": "3"}, code=303)
    at(desk, item.at + timedelta(minutes=1))
    assert (desk.phase, fresh(item).state, fresh(item).letters) == (Phase.PREPARED, PlanState.DONE, 3)
    at(desk, item.at + timedelta(minutes=2))
    assert len(letters("ballot")) == 3


# ---- letters -------------------------------------------------------------------------------------


@pytest.fixture
def voting(desk: Desk, opening: PlanItem) -> Desk:
    """The vote is open by the plan, and the ballots have arrived."""
    confirm(desk, opening)
    approve(desk, opening)
    at(desk, opening.at)
    with transaction():
        db.session.execute(update(Letter).where(Letter.name == "ballot").values(state="sent"))
    return desk


@both_databases
def test_reminders_leave_at_their_time_and_the_last_hour_is_quiet(voting: Desk) -> None:
    first = planned(voting, PlanKind.REMINDER, voting.clock.now() + DAY, 1)
    second = planned(voting, PlanKind.REMINDER, VOTE_CLOSES - timedelta(minutes=30), 2)
    at(voting, first.at + timedelta(seconds=5))
    assert (fresh(first).state, fresh(first).letters) == (PlanState.DONE, 3)
    assert len(letters("ballot-reminder")) == 3
    batch = db.session.scalars(select(LetterBatch).where(LetterBatch.letter == "ballot-reminder")).one()
    assert (batch.by, batch.by_plan) == (voting.people["anna"], True)
    at(voting, second.at)
    assert fresh(second).state == PlanState.MISSED
    assert len(letters("ballot-reminder")) == 3
    assert "gjordes inte" in voting.anna.get(PLAN).text


def test_a_reminder_that_nobody_needs_is_done_and_sends_nothing(voting: Desk) -> None:
    first = planned(voting, PlanKind.REMINDER, voting.clock.now() + HOUR, 1)
    second = planned(voting, PlanKind.REMINDER, voting.clock.now() + 2 * HOUR, 2)
    at(voting, first.at)
    at(voting, second.at)
    assert (fresh(second).state, fresh(second).letters) == (PlanState.DONE, 0)
    assert len(letters("ballot-reminder")) == 3


def test_the_result_letter_waits_for_the_publication(voting: Desk) -> None:
    item = planned(voting, PlanKind.RESULT_LETTER, VOTE_CLOSES - DAY)
    at(voting, item.at + HOUR)
    assert fresh(item).state == PlanState.PLANNED
    assert len(letters(plan_running.LATE)) == 2
    with transaction():
        voting.edition.phase = Phase.PUBLISHED
    at(voting, item.at + 2 * HOUR)
    assert fresh(item).state == PlanState.DONE
    assert len(letters("result")) == fresh(item).letters == 3


# ---- once ----------------------------------------------------------------------------------------


@both_databases
def test_many_at_once_do_it_once(voting: Desk) -> None:
    item = planned(voting, PlanKind.REMINDER, voting.clock.now() + HOUR)
    voting.clock.set(item.at)
    ends: list[str] = []
    gate = threading.Barrier(4)

    def run() -> None:
        with voting.app.app_context():
            gate.wait(20)
            ends.append(plan_running.run(item.id, now=item.at))

    workers = [threading.Thread(target=run) for _ in range(4)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    assert sorted(ends) == ["done", "gone", "gone", "gone"]
    assert len(letters("ballot-reminder")) == 3


def test_one_that_fails_holds_up_no_other(voting: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error that nobody foresaw fails the job, after the others have been done."""
    from app.secretariat import jobs

    broken = planned(voting, PlanKind.RESULT_LETTER, voting.clock.now() + HOUR)
    item = planned(voting, PlanKind.REMINDER, voting.clock.now() + 2 * HOUR)
    with transaction():
        db.session.get_one(PlanItem, broken.id).kind = "nonsense"
    with pytest.raises(ValueError, match="nonsense"):
        jobs.run_plan({}, now=item.at, progress=lambda done, total: None)
    assert fresh(item).state == PlanState.DONE


# ---- pages ---------------------------------------------------------------------------------------


def test_suggestions_come_from_the_dates_and_become_a_plan(desk: Desk) -> None:
    page = desk.anna.get(PLAN)
    offered = [(each.kind, each.number) for each in plan.offers(desk.edition, desk.clock.now())]
    assert offered == [
        ("close-nominations", 1), ("open-vote", 1), ("reminder", 1), ("reminder", 2), ("result-letter", 1),
    ]  # fmt: skip
    assert "Påminnelse 2" in page.text
    desk.anna.post(
        f"{PLAN}/forslag", {"offer": ["open-vote 1", "reminder 1", "x", "reminder 99"]}, code=303, page=PLAN
    )
    kept = [(each.kind, each.number) for each in plan.items(desk.edition_id)]
    assert kept == [("open-vote", 1), ("reminder", 1)]
    desk.anna.post(f"{PLAN}/forslag", {}, code=303, page=PLAN)
    assert len(plan.items(desk.edition_id)) == 2
    assert "av sig självt" in desk.anna.get(PLAN).text
    assert "Öppna omröstningen" in desk.home().text


def test_suggested_reminders_are_days_apart_and_inside_the_vote(desk: Desk) -> None:
    times = [
        each.at for each in plan.offers(desk.edition, desk.clock.now()) if each.kind is PlanKind.REMINDER
    ]
    assert times == sorted(times)
    assert desk.edition.voting_opens_at < times[0] < times[-1] < VOTE_CLOSES
    assert times[1] - times[0] >= timedelta(days=desk.edition.reminder_days) - HOUR


def test_something_is_added_changed_and_taken_away(desk: Desk) -> None:
    soon, past = desk.clock.now() + DAY, desk.clock.now() - DAY
    form = {"what": "reminder 1", "at": past.strftime("%Y-%m-%dT%H:%M")}
    assert "passerat" in desk.anna.post(f"{PLAN}/ny", form, code=422).errors
    desk.anna.post(f"{PLAN}/ny", {"what": "reminder 1", "at": ""}, code=422)
    desk.anna.post(f"{PLAN}/ny", {"what": "reminder 7", "at": form["at"]}, code=422)
    desk.anna.post(f"{PLAN}/ny", form | {"at": soon.strftime("%Y-%m-%dT%H:%M")}, code=303)
    (item,) = plan.items(desk.edition_id)
    assert "passerat" in desk.anna.post(f"{PLAN}/{item.id}", {"at": form["at"]}, code=422).errors
    desk.anna.post(f"{PLAN}/{item.id}/bort", code=303, page=f"{PLAN}/{item.id}")
    assert plan.items(desk.edition_id) == []
    desk.anna.get(f"{PLAN}/{item.id}", code=404)


def test_what_has_happened_is_not_changed(voting: Desk, opening: PlanItem) -> None:
    for path in ("", "/bort", "/bekrafta"):
        page = voting.anna.post(
            f"{PLAN}/{opening.id}{path}",
            {"at": "2030-01-01T10:00"},
            code=302 if False else 303,
            page="/konto",
        )
        assert page.answer.location.endswith(PLAN)
    assert fresh(opening).state == PlanState.DONE


def test_another_editions_item_is_not_there(desk: Desk) -> None:
    from tests.awards.conftest import make_edition

    item = planned(desk, PlanKind.REMINDER, desk.clock.now() + DAY)
    make_edition(desk.clock.now(), slug="2027")
    desk.anna.get(f"/sekretariat/2027/plan/{item.id}", code=404)
    with pytest.raises(plan.NoSuchItem), transaction():
        plan.remove(item.id, edition_id=item.edition_id + 1)


def test_jurors_have_no_plan_and_no_outbox(desk: Desk) -> None:
    juror = type(desk.anna)(desk.app)
    juror.sign_in(Role.JUROR, "jurij@example.se")
    for path in (PLAN, f"{PLAN}/ny", "/sekretariat/2026/utskick", "/sekretariat/2026/utskick/paminnelse"):
        juror.get(path, code=403)
    assert planned_acts.KINDS.keys() == set(PlanKind)
    assert service.DOMAINS
