"""What the benchmarks of casting share: an open vote in a database of its own, gunicorn, and a quick client.

Nothing here is measured by itself. The client speaks HTTP/1.0 over a fresh connection for each request, as gunicorn's
sync workers close them anyway, and costs little beside the server on a machine with few cores.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SERVING = ("-c", "python:app.serving")
Answer = tuple[int, dict, float]


@dataclass(frozen=True)
class Poll:
    """An open vote: where its rows are, and what is needed to vote in it."""

    env: dict[str, str]
    slug: str
    edition_id: int
    election: bytes
    secrets: list[str]
    port: int

    @property
    def path(self) -> str:
        return f"/rosta/{self.slug}/rost"


def free_port() -> int:
    """A port on loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def postgresql() -> Iterator[str]:
    """A private PostgreSQL with an empty database; gives its URL."""
    found = shutil.which("initdb") or next(
        iter(sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin/initdb")))), ""
    )
    if not found:
        sys.exit("PostgreSQL's initdb is not here; install it, or name a database with --database URL.")
    programs, folder, port = Path(found).parent, Path(tempfile.mkdtemp(prefix="anbud-bench-pg-")), free_port()
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if as_user:
        shutil.chown(folder, "postgres")
    data = str(folder / "data")
    subprocess.run([*as_user, str(programs / "initdb"), "-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8"],
                   check=True, capture_output=True)  # fmt: skip
    server = subprocess.Popen(
        [*as_user, str(programs / "postgres"), "-D", data, "-p", str(port), "-h", "127.0.0.1", "-k", str(folder)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_for(port, server)
        yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
    finally:
        stop = [*as_user, str(programs / "pg_ctl"), "-D", data, "stop", "-m", "fast"]
        subprocess.run(stop, check=False, capture_output=True)
        server.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def database(wanted: str, folder: Path) -> Iterator[str]:
    """The database that `--database` means: "sqlite" (a file), "postgresql" (a private server), or a URL."""
    if wanted == "sqlite":
        yield f"sqlite:///{folder / 'anbudspriset.db'}"
    elif wanted == "postgresql":
        with postgresql() as url:
            yield url
    else:
        yield wanted


def wait_for(port: int, process: subprocess.Popen[bytes], seconds: float = 60) -> None:
    """Returns when the port answers."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            sys.exit(f"a server ended at once with exit code {process.returncode}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    sys.exit("a server did not answer in time")


def open_poll(url: str, folder: Path, voters: int, *, workers: int = 4, spares: int = 2) -> Poll:
    """A vote with one question of five nominees, open for a week, in the (empty) database *url*."""
    port = free_port()
    env = {
        name: value
        for name, value in os.environ.items()
        if name not in {"REDIS_URL", "CLOCK_FILE", "KEYS_DIR"}
    }
    env |= {
        "INSTANCE_DIR": str(folder), "DATABASE_URL": url, "BASE_URL": f"http://127.0.0.1:{port}",
        "WEB_WORKERS": str(workers), "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    made = subprocess.run(
        [sys.executable, "-m", "bench.polling", str(voters), str(spares)],
        env=env,
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    said = json.loads(made.stdout.splitlines()[-1])
    return Poll(env, said["slug"], said["edition_id"], said["election"].encode(), said["secrets"], port)


def _make(voters: int, spares: int) -> None:
    """In a process of its own: makes the tables and the open vote, and prints what is needed to vote."""
    from app import create_app
    from app.ballots import service as ballots
    from app.extensions import db
    from tests.tally.year import BEST, open_vote

    with create_app().app_context():
        db.create_all()
        names = ("Drift av väg", "Måltider till äldre", "Tolktjänster", "Skolskjuts", "Journalsystem")
        year = open_vote(voters=voters, categories=[BEST], names=names, now=datetime.now(UTC), spares=spares)
        election = ballots.election(year.edition_id).payload.decode()
        print(
            json.dumps(
                {
                    "slug": year.slug,
                    "edition_id": year.edition_id,
                    "election": election,
                    "secrets": year.secrets,
                }
            )
        )


def make_ballots(poll: Poll, secrets: Sequence[str]) -> list[bytes]:
    """A valid ballot for each secret, made on every core."""
    with ProcessPoolExecutor() as pool:
        return list(
            pool.map(_ballot, [poll.election] * len(secrets), secrets, range(len(secrets)), chunksize=25)
        )


def _ballot(election: bytes, secret: str, number: int) -> bytes:
    from app.core.belenios.ballots import make_ballot
    from app.core.belenios.elections import Election

    parsed = Election.parse(election)
    question = parsed.questions[0]
    marks = [0] * question.width
    marks[number % question.width] = 1
    return make_ballot(parsed, secret, [marks])


@contextmanager
def gunicorn(
    poll: Poll, *, application: str = "wsgi:app", settings: Sequence[str] = SERVING
) -> Iterator[subprocess.Popen[bytes]]:
    """The service under gunicorn with its own settings, its log in the poll's folder."""
    with (Path(poll.env["INSTANCE_DIR"]) / "web.log").open("ab") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", *settings, application],
            env=poll.env, cwd=ROOT, stdout=log, stderr=log,
        )  # fmt: skip
    try:
        wait_for(poll.port, server)
        _wait_for_answer(poll.port)
        yield server
    finally:
        server.terminate()
        server.wait(60)


def _wait_for_answer(port: int) -> None:
    """Returns when a worker has started and answers anything at all."""
    for _ in range(10):
        with suppress(OSError):
            request(port, "/healthz", b"", "text/plain")
            return
    sys.exit("the web did not answer in time")


def request(port: int, path: str, body: bytes, kind: str, headers: str = "") -> tuple[int, bytes]:
    """One POST over a connection of its own: the status and the body. Raises OSError when the connection breaks."""
    head = f"POST {path} HTTP/1.0\r\nHost: 127.0.0.1\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{headers}\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall(head.encode() + body)
        parts = []
        while part := connection.recv(65536):
            parts.append(part)
    whole = b"".join(parts)
    first, _, content = whole.partition(b"\r\n\r\n")
    if not first:
        raise ConnectionResetError("no answer")
    return int(first.split(b" ", 2)[1]), content


def cast(poll: Poll, ballot: bytes) -> Answer:
    """Casts one ballot: status, JSON, seconds."""
    body = json.dumps({"ballot": ballot.decode()}).encode()
    started = time.perf_counter()
    status, content = request(poll.port, poll.path, body, "application/json")
    spent = time.perf_counter() - started
    return status, json.loads(content), spent


def cast_all(poll: Poll, ballots: Sequence[bytes], at_once: int) -> tuple[float, list[Answer]]:
    """Casts all of them, so many at once; seconds in all, and the answers in order."""
    with ThreadPoolExecutor(at_once) as pool:
        started = time.perf_counter()
        answers = list(pool.map(lambda ballot: cast(poll, ballot), ballots))
        return time.perf_counter() - started, answers


if __name__ == "__main__":
    _make(int(sys.argv[1]), int(sys.argv[2]))
