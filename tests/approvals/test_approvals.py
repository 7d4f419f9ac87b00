"""What two people decide: who may ask, answer and take back; that an act is done once, by two who are there."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app.access import Role
from app.accounts import service as accounts
from app.approvals import service
from app.approvals.models import Outcome, TwoPersonAct
from app.ballots import decisions
from app.ballots import service as ballots
from app.core.phases import Phase
from app.extensions import db, transaction
from app.ledger import service as ledger
from app.ledger.models import LogEntry
from app.mail import service as mail
from app.mail.rendering import words
from app.roll import service as roll
from tests.ballots.voting import Year, voter_ids
from tests.databases import both_databases
from tests.review.staff import Staff
from tests.tally.year import START

PAGE = "/sekretariat/2026/tva-personer"


def ask(year: Year, voter: int = 0, *, by: int = 0, email: str = "ny@example.se") -> int:
    with transaction():
        return decisions.ask_to_correct(
            voter_ids(year)[voter], edition_id=year.edition_id, email=email, reason="mistyped", note="Ringde.",
            by=year.secretaries[by].id, now=START,
        ).id  # fmt: skip


def approve(year: Year, asked: int, *, by: int = 1) -> None:
    with transaction():
        service.approve(asked, by=year.secretaries[by].id, now=START)


def acts(year: Year) -> int:
    return len(db.session.scalars(select(LogEntry).where(LogEntry.kind == "two-person-act")).all())


def address(year: Year, voter: int = 0) -> str:
    db.session.rollback()
    return roll.voter(voter_ids(year)[voter]).email


def test_another_person_approves_and_it_is_done_on_record(year: Year) -> None:
    approve(year, ask(year))
    assert address(year) == "ny@example.se"
    entry = ledger.last(edition=year.edition_id, kind="two-person-act")
    assert entry is not None
    assert (entry.data["act"], entry.data["reason"]) == ("correct-address", "mistyped")
    corrected = ledger.last(edition=year.edition_id, kind="address-corrected")
    assert corrected is not None
    assert (corrected.data["by"]["who"], corrected.data["second"]) == (
        entry.data["first"],
        entry.data["second"],
    )
    assert entry.data["first"] != entry.data["second"]
    (asked,) = service.decided(year.edition_id)
    assert (asked.outcome, asked.first_id, asked.second_id) == (
        Outcome.APPROVED, year.secretaries[0].id, year.secretaries[1].id,
    )  # fmt: skip
    assert service.waiting(year.edition_id) == []


def test_one_person_cannot_ask_and_approve(year: Year, app) -> None:
    asked = ask(year)
    with pytest.raises(service.SamePerson):
        approve(year, asked, by=0)
    with pytest.raises(service.SamePerson), transaction():
        service.decline(asked, by=year.secretaries[0].id, now=START)
    same = update(TwoPersonAct).values(second_id=TwoPersonAct.first_id)
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(same)
    alone = Staff(app, year.secretaries[0])
    alone.get(PAGE)
    assert not alone.page.xpath("//form[contains(@action, 'godkann') or contains(@action, 'avsla')]")
    assert alone.post(f"{PAGE}/{asked}/godkann", {}).status_code == 200
    assert address(year) == "rost1@example.se"
    assert acts(year) == 0


def test_whoever_asked_must_still_be_there(year: Year) -> None:
    first, second = ask(year), ask(year, 1)
    with transaction():
        accounts.account(year.secretaries[0].id).disabled_at = START
    with pytest.raises(service.AskerGone):
        approve(year, first)
    with transaction():
        account = accounts.account(year.secretaries[0].id)
        account.disabled_at, account.role = None, Role.JUROR
    with pytest.raises(service.AskerGone):
        approve(year, second)
    assert address(year) == "rost1@example.se"
    with transaction():
        service.decline(first, by=year.secretaries[1].id, now=START)
    assert acts(year) == 0


@pytest.mark.parametrize("how", ["decline", "take_back"])
def test_what_was_answered_is_answered(year: Year, how: str) -> None:
    asked, by = ask(year), year.secretaries[0 if how == "take_back" else 1].id
    with transaction():
        getattr(service, how)(asked, by=by, now=START)
    for late in (service.approve, service.decline, service.take_back):
        with pytest.raises(service.NothingWaits), transaction():
            late(asked, by=year.secretaries[2].id, now=START)
    assert address(year) == "rost1@example.se"
    ask(year)  # and it can be asked for again


def test_only_the_asker_takes_back(year: Year) -> None:
    asked = ask(year)
    with pytest.raises(service.NotTheAsker), transaction():
        service.take_back(asked, by=year.secretaries[1].id, now=START)


def test_the_same_is_asked_for_once_but_others_may_wait_beside_it(year: Year) -> None:
    ask(year)
    with pytest.raises(service.AlreadyAsked):
        ask(year, by=1, email="annan@example.se")
    ask(year, 1)
    assert len(service.waiting(year.edition_id)) == 2
    row = TwoPersonAct(
        edition_id=year.edition_id, act="correct-address", subject_id=voter_ids(year)[0], reason="x",
        first_id=year.secretaries[0].id, requested_at=START, pending=True,
    )  # fmt: skip
    with pytest.raises(IntegrityError), transaction():
        db.session.add(row)


def test_a_reason_is_needed(year: Year) -> None:
    with pytest.raises(service.ReasonMissing), transaction():
        service.ask(
            edition_id=year.edition_id, act="correct-address", reason=" ", by=year.secretaries[0].id, now=START
        )  # fmt: skip


def test_nothing_is_decided_in_another_phase(year: Year) -> None:
    asked = ask(year)
    with transaction():
        year.edition.phase = Phase.COUNTING
    assert service.waiting(year.edition_id) == []
    with pytest.raises(service.Refused) as refused:
        approve(year, asked)
    assert refused.value.for_good
    with pytest.raises(service.Refused), transaction():
        service.ask(
            edition_id=year.edition_id, act="correct-address", reason="x", by=year.secretaries[0].id, now=START
        )  # fmt: skip


def test_the_others_get_a_letter_which_is_dropped_once_answered(year: Year) -> None:
    asked = ask(year)
    sent = mail.find(service.REQUEST, asked)
    assert sorted(letter.to for letter in sent) == sorted(each.email for each in year.secretaries[1:])
    said = words(sent[0], START)
    assert said is not None
    assert "Företag 1 AB" in said.text
    assert f"http://127.0.0.1:8000{PAGE}" in said.text
    assert "Ringde." not in said.text + said.html
    with transaction():
        service.take_back(asked, by=year.secretaries[0].id, now=START)
    assert words(sent[0], START) is None


@both_databases
def test_two_approvals_at_once_do_it_once(year: Year, app) -> None:
    asked = ask(year)
    db.session.rollback()
    barrier, ends = threading.Barrier(2), []

    def run(who: int) -> None:
        with app.app_context():
            barrier.wait(20)
            try:
                with transaction():
                    service.approve(asked, by=who, now=START)
                ends.append("done")
            except service.NothingWaits:
                ends.append("refused")
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(each.id,)) for each in year.secretaries[1:]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(ends) == ["done", "refused"]
    assert acts(year) == 1
    assert ballots.changes(year.edition_id).corrected == 1


def test_the_page_shows_what_waits_and_what_was_decided(year: Year, app) -> None:
    first, second = Staff(app, year.secretaries[0]), Staff(app, year.secretaries[1])
    second.get(PAGE)
    assert not second.page.xpath("//article")
    asked = ask(year)
    for prefix in ("", "/en"):
        second.get(prefix + PAGE)
        assert len(second.page.xpath("//article")) == 1
        for said in (
            "Företag 1 AB",
            "ny@example.se",
            "rost1@example.se",
            "Ringde.",
            year.secretaries[0].name,
        ):
            assert said in second.text
    second.get("/sekretariat/2026")
    assert PAGE in second.page.xpath("//ul[@class='todo']//a/@href")
    second.get(PAGE)
    second.send("/godkann")
    assert address(year) == "ny@example.se"
    assert not second.page.xpath("//article")
    ask(year, 1)
    second.get(PAGE)
    second.send("/avsla")
    third = ask(year, 2)
    first.get(PAGE)
    first.send("/ta-tillbaka")
    assert service.decided(year.edition_id)[0].outcome == "taken-back"
    assert address(year, 1) == "rost2@example.se"
    second.get("/konto")
    again = second.post(f"{PAGE}/{third}/godkann", {})
    assert again.status_code == 200
    assert address(year, 2) == "rost3@example.se"
    assert asked


def test_a_secretariat_of_one_is_told_to_invite_somebody(year: Year, app) -> None:
    with transaction():
        for other in year.secretaries[1:]:
            accounts.account(other.id).disabled_at = START
    alone = Staff(app, year.secretaries[0])
    for path in (
        PAGE,
        f"/sekretariat/2026/rostsedlar/{voter_ids(year)[0]}",
        "/sekretariat/2026/rostsedlar/ny",
    ):
        alone.get(path)
        assert "/sekretariat/personer" in alone.page.xpath("//main//a/@href"), path


def test_a_request_of_another_edition_is_not_there(year: Year, app) -> None:
    from tests.tally.year import open_vote

    other = open_vote(voters=1, slug="2027")
    asked = ask(year)
    staff = Staff(app, other.secretaries[0])
    staff.get("/konto")
    assert staff.post(f"/sekretariat/2027/tva-personer/{asked}/godkann", {}).status_code == 200
    assert address(year) == "rost1@example.se"


@pytest.mark.parametrize("role", ["jurors", "observer", None])
def test_answers_are_the_secretariats_alone(year: Year, app, role) -> None:
    asked = ask(year)
    who = None if role is None else year.observer if role == "observer" else year.jurors[0]
    staff = Staff(app, who)
    for answer in ("godkann", "avsla", "ta-tillbaka"):
        staff.get("/konto" if who else "/logga-in")
        code = staff.post(f"{PAGE}/{asked}/{answer}", {}).status_code
        assert code in ({403} if who else {400, 401}), answer
    assert [each.id for each in service.waiting(year.edition_id)] == [asked]
