"""Nobody has to trust our booth: a ballot that belenios-tool makes from a voter's credential is accepted."""

import subprocess

from app.ballots import service as ballots
from tests import needs
from tests.ballots.voting import cast


def test_a_ballot_made_with_belenios_tool_counts(year, client, tmp_path):
    tool = needs.belenios_tool()
    uuid = ballots.election(year.edition_id).uuid
    (tmp_path / f"{uuid}.bel").write_bytes(client.get("/arkiv/2026.bel").data)
    (tmp_path / "credential").write_text(year.secrets[0])
    (tmp_path / "choices.json").write_text("[[0,0,1,0],[0,1,0,1]]")
    made = subprocess.run(
        [tool, "election", "generate-ballot", "--privcred", "credential", "--choice", "choices.json"],
        cwd=tmp_path, check=True, capture_output=True, text=True,
    )  # fmt: skip
    status, answer = cast(client, year, made.stdout.rstrip("\n"))
    assert status == 200, answer
    (tmp_path / f"{uuid}.bel").write_bytes(client.get("/arkiv/2026.bel").data)
    subprocess.run([tool, "election", "verify"], cwd=tmp_path, check=True, capture_output=True)
