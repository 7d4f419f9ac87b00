"""A trial vote from its start to its removal, through the same worker as a real one; and what it must not touch."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Table, select

from app.access import Role
from app.accounts import service as accounts
from app.awards import service as awards
from app.awards.models import Edition, Trial
from app.ballots import casting, delivery
from app.ballots import service as ballots
from app.ballots.models import Ballot, Credential
from app.core.belenios.ballots import make_ballot
from app.core.phases import Phase
from app.extensions import db, transaction
from app.ledger import service as ledger
from app.mail.models import Letter
from app.roll import service as roll
from app.tally import service as tally
from app.trials import removing, service
from app.trustees.keystore import keystore
from app.trustees.models import Key
from tests.ballots.voting import cast
from tests.databases import both_databases
from tests.tally.year import START, Year, open_vote, work

NOW = START + timedelta(hours=1)


@pytest.fixture
def year(app: Flask, clock: Any, relay: Any) -> Year:
    """A real vote that is open, one ballot in its box."""
    clock.set(START)
    made = open_vote(voters=3, signoffs=1)
    clock.set(NOW)
    work(app)  # what the worker does about the real vote by itself is done
    relay.forget()
    return made


@pytest.fixture
def trial(app: Flask, year: Year) -> Edition:
    """A trial among two secretaries and a juror, opened by the worker, its letters delivered."""
    made = begin(year, [*year.secretaries[:2], year.jurors[0]])
    work(app)
    return fresh(made.id)


def fresh(trial_id: int) -> Edition:
    """The trial as it is now."""
    return db.session.get_one(Edition, trial_id, populate_existing=True)


def begin(year: Year, people: list[Any], minutes: int = 60) -> Edition:
    with transaction():
        return service.start(
            year.edition_id,
            chosen=[each.id for each in people],
            minutes=minutes,
            by=year.secretaries[0].id,
            now=NOW,
        )


def secrets(edition_id: int) -> list[str]:
    from tests.tally.year import _secrets

    return _secrets(edition_id)


def vote(trial: Edition, secret: str, now: Any) -> bytes:
    election = ballots.election(trial.id)
    choices = [question.choices(frozenset({0})) for question in ballots.questions(trial.id)]
    data = make_ballot(election, secret, choices)
    with transaction():
        casting.accept(casting.check(trial.slug, data), arrived=now, now=now)
    return data


def real_rows(year: Year) -> dict[str, list[Any]]:
    """Every row of the real edition, and of tables that belong to no edition, but what a trial adds to those."""
    own = {"jobs", "trials", "workers", "homes"}
    found = {}
    for table, where in removing.belonging(year.edition_id):
        if table.name not in own:
            rows = db.session.execute(select(table).where(where)).all()
            found[table.name] = sorted(map(repr, rows))
    assert found["voters"]
    assert found["credentials"]
    assert found["log_entries"]
    return found


@both_databases
def test_a_trial_goes_from_button_to_verified_count_by_one_person(
    app: Flask, clock: Any, year: Year, relay: Any
) -> None:
    before = real_rows(year)
    made = begin(year, [*year.secretaries[:2], year.jurors[0]])
    assert made.slug == "2026-prov"
    work(app)
    trial = fresh(made.id)
    assert trial.phase is Phase.VOTING
    assert sorted(mail.to for mail in relay.received) == sorted(
        each.email for each in [*year.secretaries[:2], year.jurors[0]]
    )
    codes = secrets(trial.id)
    vote(trial, codes[0], NOW)
    vote(trial, codes[1], NOW)
    with transaction():
        service.close(trial.id, by=year.secretaries[0].id, now=NOW + timedelta(minutes=5))
    clock.set(NOW + timedelta(minutes=6, seconds=5))
    work(app)
    trial = fresh(trial.id)
    assert trial.phase is Phase.REVIEW
    shown = service.shown(trial)
    assert (shown.letters, shown.delivered, shown.ballots) == (3, 3, 2)
    assert shown.verification is not None
    assert shown.verification.valid
    assert [count.outcome["ballots"] for count in tally.counts(trial.id, staged=True)] == [2, 2]
    assert tally.counts(trial.id) == []  # nothing of it is public
    assert real_rows(year) == before
    entries = [row.kind for row in ledger_lines(trial.id)]
    assert entries[:2] == ["log-opened", "trial-opened"]
    assert not any(mail.to == year.jurors[1].email for mail in relay.received)  # nobody is asked to sign


def ledger_lines(edition_id: int) -> list[Any]:
    from app.ledger.models import LogEntry

    log = ledger.find(edition_id)
    return list(
        db.session.scalars(select(LogEntry).where(LogEntry.log_id == log.id).order_by(LogEntry.height))
    )


def test_every_letter_of_a_trial_says_so_in_its_language(app: Flask, year: Year, relay: Any) -> None:
    year.secretaries[1].language = "en"
    db.session.commit()
    begin(year, year.secretaries[:2])
    work(app)
    by_address = {mail.to: mail for mail in relay.received}
    swedish = by_address[year.secretaries[0].email]
    english = by_address[year.secretaries[1].email]
    assert swedish.subject.startswith("PROV: ")
    assert english.subject.startswith("TRIAL: ")
    for mail, words in ((swedish, "provomröstning"), (english, "trial vote")):
        assert words in mail.text[:400]
        assert words in mail.html[mail.html.index("<body") :][:900]


def test_letters_of_the_real_vote_bear_no_mark(app: Flask, year: Year, trial: Edition, relay: Any) -> None:
    relay.forget()
    voter = roll.voters(year.edition_id)[0]
    with transaction():
        delivery.resend(voter.id, edition_id=year.edition_id, by=year.secretaries[0].id, now=NOW)
    work(app)
    assert [mail.to for mail in relay.received] == [voter.email]
    assert "PROV" not in relay.received[0].subject
    assert "provomröstning" not in relay.received[0].text


def test_a_code_of_one_vote_opens_nothing_in_the_other(
    app: Flask, client: Any, year: Year, trial: Edition
) -> None:
    from app.core.belenios.credentials import public_credential

    for slug, edition_id, secret in (
        (year.slug, year.edition_id, secrets(trial.id)[0]),
        (trial.slug, trial.id, year.secrets[0]),
    ):
        public = public_credential(secret, ballots.election(edition_id).uuid)
        answer = client.post(f"/rosta/{slug}/lage", json={"credential": public})
        assert answer.get_json()["state"] == "unknown"
        election = ballots.election(edition_id)
        choices = [question.choices(frozenset({0})) for question in ballots.questions(edition_id)]
        refused = client.post(
            f"/rosta/{slug}/rost", json={"ballot": make_ballot(election, secret, choices).decode()}
        )
        assert (refused.status_code, refused.get_json()["error"]) == (404, "unknown")
    assert db.session.scalars(select(Ballot)).all() == []


@both_databases
def test_a_ballot_of_one_vote_is_refused_by_the_other(
    app: Flask, client: Any, year: Year, trial: Edition
) -> None:
    choices = [question.choices(frozenset({0})) for question in ballots.questions(year.edition_id)]
    of_trial = make_ballot(ballots.election(trial.id), secrets(trial.id)[0], choices)
    of_real = make_ballot(ballots.election(year.edition_id), year.secrets[0], choices)
    for slug, data in ((year.slug, of_trial), (trial.slug, of_real)):
        answer = client.post(f"/rosta/{slug}/rost", json={"ballot": data.decode()})
        assert (answer.status_code, answer.get_json()["error"]) == (422, "invalid")
    assert cast(client, year, of_real)[0] == 200


def test_only_staff_gets_a_ballot(app: Flask, year: Year) -> None:
    before = db.session.scalars(select(Edition.id)).all()
    for chosen, refusal in (([], service.NobodyChosen), ([10**6], service.NotStaff)):
        with pytest.raises(refusal), transaction():
            service.start(year.edition_id, chosen=chosen, minutes=60, by=year.secretaries[0].id, now=NOW)
    gone = year.jurors[2]
    gone.disabled_at = NOW
    db.session.commit()
    with pytest.raises(service.NotStaff), transaction():
        service.start(year.edition_id, chosen=[gone.id], minutes=60, by=year.secretaries[0].id, now=NOW)
    assert db.session.scalars(select(Edition.id)).all() == before


def test_one_trial_at_a_time_and_none_of_a_trial(app: Flask, year: Year, trial: Edition) -> None:
    with pytest.raises(service.UnderWay):
        begin(year, year.secretaries[:1])
    with pytest.raises(service.NoTrial), transaction():
        service.start(
            trial.id, chosen=[year.secretaries[0].id], minutes=60, by=year.secretaries[0].id, now=NOW
        )


def test_a_trial_stands_in_no_list_and_counts_nowhere(app: Flask, year: Year, trial: Edition) -> None:
    assert [each.id for each in awards.editions()] == [year.edition_id]
    assert awards.current() is not None
    assert awards.current().id == year.edition_id
    with pytest.raises(awards.NoSuchEdition):
        awards.public_edition(trial.slug)
    assert roll.count(year.edition_id) == 3
    assert ballots.turnout(year.edition_id) == (0, 3)
    assert delivery.counts(year.edition_id).total == 0
    assert {voter.email for voter in roll.voters(year.edition_id)}.isdisjoint(
        voter.email for voter in roll.voters(trial.id)
    )


def test_a_delivered_trial_is_a_look_at_the_letter(app: Flask, year: Year) -> None:
    assert not ballots.test_letter_sent(year.edition_id)
    made = begin(year, year.secretaries[:1])
    assert not ballots.test_letter_sent(year.edition_id)
    work(app)
    assert ballots.test_letter_sent(year.edition_id)
    remove(app, made.id)
    assert ballots.test_letter_sent(year.edition_id)


def test_too_few_nominees_are_filled_up_with_made_up_ones(app: Flask, clock: Any) -> None:
    clock.set(START)
    year = open_vote(voters=1, names=("Den enda",), slug="2027")
    clock.set(NOW)
    made = begin(year, year.secretaries[:1])
    work(app)
    titles = [question.names for question in ballots.questions(made.id)]
    assert titles[0] == ("Den enda, En myndighet", "Provbidrag A, Påhittad myndighet")
    assert fresh(made.id).phase is Phase.VOTING


def remove(app: Flask, trial_id: int) -> None:
    with transaction():
        service.request_removal(trial_id, now=NOW)
    work(app)
    db.session.expire_all()


def tables_with(edition_id: int) -> dict[str, int]:
    return {
        table.name: len(rows)
        for table, where in removing.belonging(edition_id)
        if (rows := db.session.execute(select(table).where(where)).all())
    }


@both_databases
def test_a_removed_trial_leaves_nothing_but_what_it_showed(app: Flask, year: Year, relay: Any) -> None:
    before = real_rows(year)
    made = begin(year, year.secretaries[:2])
    work(app)
    vote(made, secrets(made.id)[0], NOW)
    trial_id = made.id
    names = [key.name for key in db.session.scalars(select(Key).where(Key.edition_id == made.id))]
    assert names
    assert all(keystore().exists(name) for name in names)
    tables: list[Table] = [table for table, _where in removing.belonging(made.id)]
    assert {"log_entries", "credentials", "ballots", "letters", "nominees", "editions"} <= {
        t.name for t in tables
    }
    remove(app, trial_id)
    assert tables_with(trial_id) == {}
    assert not any(keystore().exists(name) for name in names)
    row = db.session.scalars(select(Trial)).one()
    assert (row.trial_id, row.letters, row.delivered, row.ballots) == (None, 2, 2, 1)
    assert row.removed_at is not None
    assert real_rows(year) == before
    kept = ledger.last(edition=None, kind="trial-removed")
    assert kept is not None
    assert (kept.data["of"], kept.data["trial"]) == ("2026", "2026-prov")


def test_numbers_of_what_was_removed_never_come_again(app: Flask, year: Year) -> None:
    made = begin(year, year.secretaries[:2])
    work(app)
    last = {
        "voter": max(voter.id for voter in roll.voters(made.id)),
        "letter": max(db.session.scalars(select(Letter.id))),
        "edition": made.id,
    }
    remove(app, made.id)
    again = begin(year, year.secretaries[:2])
    work(app)
    assert again.slug == "2026-prov-2"
    assert again.id > last["edition"]
    assert min(voter.id for voter in roll.voters(again.id)) > last["voter"]
    of_trial = select(Letter.id).where(Letter.edition_id == again.id)
    assert min(db.session.scalars(of_trial)) > last["letter"]


def test_a_real_edition_cannot_be_removed(app: Flask, year: Year) -> None:
    before = real_rows(year)
    for act in (service.request_removal, removing.stop, removing.rows):
        with pytest.raises(service.NoTrial), transaction():
            act(year.edition_id, now=NOW)
    with pytest.raises(service.NoTrial), transaction():
        service.close(year.edition_id, by=year.secretaries[0].id, now=NOW)
    assert real_rows(year) == before


def test_a_trial_goes_by_itself_after_a_week(app: Flask, clock: Any, year: Year, trial: Edition) -> None:
    trial_id = trial.id
    clock.set(NOW + timedelta(days=6))
    work(app)
    assert tables_with(trial_id)
    clock.set(NOW + timedelta(days=7, hours=2))
    work(app)
    assert tables_with(trial_id) == {}


def test_a_removed_trials_ballots_are_refused(app: Flask, client: Any, year: Year, trial: Edition) -> None:
    choices = [question.choices(frozenset({0})) for question in ballots.questions(trial.id)]
    data = make_ballot(ballots.election(trial.id), secrets(trial.id)[0], choices)
    checked = casting.check(trial.slug, data)
    with transaction():
        removing.stop(trial.id, now=NOW)
    with pytest.raises(casting.Closed), transaction():
        casting.accept(checked, arrived=NOW, now=NOW)
    slug = trial.slug
    remove(app, trial.id)
    with pytest.raises(casting.Unknown), transaction():
        casting.accept(checked, arrived=NOW, now=NOW)
    assert client.post(f"/rosta/{slug}/rost", json={"ballot": data.decode()}).status_code in {404, 422}


def test_unused_credentials_of_a_trial_are_its_own(app: Flask, year: Year, trial: Edition) -> None:
    mine = set(db.session.scalars(select(Credential.public).where(Credential.edition_id == trial.id)))
    real = set(db.session.scalars(select(Credential.public).where(Credential.edition_id == year.edition_id)))
    assert len(mine) == 3 + 2
    assert mine.isdisjoint(real)
    assert accounts.people(Role.JUROR)
