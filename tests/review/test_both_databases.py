"""From an open vote to publication on SQLite and on PostgreSQL, with the worker doing its part."""

from __future__ import annotations

from datetime import timedelta

from app.core.ledger_file import read
from app.core.phases import Phase
from app.ledger import export
from app.review import service as review
from app.tally import service as tally
from tests.databases import both_databases
from tests.review.acting import blockers, publish, sign
from tests.tally.year import AFTER, BEST, CLOSES, START, open_vote, vote, work


@both_databases
def test_the_worker_counts_and_the_jury_publishes(app, clock):
    clock.set(START)
    year = open_vote(voters=3, categories=[BEST])
    vote(year, 0, [{0}])
    vote(year, 1, [{1}])
    vote(year, 2, [{0}])
    clock.set(CLOSES + timedelta(seconds=30))
    work(app)
    assert year.phase is Phase.VOTING
    clock.set(AFTER)
    work(app)
    assert year.phase is Phase.REVIEW
    sign(year, 0)
    sign(year, 1)
    assert blockers(year) == []
    publish(year)
    assert tally.opened(year.edition_id).rows == [[0, 2, 1, 0]]
    assert len(review.signed(year.edition_id)) == 2
    assert read(export.export(edition=year.edition_id)).of("staged") == []
