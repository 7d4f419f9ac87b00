"""Threats: one secretary alone, a voter who votes meanwhile, two approvals and twenty casts at once."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import select

from app.approvals import service as approvals
from app.awards.models import Unit
from app.ballots import box, casting, decisions, delivery, jobs, reminding, replacing
from app.ballots import service as ballots
from app.ballots.models import Ballot, Credential, State
from app.extensions import db, transaction
from app.mail import service as mail
from app.mail.models import Letter
from app.roll import keys
from app.roll import service as roll
from app.roll.models import Source, Voter
from app.roll.rows import Row
from tests.ballots.voting import ballot, cast, public, voter_ids
from tests.databases import both_databases
from tests.review.staff import Staff
from tests.tally.year import START, open_vote


@pytest.fixture
def sent(year):
    with transaction():
        ballots.send_letters(year.edition_id, by=year.secretaries[0].id, now=START)
    return year


def ask(year, voter=0, *, email=""):
    with transaction():
        return decisions.ask_to_replace(
            voter_ids(year)[voter], edition_id=year.edition_id, reason="lost", note="", email=email,
            by=year.secretaries[0].id, now=START,
        ).id  # fmt: skip


def approve(year, asked, by=1):
    with transaction():
        approvals.approve(asked, by=year.secretaries[by].id, now=START)


def test_a_secretary_alone_redirects_no_ballot(sent, app):
    """Whatever one person sends to every address there is for it: no ballot goes anywhere else."""
    voter, one = voter_ids(sent)[0], Staff(app, sent.secretaries[0])
    page = f"/sekretariat/2026/rostsedlar/{voter}"
    query = select(Letter).where(Letter.name == "ballot").order_by(Letter.id)
    before = [(letter.to, letter.state) for letter in db.session.scalars(query)]
    for path, data in (
        (f"{page}/adress", {"address-email": "elak@example.se", "address-reason": "bounced"}),
        (f"{page}/ersatt", {"why-email": "elak@example.se", "why-reason": "lost"}),
        ("/sekretariat/2026/rostsedlar/ny", {"company": "Elak", "number": "5560360793", "email": "elak@example.se", "language": "sv", "reason": "other"}),
        (f"/sekretariat/2026/rostlangd/{voter}", {"company": "Företag 1 AB", "number": "5560360793", "email": "elak@example.se", "language": "sv"}),
    ):  # fmt: skip
        one.get(page)
        one.post(path, data)
    for asked in approvals.waiting(sent.edition_id):
        one.get("/sekretariat/2026/tva-personer")
        one.post(f"/sekretariat/2026/tva-personer/{asked.id}/godkann", {})
    one.get(page)
    one.post(f"{page}/igen", {})
    db.session.rollback()
    assert len(approvals.waiting(sent.edition_id)) == 3
    assert roll.voter(voter).email == "rost1@example.se"
    assert roll.count(sent.edition_id) == 4
    assert [(letter.to, letter.state) for letter in db.session.scalars(query)] == before
    assert ballots.changes(sent.edition_id) == ballots.Changes(0, 0, 0, 2)


def test_who_votes_while_the_request_waits_keeps_the_ballot(sent, client, app):
    asked = ask(sent, email="ny@example.se")
    cast(client, sent, ballot(sent, 0))
    with pytest.raises(approvals.Refused) as refused:
        approve(sent, asked)
    assert refused.value.for_good
    second = Staff(app, sent.secretaries[1])
    second.get("/sekretariat/2026/tva-personer")
    assert second.send("/godkann").status_code == 200
    assert roll.voter(voter_ids(sent)[0]).email == "rost1@example.se"
    assert [each.outcome for each in approvals.decided(sent.edition_id)] == ["declined"]
    assert ballots.turnout(sent.edition_id) == (1, 4)


def test_asking_tells_nothing_that_the_last_full_hour_does_not(sent, client):
    """One person who asks learns no more than the helpdesk shows; and what is shown to have voted cannot be asked for."""
    cast(client, sent, ballot(sent, 0))
    ask(sent)
    ask(sent, 1)
    cast(client, sent, ballot(sent, 2))
    jobs.show_used({}, now=START.replace(hour=START.hour + 1), progress=lambda done, total: None)
    with pytest.raises(approvals.Refused):
        ask(sent, 2)
    (first, second) = [approvals.act_of(each).describe(each) for each in approvals.waiting(sent.edition_id)]
    assert first.obstacle
    assert not second.obstacle


def test_nothing_can_be_asked_for_without_spares(sent):
    for voter in (0, 1):
        approve(sent, ask(sent, voter))
    with pytest.raises(approvals.Refused):
        ask(sent, 2)
    with pytest.raises(approvals.Refused), transaction():
        decisions.ask_to_add(
            decisions.Row(line=0, company="Sena AB", orgnr="5560360793", email="s@example.se"),
            edition_id=sent.edition_id, reason="other", note="", by=sent.secretaries[0].id, now=START,
        )  # fmt: skip


@both_databases
def test_twenty_casts_and_approvals_at_once_leave_each_ballot_counted_or_void(app, clock):
    """Each credential is cast with five times while its replacement is approved twice: counted or void, never both."""
    clock.set(START)
    year = open_vote(voters=4)
    with transaction():
        year.edition.spare_count = 4
    asked = [ask(year, place) for place in (0, 1)]  # as many as there are spares
    old = [public(year, place) for place in (0, 1)]
    checked = [casting.check(year.slug, ballot(year, place)) for place in (0, 1)]
    db.session.rollback()
    acts = [
        lambda one=one: casting.accept(one, arrived=START, now=START) for one in checked for _ in range(10)
    ]
    acts += [
        lambda one=one, who=who: approvals.approve(one, by=who, now=START)
        for one in asked
        for who in (year.secretaries[1].id, year.secretaries[2].id)
    ]
    gate, ended = threading.Barrier(len(acts)), []

    def run(act):
        with app.app_context():
            gate.wait(30)
            try:
                with transaction():
                    act()
                ended.append("done")
            except (casting.Void, approvals.NothingWaits, approvals.Refused) as refusal:
                ended.append(type(refusal).__name__)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(90)
    assert len(ended) == len(acts)
    db.session.rollback()
    voided = 0
    for name in old:
        found = db.session.scalar(select(Credential).where(Credential.public == name))
        counted = db.session.get(Ballot, found.id) is not None
        assert counted == found.used
        assert counted != (found.state == State.VOID)
        voided += found.state == State.VOID
    assert box.turnout(year.edition_id) == (2 - voided, 4)
    assert ballots.changes(year.edition_id).replaced == len(replacing.replacements(year.edition_id)) == voided
    assert ballots.spares_left(year.edition_id) == 2 - voided


@both_databases
def test_where_persons_vote_a_late_one_is_known_by_address_and_name(app, clock):
    """The same person, written in another way and with a company beside, gets no second ballot."""
    clock.set(START)
    year = open_vote(voters=4)
    with transaction():
        year.edition.unit = Unit.PERSON
        first = roll.voter(voter_ids(year)[0])
        first.contact_name, first.email = "Eva Ek", "eva@ek.se"
        first.key = keys.voter_key(Row(line=0, person=True, email="eva@ek.se", contact_name="Eva Ek"))
    one, page = Staff(app, year.secretaries[0]), "/sekretariat/2026/rostsedlar/ny"
    said = {
        "contact": "EVA  ek",
        "email": "Eva@EK.se",
        "company": "Eks El AB",
        "number": "556036-0793",
        "language": "sv",
        "reason": "left-off",
        "note": "",
    }
    one.get(page)
    assert one.post(page, said).status_code == 422
    assert "Eva Ek" in one.text
    assert not approvals.waiting(year.edition_id)
    one.get(page)
    assert one.post(page, {**said, "contact": "Bo Ek", "number": ""}).status_code == 200
    assert "Bo Ek" in one.text
    (asked,) = approvals.waiting(year.edition_id)
    approve(year, asked.id)
    added = db.session.scalars(select(Voter).where(Voter.source == Source.ADDED)).one()
    assert (added.person, added.name) == (True, "Bo Ek")


def test_a_reminder_that_waits_does_not_go_to_the_address_that_was_corrected(sent):
    """It carries the link as the ballot's own letter does."""
    voter = roll.voter(voter_ids(sent)[0])
    with transaction():
        for letter in db.session.scalars(select(Letter).where(Letter.name == "ballot")):
            letter.state = "sent"
        credential = delivery.credential_of(voter)
        mail.queue(
            reminding.LETTER,
            subject_id=credential.id,
            to=voter.email,
            language="sv",
            now=START,
            edition_id=sent.edition_id,
        )
        asked = decisions.ask_to_correct(
            voter.id, edition_id=sent.edition_id, email="ny@example.se", reason="mistyped", note="",
            by=sent.secretaries[0].id, now=START,
        ).id  # fmt: skip
    approve(sent, asked)
    waiting = select(Letter.to).where(Letter.state == "queued", Letter.name.in_(("ballot", reminding.LETTER)))
    assert list(db.session.scalars(waiting)) == ["ny@example.se"]


def test_whoever_approves_a_late_voter_sees_its_number(sent):
    with transaction():
        asked = decisions.ask_to_add(
            decisions.Row(line=0, company="Sena AB", orgnr="5560360793", email="s@example.se"),
            edition_id=sent.edition_id, reason="other", note="", by=sent.secretaries[0].id, now=START,
        )  # fmt: skip
    said = approvals.act_of(asked).describe(asked)
    assert "556036-0793" in [value for _name, value in said.more]
