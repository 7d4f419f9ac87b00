"""When the vote is closed, no ballot can be made from anything that is left (at full size: `python -m bench.after_close`)."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.ballots import casting
from app.ballots import service as ballots
from app.ballots.models import Credential
from app.extensions import db, transaction
from bench import after_close
from bench.attacker import loot
from tests.ballots.voting import ballot, cast
from tests.databases import both_databases
from tests.tally.year import AFTER, START, work


def look(app, year) -> tuple[int, int]:
    """How many codes that open a ballot stand in what is left, and how many follow from what is left."""
    settings = app.extensions["settings"]
    vote = after_close.Vote(
        ballots.election(year.edition_id),
        frozenset(db.session.scalars(select(Credential.public))),
        after_close.numbered(db.session.scalars(select(Credential.voter_id).where(Credential.voter_id > 0))),
    )
    url = db.engine.url.render_as_string(hide_password=False).replace("+psycopg", "").replace("+pysqlite", "")
    db.session.rollback()
    pieces = list(loot(settings.instance_dir, url, after_close.MAILBOXES))
    store = after_close.keys(settings.keys_dir, settings.keys_passphrase)
    tried, hits = after_close.derived([*store, *after_close.written_keys(pieces)], vote)
    assert tried > 200
    return after_close.usable(after_close.codes(pieces), vote), hits


@both_databases
@pytest.mark.timeout(120)
def test_the_keys_make_ballots_until_the_close_and_nothing_does_after_it(app, year, client, clock):
    cast(client, year, ballot(year, 0))
    assert look(app, year) == (0, 5)
    clock.set(AFTER)
    work(app)
    assert look(app, year) == (0, 0)
    answers = after_close.Counter(cast(client, year, ballot(year, voter))[1]["error"] for voter in range(4))
    assert answers == {"closed": 3, "other-ballot": 1}
    assert ballots.turnout(year.edition_id).cast == 1


def test_a_code_that_lies_about_is_found(app, year):
    (app.extensions["settings"].instance_dir / "note.txt").write_text(
        f"x{year.secrets[1].replace('-', '')}y z"
    )
    assert look(app, year)[0] == 1


def test_a_ballot_that_was_checked_in_time_is_refused_by_a_closed_box(year, clock):
    """Also one that a process holds in its memory, and with the clock turned back."""
    checked = casting.check(year.slug, ballot(year, 0))
    db.session.rollback()
    with transaction():
        ballots.end_ballots(year.edition_id, now=AFTER)
    for now in (START, AFTER, AFTER - timedelta(seconds=30)):
        with pytest.raises(casting.Closed), transaction():
            casting.accept(checked, arrived=START, now=now, by_mail=True)
