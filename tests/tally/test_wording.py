"""Claims in plain words rest on the verifier's checks: none forgotten, and none better than its worst check."""

from __future__ import annotations

import pytest

from app.core import ledger_checks
from app.tally import wording
from app.tally.outcomes import rows

OF_THE_ARCHIVE = (
    "archive", "election", "credentials", "trustees", "ballots", "one-ballot-each", "closed", "encrypted-tally",
    "decryptions", "result", "result-possible",
)  # fmt: skip
EVERY = (*OF_THE_ARCHIVE, *(name for name, _ in ledger_checks.CHECKS), "stored-result")


def checks(**statuses):
    return [
        {"id": name, "status": statuses.get(name.replace("-", "_"), "passed"), "text": "", "details": {}}
        for name in EVERY
    ]


def by_id(found):
    return {judged.claim.id: judged.status for judged in wording.judged(found)}


def test_every_check_belongs_to_a_claim():
    assert sorted(name for claim in wording.CLAIMS for name in claim.checks) == sorted(EVERY)
    assert set(by_id(checks()).values()) == {"passed"}


@pytest.mark.parametrize("name", EVERY)
def test_one_failed_check_fails_its_claim_and_no_other(name):
    statuses = by_id(checks(**{name.replace("-", "_"): "failed"}))
    claim = next(claim.id for claim in wording.CLAIMS if name in claim.checks)
    assert {key for key, status in statuses.items() if status == "failed"} == {claim}


def test_a_skipped_check_is_never_a_passed_claim():
    assert by_id(checks(strong_decryption="skipped"))["opening"] == "skipped"


def test_checks_for_later_judge_no_claim():
    assert by_id(checks(ledger_report="skipped", ledger_without_script="skipped")) == by_id(checks())


def test_a_report_that_stopped_early_claims_nothing():
    early = [
        check for check in checks(archive="failed") if check["id"] in {"election", "credentials", "archive"}
    ]
    statuses = by_id(early)
    assert statuses.pop("box") == "failed"
    assert set(statuses.values()) == {"skipped"}


def test_an_unknown_check_is_shown_too():
    assert (
        by_id([*checks(), {"id": "new", "status": "failed", "text": "", "details": {}}])["other"] == "failed"
    )


def test_rows_of_an_outcome():
    outcome = {
        "ballots": 5, "blanks": 1, "invalid": 0, "winners": [1],
        "standings": [{"nominee": 1, "votes": 3, "rank": 1}, {"nominee": 0, "votes": 1, "rank": 2}],
    }  # fmt: skip
    first, second, blank = rows(outcome, ("A", "B"), blank="Blankt")
    assert (first["label"], first["votes"], first["share"], first["won"]) == ("B", 3, 0.6, True)
    assert (second["label"], second["share"], second["won"]) == ("A", 0.2, False)
    assert (blank["label"], blank["votes"], blank["share"], blank["blank"]) == ("Blankt", 1, 0.2, True)


def test_rows_where_nobody_voted_have_no_shares():
    outcome = {
        "ballots": 0,
        "blanks": 0,
        "invalid": 0,
        "winners": [],
        "standings": [{"nominee": 0, "votes": 0, "rank": 1}],
    }
    assert [row["share"] for row in rows(outcome, ("A",), blank="Blankt")] == [None, None]
