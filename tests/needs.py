"""What some tests need of the machine, and how to get it. `REQUIRE=browser,postgresql,…` turns a skip into a failure."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

HOW = {
    "browser": "Chromium: apt install chromium",
    "node": "Node.js 20 or newer: apt install nodejs",
    "postgresql": "a PostgreSQL server's programs: apt install postgresql",
    "redis": "Redis: apt install redis-server",
    "belenios-tool": "belenios-tool: apt install belenios-tool (Debian 13), then BELENIOS_TOOL=/usr/bin/belenios-tool",
    "sample-data": "sample notices: set SAMPLE_DATA to the folder that has them",
}


def missing(name: str) -> None:
    """Skips the test with a line that says how to get *name*; fails where it is required."""
    if name in os.environ.get("REQUIRE", "").split(","):
        pytest.fail(f"{name} is required here and was not found ({HOW[name]})", pytrace=False)
    pytest.skip(f"needs {HOW[name]}")


def program(name: str, *candidates: str) -> str:
    """The path of the first of *candidates* that is installed; skips where none is."""
    for candidate in candidates:
        if found := shutil.which(candidate):
            return found
    missing(name)
    raise AssertionError


def chromium() -> str:
    """Chromium's path."""
    return program("browser", "chromium", "chromium-browser", "google-chrome")


def node() -> str:
    """Node's path."""
    return program("node", "node", "nodejs")


def belenios_tool() -> str:
    """belenios-tool's path, from BELENIOS_TOOL."""
    path = os.environ.get("BELENIOS_TOOL", "")
    if not path or not Path(path).exists():
        missing("belenios-tool")
    return path


def sample_data() -> Path:
    """The folder of sample notices, from SAMPLE_DATA."""
    path = os.environ.get("SAMPLE_DATA", "")
    if not path:
        missing("sample-data")
    return Path(path)


def postgresql_bin() -> Path:
    """The folder with initdb and postgres."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    if found:
        return found[0].parent
    return Path(program("postgresql", "initdb")).parent


def sample_notice(name: str) -> bytes:
    """One of the sample notices."""
    return (sample_data() / "notices" / name).read_bytes()
