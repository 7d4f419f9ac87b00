import io
import json
import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.awards import service as awards
from app.awards.models import Edition
from app.ballots import box, casting, replacing
from app.ballots import service as ballots
from app.ballots.models import Ballot, BoxEvent, Credential
from app.core import receipts
from app.core.belenios.encoding import sha256_hex
from app.core.phases import Phase
from app.core.receipts import Receipt
from app.extensions import db, transaction
from tests.ballots.voting import ballot, cast, open_vote, post, public, two
from tests.databases import both_databases
from tests.locks import wait_until_blocked
from tests.tally.year import CLOSES, START


@both_databases
def test_a_ballot_gets_a_receipt_that_is_signed_and_true(year, client):
    import base64

    data = ballot(year, 0)
    status, answer = cast(client, year, data)
    assert status == 200
    got = answer["receipt"]
    event = db.session.scalar(select(BoxEvent).where(BoxEvent.height == 1))
    assert (got["height"], got["event"]) == (1, event.hash)
    assert event.payload == sha256_hex(data)
    receipt = Receipt(ballots.fingerprint(year.edition_id), got["tracker"], got["event"], got["height"])
    assert receipts.verify(receipt, base64.b64decode(got["signature"]), base64.b64decode(got["key"]))


@both_databases
def test_the_same_ballot_again_has_the_same_receipt_also_after_the_close(year, client, clock):
    data = ballot(year, 0)
    first = cast(client, year, data)
    assert cast(client, year, data) == first
    clock.set(CLOSES + timedelta(hours=1))
    with transaction():
        ballots.end_ballots(year.edition_id, now=clock.now())
        awards.record_phase(year.edition_id, Phase.COUNTING, account_id=None, now=clock.now())
    assert cast(client, year, data) == first
    assert ballots.turnout(year.edition_id) == (1, 4)


@both_databases
def test_another_ballot_of_a_used_credential_gets_the_receipt_of_the_one_that_counts(year, client, clock):
    _status, accepted = cast(client, year, ballot(year, 0, {0}))
    other = ballot(year, 0, {1})
    expected = (409, {"error": "other-ballot", **accepted})
    assert cast(client, year, other) == expected
    clock.set(CLOSES + timedelta(hours=1))
    assert cast(client, year, other) == expected


def test_every_ballot_is_in_the_chain_and_each_credential_once(year, client):
    for voter in (2, 0, 1):
        assert cast(client, year, ballot(year, voter))[0] == 200
    events = list(db.session.scalars(select(BoxEvent).order_by(BoxEvent.height)))
    assert [event.type for event in events] == ["Setup", "Ballot", "Ballot", "Ballot"]
    assert [event.parent for event in events[1:]] == [event.hash for event in events[:-1]]
    assert ballots.last_event(year.edition_id).hash == events[-1].hash
    used = select(func.count()).select_from(Credential).where(Credential.used.is_(True))
    assert db.session.scalar(used) == db.session.scalar(select(func.count()).select_from(Ballot)) == 3


@pytest.mark.parametrize(
    ("moment", "answer"),
    [
        (CLOSES - timedelta(seconds=1), 200),
        (CLOSES, 403),
        (CLOSES + timedelta(days=1), 403),
    ],
)
def test_the_deadline_is_the_first_moment_that_is_too_late(year, client, clock, moment, answer):
    clock.set(moment)
    status, said = cast(client, year, ballot(year, 0))
    assert status == answer
    assert status == 200 or said == {"error": "closed"}


def test_what_arrived_in_time_is_accepted_in_the_drain_and_not_after_it(year, clock):
    from app.ballots import casting

    late = casting.check(year.slug, ballot(year, 0))
    too_late = casting.check(year.slug, ballot(year, 1))
    arrived = CLOSES - timedelta(milliseconds=1)
    with transaction():
        casting.accept(late, arrived=arrived, now=CLOSES + timedelta(seconds=59))
    with pytest.raises(casting.Closed), transaction():
        casting.accept(too_late, arrived=arrived, now=CLOSES + timedelta(seconds=60))
    with transaction():
        ballots.end_ballots(year.edition_id, now=CLOSES + timedelta(seconds=61))
    with pytest.raises(casting.Closed), transaction():
        casting.accept(too_late, arrived=arrived, now=CLOSES + timedelta(seconds=30))


def test_before_the_opening_it_is_early(year, client):
    with transaction():
        db.session.get(Edition, year.edition_id).phase = Phase.PREPARED
    assert cast(client, year, ballot(year, 0)) == (403, {"error": "early"})
    assert post(client, f"/rosta/{year.slug}/lage", {"credential": public(year, 0)})[1]["phase"] == "early"


def test_a_cancelled_vote_is_closed(year, client):
    with transaction():
        ballots.enter(year.edition_id, Phase.CANCELLED, by=None, now=START)
        awards.record_phase(year.edition_id, Phase.CANCELLED, account_id=None, reason="fel", now=START)
    assert cast(client, year, ballot(year, 0)) == (403, {"error": "closed"})


