import pytest
from sqlalchemy import func, select

from app.awards import service as awards
from app.ballots import issuing, readiness
from app.ballots import service as ballots
from app.ballots.models import Box, BoxEvent, Credential, State
from app.core.belenios.credentials import public_credential
from app.core.phases import Phase
from app.extensions import db, transaction
from app.jobs.worker import Worker
from app.ledger import service as ledger
from app.roll import service as roll
from app.roll.models import Voter
from app.trustees import service as trustees
from app.trustees.keystore import keystore
from app.trustees.models import Purpose
from tests.databases import both_databases
from tests.tally import year as years


def shortlisted(voters=3) -> int:
    """An edition that is ready to be prepared; its id."""
    made = years.open_vote(voters=voters)
    with transaction():
        awards.lock(made.edition_id).phase = Phase.PREPARED
        ballots.enter(made.edition_id, Phase.SHORTLISTING, by=None, now=years.START)
        awards.lock(made.edition_id).phase = Phase.SHORTLISTING
    return made.edition_id


@pytest.fixture
def edition_id(app, clock) -> int:
    return shortlisted()


def prepare(edition_id: int) -> None:
    issuing.prepare(edition_id, now=years.START)
    with transaction():
        ballots.enter(edition_id, Phase.PREPARED, by=None, now=years.START)
        awards.record_phase(edition_id, Phase.PREPARED, account_id=None, now=years.START)


def publics(edition_id: int) -> set[str]:
    return set(db.session.scalars(select(Credential.public).where(Credential.edition_id == edition_id)))


@both_databases
def test_every_voter_gets_a_credential_and_the_spares_nobodys(year):
    rows = list(db.session.scalars(select(Credential).where(Credential.edition_id == year.edition_id)))
    assert sorted(row.state for row in rows) == [State.ISSUED] * 4 + [State.SPARE] * 2
    assert {row.voter_id for row in rows if row.state == State.ISSUED} == {
        v.id for v in roll.voters(year.edition_id)
    }
    issued = ledger.last(edition=year.edition_id, kind="credentials-issued").data
    assert issued["spares"] == sorted(row.public for row in rows if row.state == State.SPARE)
    assert issued["voters"] == 4


def test_secrets_are_derived_again_and_stored_nowhere(year, app):
    uuid = ballots.election(year.edition_id).uuid
    for row in db.session.scalars(select(Credential)):
        assert public_credential(issuing.secret_of(row, uuid), uuid) == row.public
    assert len(set(year.secrets)) == 4
    db.session.rollback()
    stored = b"".join(
        path.read_bytes() for path in app.extensions["settings"].instance_dir.rglob("*") if path.is_file()
    )
    assert all(secret.encode() not in stored for secret in year.secrets)


def test_the_roll_is_frozen_and_its_changes_are_noticed(edition_id):
    issuing.prepare(edition_id, now=years.START)
    with transaction():
        db.session.scalars(select(Voter)).first().email = "ny@example.se"
    with pytest.raises(issuing.NotDerived), transaction():
        ballots.enter(edition_id, Phase.PREPARED, by=None, now=years.START)
    prepare(edition_id)
    assert roll.is_frozen(edition_id)


def test_preparing_twice_changes_nothing(edition_id):
    issuing.prepare(edition_id, now=years.START)
    first = publics(edition_id)
    issuing.prepare(edition_id, now=years.START)
    assert publics(edition_id) == first
    prepare(edition_id)
    issuing.prepare(edition_id, now=years.START)
    assert publics(edition_id) == first


def test_a_voter_can_go_while_credentials_are_only_derived(edition_id):
    issuing.prepare(edition_id, now=years.START)
    voter = roll.voters(edition_id)[0]
    with transaction():
        roll.remove_voter(voter.id, edition_id=edition_id, by=None, now=years.START)
    prepare(edition_id)
    assert ballots.turnout(edition_id) == (0, 2)


def test_progress_is_told_for_many(edition_id):
    with transaction():
        years._roll(edition_id, 0, years.START)
        db.session.add_all(
            Voter(
                edition_id=edition_id,
                company=f"B {n}",
                key=f"B:{n}",
                email="b@example.se",
                added_at=years.START,
            )
            for n in range(1200)
        )
    told = []
    issuing.prepare(edition_id, now=years.START, progress=lambda done, total: told.append((done, total)))
    assert told == [(500, 1205), (1000, 1205), (1205, 1205)]


@both_databases
def test_going_back_destroys_election_and_credentials_on_record(app, clock):
    edition_id = shortlisted()
    prepare(edition_id)
    before, uuid = publics(edition_id), ballots.election(edition_id).uuid
    key = trustees.current(edition_id, Purpose.CREDENTIALS)
    with transaction():
        ballots.enter(edition_id, Phase.SHORTLISTING, by=None, now=years.START)
        awards.record_phase(edition_id, Phase.SHORTLISTING, account_id=None, now=years.START)
    assert publics(edition_id) == set()
    assert db.session.get(Box, edition_id) is None
    assert not roll.is_frozen(edition_id)
    assert ledger.last(edition=edition_id, kind="credentials-destroyed") is not None
    Worker(app).run(until_idle=True)
    assert not keystore().exists(key.name)
    destroyed = ledger.last(edition=edition_id, kind="key-destroyed").data
    assert destroyed["reason"] == "the edition went back to its shortlist"
    prepare(edition_id)
    assert not publics(edition_id) & before
    assert ballots.election(edition_id).uuid != uuid
    assert trustees.current(edition_id, Purpose.CREDENTIALS).number == key.number + 1


def test_nobody_goes_back_once_letters_have_left(year, app):
    with transaction():
        ballots.send_letters(year.edition_id, by=None, now=years.START)
    assert ballots.letters_left(year.edition_id)
    with pytest.raises(issuing.LettersLeft), transaction():
        ballots.enter(year.edition_id, Phase.SHORTLISTING, by=None, now=years.START)


def test_a_damaged_box_is_noticed_at_the_start(year, app):
    readiness.compare()
    with transaction():
        db.session.scalar(select(BoxEvent).where(BoxEvent.height == 0)).hash = "0" * 64
    with pytest.raises(readiness.BoxDamaged):
        readiness.compare()


def test_a_box_that_lost_ballots_is_noticed_at_the_start(year, client):
    from tests.ballots.voting import ballot, cast

    for voter in range(3):
        cast(client, year, ballot(year, voter))
    with transaction():
        ballots.box_head(year.edition_id, now=years.START)
    readiness.start(client.application)
    head = db.session.scalar(select(BoxEvent).where(BoxEvent.height == 2))
    with transaction():
        db.session.delete(db.session.scalar(select(BoxEvent).where(BoxEvent.height == 3)))
        found = db.session.get(Box, year.edition_id)
        found.height, found.head = 2, head.hash
    with pytest.raises(readiness.BoxDamaged, match="has lost"):
        readiness.start(client.application)


def test_the_number_of_events_is_the_number_of_rows(year):
    assert db.session.scalar(select(func.count()).select_from(BoxEvent)) == 1
