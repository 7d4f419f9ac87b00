import hashlib
import io
from datetime import timedelta

from app.awards import service as awards
from app.awards.models import Edition
from app.ballots import archive
from app.ballots import service as ballots
from app.core.belenios import archive as core
from app.core.phases import Phase
from app.core.verify import verify_archive
from app.extensions import db, transaction
from tests.ballots.voting import ballot, cast
from tests.databases import both_databases
from tests.tally.year import AFTER, START, counted


def types(data: bytes) -> list[str]:
    return [
        core.Event.parse(each.content).type for each in core.read(io.BytesIO(data)) if each.kind == "event"
    ]


@both_databases
def test_the_archive_is_the_same_each_time_and_only_grows(year, client, clock):
    cast(client, year, ballot(year, 0))
    first = client.get("/arkiv/2026.bel")
    assert (first.status_code, first.mimetype) == (200, "application/octet-stream")
    assert client.get("/arkiv/2026.bel").data == first.data
    tag = first.headers["ETag"]
    assert client.get("/arkiv/2026.bel", headers={"If-None-Match": tag}).status_code == 304
    cast(client, year, ballot(year, 1))
    second = client.get("/arkiv/2026.bel", headers={"If-None-Match": tag})
    assert second.status_code == 200
    assert second.data.startswith(first.data)
    assert types(second.data) == ["Setup", "Ballot", "Ballot"]
    assert "Set-Cookie" not in second.headers


def test_an_open_box_verifies(year, client):
    for voter in range(3):
        cast(client, year, ballot(year, voter))
    report = verify_archive(client.get("/arkiv/2026.bel").data)
    assert report.exit_code == 0, report.lines()


def test_it_is_read_in_pieces(year, client, monkeypatch):
    for voter in range(4):
        cast(client, year, ballot(year, voter))
    whole = b"".join(ballots.archive_bytes(year.edition_id, upto_public=True))
    monkeypatch.setattr(archive, "PIECE", 2)
    assert b"".join(ballots.archive_bytes(year.edition_id, upto_public=True)) == whole


def test_before_the_opening_there_is_none(year, client):
    from app.ballots.models import Box

    with transaction():
        db.session.get(Box, year.edition_id).opened_at = None
    assert client.get("/arkiv/2026.bel").status_code == 404


def test_decryption_and_result_are_staged_until_publication(app, clock, client):
    clock.set(START)
    year = counted(app, clock, [[{0}, {1}], [{0}, {2}]])
    assert year.phase is Phase.REVIEW
    staged = client.get("/arkiv/2026.bel").data
    assert types(staged) == ["Setup", "Ballot", "Ballot", "EndBallots", "EncryptedTally"]
    whole = b"".join(ballots.archive_bytes(year.edition_id, upto_public=False))
    assert whole.startswith(staged)
    assert types(whole)[-2:] == ["PartialDecryption", "Result"]
    with transaction():
        db.session.get(Edition, year.edition_id).phase = Phase.PUBLISHED
    published = client.get("/arkiv/2026.bel")
    assert hashlib.sha256(published.data).hexdigest() == hashlib.sha256(whole).hexdigest()


@both_databases
def test_the_close_ends_the_box_on_record_and_destroys_the_keys_of_links(year, client, clock, app):
    from app.jobs.worker import Worker
    from app.ledger import service as ledger
    from app.trustees import service as trustees
    from app.trustees.keystore import keystore
    from app.trustees.models import Purpose

    with transaction():
        db.session.get(Edition, year.edition_id).plain_voting = True
    cast(client, year, ballot(year, 0))
    clock.set(AFTER)
    with transaction():
        assert ballots.end_ballots(year.edition_id, now=AFTER)
        assert not ballots.end_ballots(year.edition_id, now=AFTER)
        awards.record_phase(year.edition_id, Phase.COUNTING, account_id=None, now=AFTER)
    assert ballots.last_event(year.edition_id).type == "EndBallots"
    assert ledger.last(edition=year.edition_id, kind="box-head").data["height"] == 2
    assert ledger.last(edition=year.edition_id, kind="ballots-without-script").data == {"ballots": 0}
    Worker(app).run(until_idle=True)
    living = {key.purpose for key in trustees.keys(year.edition_id) if key.destroyed_at is None}
    assert living == {Purpose.TRUSTEE}
    store = keystore()
    kept = {path.name: path.stat().st_size for path in store.folder.iterdir()}
    assert [name for name, size in kept.items() if size] == [f"edition-{year.edition_id}-trustee-1"]
    clock.set(AFTER + timedelta(hours=1))
