"""Casting: POST of a ballot with every proof checked, a receipt and a durable commit, against a bare anchor.

    python -m bench.cast [--database sqlite postgresql] [--votes 400] [--rounds 3] [--at-once 8] [--workers 4]

The anchor is Flask with CSRF, the ORM and one durable commit for each request, and no check at all (`bench/anchor.py`),
under the same gunicorn on the same kind of database. Both run in turn; only the ratio counts. Goals: at least 0.25 of
the anchor's votes a second, and a p99 of at most 3 times its p99.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench import polling

RATE, TAIL = 0.25, 3.0


def main() -> int:
    """Runs it on each database."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--database", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--votes", type=int, default=400, help="in each round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--at-once", type=int, default=8)
    parser.add_argument("--workers", type=int, default=4)
    options = parser.parse_args()
    for wanted in options.database:
        with (
            tempfile.TemporaryDirectory(prefix="anbud-bench-") as name,
            polling.database(wanted, Path(name)) as url,
        ):
            measure(wanted, url, Path(name), options)
    return 0


def measure(wanted: str, url: str, folder: Path, options: argparse.Namespace) -> None:
    """The anchor and ours in turn; prints rates, tails and their ratios."""
    poll = polling.open_poll(url, folder, options.votes * options.rounds, workers=options.workers)
    ballots = polling.make_ballots(poll, poll.secrets)
    bare = polling.Poll(poll.env | {"ANCHOR": "1"}, poll.slug, 0, b"", [], polling.free_port())
    bare.env["BASE_URL"] = f"http://127.0.0.1:{bare.port}"
    subprocess.run([sys.executable, "-m", "bench.anchor"], env=bare.env, cwd=polling.ROOT, check=True)
    ours, anchors = [], []
    plain = ("-b", f"127.0.0.1:{bare.port}", "-w", str(options.workers), "--log-level", "warning")
    with polling.gunicorn(poll), polling.gunicorn(bare, application="bench.anchor:app", settings=plain):
        _warm(poll, bare, ballots[0])
        for number in range(options.rounds):
            part = ballots[number * options.votes : (number + 1) * options.votes]
            anchors.append(_anchor_round(bare, options))
            seconds, answers = polling.cast_all(poll, part, options.at_once)
            if any(status != 200 for status, _answer, _spent in answers):
                sys.exit("a cast was refused")
            ours.append((len(part) / seconds, _p99([spent for _status, _answer, spent in answers])))
            print(f"  {wanted} round {number + 1}: anchor {anchors[-1][0]:.0f}/s p99 {1000 * anchors[-1][1]:.0f} ms, "
                  f"ours {ours[-1][0]:.0f}/s p99 {1000 * ours[-1][1]:.0f} ms", flush=True)  # fmt: skip
    rates = [mine[0] / bare_[0] for mine, bare_ in zip(ours, anchors, strict=True)]
    tails = [mine[1] / bare_[1] for mine, bare_ in zip(ours, anchors, strict=True)]
    print(
        f"{wanted}: rate {_spread(rates)} of the anchor (goal ≥ {RATE}), p99 {_spread(tails)} × its p99 (goal ≤ {TAIL})"
    )


def _warm(poll: polling.Poll, bare: polling.Poll, ballot: bytes) -> None:
    for _ in range(20):
        polling.cast(poll, ballot)
        polling.request(bare.port, "/token", b"", "text/plain")


def _anchor_round(bare: polling.Poll, options: argparse.Namespace) -> tuple[float, float]:
    def once(number: int) -> float:
        started = time.perf_counter()
        body = f"csrf_token={token}&text=vote{number}".encode()
        status, _ = polling.request(
            bare.port, "/vote", body, "application/x-www-form-urlencoded", f"Cookie: session={cookie}\r\n"
        )
        if status != 200:
            sys.exit(f"the anchor answered {status}")
        return time.perf_counter() - started

    token, cookie = polling.request(bare.port, "/token", b"", "text/plain")[1].decode().split(" ")
    with ThreadPoolExecutor(options.at_once) as pool:
        started = time.perf_counter()
        spent = list(pool.map(once, range(options.votes)))
        return options.votes / (time.perf_counter() - started), _p99(spent)


def _p99(spent: list[float]) -> float:
    return statistics.quantiles(spent, n=100)[98]


def _spread(values: list[float]) -> str:
    return f"{statistics.median(values):.2f} ({min(values):.2f}–{max(values):.2f})"


if __name__ == "__main__":
    sys.exit(main())
