"""Double casts: each credential is used many times at the same moment, half with the same bytes.

    python -m bench.double_casts [--database sqlite|postgresql|URL] [--credentials 200] [--simultaneous 32] [--workers 4]

The bar: one ballot a credential in the box; every answer of a credential carries the same receipt (200 for the ballot
that counts, 409 for another one); no 5xx. Exits with 1 when it is missed.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench import polling


def main() -> int:
    """Runs it and says how it went."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--database", default="sqlite")
    parser.add_argument("--credentials", type=int, default=200)
    parser.add_argument("--simultaneous", type=int, default=32)
    parser.add_argument("--workers", type=int, default=4)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="anbud-bench-") as name:
        folder = Path(name)
        with polling.database(options.database, folder) as url:
            poll = polling.open_poll(url, folder, options.credentials, workers=options.workers)
            return run(poll, options.simultaneous)


def run(poll: polling.Poll, simultaneous: int) -> int:
    """Casts and judges."""
    different = simultaneous - simultaneous // 2
    print(f"making {len(poll.secrets)} × {different + 1} ballots …", flush=True)
    made = polling.make_ballots(poll, [secret for secret in poll.secrets for _ in range(different + 1)])
    wrong: list[str] = []
    statuses: Counter[int] = Counter()
    with polling.gunicorn(poll), ThreadPoolExecutor(simultaneous) as pool:
        for number in range(len(poll.secrets)):
            own = made[number * (different + 1) : (number + 1) * (different + 1)]
            ballots = [own[0]] * (simultaneous // 2) + own[1:]
            gate = threading.Barrier(simultaneous)
            answers = list(pool.map(lambda ballot, gate=gate: _at_once(poll, ballot, gate), ballots))
            statuses.update(status for status, _answer in answers)
            receipts = {str(sorted(answer.get("receipt", {}).items())) for _status, answer in answers}
            if len(receipts) != 1 or receipts == {"[]"}:
                wrong.append(f"credential {number}: {len(receipts)} different receipts")
            if {status for status, _answer in answers} - {200, 409}:
                wrong.append(f"credential {number}: {Counter(status for status, _ in answers)}")
    turnout = _turnout(poll)
    print(
        f"answers by status: {dict(sorted(statuses.items()))}; ballots in the box: {turnout} of {len(poll.secrets)}"
    )
    if turnout != len(poll.secrets):
        wrong.append(f"{turnout} ballots in the box")
    for line in wrong[:20]:
        print("MISSED:", line)
    print("missed" if wrong else "the bar is met")
    return int(bool(wrong))


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
