"""Somebody changes the database: the verification finds it and nothing can be published."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from app.ballots.models import BoxEvent
from app.core.phases import Phase
from app.extensions import db, transaction
from app.ledger.models import LogEntry
from app.review import acts
from app.review import service as review
from app.tally import service
from app.tally.models import Tally
from tests.tally.year import AFTER, BEST, START, counted, open_vote, vote, work


def change_ballot(year):
    with transaction():
        row = db.session.query(BoxEvent).filter_by(edition_id=year.edition_id, height=1).one()
        place = row.data.index(b'"response":"') + len(b'"response":"')
        row.data = row.data[:place] + b"2" + row.data[place:]


def test_a_changed_ballot_before_the_count(app, clock):
    clock.set(START)
    year = open_vote(voters=2, categories=[BEST])
    vote(year, 0, [{0}])
    change_ballot(year)
    clock.set(AFTER)
    work(app)
    assert year.phase is Phase.REVIEW
    made = service.verification(year.edition_id, staged=True)
    assert made.verdict == "invalid"
    with pytest.raises(acts.NotValid), transaction():
        acts.sign(
            edition_id=year.edition_id,
            account_id=year.jurors[0].id,
            what=review.seen(year.edition_id),
            now=AFTER,
        )
    assert any(
        "error" in str(b) or "fel" in str(b)
        for b in review.blockers(year.edition, Phase.PUBLISHED, now=AFTER)
    )
    assert any(todo.warn for todo in review.todos(year.edition, now=AFTER))
    with pytest.raises(review.NotReadyToPublish), transaction():
        review.enter(year.edition_id, Phase.PUBLISHED, by=year.secretaries[0].id, now=AFTER)


def test_a_changed_ballot_after_the_report_cannot_be_signed(app, clock):
    year = counted(app, clock, [[{0}]], categories=[BEST], voters=2)
    what = review.seen(year.edition_id)
    change_ballot(year)
    with pytest.raises(acts.CountChanged), transaction():
        acts.sign(edition_id=year.edition_id, account_id=year.jurors[0].id, what=what, now=AFTER)


def test_a_changed_ballot_after_the_signatures_cannot_be_published(app, clock):
    year = counted(app, clock, [[{0}]], categories=[BEST], voters=2, signoffs=1)
    with transaction():
        acts.sign(
            edition_id=year.edition_id,
            account_id=year.jurors[0].id,
            what=review.seen(year.edition_id),
            now=AFTER,
        )
    assert review.blockers(year.edition, Phase.PUBLISHED, now=AFTER) == []
    change_ballot(year)
    with pytest.raises(review.NotReadyToPublish), transaction():
        review.enter(year.edition_id, Phase.PUBLISHED, by=year.secretaries[0].id, now=AFTER)


def test_another_result_in_the_row_than_in_the_archive(app, clock):
    year = counted(app, clock, [[{0}], [{1}], [{1}]], categories=[BEST])
    with transaction():
        db.session.execute(update(Tally).values(result=[[0, 2, 1, 0]]))
        acts.recount(edition_id=year.edition_id, account_id=year.jurors[0].id, reason="Again.", now=AFTER)
    work(app)
    assert service.verification(year.edition_id, staged=True).verdict == "invalid"


def test_a_changed_ledger(app, clock):
    year = counted(app, clock, [[{0}]], categories=[BEST], voters=2)
    with transaction():
        entry = db.session.query(LogEntry).filter_by(kind="roll-frozen").one()
        entry.line = entry.line.replace(b'"voters":2', b'"voters":3')
        acts.recount(edition_id=year.edition_id, account_id=year.jurors[0].id, reason="Again.", now=AFTER)
    work(app)
    assert service.verification(year.edition_id, staged=True).verdict == "invalid"
