"""Pages a second: the published result and a form, against a bare Flask page that says hello.

    python -m bench.pages [--requests 3000] [--rounds 5] [--at-once 8] [--workers 2]

All run under gunicorn's sync workers, in turn, asked by the same client (processes of plain sockets, a connection a
request); only the ratios count. Goals: the results page at least 0.8 of hello, form pages at least 0.35 of it.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
PAGES = (
    ("the published result", "/resultat/2026", 0.8),
    ("a form: nominate", "/nominera/2027", 0.35),
    ("a form: sign in", "/logga-in", 0.35),
)


def main() -> int:
    """Prints each page's rate, its ratio to hello with the spread, and the goal."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--requests", type=int, default=3000, help="in each round, for each page")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--at-once", type=int, default=8)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="anbud-bench-") as folder:
        ports = [_free_port() for _ in range(2)]
        env = {key: value for key, value in os.environ.items() if not key.endswith("_URL")}
        env |= {
            "INSTANCE_DIR": folder,
            "BASE_URL": f"http://127.0.0.1:{ports[0]}",
            "WEB_WORKERS": str(options.workers),
        }
        subprocess.run([sys.executable, "-m", "bench.pages_data"], env=env, cwd=ROOT, check=True)
        bare = (
            "-b",
            f"127.0.0.1:{ports[1]}",
            "-w",
            str(options.workers),
            "--log-level",
            "warning",
            "bench.hello:app",
        )
        logs = Path(folder) / "web.log"
        with (
            logs.open("wb") as log,
            _running(["-c", "python:app.serving", "wsgi:app"], env, log),
            _running(bare, env, log),
        ):
            _wait(ports[0], "/healthz")
            _wait(ports[1], "/")
            measure(ports, options)
    return 0


def measure(ports: list[int], options: argparse.Namespace) -> None:
    """All pages in turn, round by round."""
    rates: dict[str, list[float]] = {path: [] for path in ("/", *(path for _, path, _ in PAGES))}
    for number in range(options.rounds + 1):  # the first warms up
        for path, found in rates.items():
            rate = _rate(ports[1] if path == "/" else ports[0], path, options)
            if number:
                found.append(rate)
    hello = rates.pop("/")
    print(f"hello: {statistics.median(hello):,.0f} pages/s")
    for name, path, goal in PAGES:
        ratios = [ours / theirs for ours, theirs in zip(rates[path], hello, strict=True)]
        middle = statistics.median(ratios)
        print(
            f"{name}: {statistics.median(rates[path]):,.0f} pages/s, {middle:.2f} of hello "
            f"({min(ratios):.2f}–{max(ratios):.2f}); goal {goal}: {'reached' if middle >= goal else 'MISSED'}"
        )


def _rate(port: int, path: str, options: argparse.Namespace) -> float:
    each = options.requests // options.at_once
    with multiprocessing.Pool(options.at_once) as pool:
        pool.map(_ask, [(port, path, 2)] * options.at_once)
        begun = time.perf_counter()
        pool.map(_ask, [(port, path, each)] * options.at_once)
        return each * options.at_once / (time.perf_counter() - begun)


def _ask(what: tuple[int, str, int]) -> None:
    port, path, number = what
    request = f"GET {path} HTTP/1.0\r\nHost: 127.0.0.1:{port}\r\nAccept-Encoding: gzip\r\n\r\n".encode()
    for _ in range(number):
        with socket.create_connection(("127.0.0.1", port), 30) as connection:
            connection.sendall(request)
            first = connection.recv(65536)
            if not first.startswith((b"HTTP/1.1 200", b"HTTP/1.0 200")):
                raise SystemExit(f"{path}: {first[:60]!r}")
            while connection.recv(65536):
                pass


@contextmanager
def _running(arguments: Sequence[str], env: dict[str, str], log: IO[bytes]) -> Iterator[None]:
    """gunicorn while the block runs."""
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", *arguments], env=env, cwd=ROOT, stdout=log, stderr=log
    )
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(40)
        except subprocess.TimeoutExpired:
            process.kill()


def _wait(port: int, path: str) -> None:
    end = datetime.now(UTC) + timedelta(seconds=180)
    while datetime.now(UTC) < end:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30):
                return
        except OSError:  # not listening yet, or still making its tables
            time.sleep(0.2)
    raise SystemExit("the server did not start")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
