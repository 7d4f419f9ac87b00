"""What a vote costs by its size: the rows of the table in docs/operate.md.

    python -m bench.scale [--voters 1000 10000] [--ballots 1000] [--letters 500] [--database sqlite|postgresql|URL]

For each number of voters, in a process of its own: credentials derived and made binding, the letters queued in the
transaction that opens the vote, letters written and handed to a relay that takes everything, ballots checked and put
into the box, the archive's and the database's size, and the archive verified by one process and by two. Of ballots and
letters no more than so many are made; what they cost grows with their number, so it is given for each and the totals
are counted from that (marked ~). Seconds are the clock's and, in brackets, the processors': other programs on a shared
machine disturb those less.
"""

from __future__ import annotations

import argparse
import json
import logging
import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench import polling

WARM = 20
"""letters and ballots that are not measured, because the first ones pay for all"""
NAMES = ("Drift av väg", "Måltider till äldre", "Tolktjänster", "Skolskjuts", "Journalsystem")


def main() -> int:
    """A row a size."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--voters", type=int, nargs="+", default=[1000, 10_000])
    parser.add_argument("--ballots", type=int, default=1000)
    parser.add_argument("--letters", type=int, default=500)
    parser.add_argument("--database", default="sqlite")
    parser.add_argument("--one", type=int, default=0, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(
            json.dumps(
                measure(options.one, min(options.ballots, options.one), min(options.letters, options.one))
            )
        )
        return 0
    for voters in options.voters:
        with (
            tempfile.TemporaryDirectory(prefix="anbud-bench-") as name,
            polling.database(options.database, Path(name)) as url,
        ):
            port = polling.free_port()
            env = os.environ | {
                "INSTANCE_DIR": name,
                "DATABASE_URL": url,
                "SMTP_URL": f"smtp://127.0.0.1:{port}",
            }
            done = subprocess.run(
                [sys.executable, "-m", "bench.scale", "--one", str(voters), "--ballots", str(options.ballots),
                 "--letters", str(options.letters)],
                env=env, cwd=polling.ROOT, stdout=subprocess.PIPE, check=True,
            )  # fmt: skip
            show(json.loads(done.stdout.splitlines()[-1]))
    return 0


@contextmanager
def timed(said: dict[str, Any], name: str) -> Iterator[None]:
    """Notes the clock's and the processors' seconds of a step, and the largest memory of the process so far."""
    begun, before = time.perf_counter(), _processors()
    yield
    said[name] = time.perf_counter() - begun
    said[f"{name} (processors)"] = _processors() - before
    said[f"{name}: MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _processors() -> float:
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in both)


def measure(voters: int, ballots: int, letters: int) -> dict[str, Any]:
    """In a process of its own: every step of a vote of that size."""
    from app import create_app
    from app.awards import service as awards
    from app.ballots import service
    from app.core.phases import Phase
    from app.extensions import db, transaction

    logging.disable(logging.INFO)
    said: dict[str, Any] = {"voters": voters, "ballots": ballots, "letters": letters}
    now = datetime.now(UTC)
    app = create_app()
    with app.app_context():
        db.create_all()
        edition_id, by = _shortlisted(voters, now)
        db.session.rollback()
        with timed(said, "derive"):
            service.prepare(edition_id, now=now)
        with timed(said, "prepare"), transaction():
            service.enter(edition_id, Phase.PREPARED, by=by, now=now)
            awards.record_phase(edition_id, Phase.PREPARED, account_id=by, reason="", now=now)
        with timed(said, "open"), transaction():
            service.enter(edition_id, Phase.VOTING, by=by, now=now)
            awards.record_phase(edition_id, Phase.VOTING, account_id=by, reason="", now=now)
            service.send_letters(edition_id, by=by, now=now)
        _send(app, said, letters)
        _cast(said, edition_id, ballots, now)
        _sizes(said, edition_id, app)
    return said


def _shortlisted(voters: int, now: datetime) -> tuple[int, int]:
    from sqlalchemy import insert

    from app.extensions import db, transaction
    from app.roll.models import Voter
    from tests.tally.year import BEST, shortlisted

    with transaction():
        edition, people = shortlisted(voters=0, categories=[BEST], names=NAMES, now=now)
        edition_id, by = edition.id, people["secretariat"][0].id
        for start in range(0, voters, 5000):
            rows = [
                {
                    "edition_id": edition_id, "company": f"Företaget {n} i Sverige AB", "key": f"SE:{n:010d}",
                    "orgnr": f"{n:010d}", "email": f"upphandling{n}@foretaget{n}.example", "language": "sv", "added_at": now,
                }
                for n in range(start, min(start + 5000, voters))
            ]  # fmt: skip
            db.session.execute(insert(Voter), rows)
    return edition_id, by


def _send(app: Any, said: dict[str, Any], letters: int) -> None:
    from sqlalchemy import select, update

    from app.extensions import clock, db, transaction
    from app.jobs.worker import Worker
    from app.mail.models import Letter
    from bench.mail import sink

    ready, done = multiprocessing.Event(), multiprocessing.Event()
    server = multiprocessing.Process(
        target=sink, args=(int(os.environ["SMTP_URL"].rpartition(":")[2]), ready, done)
    )
    server.start()
    ready.wait()

    def due(number: int, at: datetime) -> None:
        """The next so many letters leave at that time, the rest tomorrow."""
        waiting = select(Letter.id).where(Letter.state == "queued").order_by(Letter.id).limit(number)
        for values, which in (
            ({"run_at": at + timedelta(days=1)}, Letter.state == "queued"),
            ({"run_at": at}, Letter.id.in_(waiting)),
        ):
            with transaction():
                db.session.execute(
                    update(Letter).where(which).values(values).execution_options(synchronize_session=False)
                )

    due(WARM, clock.now())
    Worker(app).run(until_idle=True)
    due(letters, clock.now())
    with timed(said, "send"):
        Worker(app).run(until_idle=True)
    done.set()
    server.join()


def _cast(said: dict[str, Any], edition_id: int, number: int, now: datetime) -> None:
    from sqlalchemy import select

    from app.ballots import box, casting, issuing
    from app.ballots.models import Credential
    from app.extensions import db, transaction

    election = box.election(edition_id)
    query = select(Credential).where(Credential.edition_id == edition_id, Credential.voter_id.is_not(None))
    found = db.session.scalars(query.order_by(Credential.id).limit(number)).all()
    secrets = [issuing.secret_of(each, election.uuid) for each in found]
    db.session.rollback()
    poll = polling.Poll({}, "2026", edition_id, election.payload, secrets, 0)
    made = polling.make_ballots(poll, secrets)
    casting.check("2026", made[0])
    with timed(said, "check"):
        checked = [casting.check("2026", data) for data in made]
    with timed(said, "accept"):
        for each in checked:
            with transaction():
                casting.accept(each, arrived=now, now=now)


def _sizes(said: dict[str, Any], edition_id: int, app: Any) -> None:
    from app.ballots import archive
    from app.extensions import db

    folder = Path(app.extensions["settings"].instance_dir)
    file, begun = folder / "box.bel", folder / "begun.bel"
    said["setup bytes"] = 0
    with file.open("wb") as out:
        for height, piece in enumerate(archive.render(archive.extent(edition_id, upto_public=True))):
            out.write(piece)
            said["setup bytes"] += len(piece) if height < 6 else 0
    said["archive bytes"] = file.stat().st_size
    if db.engine.dialect.name == "sqlite":
        said["database bytes"] = sum(path.stat().st_size for path in folder.glob("*.db*"))
    else:
        said["database bytes"] = db.session.execute(
            db.text("SELECT pg_database_size(current_database())")
        ).scalar()
    db.session.rollback()
    whole = archive.extent(edition_id, upto_public=True)
    begun.write_bytes(b"".join(archive.render(replace(whole, height=WARM))))
    db.session.rollback()
    for processes in (1, 2):
        for name, each in ((f"verify with {processes}", file), (f"verify {WARM} with {processes}", begun)):
            with timed(said, name):
                subprocess.run(
                    [sys.executable, "-m", "app.core.verify", str(each), "--processes", str(processes)],
                    cwd=polling.ROOT, stdout=subprocess.DEVNULL, check=True,
                )  # fmt: skip


def show(said: dict[str, Any]) -> None:
    """One size, in words that can be put into a table."""
    voters, ballots, letters = said["voters"], said["ballots"], said["letters"]
    each = (said["archive bytes"] - said["setup bytes"]) / ballots

    def spent(name: str, times: float = 1) -> str:
        return f"{said[name] * times:,.1f} s ({said[f'{name} (processors)'] * times:,.1f} s)"

    print(f"\n{voters:,} voters ({ballots:,} ballots and {letters:,} letters measured)")
    print(f"  derive credentials       {spent('derive')}, at most {said['derive: MB']:.0f} MB")
    print(f"  freeze and prepare       {spent('prepare')}, at most {said['prepare: MB']:.0f} MB")
    print(f"  open, letters queued     {spent('open')} in one transaction, at most {said['open: MB']:.0f} MB")
    print(f"  a letter                 {1000 * said['send'] / letters:.1f} ms ({1000 * said['send (processors)'] / letters:.1f} ms), "
          f"all ~{spent('send', voters / letters)}")  # fmt: skip
    print(f"  a ballot checked         {1000 * said['check'] / ballots:.1f} ms ({1000 * said['check (processors)'] / ballots:.1f} ms)")  # fmt: skip
    print(f"  a ballot into the box    {1000 * said['accept'] / ballots:.1f} ms ({1000 * said['accept (processors)'] / ballots:.1f} ms)")  # fmt: skip
    print(f"  archive                  {said['setup bytes'] / 1e6:.2f} MB and {each / 1e3:.2f} kB a ballot: "
          f"~{(said['setup bytes'] + voters * each) / 1e6:,.1f} MB with everyone’s")  # fmt: skip
    print(f"  database                 {said['database bytes'] / 1e6:,.1f} MB measured, "
          f"~{(said['database bytes'] + (voters - ballots) * each * 1.05) / 1e6:,.0f} MB with everyone’s ballot")  # fmt: skip
    for processes in (1, 2):
        clock, busy = (
            said[f"verify {WARM} with {processes}{kind}"]
            + (said[f"verify with {processes}{kind}"] - said[f"verify {WARM} with {processes}{kind}"])
            / (ballots - WARM)
            * (voters - WARM)
            for kind in ("", " (processors)")
        )
        print(f"  verify, {processes} process(es)    ~{clock:,.0f} s ({busy:,.0f} s)")


if __name__ == "__main__":
    sys.exit(main())
