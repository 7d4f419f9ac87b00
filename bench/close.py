"""Close, tally and decrypt a box whose ballots were all checked when they were cast.

    python -m bench.close [--voters 100 1000] [--rounds 3] [--tool-up-to 1000] [--questions 1]

Measured is what the worker does after the deadline until the result is known: EndBallots and the move to counting,
the encrypted tally, the partial decryption with its strong proof, and the result, each with its durable commit and
its ledger entries. As in a real vote, the worker has kept the sum up to date while ballots came, for the last time in the
minute between deadline and close, and has run for a while (it has counted another small vote).

Beside it, on the same archive, run belenios-tool's three steps (compute-encrypted-tally, decrypt, compute-result),
where it is installed (BELENIOS_TOOL, or on PATH) and the box is not too large for its checking of every ballot in
every step. Goals: 100 ballots in at most 0.13 s (Helios, as measured on another machine), 10,000 in at most 2 s.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from app.accounts.models import Account
from app.ballots import box, casting
from app.ballots import service as ballots
from app.core.belenios.ballots import make_ballot, read_ballot
from app.core.belenios.elections import Election
from app.extensions import db, transaction
from app.tally import closing, opening
from app.trustees import service as trustees
from tests.tally.year import AFTER, BEST, CLOSES, START, TALK, Year, open_vote, shared_app

HELIOS_100 = 0.13
MOST_10000 = 2.0
AT_ONCE = 500


def main() -> int:
    """Prints a table; exits with 1 when a goal is missed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--voters", type=int, nargs="+", default=[100, 1000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--questions", type=int, choices=(1, 2), default=1)
    parser.add_argument(
        "--tool-up-to", type=int, default=1000, help="the largest box that belenios-tool is given"
    )
    options = parser.parse_args()
    os.environ.pop("DATABASE_URL", None)
    missed = [not measure(voters, options) for voters in options.voters]
    return int(any(missed))


def measure(voters: int, options: argparse.Namespace) -> bool:
    """One size of box, several times; says whether its goal was met."""
    ours: list[float] = []
    cpu: list[float] = []
    steps: dict[str, list[float]] = {}
    theirs: list[float] = []
    for _ in range(options.rounds):
        with (
            tempfile.TemporaryDirectory(prefix="anbud-bench-") as name,
            shared_app(Path(name)) as (_app, clock),
        ):
            warm_up()
            year = cast_all(voters, options.questions)
            clock.set(AFTER)
            closing.sum_up(now=CLOSES)
            before = time.process_time()
            spent = count(year)
            cpu.append(time.process_time() - before)
            for step, seconds in spent.items():
                steps.setdefault(step, []).append(seconds)
            ours.append(sum(spent.values()))
            if voters <= options.tool_up_to and (seconds := tool_seconds(year, Path(name))) is not None:
                theirs.append(seconds)
    print(
        f"\n{voters:,} ballots, {options.questions} question(s) of five nominees, SQLite with synchronous=FULL"
    )
    print(f"  close, tally and decrypt  {_spread(ours)}")
    print(f"    of it on a processor    {_spread(cpu)}")
    for step, seconds in steps.items():
        print(f"    {step:<22}  {_spread(seconds)}")
    if theirs:
        print(f"  belenios-tool, its steps  {_spread(theirs)}")
        ratios = [their / our for our, their in zip(ours, theirs, strict=True)]
        print(
            f"  ours is faster            {statistics.median(ratios):.0f} × ({min(ratios):.0f} to {max(ratios):.0f})"
        )
    goal = HELIOS_100 if voters <= 100 else MOST_10000
    median = statistics.median(ours)
    met = median <= goal
    source = "Helios, 100 voters, as measured once" if voters <= 100 else "the goal for 10,000"
    print(
        f"  goal                      {goal} s ({source}): {'met' if met else 'MISSED'}, {goal / median:.1f} × to spare"
    )
    return met


def warm_up() -> None:
    """What a worker that has run for a while has behind it: another small vote, closed and counted."""
    year = open_vote(voters=1, categories=[BEST], slug="2025")
    count(year)
    with transaction():
        for juror in year.jurors:
            db.session.get_one(Account, juror.id).disabled_at = START


