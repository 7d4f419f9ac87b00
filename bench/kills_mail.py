"""Workers killed while they send: does everyone get the letter, and how often twice?

    python -m bench.kills_mail [--recipients 2000] [--kills 50] [--seed 1]

A worker process sends to a local SMTP server that answers 4xx to some, 5xx to some, hangs up after the text of some and
stalls on some; the worker gets SIGKILL again and again, at arbitrary moments, and a new one goes on. Leases, pauses and
timeouts are the real ones (but for the wait on a stalled server, 2 seconds). DATABASE_URL may name PostgreSQL.

The bar: everyone reachable has the letter, nobody two different links, duplicates ≤ kills + drops.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import re
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
FAULTS = ("450 busy", "550 no such mailbox", "drop", "stall")
LONGEST = 1200.0


class Difficult:
    """An SMTP server's handler: carries out the plan for each address, remembers what it took."""

    def __init__(self, plan: dict[str, deque[str]]) -> None:
        self.plan = plan
        self.taken: Counter[str] = Counter()
        self.links: dict[str, set[bytes]] = defaultdict(set)
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


def worker() -> None:
    """What the killed process runs."""
    from app.jobs.worker import Worker

    Worker(service()).run()


def start_worker() -> subprocess.Popen[bytes]:
    """A worker process."""
    return subprocess.Popen([sys.executable, "-m", "bench.kills_mail", "--worker"], stderr=subprocess.DEVNULL)


def unfinished(app: Any) -> int:
    """How many letters are still on their way."""
    from app.mail import service as mail

    with app.app_context():
        return mail.counts(name="bench").unfinished


def torment(app: Any, handler: Difficult, kills: int, chance: random.Random) -> int:
    """Starts and kills workers, then lets one finish; gives how many were killed while letters were on their way."""
    pause, killed = threading.Event(), 0
    started = time.monotonic()
    total = unfinished(app)
    for number in range(kills):
        target = total * (number + chance.random()) / (kills + 1)
        process = start_worker()
        patience = time.monotonic() + 8
        while sum(handler.taken.values()) < target and time.monotonic() < patience and process.poll() is None:
            pause.wait(0.001)
        pause.wait(chance.random() / 50)
        killed += unfinished(app) > 0
        process.kill()
        process.wait()
        print(
            f"\rkilled {number + 1} of {kills}, letters taken {sum(handler.taken.values())}",
            end="",
            flush=True,
        )
    process = start_worker()
    while unfinished(app) and time.monotonic() < started + LONGEST:
        pause.wait(0.5)
    process.terminate()
    process.wait()
    print(f"\ndone in {time.monotonic() - started:.0f} s")
    return killed


def judge(app: Any, handler: Difficult, addresses: list[str], refused: set[str], killed: int) -> bool:
    """Prints the figures; whether the bar is met."""
    from app.mail import service as mail

    with app.app_context():
        counts = mail.counts(name="bench")
    unreached = [each for each in addresses if each not in refused and not handler.taken[each]]
    several = [each for each in addresses if len(handler.links[each]) > 1]
    duplicates = sum(handler.taken.values()) - sum(1 for each in addresses if handler.taken[each])
    drops = handler.acted["drop"] + handler.acted["stall"]
    met = not unreached and not several and duplicates <= killed + drops and counts.unfinished == 0
    print(f"recipients {len(addresses)}, workers killed {killed}, server's acts {dict(handler.acted)}")
    print(
        f"sent {counts.sent}, failed {counts.failed} (refused for good: {len(refused)}), open {counts.unfinished}"
    )
    print(f"reachable without the letter {len(unreached)}, with two different links {len(several)}")
    print(f"duplicates {duplicates}, allowed {killed + drops} (kills + drops and stalls after the text)")
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
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        return worker()
    from aiosmtpd.controller import Controller

    chance = random.Random(options.seed)
    addresses = [f"v{number}@example.se" for number in range(options.recipients)]
    plan: dict[str, deque[str]] = defaultdict(deque)
    for address in chance.sample(addresses, options.recipients // 10):
        fault = chance.choices(FAULTS, [6, 2, 2, 0.2])[0]
        plan[address].append(fault)
    refused = {address for address, acts in plan.items() if acts[0].startswith("550")}
    handler = Difficult(plan)
    port = 20_000 + os.getpid() % 20_000
    server = Controller(handler, hostname="127.0.0.1", port=port)
    server.start()
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(INSTANCE_DIR=folder, SMTP_URL=f"smtp://127.0.0.1:{port}?timeout=2")
        os.environ.setdefault("DATABASE_URL", f"sqlite:///{Path(folder) / 'kills.db'}")
        app = service()
        fill(app, addresses)
        killed = torment(app, handler, options.kills, chance)
        met = judge(app, handler, addresses, refused, killed)
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
