"""Archives and messages of belenios-tool pass here, and ours pass there."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.core.belenios import archive
from app.core.belenios.ballots import check_ballot, make_ballot
from app.core.belenios.credentials import public_credential
from app.core.belenios.elections import Question
from app.core.belenios.trustees import TrusteeKey
from app.core.verify import verify_archive
from tests.core.belenios import oracle
from tests.core.belenios.made import UUID, chained, make, rendered, secret

TEMPLATE = {
    "description": 'Åtta frågor \u2028 \u007f "citat" \\ / <b>',
    "name": "Årets\tupphandling",
    "questions": [
        {"answers": ["A", "B"], "min": 0, "max": 1, "question": "Q1?"},
        {"answers": ["A", "B", "C"], "blank": True, "min": 1, "max": 2, "question": "Q2?"},
        {"answers": ["Ja"], "blank": False, "min": 0, "max": 1, "question": ""},
    ],
    "administrator": "Kansliet",
    "credential_authority": "Servern",
}
VOTES = ([[1, 0], [0, 1, 1, 0], [1]], [[0, 0], [1, 0, 0, 0], [0]], [[0, 1], [0, 0, 0, 1], [1]])


@pytest.fixture(params=oracle.tools())
def tool(request: pytest.FixtureRequest, tmp_path: Path) -> oracle.Tool:
    return oracle.Tool(oracle.path(request.param), tmp_path)


def _voters(*weights: int) -> list[str]:
    return [f"voter{index}@example.com,voter{index},{weight}" for index, weight in enumerate(weights)]


def _vote(tool: oracle.Tool) -> None:
    for voter, choices in zip(tool.secrets, VOTES, strict=False):
        tool.add("Ballot", tool.ballot(voter, choices))


@pytest.mark.parametrize(
    ("weights", "mandatory", "threshold", "members"),
    [
        pytest.param((1, 1, 1), 1, None, (), id="one trustee"),
        pytest.param((1, 1, 1, 1), 2, None, (), id="two trustees"),
        pytest.param((1, 2, 50_000), 1, None, (), id="weights"),
        pytest.param((1, 1, 1), 1, (2, 3), (3, 1), id="one and two of three"),
        pytest.param((1, 1, 1), 0, (2, 3), (1, 2), id="two of three"),
    ],
)
def test_archives_of_the_tool_are_valid(tool, weights, mandatory, threshold, members):
    tool.set_up(TEMPLATE, voters=_voters(*weights), mandatory=mandatory, threshold=threshold)
    assert verify_archive(tool.archive).exit_code == 0
    _vote(tool)
    assert verify_archive(tool.archive).exit_code == 0
    tool.close()
    assert verify_archive(tool.archive).exit_code == 0
    tool.open(members)
    report = verify_archive(tool.archive)
    assert tool.verify()
    assert report.exit_code == 0, list(report.lines())
    assert "not strongly proven" in report.verdict
    by_secret = dict(zip(tool.secrets, VOTES, strict=False))
    listed = dict(_listed(tool.archive))
    expected = [[0] * len(row) for row in VOTES[0]]
    for voter, choices in by_secret.items():
        weight = listed[public_credential(voter, tool.uuid)]
        for total, row in zip(expected, choices, strict=True):
            for index, mark in enumerate(row):
                total[index] += weight * mark
    assert report.result == expected
    strict = verify_archive(tool.archive, strict=True)
    assert strict.exit_code == 1
    assert [check.id for check in strict.failures()] == ["strong-decryption"]


def _listed(file: Path) -> list[tuple[str, int]]:
    from app.core.belenios.credentials import parse_public_credentials

    with file.open("rb") as stream:
        records = list(archive.read(stream))
    return list(parse_public_credentials(records[2].content).items())


def test_an_archive_of_the_tool_without_ballots_is_valid(tool):
    tool.set_up(TEMPLATE, voters=_voters(1, 1), mandatory=2)
    tool.close()
    tool.open()
    report = verify_archive(tool.archive)
    assert (report.exit_code, report.result) == (0, [[0, 0], [0, 0, 0, 0], [0]])


def test_rendering_the_records_of_the_tool_gives_its_bytes(tool):
    tool.set_up(TEMPLATE, voters=_voters(1, 1, 1))
    _vote(tool)
    with tool.archive.open("rb") as stream:
        reader = archive.Reader(stream)
        records = list(reader)
    assert b"".join(archive.render(reader.timestamp, records)) == tool.archive.read_bytes()


def test_a_second_ballot_of_a_credential_is_reported(tool):
    tool.set_up(TEMPLATE, voters=_voters(1, 1, 1))
    _vote(tool)
    tool.add("Ballot", tool.ballot(tool.secrets[0], VOTES[1]))
    assert tool.verify()
    report = verify_archive(tool.archive)
    assert report.exit_code == 1
    assert [check.details["reason"] for check in report.failures()] == ["second-ballot"]


def test_other_kinds_of_questions_are_said_to_be_unsupported(tool):
    question = {"type": "NonHomomorphic", "value": {"answers": ["A", "B"], "question": "Rank"}}
    tool.set_up({**TEMPLATE, "questions": [question]}, voters=_voters(1, 1))
    report = verify_archive(tool.archive)
    assert report.exit_code == 2
    assert "not supported by this version" in report.verdict


@pytest.mark.parametrize("trustees", [1, 2])
@pytest.mark.parametrize("upto", ["Ballot", "EndBallots", "EncryptedTally", "PartialDecryption", "Result"])
def test_archives_of_ours_pass_the_tool(tool, trustees, upto):
    made = make(trustees=trustees, upto=upto)
    assert tool.verify(made.archive(), UUID), tool.said


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({"votes": []}, id="no ballots"),
        pytest.param({"weights": [1, 5, 2**30, 1]}, id="weights"),
        pytest.param({"questions": [Question("Q\x7f\u2028\x01", ("\"", "\\"), 1, 2)], "votes": [[[1, 1]], [[0, 1]]]}, id="names"),
        pytest.param({"questions": [Question("Q", ("A",), 0, 0)], "votes": [[[0]]]}, id="nothing to choose"),
    ],
)  # fmt: skip
def test_odd_archives_of_ours_pass_the_tool(tool, options):
    made = make(**options)
    assert verify_archive(made.archive()).exit_code == 0
    assert tool.verify(made.archive(), UUID), tool.said


def test_a_ballot_made_by_the_tool_for_our_election_is_accepted(tool):
    made = make(upto="Ballot")
    tool.uuid = UUID
    tool.archive.write_bytes(rendered(chained(made.groups)))
    data = tool.ballot(secret(3), [[0, 0, 1, 0], [0, 1]])
    ballot = check_ballot(made.election, data, made.weights)
    assert ballot.credential == public_credential(secret(3), UUID)


def test_ballots_of_ours_are_accepted_by_the_tool(tool):
    made = make(upto="Ballot")
    tool.uuid = UUID
    tool.archive.write_bytes(rendered(chained(made.groups)))
    for choices in ([[1, 0, 0, 0], [0, 0]], [[0, 0, 0, 1], [1, 1]]):
        tool.write("ballot.json", make_ballot(made.election, secret(3), choices))
        tool.run("election", "verify-ballot", "--ballot", "ballot.json")
        assert "ballot is valid" in tool.said


def test_a_private_key_of_the_tool_is_read(tool):
    tool.set_up(TEMPLATE, voters=_voters(1, 1))
    written = tool.mandatory[0].read_bytes()
    key = TrusteeKey.from_private(written)
    assert key.private_payload() == written.strip()
    assert key.public.element.hex() in tool.mandatory[0].with_suffix(".pubkey").read_text()
