"""Running belenios-tool: absent, agreeing, refusing, never ending. Small programs stand in for the tool."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.tally import belenios_tool

UUID = "AbCdEfGhJkLmNp"


def program(folder: Path, lines: str) -> str:
    path = folder / "belenios-tool"
    path.write_text(
        f'#!/bin/sh\nif [ "$1" = --version ]; then echo "3.0 (3.0+20250220)"; exit 0; fi\n{lines}\n'
    )
    path.chmod(0o755)
    return str(path)


def run(found: str | None, **more) -> belenios_tool.ToolRun:
    return belenios_tool.verify([b"abc", b"def"], uuid=UUID, program=found, ballots=0, **more)


def test_not_installed_says_how_to_run_it(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert belenios_tool.find("") is None
    tool = run(None)
    assert (tool.ran, tool.refused, tool.version) == (False, False, None)
    assert tool.command == f"belenios-tool election verify --uuid {UUID}"


def test_found_on_path_or_where_the_settings_say(monkeypatch, tmp_path):
    found = program(tmp_path, "exit 0")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert belenios_tool.find("") == found
    assert belenios_tool.find(found) == found
    assert belenios_tool.find(str(tmp_path / "nothing")) is None


def test_it_gets_the_archive_and_what_it_says_is_kept(tmp_path):
    tool = run(program(tmp_path, f'printf "\\033[32mI: %s %s\\033[0m in $PWD" "$*" "$(cat {UUID}.bel)"'))
    assert (tool.ran, tool.refused, tool.exit_code) == (True, False, 0)
    assert tool.version == "belenios-tool 3.0"
    assert tool.output == f"I: election verify --uuid {UUID} abcdef in ."


def test_it_learns_no_secret_of_ours(tmp_path, monkeypatch):
    for name in ("SECRET_KEYS", "KEYS_PASSPHRASE", "DATABASE_URL", "REDIS_URL", "SMTP_URL"):
        monkeypatch.setenv(name, "do-not-tell")
    monkeypatch.setenv("BELENIOS_HOME", "tell")
    tool = run(program(tmp_path, "env"))
    assert "BELENIOS_HOME=tell" in tool.output
    assert "do-not-tell" not in tool.output


def test_it_refuses(tmp_path):
    tool = run(program(tmp_path, "echo 'E: invalid' >&2; exit 123"))
    assert (tool.ran, tool.refused, tool.exit_code, tool.output) == (True, True, 123, "E: invalid")


def test_it_never_ends(tmp_path, monkeypatch):
    monkeypatch.setattr(belenios_tool, "SECONDS", 0.3)
    monkeypatch.setattr(belenios_tool, "HEARTBEAT", 0.1)
    beats = []
    tool = run(program(tmp_path, "exec sleep 60"), alive=lambda: beats.append(1))
    assert (tool.ran, tool.refused, tool.version) == (False, False, None)
    assert "stopped after" in tool.output
    assert len(beats) >= 2


def test_nothing_is_left_behind(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    import tempfile

    monkeypatch.setattr(tempfile, "tempdir", None)
    (tmp_path / "bin").mkdir()
    run(program(tmp_path / "bin", "exit 0"))
    assert [entry.name for entry in tmp_path.iterdir()] == ["bin"]


def test_the_real_one_refuses_what_is_not_an_archive():
    found = os.environ.get("BELENIOS_TOOL")
    if not found:
        pytest.skip("belenios-tool is not installed: set BELENIOS_TOOL to its path")
    tool = run(found)
    assert tool.ran
    assert tool.refused
    assert tool.version.startswith("belenios-tool 3.")
