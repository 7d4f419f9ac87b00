"""The restore drill with small numbers, on really started processes."""

from __future__ import annotations

import subprocess
import sys

import pytest

from app.processes import ROOT


@pytest.mark.long
@pytest.mark.timeout(500)
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_the_drill_finds_nothing_wrong(kind: str, request: pytest.FixtureRequest) -> None:
    command = [sys.executable, "-m", "bench.restore_drill", "--voters", "9"]
    if kind == "postgresql":
        command += ["--postgresql", str(request.getfixturevalue("postgresql_server"))]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    assert "NOT " not in done.stdout
    assert done.stdout.count("\nok ") >= 9
