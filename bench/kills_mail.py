"""Workers killed while they send: does everyone get the letter, and how often twice?

    python -m bench.kills_mail [--recipients 2000] [--kills 50] [--seed 1] [--workers 1] [--connections 1]

Worker processes send to a local SMTP server that answers 4xx to some, once or several times, 5xx to some, hangs up
after the text of some and stalls on some; a worker gets SIGKILL again and again, at arbitrary moments, and a new one
goes on. With `--workers 2` another one is always at work beside it. Leases, pauses and timeouts are the real ones (but
for the wait on a stalled server, 2 seconds). DATABASE_URL may name PostgreSQL.

The bar: everyone reachable has the letter, nobody two different links, whoever has it twice has it with the same
Message-ID, duplicates ≤ kills × connections + drops.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict, deque
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

LINK = re.compile(rb"/rosta/2026#(\w+)")
MESSAGE_ID = re.compile(rb"^Message-ID: (\S+)", re.MULTILINE)
FAULTS = {
    ("450 busy",): 5, ("450 busy", "421 closing", "451 greylisted"): 2, ("450 busy", "drop"): 1,
    ("550 no such mailbox",): 2, ("drop",): 2, ("stall",): 0.2,
}  # fmt: skip
LONGEST = 1200.0


class Difficult:
    """An SMTP server's handler: carries out the plan for each address, remembers what it took."""

    def __init__(self, plan: dict[str, deque[str]]) -> None:
        self.plan = plan
        self.taken: Counter[str] = Counter()
        self.links: dict[str, set[bytes]] = defaultdict(set)
        self.ids: dict[str, set[bytes]] = defaultdict(set)
        self.acted: Counter[str] = Counter()

    async def handle_RCPT(  # noqa: N802
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        planned = self.plan[address]
        if planned and planned[0][0].isdigit():
            self.acted[planned[0]] += 1
            return planned.popleft()
        envelope.rcpt_tos.append(address)
        return "250 fine"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        address = envelope.rcpt_tos[0]
        self.taken[address] += 1
        self.links[address].update(LINK.findall(envelope.content))
        self.ids[address].update(MESSAGE_ID.findall(envelope.content))
        planned = self.plan[address]
        if planned:
            act = planned.popleft()
            self.acted[act] += 1
            if act == "drop":
                server.transport.abort()
            else:
                await asyncio.sleep(30)
        return "250 taken"


def service() -> Any:
    """The application with one letter whose link follows from the recipient alone, as a ballot's does."""
    import hashlib

    from jinja2 import ChoiceLoader, DictLoader

    from app import create_app
    from app.mail import service as mail

    app = create_app()
    texts = {
        "mail/bench.subject.txt": "Din röstsedel",
        "mail/bench.txt": "http://127.0.0.1:8000/rosta/2026#{{ code }}\n",
        "mail/bench.html": '{% extends "mail/base.html" %}{% block main %}<p>{{ code }}</p>{% endblock %}',
    }
    app.jinja_env.loader = ChoiceLoader([DictLoader(texts), app.jinja_env.loader or DictLoader({})])
    mail.letter("bench", bulk=True)(
        lambda number, _now: {"code": hashlib.sha256(b"%d" % number).hexdigest()[:22]}
    )
    return app


def starter() -> None:
    """Loads the service once and forks a worker process for each line it reads: a start takes no time from the kills."""
    from app.jobs.worker import Worker

    app = service()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # who is killed leaves no zombie
    for _line in sys.stdin:
        if (child := os.fork()) == 0:
            Worker(app).run()
            os._exit(0)
        print(child, flush=True)


class Workers:
    """The worker processes, oldest first."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "bench.kills_mail", "--starter"]
        self.starter = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self.running: deque[int] = deque()

    def start(self) -> None:
        """One more."""
        assert self.starter.stdin is not None
        assert self.starter.stdout is not None
        print(file=self.starter.stdin, flush=True)
        self.running.append(int(self.starter.stdout.readline()))

    def kill(self) -> None:
        """The oldest one, at once."""
        os.kill(self.running[0], signal.SIGKILL)
        self._gone(self.running.popleft())

    def end(self) -> None:
        """All of them, in peace."""
        for process in self.running:
            os.kill(process, signal.SIGTERM)
        for process in self.running:
            self._gone(process)
        self.starter.communicate()

    @staticmethod
    def _gone(process: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            while True:
                os.kill(process, 0)
                time.sleep(0.001)


def unfinished(app: Any) -> int:
    """How many letters are still on their way."""
    from app.mail import service as mail

    with app.app_context():
        return mail.counts(name="bench").unfinished


def torment(app: Any, handler: Difficult, kills: int, chance: random.Random, workers: int) -> int:
    """Starts and kills workers, the oldest first, then lets them finish; gives how many were killed while letters were
    on their way.
    """
    pause, killed = threading.Event(), 0
    started = time.monotonic()
    total = unfinished(app)
    running = Workers()
    for _each in range(workers - 1):
        running.start()
    for number in range(kills):
        target = total * (number + chance.random()) / (kills + 1)
        running.start()
        patience = time.monotonic() + 60
        while sum(handler.taken.values()) < target and time.monotonic() < patience:
            pause.wait(0.001)
        pause.wait(chance.random() / 50)
        killed += unfinished(app) > 0
        running.kill()
        print(
            f"\rkilled {number + 1} of {kills}, letters taken {sum(handler.taken.values())}",
            end="",
            flush=True,
        )
    running.start()
    patience = time.monotonic() + LONGEST
    while unfinished(app) and time.monotonic() < patience:
        pause.wait(0.5)
    running.end()
    print(f"\ndone in {time.monotonic() - started:.0f} s")
    return killed


def judge(app: Any, handler: Difficult, addresses: list[str], *, refused: set[str], may_repeat: int) -> bool:
    """Prints the figures; whether the bar is met."""
    from app.mail import service as mail

    with app.app_context():
        counts = mail.counts(name="bench")
    unreached = [each for each in addresses if each not in refused and not handler.taken[each]]
    several = [each for each in addresses if len(handler.links[each]) > 1]
    renamed = [each for each in addresses if len(handler.ids[each]) > 1]
    duplicates = sum(handler.taken.values()) - sum(1 for each in addresses if handler.taken[each])
    drops = handler.acted["drop"] + handler.acted["stall"]
    allowed = may_repeat + drops
    whole = counts.unfinished == 0 and counts.sent == len(addresses) - len(refused)
    met = not (unreached or several or renamed) and duplicates <= allowed and whole
    print(f"recipients {len(addresses)}, server's acts {dict(handler.acted)}")
    print(
        f"sent {counts.sent}, failed {counts.failed} (refused for good: {len(refused)}), open {counts.unfinished}"
    )
    print(
        f"reachable without the letter {len(unreached)}, with two different links {len(several)}, "
        f"with two Message-IDs {len(renamed)}"
    )
    print(
        f"duplicates {duplicates}, allowed {allowed} (kills × connections + drops and stalls after the text)"
    )
    print("met" if met else "NOT met")
    return met


def main() -> None:
    """Plays it and exits 0 when the bar is met."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--recipients", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--connections", type=int, default=1)
    parser.add_argument("--starter", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.starter:
        return starter()
    from aiosmtpd.controller import Controller

    chance = random.Random(options.seed)
    addresses = [f"v{number}@example.se" for number in range(options.recipients)]
    plan: dict[str, deque[str]] = defaultdict(deque)
    for address in chance.sample(addresses, options.recipients // 10):
        plan[address].extend(chance.choices(list(FAULTS), list(FAULTS.values()))[0])
    refused = {address for address, acts in plan.items() if acts[0].startswith("550")}
    handler = Difficult(plan)
    port = 20_000 + os.getpid() % 20_000
    server = Controller(handler, hostname="127.0.0.1", port=port)
    server.start()
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(
            INSTANCE_DIR=folder,
            SMTP_URL=f"smtp://127.0.0.1:{port}?timeout=2",
            SMTP_CONNECTIONS=str(options.connections),
        )
        os.environ.setdefault("DATABASE_URL", f"sqlite:///{Path(folder) / 'kills.db'}")
        app = service()
        fill(app, addresses)
        killed = torment(app, handler, options.kills, chance, options.workers)
        print(f"workers killed while letters were on their way: {killed}")
        met = judge(app, handler, addresses, refused=refused, may_repeat=killed * options.connections)
    server.stop()
    sys.exit(0 if met else 1)


def fill(app: Any, addresses: list[str]) -> None:
    """Queues one letter to each address."""
    from app.extensions import db, transaction
    from app.mail import service as mail

    with app.app_context():
        db.create_all()
        rows = [mail.Recipient(number, to, "sv", f"bench-{number}") for number, to in enumerate(addresses)]
        with transaction():
            mail.queue_many("bench", rows, now=datetime.now(UTC))


if __name__ == "__main__":
    main()
