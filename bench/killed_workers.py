"""Workers are killed (SIGKILL) again and again while people vote; nobody's receipt may be worth nothing.

    python -m bench.killed_workers [--database sqlite|postgresql|URL] [--votes 10000] [--kills 50] [--workers 4]

Every voter tries the same bytes again until there is a receipt. The bar: every receipt in the box, at its height; no
credential twice; no credential spent without a ballot; the archive is whole. Exits with 1 when it is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench import polling

PATIENCE = 300.0


def main() -> int:
    """Runs it and says how it went."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--database", default="sqlite")
    parser.add_argument("--votes", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--at-once", type=int, default=8)
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="anbud-bench-") as name,
        polling.database(options.database, Path(name)) as url,
    ):
        poll = polling.open_poll(url, Path(name), options.votes, workers=options.workers)
        print(f"making {options.votes} ballots …", flush=True)
        ballots = polling.make_ballots(poll, poll.secrets)
        answers, killer = cast_while_killing(poll, ballots, kills=options.kills, at_once=options.at_once)
        return judge(poll, answers, killer)


def cast_while_killing(
    poll: polling.Poll, ballots: list[bytes], *, kills: int, at_once: int
) -> tuple[list[tuple[bytes, dict]], Killer]:
    """Casts every ballot until it has a receipt, while workers are killed."""
    killer = Killer(len(ballots), kills)
    with polling.gunicorn(poll) as server, ThreadPoolExecutor(at_once) as pool:
        killer.start(server.pid)
        answers = list(pool.map(lambda ballot: _until_receipt(poll, ballot, killer), ballots))
        killer.stop()
    return answers, killer


class Killer:
    """Kills a random worker each time so many more votes have been cast."""

    def __init__(self, votes: int, kills: int) -> None:
        self.kills, self.killed, self.tries = kills, 0, 0
        self.every = max(1, votes // (kills + 1))
        self.cast = 0
        self._go = threading.Semaphore(0)
        self._lock = threading.Lock()
        self._ended = False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._parent = 0

    def start(self, parent: int) -> None:
        """Kills children of *parent*, gunicorn's own process, from now on."""
        self._parent = parent
        self._thread.start()

    def one_more(self) -> None:
        """A vote was cast."""
        with self._lock:
            self.cast += 1
            if self.cast % self.every == 0 and self.cast // self.every <= self.kills:
                self._go.release()

    def stop(self) -> None:
        """No more."""
        self._ended = True
        self._go.release()
        self._thread.join()

    def _run(self) -> None:
        while self._go.acquire() and not self._ended:
            time.sleep(random.random() / 20)  # at any moment of a request
            children = Path(f"/proc/{self._parent}/task/{self._parent}/children").read_text().split()
            if children:
                os.kill(int(random.choice(children)), signal.SIGKILL)
                self.killed += 1


def _until_receipt(poll: polling.Poll, ballot: bytes, killer: Killer) -> tuple[bytes, dict]:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        killer.tries += 1
        try:
            status, answer, _spent = polling.cast(poll, ballot)
        except (OSError, ValueError):
            time.sleep(0.05)
            continue
        if status == 200:
            killer.one_more()
            return ballot, answer["receipt"]
        if status < 500 and status != 429:
            sys.exit(f"a valid ballot was answered with {status} {answer}")
        time.sleep(0.05)
    sys.exit("a voter got no receipt")


def judge(poll: polling.Poll, answers: list[tuple[bytes, dict]], killer: Killer) -> int:
    """Compares every receipt with the box, in a process of its own."""
    from app.core.belenios.ballots import tracker

    receipts = {tracker(ballot): (receipt["height"], receipt["event"]) for ballot, receipt in answers}
    told = all(receipt["tracker"] == tracker(ballot) for ballot, receipt in answers)
    done = subprocess.run(
        [sys.executable, "-m", "bench.killed_workers_box", str(poll.edition_id)],
        env=poll.env, cwd=polling.ROOT, check=True, capture_output=True,
    )  # fmt: skip
    found = json.loads(done.stdout.splitlines()[-1])
    box = {tracker_: (height, event) for tracker_, height, event in found["ballots"]}
    checks = {
        "every receipt names its ballot": told,
        "every receipt is in the box, at its height": all(
            box.get(each) == place for each, place in receipts.items()
        ),
        "no ballot that nobody has a receipt for": len(box) == len(receipts) == len(answers),
        "no credential twice": found["credentials"] == len(box),
        "no credential spent without a ballot": found["spent_without_ballot"] == 0,
        "the chain of events is whole": found["chain"],
    }
    print(
        f"{len(answers)} votes, {killer.killed} workers killed, {killer.tries - len(answers)} tries repeated"
    )
    for text, held in checks.items():
        print(f"{'held  ' if held else 'MISSED'}  {text}")
    return 0 if all(checks.values()) and killer.killed >= killer.kills else 1


if __name__ == "__main__":
    sys.exit(main())
