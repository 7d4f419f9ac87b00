"""How fast an archive is verified: belenios-tool and this verifier in turn on the same archive.

    python bench/verify.py [--ballots 1000] [--answers 5] [--rounds 5] [--tool /usr/bin/belenios-tool]

Prints seconds and ratios, median (smallest to largest); a ratio is belenios-tool's time by ours in the same round.
"processor" is the processors' time, which other programs on the machine disturb less than the clock's.
Goals: at least 1.25 in one process, 2.3 on two cores. Without the tool only our own times are printed.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from app.core.belenios import archive  # noqa: E402
from app.core.belenios.ballots import make_ballot  # noqa: E402
from app.core.belenios.credentials import (  # noqa: E402
    public_credential,
    public_credentials_payload,
    random_secret,
)
from app.core.belenios.elections import Election, Question, new_uuid  # noqa: E402
from app.core.belenios.groups import BACKEND  # noqa: E402
from app.core.belenios.results import compute_result, partial_decryption  # noqa: E402
from app.core.belenios.tallies import tally_ballots  # noqa: E402
from app.core.belenios.trustees import TrusteeKey, Trustees  # noqa: E402


def _vote(payload: bytes, voters: list[tuple[int, str]]) -> list[bytes]:
    election = Election.parse(payload)
    answers = len(election.questions[0].answers)
    return [
        make_ballot(election, secret, [[int(index == number % answers) for index in range(answers)]])
        for number, secret in voters
    ]


def make_archive(folder: Path, ballots: int, answers: int) -> Path:
    """An archive of a whole election: one question, choose one of `answers`."""
    key = TrusteeKey.generate()
    trustees = Trustees.build([key.public])
    question = Question("Question", tuple(f"Answer {number}" for number in range(answers)), 1, 1)
    election = Election.build(
        uuid=new_uuid(), name="Bench", description="", questions=[question], public_key=trustees.election_key
    )
    secrets = [random_secret() for _ in range(ballots)]
    publics = [public_credential(secret, election.uuid) for secret in secrets]
    records = archive.setup_records(election, trustees, public_credentials_payload(publics))

    def last() -> archive.Event:
        return archive.Event.parse(records[-1].content)

    chunks = [list(enumerate(secrets))[start : start + 50] for start in range(0, ballots, 50)]
    cast: list[bytes] = []
    with ProcessPoolExecutor() as pool:
        for made in pool.map(_vote, [election.payload] * len(chunks), chunks):
            for ballot in made:
                records += archive.ballot_records(last(), ballot)
                cast.append(ballot)
    records += archive.end_ballots_records(last())
    tally = tally_ballots(election, cast).encrypted_tally()
    records += archive.encrypted_tally_records(last(), tally)
    partial = partial_decryption(election, tally, key)
    records += archive.partial_decryption_records(last(), 1, partial)
    result = compute_result(election, trustees, tally, {1: partial})
    records += archive.result_records(last(), result.payload)
    file = folder / f"{election.uuid}.bel"
    with file.open("wb") as stream:
        stream.writelines(archive.render(1_790_000_000, records))
    return file


def seconds(command: list[str]) -> tuple[float, float]:
    """How long `command` takes, by the clock and of the processors' time; it must succeed."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    clock = time.perf_counter() - started
    now = resource.getrusage(resource.RUSAGE_CHILDREN)
    return clock, now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime


def shown(values: list[float], unit: str = "") -> str:
    """Median (smallest to largest)."""
    return f"{statistics.median(values):6.2f}{unit} ({min(values):.2f} to {max(values):.2f})"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ballots", type=int, default=1000)
    parser.add_argument("--answers", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--tool", default=os.environ.get("BELENIOS_TOOL") or shutil.which("belenios-tool"))
    parser.add_argument("--keep", type=Path, metavar="FILE.bel", help="keep the archive here")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = make_archive(Path(folder), given.ballots, given.answers)
        if given.keep:
            shutil.copyfile(file, given.keep)
        commands = {
            "belenios-tool": [given.tool, "election", "verify", "--dir", folder] if given.tool else [],
            "one process": [sys.executable, "-m", "app.core.verify", "--processes", "1", str(file)],
            "two processes": [sys.executable, "-m", "app.core.verify", "--processes", "2", str(file)],
        }
        times: dict[str, list[tuple[float, float]]] = {
            name: [] for name, command in commands.items() if command
        }
        for _ in range(given.rounds):
            for name, values in times.items():
                values.append(seconds(commands[name]))
        print(
            f"{given.ballots} ballots of {given.answers} answers, {given.rounds} rounds, arithmetic: {BACKEND}"
        )
        for name, values in times.items():
            clock, processor = (list(column) for column in zip(*values, strict=True))
            print(f"{name:14} {shown(clock, ' s')}   processor {shown(processor, ' s')}")
        for name, goal in (("one process", 1.25), ("two processes", 2.3)):
            if "belenios-tool" in times:
                pairs = list(zip(times["belenios-tool"], times[name], strict=True))
                ratios = [tool[0] / own[0] for tool, own in pairs]
                work = [tool[1] / own[1] for tool, own in pairs]
                print(
                    f"belenios-tool / {name:13} {shown(ratios, ' ×')}, goal ≥ {goal}   processor {shown(work, ' ×')}"
                )
    return 0


if __name__ == "__main__":
    sys.exit(main())
