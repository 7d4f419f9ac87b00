import dataclasses

import pytest

from app.core.belenios.trustees import Trustees
from app.extensions import db, transaction
from app.ledger import service as ledger
from app.trustees import jobs, service
from app.trustees.keystore import KeyMissing, WrongPassphrase, keystore
from app.trustees.models import Purpose
from tests.tally.year import START, open_vote


@pytest.fixture
def year(app, clock):
    clock.set(START)
    return open_vote(voters=1)


def test_the_servers_key_is_the_elections(year):
    key = service.server_key(year.edition_id)
    trustees = service.trustees(year.edition_id)
    trustees.check()
    assert trustees.election_key == key.public.element
    assert Trustees.parse(trustees.payload).payload == trustees.payload


def test_making_again_gives_the_same_key(year):
    with transaction():
        first = service.make(year.edition_id, Purpose.TRUSTEE, now=START)
        again = service.make(year.edition_id, Purpose.TRUSTEE, now=START)
    assert first is again
    assert len(service.keys(year.edition_id)) == 3


class Killed(Exception):
    pass


def make_spares_and_be_killed(year):
    with transaction():
        service.request_destruction(year.edition_id, [Purpose.SPARES], "x", now=START)
        service.make(year.edition_id, Purpose.SPARES, now=START)
        raise Killed


def test_a_file_that_a_killed_worker_left_is_taken_over(year):
    with pytest.raises(Killed):
        make_spares_and_be_killed(year)
    left = keystore().get("edition-1-spares-2")
    with transaction():
        service.request_destruction(year.edition_id, [Purpose.SPARES], "x", now=START)
        service.make(year.edition_id, Purpose.SPARES, now=START)
    assert service.secret(year.edition_id, Purpose.SPARES) == left


def test_a_key_that_is_to_be_destroyed_serves_nobody(year, app):
    from app.jobs.worker import Worker

    with transaction():
        service.request_destruction(year.edition_id, [Purpose.CREDENTIALS], "a reason", now=START)
    with pytest.raises(service.NoSuchKey):
        service.secret(year.edition_id, Purpose.CREDENTIALS)
    Worker(app).run(until_idle=True)
    assert not keystore().exists("edition-1-credentials-1")
    destroyed = ledger.last(edition=year.edition_id, kind="key-destroyed").data
    assert (destroyed["purpose"], destroyed["reason"]) == ("credentials", "a reason")


def test_no_key_is_called_destroyed_by_a_machine_that_never_had_it(year, app, tmp_path, monkeypatch):
    with transaction():
        service.request_destruction(year.edition_id, [Purpose.CREDENTIALS], "a reason", now=START)
    here = app.extensions["settings"]
    elsewhere = dataclasses.replace(here, keys_dir=tmp_path / "another machine's")
    payload = {"edition_id": year.edition_id}
    monkeypatch.setitem(app.extensions, "settings", elsewhere)
    with pytest.raises(KeyMissing):
        jobs.destroy(payload, now=START, progress=lambda *_: None)
    assert ledger.last(edition=year.edition_id, kind="key-destroyed") is None
    monkeypatch.setitem(app.extensions, "settings", here)
    keystore().destroy("edition-1-credentials-1")  # and killed before it was on record
    jobs.destroy(payload, now=START, progress=lambda *_: None)
    assert ledger.last(edition=year.edition_id, kind="key-destroyed").data["purpose"] == "credentials"


def test_trust_is_said_as_it_is(year):
    assert service.server_only(year.edition)
    assert "server" in service.trust_text(year.edition, "en")
    with transaction():
        db.session.add(_juror_key(year.edition_id))
    assert not service.server_only(year.edition)
    assert "jury" in service.trust_text(year.edition, "en")


def _juror_key(edition_id):
    from app.trustees.models import Key

    return Key(
        edition_id=edition_id, purpose=Purpose.TRUSTEE, number=2, owner="juror", trustee=2, name="none", made_at=START,
        fingerprint="0" * 64, destroy_reason="",
    )  # fmt: skip


def test_a_copy_is_confirmed_once_and_the_home_page_stops_warning(year):
    key = service.current(year.edition_id, Purpose.TRUSTEE)
    assert [todo.warn for todo in service.todos(year.edition, now=START)] == [True]
    by = year.secretaries[0].id
    with transaction():
        service.confirm_copy(key.id, edition_id=year.edition_id, by=by, now=START)
    assert service.todos(year.edition, now=START) == []
    with pytest.raises(service.AlreadyConfirmed), transaction():
        service.confirm_copy(key.id, edition_id=year.edition_id, by=by, now=START)
    other = service.current(year.edition_id, Purpose.SPARES)
    with pytest.raises(service.NoSuchKey), transaction():
        service.confirm_copy(other.id, edition_id=year.edition_id, by=by, now=START)


def test_the_sealed_copy_by_command_and_back(year, app, tmp_path):
    run = app.test_cli_runner().invoke
    out = tmp_path / "copy"
    made = run(args=["trustees", "sealed-copy", "2026", "--out", str(out)])
    assert made.exit_code == 0, made.output
    assert out.stat().st_mode & 0o777 == 0o600
    assert run(args=["trustees", "sealed-copy", "2026", "--out", str(out)]).exit_code == 1
    private = service.server_key(year.edition_id).private
    assert str(private).encode() not in out.read_bytes()
    keystore().destroy("edition-1-trustee-1")
    assert run(args=["trustees", "sealed-copy", "2026", "--out", str(tmp_path / "x")]).exit_code == 1
    assert run(args=["trustees", "restore-copy", "2026", str(out)]).exit_code == 0
    assert service.server_key(year.edition_id).private == private


def test_another_passphrase_is_said_plainly(year, app, monkeypatch):
    import dataclasses

    settings = app.extensions["settings"]
    monkeypatch.setitem(app.extensions, "settings", dataclasses.replace(settings, keys_passphrase="another"))
    with pytest.raises(WrongPassphrase):
        service.server_key(year.edition_id)


def test_web_needs_no_keys_folder(year, app, monkeypatch):
    """KEYS_DIR is a path that nobody can read, not even root: everything that web processes do still works."""
    import dataclasses
    from pathlib import Path

    from app.ballots import service as ballots
    from tests.ballots.voting import ballot, cast, post, public
    from tests.review.staff import Staff

    with transaction():
        ballots.send_letters(year.edition_id, by=year.secretaries[0].id, now=START)
    settings = dataclasses.replace(
        app.extensions["settings"], keys_dir=Path("/dev/null/keys"), keys_passphrase=""
    )
    monkeypatch.setitem(app.extensions, "settings", settings)
    client, staff = app.test_client(), Staff(app, year.secretaries[0])
    assert cast(client, year, ballot(year, 0))[0] == 200
    assert post(client, "/rosta/2026/lage", {"credential": public(year, 0)})[0] == 200
    for path in ("/rosta/2026", "/rosta/2026/val", "/rosta/2026/kvitto", "/arkiv/2026.bel"):
        assert client.get(path).status_code == 200
    for path in ("brev", "rostsedlar", "rostsedlar/1", "avtryck", "nycklar"):
        assert staff.get(f"/sekretariat/2026/{path}").status_code == 200
    staff.get("/sekretariat/2026/nycklar")
    assert staff.send("/kopia").status_code == 200
    with transaction():
        ballots.end_ballots(year.edition_id, now=START)
