"""The JavaScript's own tests, run by Node; and its ballots, judged by the core and by belenios-tool."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from app.core.belenios.ballots import check_ballot
from app.core.belenios.credentials import public_credential, random_secret
from app.core.belenios.elections import Election, Question, new_uuid
from app.core.belenios.trustees import TrusteeKey, Trustees
from tests import needs

HERE = Path(__file__).parent
QUESTIONS = (
    Question("Årets upphandling", ('Väg "norr"', "Måltider & vård", "Stöd", "IT", "Lås", "Sand"), 1, 1, True),
    Question("Årets dialog", ("A", "B", "C", "D"), 1, 3, True),
    Question("Utan blankt", ("Å", "Ä", "Ö"), 1, 2, False),
)
ANSWERS = (
    [[0, 0, 1, 0, 0, 0, 0], [0, 1, 0, 1, 1], [1, 0, 1]],
    [[1, 0, 0, 0, 0, 0, 0], [1, 0, 0, 0, 0], [0, 0, 1]],
    [[0, 0, 0, 0, 0, 0, 1], [0, 0, 1, 0, 0], [0, 1, 1]],
)


@pytest.fixture(scope="module")
def node() -> str:
    """Node 20.19 or newer, which reads .js as modules."""
    path = needs.node()
    version = subprocess.run([path, "--version"], capture_output=True, text=True, check=True).stdout
    major, minor = (int(part) for part in version.lstrip("v").split(".")[:2])
    if (major, minor) < (20, 19):
        needs.missing("node")
    return path


@pytest.fixture(scope="module")
def election() -> Election:
    """An election with every kind of question that is used."""
    trustees = Trustees.build([TrusteeKey.generate().public])
    return Election.build(
        uuid=new_uuid(),
        name="Prov på åäö",
        description="Två rader\noch ”citat”",
        questions=QUESTIONS,
        public_key=trustees.election_key,
        administrator=None,
        credential_authority=None,
    )


def ballots_by_node(node: str, election: str, votes: list[dict[str, object]]) -> list[str]:
    made = subprocess.run(
        [node, str(HERE / "make_ballots.js")],
        input=json.dumps({"election": election, "votes": votes}),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    ballots: list[str] = json.loads(made.stdout)
    return ballots


def test_the_javascript_passes_its_own_tests(node: str) -> None:
    tests = sorted(str(path) for path in HERE.glob("*.test.js"))
    run = subprocess.run([node, "--test", *tests], capture_output=True, text=True, timeout=100, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_the_core_accepts_the_browsers_ballots(node: str, election: Election) -> None:
    secrets = [random_secret() for _ in ANSWERS]
    votes = [
        {"credential": secret, "answers": answers} for secret, answers in zip(secrets, ANSWERS, strict=True)
    ]
    for secret, ballot in zip(secrets, ballots_by_node(node, election.payload.decode(), votes), strict=True):
        checked = check_ballot(election, ballot.encode(), {public_credential(secret, election.uuid)})
        assert checked.credential == public_credential(secret, election.uuid)


def test_belenios_tool_accepts_the_browsers_ballots(node: str, tmp_path: Path) -> None:
    tool = needs.belenios_tool()

    def run(*arguments: str) -> str:
        done = subprocess.run(
            [tool, *arguments],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
            env={**os.environ, "BELENIOS_USE_URANDOM": "1"},
        )
        return done.stdout + done.stderr

    uuid = run("setup", "generate-token").split()[0]
    voters = "".join(f"v{i}@example.com,v{i}\n" for i in range(len(ANSWERS)))
    (tmp_path / "voters.txt").write_text(voters, encoding="utf-8")
    template = {
        "description": "Prov på åäö",
        "name": "Priset",
        "questions": [
            {
                "answers": q.answers,
                **({"blank": True} if q.blank else {}),
                "min": q.minimum,
                "max": q.maximum,
                "question": q.text,
            }
            for q in QUESTIONS
        ],
    }
    (tmp_path / "template.json").write_text(json.dumps(template, ensure_ascii=False), encoding="utf-8")
    group = ("--group", "Ed25519")
    run("setup", "generate-credentials", "--uuid", uuid, *group, "--file", "voters.txt")
    next(tmp_path.glob("*.pubcreds")).rename(tmp_path / "public_creds.json")
    secrets = json.loads(next(tmp_path.glob("*.privcreds")).read_text(encoding="utf-8")).values()
    run("setup", "generate-trustee-key", *group)
    (tmp_path / "public_keys.jsons").write_bytes(next(tmp_path.glob("*.pubkey")).read_bytes())
    run("setup", "make-trustees")
    run("setup", "make-election", "--uuid", uuid, *group, "--template", "template.json")
    election = (tmp_path / "election.json").read_text(encoding="utf-8").rstrip("\n")
    run("archive", "init")
    votes = [
        {"credential": secret, "answers": answers} for secret, answers in zip(secrets, ANSWERS, strict=True)
    ]
    for ballot in ballots_by_node(node, election, votes):
        (tmp_path / "ballot.json").write_text(ballot, encoding="utf-8")
        assert "ballot is valid" in run("election", "verify-ballot", "--ballot", "ballot.json")
