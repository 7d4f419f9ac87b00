"""Ties that the jury decides, through to publication."""

from __future__ import annotations

import pytest

from app.ballots import service as ballots
from app.core.counting import TieUnresolved
from app.core.rules import TieRule
from app.core.verify import verify_archive
from app.ledger import export
from app.review import acts
from app.review import service as review
from app.tally import service as tally
from tests.review.acting import blockers, decide, kinds, object_to, publish, recount, sign
from tests.tally.year import BEST, counted, work

JURY = BEST | {"tie_rule": TieRule.JURY}


def test_what_blocks_publication_does_not_tell_of_a_tie(app, clock):
    tied = counted(app, clock, [[{0}], [{1}]], categories=[JURY])
    assert review.ties_open(tied.edition_id)
    with app.test_request_context("/en/", environ_overrides={"SCRIPT_NAME": "/en"}):
        assert [str(each) for each in blockers(tied)] == ["2 more jurors have to sign."]


def test_the_jury_decides_a_tie_before_it_signs(app, clock):
    year = counted(app, clock, [[{0}], [{1}], [{2}], [{1}], [{0}]], categories=[JURY])
    with pytest.raises(acts.TieOpen):
        sign(year, 0)
    with pytest.raises(TieUnresolved):
        decide(year, [2])
    with pytest.raises(acts.ReasonMissing):
        decide(year, [1], reason=" ")
    assert "tie-decided" not in kinds(year)
    seen_before = review.seen(year.edition_id)
    decide(year, [1])
    with pytest.raises(acts.CountChanged):
        sign(year, 0, seen_before)
    decide(year, [0], reason="Vi tänkte om.")
    outcome = tally.counts(year.edition_id, staged=True)[0].outcome
    assert (outcome["winners"], outcome["tied"], outcome["decided"]) == ([0], [0, 1], "jury")
    sign(year, 0)
    with pytest.raises(acts.SignedAlready):
        decide(year, [1])
    recount(year)
    work(app)
    assert tally.verification(year.edition_id, staged=True).verdict == "valid"
    assert tally.counts(year.edition_id, staged=True)[0].outcome["winners"] == [0]
    sign(year, 0)
    sign(year, 1)
    publish(year)
    (decision,) = review.tie_decisions(year.edition_id).values()
    assert (decision.winners, decision.reason) == ([0], "Vi tänkte om.")


def test_the_published_archive_and_ledger_verify_strictly(app, clock):
    year = counted(app, clock, [[{0}], [{1}]], categories=[JURY], signoffs=1)
    decide(year, [1])
    object_to(year, 2)
    sign(year, 0)
    publish(year)
    report = verify_archive(
        b"".join(ballots.archive_bytes(year.edition_id, upto_public=False)),
        export.export(edition=year.edition_id),
        strict=True,
    )
    assert [check.line() for check in report.checks if check.status != "passed"] == []
    assert report.valid
