"""Runs the cleaning in a process of its own: what a broken decoder does there, it does to nobody else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from app.nominations.sanitising.outcome import Clean, Kind, Refused, Why

ROOT = Path(__file__).resolve().parents[3]
SECONDS = 8
INHERITED = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT")


def sanitise(data: bytes) -> Clean:
    """A harmless copy of *data*, or `Refused`, whatever the bytes are."""
    environment = {name: os.environ[name] for name in INHERITED if name in os.environ}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "app.nominations.sanitising"],
            input=data,
            capture_output=True,
            cwd=ROOT,
            env={**environment, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Refused(Why.TOO_MUCH) from error
    head, found, body = done.stdout.partition(b"\n")
    if done.returncode or not found:  # it was stopped at one of its limits, or a decoder took it down
        raise Refused(Why.TOO_MUCH)
    said = json.loads(head)
    if "refused" in said:
        raise Refused(Why(said["refused"]))
    return Clean(Kind(said["kind"]), body)
