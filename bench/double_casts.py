"""Double casts: each credential is used many times at the same moment, half with the same bytes; some are voided then.

    python -m bench.double_casts [--database sqlite|postgresql|URL] [--credentials 200] [--simultaneous 32] [--workers 4]
                                 [--replaced 3]

While every third credential (`--replaced 3`; 0 for none) is being cast with, the secretariat voids it and puts a spare
in its place (bench/double_casts_helpdesk.py), some milliseconds earlier or later. The bar: each credential is either
counted or void, never both. Counted: every answer carries the same receipt (200 for the ballot that counts, 409 for
another one), and the secretariat is told that a ballot was cast. Void: every answer says so (410), and the spare votes.
In the end the box holds one ballot a voter, the archive verifies with its ledger, and nothing answered 5xx. Exits with
1 when the bar is missed.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench import polling

Answers = list[tuple[int, dict]]


def main() -> int:
    """Runs it and says how it went."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--database", default="sqlite")
    parser.add_argument("--credentials", type=int, default=200)
    parser.add_argument("--simultaneous", type=int, default=32)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument(
        "--replaced", type=int, default=3, help="every so manieth is voided meanwhile; 0: none"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="anbud-bench-") as name:
        folder = Path(name)
        with polling.database(options.database, folder) as url:
            poll = polling.open_poll(
                url, folder, options.credentials, workers=options.workers, spares=options.credentials
            )
            return run(poll, options.simultaneous, every=options.replaced)


class Helpdesk:
    """The secretariat, in a process of its own."""

    def __init__(self, poll: polling.Poll) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bench.double_casts_helpdesk", str(poll.edition_id), "1"],
            env=poll.env, cwd=polling.ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        assert self.process.stdin
        assert self.process.stdout
        self.asks, self.says = self.process.stdin, self.process.stdout
        if self.says.readline() != "ready\n":
            sys.exit("the secretariat's process did not start")

    def replace(self, number: int) -> dict[str, str]:
        """Asks for a voter's ballot to be replaced; what came of it."""
        self.asks.write(f"{number}\n")
        self.asks.flush()
        answer: dict[str, str] = json.loads(self.says.readline() or '{"outcome": "accident"}')
        return answer

    def end(self) -> None:
        """Lets it write archive and ledger."""
        self.asks.close()
        self.process.wait(120)
        self.says.close()


def run(poll: polling.Poll, simultaneous: int, *, every: int = 0) -> int:
    """Casts, replaces every so manieth meanwhile, and judges."""
    different = simultaneous - simultaneous // 2
    print(f"making {len(poll.secrets)} × {different + 1} ballots …", flush=True)
    made = polling.make_ballots(poll, [secret for secret in poll.secrets for _ in range(different + 1)])
    wrong: list[str] = []
    statuses: Counter[int] = Counter()
    outcomes: Counter[str] = Counter()
    helpdesk = Helpdesk(poll)
    with polling.gunicorn(poll), ThreadPoolExecutor(simultaneous + 1) as pool:
        for number in range(len(poll.secrets)):
            own = made[number * (different + 1) : (number + 1) * (different + 1)]
            ballots = [own[0]] * (simultaneous // 2) + own[1:]
            voided = bool(every) and number % every == 0
            gate = threading.Barrier(simultaneous + voided)
            desk = pool.submit(_replace, helpdesk, number, gate) if voided else None
            answers = list(pool.map(lambda ballot, gate=gate: _at_once(poll, ballot, gate), ballots))
            told = desk.result() if desk else {}
            statuses.update(status for status, _answer in answers)
            outcomes[told.get("outcome", "left alone")] += 1
            wrong += [f"credential {number}: {problem}" for problem in _judge(answers, told)]
            if told.get("outcome") == "replaced":
                wrong += [f"spare of {number}: {problem}" for problem in _vote(poll, told["secret"], simultaneous // 8 or 1)]  # fmt: skip
    helpdesk.end()
    return _say(poll, statuses, outcomes, wrong)


def _judge(answers: Answers, told: dict[str, str]) -> list[str]:
    found = Counter(status for status, _answer in answers)
    if told.get("outcome") == "replaced":
        return [] if set(found) == {410} else [f"void, but answered {dict(found)}"]
    problems = []
    receipts = {str(sorted(answer.get("receipt", {}).items())) for _status, answer in answers}
    if len(receipts) != 1 or receipts == {"[]"}:
        problems.append(f"{len(receipts)} different receipts")
    if set(found) - {200, 409}:
        problems.append(f"answered {dict(found)}")
    if told.get("outcome", "voted") != "voted":
        problems.append(f"the secretariat was told {told}")
    return problems


def _vote(poll: polling.Poll, secret: str, times: int) -> list[str]:
    """The holder of a spare votes, and presses more than once."""
    (ballot,) = polling.make_ballots(poll, [secret])
    return _judge([polling.cast(poll, ballot)[:2] for _ in range(times)], {})


def _say(poll: polling.Poll, statuses: Counter[int], outcomes: Counter[str], wrong: list[str]) -> int:
    turnout, voters = _turnout(poll), len(poll.secrets)
    print(f"answers by status: {dict(sorted(statuses.items()))}; ballots in the box: {turnout} of {voters}")
    print(f"credentials: {dict(outcomes)} (replaced: void, voted: the ballot was first)")
    if turnout != voters:
        wrong.append(f"{turnout} ballots in the box")
    wrong += _verified(poll)
    for line in wrong[:20]:
        print("MISSED:", line)
    print("missed" if wrong else "the bar is met")
    return int(bool(wrong))


def _verified(poll: polling.Poll) -> list[str]:
    """Runs the verifier over what the secretariat's process wrote."""
    folder = Path(poll.env["INSTANCE_DIR"])
    done = subprocess.run(
        [sys.executable, "-m", "app.core.verify", str(folder / "box.bel"), "--ledger", str(folder / "box.ledger")],
        cwd=polling.ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    print(f"archive and ledger: {'verified' if done.returncode == 0 else done.stdout + done.stderr}")
    return [] if done.returncode == 0 else [f"the verifier ended with {done.returncode}"]


def _replace(helpdesk: Helpdesk, number: int, gate: threading.Barrier) -> dict[str, str]:
    gate.wait()
    return helpdesk.replace(number)


def _at_once(poll: polling.Poll, ballot: bytes, gate: threading.Barrier) -> tuple[int, dict]:
    gate.wait()
    status, answer, _spent = polling.cast(poll, ballot)
    return status, answer


def _turnout(poll: polling.Poll) -> int:
    code = (
        "from app import create_app\nfrom app.ballots import service\n"
        f"with create_app().app_context(): print(service.turnout({poll.edition_id}).cast)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=poll.env, cwd=polling.ROOT, check=True, capture_output=True
    )
    return int(done.stdout)


if __name__ == "__main__":
    sys.exit(main())
