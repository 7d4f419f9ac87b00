"""Runs belenios-tool, the verifier that others wrote, on an archive, where it is installed.

`belenios-tool election verify` re-checks everything in ``<uuid>.bel`` of its working folder; it exits with 0 when it
finds the election valid.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

NAME = "belenios-tool"
LONGEST_OUTPUT = 64_000
HEARTBEAT = 5.0
SECONDS = 120.0
SECONDS_A_BALLOT = 0.1
SECRETS = frozenset({"SECRET_KEYS", "KEYS_PASSPHRASE", "DATABASE_URL", "REDIS_URL", "SMTP_URL", "PGPASSWORD"})
"""What the worker's environment holds and a program of others need not know."""
_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@dataclass(frozen=True)
class ToolRun:
    """What came of it. `version` is None when it was not run (or did not finish); `command` is what anyone can run."""

    version: str | None
    command: str
    output: str
    exit_code: int | None

    @property
    def ran(self) -> bool:
        """Whether the tool ran to its end."""
        return self.exit_code is not None

    @property
    def refused(self) -> bool:
        """Whether the tool ran and did not find the election valid."""
        return self.ran and self.exit_code != 0


def find(configured: str) -> str | None:
    """The program: the one that the settings name, or the one on PATH, or None."""
    return shutil.which(configured or NAME)


def command(uuid: str) -> str:
    """The command that repeats this check in a folder that holds the archive, named ``<uuid>.bel``."""
    return f"{NAME} election verify --uuid {uuid}"


def verify(
    archive: Iterable[bytes],
    *,
    uuid: str,
    program: str | None,
    ballots: int,
    alive: Callable[[], None] = lambda: None,
) -> ToolRun:
    """Runs *program* on *archive* in a folder of its own; `alive` is called every few seconds while it works."""
    if program is None:
        return ToolRun(None, command(uuid), "", None)
    with tempfile.TemporaryDirectory(prefix="belenios-") as folder:
        with (Path(folder) / f"{uuid}.bel").open("wb") as file:
            file.writelines(archive)
        version = _version(program)
        output, exit_code = _run(
            [program, "election", "verify", "--uuid", uuid],
            folder=folder,
            seconds=SECONDS + SECONDS_A_BALLOT * ballots,
            alive=alive,
        )
    return ToolRun(version if exit_code is not None else None, command(uuid), output, exit_code)


def _version(program: str) -> str:
    answer = subprocess.run(  # noqa: S603 (the operator's setting)
        [program, "--version"], capture_output=True, text=True, timeout=60, check=False, env=_environment()
    )
    first = answer.stdout.strip().splitlines() or [""]
    return f"{NAME} {first[0].split(' ')[0]}".strip()


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in SECRETS}


def _run(
    arguments: list[str], *, folder: str, seconds: float, alive: Callable[[], None]
) -> tuple[str, int | None]:
    """(what it said, its exit code), the code None when it was stopped for taking longer than *seconds*."""
    log = Path(folder) / "output.txt"
    with log.open("wb") as sink:
        process = subprocess.Popen(  # noqa: S603 (the operator's setting)
            arguments,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            env=_environment(),
        )
        try:
            code = _wait(process, seconds, alive)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
    said = log.read_bytes()[-LONGEST_OUTPUT:].decode("utf-8", "replace")
    cleaned = _ANSI.sub("", said).replace(folder, ".").replace("\r", "\n").strip()
    return cleaned if code is not None else f"{cleaned}\n(stopped after {seconds:.0f} s)".strip(), code


def _wait(process: subprocess.Popen[bytes], seconds: float, alive: Callable[[], None]) -> int | None:
    waited = 0.0
    while waited < seconds:
        try:
            return process.wait(timeout=min(HEARTBEAT, seconds - waited))
        except subprocess.TimeoutExpired:
            waited += HEARTBEAT
            alive()
    return None
