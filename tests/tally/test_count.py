"""From a real box to the review: what the count makes of clear winners, ties, blanks and nothing at all."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import subprocess

import pytest

from app.ballots import service as ballots
from app.core.ledger_file import read
from app.core.phases import Phase
from app.core.rules import TieRule
from app.core.verify import verify_archive
from app.ledger import export
from app.tally import service
from tests.tally.year import BEST, NAMES, TALK, counted, shared_app


def outcomes(year):
    return [count.outcome for count in service.counts(year.edition_id, staged=True)]


@pytest.fixture(scope="module")
def year(tmp_path_factory):
    """One counted year for all tests that only look at it."""
    with shared_app(tmp_path_factory.mktemp("count")) as (app, clock):
        yield counted(app, clock, [[{0}, {0, 1}], [{0}, {1}], [{1}, set()]], voters=4)


def test_clear_winner(year):
    assert year.phase is Phase.REVIEW
    best, talk = outcomes(year)
    assert (best["winners"], best["decided"]) == ([0], "votes")
    assert [standing["votes"] for standing in best["standings"]] == [2, 1, 0]
    assert (talk["winners"], talk["ballots"], talk["blanks"]) == ([1], 3, 1)
    opened = service.opened(year.edition_id, staged=True)
    assert (opened.rows, opened.ballots) == ([[0, 2, 1, 0], [1, 1, 2, 0]], 3)
    made = service.verification(year.edition_id, staged=True)
    assert made.verdict == "valid"
    assert made.result_hash == hashlib.sha256(b'{"result":[[0,2,1,0],[1,1,2,0]]}').hexdigest()


def test_a_tie_is_shared_by_the_published_rule(app, clock):
    year = counted(app, clock, [[{0}], [{2}]], categories=[BEST])
    assert (outcomes(year)[0]["winners"], outcomes(year)[0]["decided"]) == ([0, 2], "shared")


def test_a_tie_for_the_jury_stays_open(app, clock):
    year = counted(app, clock, [[{0}], [{2}]], categories=[BEST | {"tie_rule": TieRule.JURY}])
    outcome = outcomes(year)[0]
    assert (outcome["winners"], outcome["tied"], outcome["decided"]) == ([], [0, 2], "open")


def test_all_blank(app, clock):
    year = counted(app, clock, [[set(), set()], [set(), set()]])
    assert [(o["winners"], o["decided"], o["blanks"]) for o in outcomes(year)] == [([], "none", 2)] * 2
    assert service.verification(year.edition_id, staged=True).verdict == "valid"


def test_no_ballots_at_all(app, clock):
    year = counted(app, clock, [], voters=3)
    assert year.phase is Phase.REVIEW
    assert service.opened(year.edition_id, staged=True).rows == [[0, 0, 0, 0], [0, 0, 0, 0]]
    assert service.verification(year.edition_id, staged=True).verdict == "valid"


def test_the_report_says_what_was_compared(year):
    made = service.verification(year.edition_id, staged=True)
    report = json.loads(made.report)
    assert hashlib.sha256(made.report).hexdigest() == made.report_hash
    assert report["verdict"] == "valid"
    assert report["archive"]["sha256"] == made.archive_hash
    assert report["result"] == {"rows": [[0, 2, 1, 0], [1, 1, 2, 0]], "sha256": made.result_hash}
    checks = {check["id"]: check["status"] for check in report["verifier"]["checks"]}
    assert checks["strong-decryption"] == checks["ledger-box-heads"] == checks["ledger-counts"] == "passed"
    assert "failed" not in checks.values()
    if not os.environ.get("BELENIOS_TOOL") and shutil.which("belenios-tool") is None:
        assert report["belenios_tool"]["run"] is False
        assert made.tool_version is None
    assert (
        report["belenios_tool"]["command"]
        == f"belenios-tool election verify --uuid {ballots.election(year.edition_id).uuid}"
    )


def test_the_staged_archive_is_what_others_verify(year, tmp_path):
    archive = b"".join(ballots.archive_bytes(year.edition_id, upto_public=False))
    assert (
        hashlib.sha256(archive).hexdigest() == service.verification(year.edition_id, staged=True).archive_hash
    )
    assert verify_archive(archive).valid
    tool = os.environ.get("BELENIOS_TOOL")
    if not tool:
        pytest.skip("belenios-tool is not installed: set BELENIOS_TOOL to its path")
    made = service.verification(year.edition_id, staged=True)
    assert made.tool_exit == 0
    assert made.tool_version.startswith("belenios-tool 3.")
    uuid = ballots.election(year.edition_id).uuid
    (tmp_path / f"{uuid}.bel").write_bytes(archive)
    again = subprocess.run(
        [tool, "election", "verify", "--uuid", uuid], cwd=tmp_path, timeout=60, check=False
    )
    assert again.returncode == 0


def test_the_ledger_stages_what_reveals_the_result(year):
    kinds = [record.kind for record in read(export.export(edition=year.edition_id)).records]
    after = kinds[kinds.index("encrypted-tally") :]
    assert after == ["encrypted-tally", "box-head", *["staged"] * 6, "phase-moved"]
    opened = read(export.export(edition=year.edition_id), openings=export.openings(edition=year.edition_id))
    hidden = [record.kind for record in opened.records if record.was_staged]
    assert hidden == ["strong-decryption", "result", "box-head", "count-made", "count-made", "report-made"]


def test_nothing_of_the_result_is_public_before_publication(year):
    assert service.opened(year.edition_id) is None
    assert service.counts(year.edition_id) == []
    assert service.verification(year.edition_id) is None
    public = b"".join(ballots.archive_bytes(year.edition_id, upto_public=True))
    report = verify_archive(io.BytesIO(public).read())
    assert report.valid
    assert report.result is None
    ledger = export.export(edition=year.edition_id)
    made = service.verification(year.edition_id, staged=True)
    for secret in (made.result_hash, made.report_hash, made.archive_hash):
        assert secret.encode() not in ledger


def test_names_on_the_ballot_are_those_of_the_question(year):
    (question, _) = ballots.questions(year.edition_id)
    assert question.names == ballots.election(year.edition_id).questions[0].answers
    assert [name.split(",")[0] for name in question.names] == list(NAMES)
    assert [question.category for question in ballots.questions(year.edition_id)] == [
        BEST["slug"],
        TALK["slug"],
    ]
