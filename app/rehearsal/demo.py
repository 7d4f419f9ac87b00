"""`make demo`: one rehearsed and verified year, the next one open for voting, and where to look.

    python -m app.rehearsal.demo [--only] [--voters N]

Everything lives in `instance/demo`, made anew each time; a demo that still runs keeps its folder, and this one takes
the next. The first year ended some months ago, the second one's vote is open now, so the clock ends where it belongs.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import os
import shutil
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO

from app.processes import MAIL_PORT, ROOT, WEB_PORT, Service
from app.rehearsal import sample
from app.rehearsal.commands import PROBLEMS, Board, judge
from app.rehearsal.play import Year
from app.rehearsal.stage import SECRETARY, start_service

VOTERS = 30
FIRST_YEAR_BEGAN = timedelta(days=181)
SECOND_YEAR_BEGAN = timedelta(days=85)


@contextlib.contextmanager
def own_folder(parent: Path) -> Iterator[Path]:
    """An empty folder that no other running demo uses: `demo`, else `demo-2`, …; the lock is held inside the block."""
    parent.mkdir(parents=True, exist_ok=True)
    for place in range(1, 20):
        name = "demo" if place == 1 else f"demo-{place}"
        lock: IO[str] = (parent / f"{name}.lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            continue
        with lock:
            shutil.rmtree(parent / name, ignore_errors=True)
            yield parent / name
            return
    raise SystemExit("Nineteen demos run already. Stop one of them with Ctrl-C.")


def rehearse(service: Service, voters: int, folder: Path) -> tuple[Year, int]:
    """The first year, played to its end and verified: (the year, 0 when everything agrees)."""
    now = datetime.now(UTC)
    acts, second = Year.ACTS, Year.ACTS[: Year.ACTS.index("open_vote") + 1]
    board = Board(len(acts) + len(second), 2 * len(sample.NOMINATIONS), round(voters * 2 / 3))
    with board.shown():
        first = Year(
            service,
            voters=voters,
            year=now.year - 1,
            begin=now - FIRST_YEAR_BEGAN,
            say=board.say,
            tick=board.tick,
        )
        first.play()
        first.collect(folder / "rehearsed")
        year = Year(
            service, voters=8, year=now.year, begin=now - SECOND_YEAR_BEGAN, say=board.say, tick=board.tick
        )
        year.play(until="open_vote")
        year.clock.move_to(datetime.now(UTC))
    return first, judge(folder / "rehearsed", first)


def main() -> int:
    """Plays, prints where to look, and serves until Ctrl-C."""
    arguments = argparse.ArgumentParser(prog="make demo")
    arguments.add_argument("--only", action="store_true", help="stop when the rehearsed year is verified")
    arguments.add_argument("--voters", type=int, default=VOTERS)
    options = arguments.parse_args()
    with own_folder(Path(os.environ.get("INSTANCE_DIR") or ROOT / "instance")) as folder:
        print("Playing one award year through the service's own pages …", flush=True)
        begin = datetime.now(UTC) - FIRST_YEAR_BEGAN
        service = start_service(folder, begin=begin, web_port=WEB_PORT, mail_port=MAIL_PORT)
        try:
            year, code = rehearse(service, options.voters, folder)
            if code or options.only:
                return code
            print(where_to_look(service, year), flush=True)
            with contextlib.suppress(KeyboardInterrupt):
                service.wait()
        finally:
            service.stop()
    return 0


def where_to_look(service: Service, year: Year) -> str:
    """What the demo prints when it is ready."""
    base, second = service.base_url, year.year + 1
    return f"""
The service is running; Ctrl-C stops it.

  A ballot to cast       {base}/inkorg            open a letter to rost1@example.com
  Published results      {base}/resultat/{year.slug}
  Secretariat            {base}/sekretariat/{second}    sign in as {SECRETARY[1]}; the link comes to the inbox
  First page             {base}/
"""


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
    except PROBLEMS as problem:
        sys.exit(f"The demo stopped: {problem}")