def cast_all(voters: int, questions: int) -> Year:
    """An open vote with a ballot by everyone, made on every core and put into the box without checking the proofs."""
    names = ("Drift av väg", "Måltider till äldre", "Tolktjänster", "Skolskjuts", "Journalsystem")
    year = open_vote(voters=voters, categories=[BEST, TALK][:questions], names=names)
    election = ballots.election(year.edition_id)
    print(f"making {voters:,} ballots …", end="", flush=True)
    with ProcessPoolExecutor() as pool:
        made = pool.map(_ballot, [election.payload] * voters, year.secrets, range(voters), chunksize=50)
        _put(year, election, made, voters)
    print(" cast", flush=True)
    return year


def _ballot(election: bytes, secret: str, number: int) -> bytes:
    parsed = Election.parse(election)
    marks = [
        [int(number % question.width == place) for place in range(question.width)]
        for question in parsed.questions
    ]
    return make_ballot(parsed, secret, marks)


def _put(year: Year, election: Election, made: Iterator[bytes], voters: int) -> None:
    now = START + timedelta(days=1)
    waiting = []
    for number, data in enumerate(made, 1):
        waiting.append(casting.Checked(year.edition_id, election.fingerprint, read_ballot(data)))
        if number == voters or len(waiting) == AT_ONCE:
            with transaction():
                for checked in waiting:
                    casting.accept(checked, arrived=now, now=now)
            waiting.clear()


def count(year: Year) -> dict[str, float]:
    """The worker's steps, each with the seconds that it took."""
    db.session.rollback()
    edition = year.edition_id
    spent = {}
    with _timed(spent, "close"), transaction():
        closing.close(edition_id=edition, now=AFTER)
    with _timed(spent, "encrypted tally"):
        opening.encrypt(edition_id=edition, now=AFTER)
    with _timed(spent, "decryption, proven"):
        opening.decrypt(edition_id=edition, now=AFTER)
    with _timed(spent, "result"):
        opening.open_result(edition_id=edition, now=AFTER)
    return spent


@contextmanager
def _timed(spent: dict[str, float], step: str) -> Iterator[None]:
    started = time.perf_counter()
    yield
    spent[step] = time.perf_counter() - started


def tool_seconds(year: Year, folder: Path) -> float | None:
    """How long belenios-tool takes for its three steps on the same box; None where it is not installed."""
    program = shutil.which(os.environ.get("BELENIOS_TOOL") or "belenios-tool")
    if program is None:
        print("belenios-tool is not installed: set BELENIOS_TOOL to its path to compare")
        return None
    here = folder / "tool"
    here.mkdir()
    uuid = ballots.election(year.edition_id).uuid
    end = box.last_event(year.edition_id).height - 3  # EndBallots; our own three events come after it
    with (here / f"{uuid}.bel").open("wb") as file:
        file.writelines(_until(year.edition_id, end))
    (here / "key").write_bytes(trustees.server_key(year.edition_id).private_payload())

    def run(*arguments: str, given: bytes = b"") -> bytes:
        return subprocess.run(
            [program, *arguments], cwd=here, input=given, capture_output=True, check=True
        ).stdout

    spent = 0.0
    for event, arguments in (
        ("EncryptedTally", ("compute-encrypted-tally",)),
        ("PartialDecryption", ("decrypt", "--privkey", "key", "--trustee-id", "1")),
        ("Result", ("compute-result",)),
    ):
        started = time.perf_counter()
        run("archive", "add-event", f"--type={event}", given=run("election", *arguments))
        spent += time.perf_counter() - started
    return spent


def _until(edition_id: int, height: int) -> Iterator[bytes]:
    from dataclasses import replace

    from app.ballots import archive

    return archive.render(replace(archive.extent(edition_id, upto_public=False), height=height))


def _spread(seconds: list[float]) -> str:
    return f"{statistics.median(seconds):.3f} s ({min(seconds):.3f} to {max(seconds):.3f})"


if __name__ == "__main__":
    sys.exit(main())