def test_a_voided_credential_and_its_spare(year, client, clock):
    old = ballot(year, 0)
    voter = db.session.scalars(select(Credential.voter_id).order_by(Credential.id)).first()
    with transaction():
        replacing.replace(voter, edition_id=year.edition_id, reason="lost", by=two(year), now=clock.now())
    assert cast(client, year, old) == (410, {"error": "void"})
    state = post(client, f"/rosta/{year.slug}/lage", {"credential": public(year, 0)})[1]
    assert state["state"] == "void"


def test_a_spare_that_nobody_activated_is_unknown(year, client):
    from app.ballots import issuing

    spare = db.session.scalar(select(Credential).where(Credential.spare_index == 1))
    year.secrets.append(issuing.secret_of(spare, ballots.election(year.edition_id).uuid))
    assert cast(client, year, ballot(year, -1)) == (404, {"error": "unknown"})
    assert post(client, f"/rosta/{year.slug}/lage", {"credential": spare.public})[1]["state"] == "unknown"


def test_a_credential_of_another_election_is_refused(year, client):
    other = open_vote(voters=1, slug="2027", now=START)
    assert cast(client, year, ballot(other, 0)) == (422, {"error": "invalid"})
    assert ballots.turnout(other.edition_id).cast == 0


def test_nothing_that_fails_leaves_anything(year, client, clock):
    before = ballots.last_event(year.edition_id)
    clock.set(CLOSES)
    cast(client, year, ballot(year, 0))
    clock.set(START)
    cast(client, year, b"{}")
    cast(client, year, ballot(year, 0).replace(b'"challenge":"', b'"challenge":"1', 1))
    assert ballots.last_event(year.edition_id) == before
    assert not db.session.scalar(select(func.count()).select_from(Ballot))
    assert not db.session.scalar(
        select(func.count()).select_from(Credential).where(Credential.used.is_(True))
    )


def test_a_voters_ballot_makes_one_coarse_notice(year, client, clock):
    clock.set(START + timedelta(days=1, minutes=7, seconds=13))
    cast(client, year, data := ballot(year, 0))
    cast(client, year, data)
    notices = db.session.scalars(select(Ballot.notice_at)).all()
    assert notices == [START + timedelta(days=1, minutes=30)]


def test_the_state_of_a_credential(year, client):
    path = f"/rosta/{year.slug}/lage"
    unused = post(client, path, {"credential": public(year, 0)})[1]
    assert unused == {
        "phase": "open",
        "state": "unused",
        "opens": "2026-09-01T08:00:00Z",
        "closes": "2026-09-11T08:00:00Z",
    }
    receipt = cast(client, year, ballot(year, 0))[1]["receipt"]
    assert post(client, path, {"credential": public(year, 0)})[1] == unused | {
        "state": "used",
        "receipt": receipt,
    }
    assert post(client, path, {"credential": "0" * 64})[1]["state"] == "unknown"
    for wrong in ({"credential": "zz"}, {"credential": 5}, {}, [], {"credential": "0" * 64, "x": 1}):
        assert post(client, path, wrong) == (400, {"error": "malformed"})


def test_a_receipt_is_found_by_anyone(year, client):
    receipt = cast(client, year, ballot(year, 0))[1]["receipt"]
    path = f"/rosta/{year.slug}/kvitto"
    assert post(client, path, {"tracker": receipt["tracker"]}) == (200, {"found": True, "receipt": receipt})
    assert post(client, path, {"tracker": "A" * 43}) == (200, {"found": False})
    assert post(client, path, {"tracker": "A"}) == (400, {"error": "malformed"})
    page = client.get(path, query_string={"avtryck": f" {receipt['tracker']} "})
    assert page.status_code == 200
    assert receipt["event"] in page.get_data(as_text=True)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
@pytest.mark.timeout(120)
def test_a_cast_and_whoever_closes_the_box_do_not_wait_for_each_other(app, year):
    """The close holds the edition and wants the box; a cast holds the box, and its rows name the edition."""
    checked, edition_id, ends = casting.check(year.slug, ballot(year, 0)), year.edition_id, []
    db.session.rollback()

    def close() -> None:
        with app.app_context():
            with transaction():
                awards.lock(edition_id)
                box.lock(edition_id)
            ends.append("closed")
            db.session.remove()

    thread = threading.Thread(target=close)
    with transaction():
        box.lock(edition_id)
        thread.start()
        wait_until_blocked(1)
        casting.accept(checked, arrived=START, now=START)
    thread.join(40)
    assert ends == ["closed"]
    assert ballots.turnout(edition_id).cast == 1


def test_a_ballot_has_arrived_when_all_of_it_has(year, client, clock):
    class Slow(io.BytesIO):
        """A request whose head comes in time, and whose body does not."""

        def readinto(self, buffer):
            clock.set(CLOSES)
            return super().readinto(buffer)

    clock.set(CLOSES - timedelta(seconds=1))
    body = json.dumps({"ballot": ballot(year, 0).decode()}).encode()
    answer = client.post(
        f"/rosta/{year.slug}/rost",
        input_stream=Slow(body),
        content_length=len(body),
        content_type="application/json",
    )
    assert (answer.status_code, answer.get_json()) == (403, {"error": "closed"})
    assert ballots.turnout(year.edition_id).cast == 0
