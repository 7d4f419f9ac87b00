"""PostgreSQL's own programs for a backup. The password goes to them by the environment, never on a command line."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy.engine import URL, make_url

from app.backups.manifest import BadBackup

OPTIONS = {
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
}
LOOK_EVERY = 0.1


def dump(url: str, to: Path, *, snapshot: str, progress: Callable[[int], object]) -> None:
    """Writes the database, as it was at *snapshot*, into *to*; *progress* is told how far the file has grown."""
    arguments = ["--format=custom", f"--snapshot={snapshot}", "--no-password", f"--file={to}"]
    _run("pg_dump", arguments, make_url(url), lambda: progress(to.stat().st_size if to.exists() else 0))


def restore(url: str, source: Path) -> None:
    """Puts a dump into the empty database: all of it or nothing."""
    arguments = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", "--no-password"]
    name = make_url(url).database or ""
    _run("pg_restore", [*arguments, f"--dbname={name}", str(source)], make_url(url), lambda: None)


def _run(program: str, arguments: list[str], url: URL, waiting: Callable[[], object]) -> None:
    path = shutil.which(program)
    if path is None:
        raise BadBackup(
            f"{program} is not on PATH. Install PostgreSQL's client programs (Debian: apt install postgresql-client)."
        )
    with subprocess.Popen(  # noqa: S603 (PostgreSQL's own program)
        [path, *arguments],
        env={**os.environ, **_environment(url)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as process:
        while process.poll() is None:
            waiting()
            time.sleep(LOOK_EVERY)
        assert process.stderr is not None
        said = process.stderr.read().decode(errors="replace").strip()
    if process.returncode:
        raise BadBackup(f"{program} ended with exit code {process.returncode}: {said[-800:]}")


def _environment(url: URL) -> dict[str, str]:
    given = {
        "PGHOST": url.host, "PGPORT": str(url.port) if url.port else None, "PGUSER": url.username,
        "PGPASSWORD": url.password, "PGDATABASE": url.database,
        **{name: str(url.query[option]) for option, name in OPTIONS.items() if option in url.query},
    }  # fmt: skip
    return {name: value for name, value in given.items() if value}
