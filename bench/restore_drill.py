"""The restore drill: a vote goes on, a backup is taken meanwhile, and what is restored elsewhere is tried in every way.

    python -m bench.restore_drill                      on SQLite
    python -m bench.restore_drill --postgresql URL     on a server (URL without a database) where databases may be made

It plays a year as far as the open vote, on really started processes. While ballots are cast and letters leave it runs
`flask backup`; then `flask restore` into another database, as on another machine, and starts a second service there,
with the sealed copies of the keys and an SMTP server that counts. Each line says what was found; exit code 1 when one
of them is not as it must be.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from aiosmtpd.controller import Controller

from app.core.belenios.ballots import make_ballot
from app.core.belenios.credentials import parse_typed
from app.core.belenios.elections import Election
from app.core.verify import verify_archive
from app.processes import Service, free_port, local_settings
from app.rehearsal.play import Year
from app.rehearsal.stage import SECRETARY, start_service

SETTLE = 6.0


@dataclass
class Counting:
    """An SMTP server that counts what it takes."""

    taken: list[str] = field(default_factory=list)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 (aiosmtpd's name)
        self.taken += envelope.rcpt_tos
        return "250 taken"


@dataclass
class Drill:
    """The vote that goes on, a voter who has not voted, whoever takes the copy's letters; and what was found."""

    year: Year
    code: str = ""
    post: Counting = field(default_factory=Counting)
    wrong: int = 0

    def line(self, holds: bool, text: str) -> None:
        """One finding."""
        self.wrong += not holds
        print(f"{'ok ' if holds else 'NOT'}  {text}", flush=True)


@dataclass
class Load:
    """Ballots cast one after the other in a thread, each receipt with its time."""

    base_url: str
    slug: str
    codes: list[str]
    receipts: list[tuple[float, dict[str, Any]]] = field(default_factory=list)
    refused: int = 0
    stop: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Casts until the codes are used up, or it is stopped."""
        with httpx.Client(base_url=self.base_url, timeout=60) as client:
            election = _election(client, self.slug)
            for code in self.codes:
                if self.stop.is_set():
                    return
                answer = cast(client, self.slug, election, code)
                if answer.status_code == httpx.codes.OK:
                    self.receipts.append((time.monotonic(), answer.json()["receipt"]))
                else:
                    self.refused += 1


def _election(client: httpx.Client, slug: str) -> Election:
    return Election.parse(client.get(f"/rosta/{slug}/val").raise_for_status().json()["election"].encode())


def cast(client: httpx.Client, slug: str, election: Election, code: str) -> httpx.Response:
    """One ballot, for the first nominee of each question."""
    choices = [[0, 1, *[0] * (len(each.answers) - 1)] for each in election.questions]
    ballot = make_ballot(election, parse_typed(code), choices).decode()
    return client.post(f"/rosta/{slug}/rost", json={"ballot": ballot})


def drill(folder: Path, *, voters: int, databases: tuple[str, str]) -> int:
    """The whole drill; the exit code."""
    service = start_service(folder / "here", {**os.environ, "DATABASE_URL": databases[0]})
    year = Year(service, voters=voters, say=lambda _text: None)
    found = Drill(year)
    try:
        year.play("open_vote")
        codes = list(year.codes().values())
        found.code = codes[-1]
        early, during = codes[: len(codes) // 3], codes[len(codes) // 3 : -1]
        load = Load(service.base_url, year.slug, early)
        load.run()
        load.codes = during
        thread = threading.Thread(target=load.run)
        thread.start()
        while len(load.receipts) <= len(early) and thread.is_alive():
            time.sleep(0.05)
        before = len(load.receipts)
        began = time.monotonic()
        said = service.command("backup", str(folder / "backup"))
        seconds = time.monotonic() - began
        inside = [at for at, _receipt in load.receipts if began <= at <= began + seconds]
        found.line(
            True,
            f"backup taken in {seconds:.1f} s, start of the command included; {len(inside)} ballots cast meanwhile",
        )
        print("".join(f"     {line}\n" for line in said.splitlines()[:3]), end="")
        found.line("KEYS_DIR" in said, "the command says which keys are not in it")
        load.stop.set()
        thread.join()
        found.line(load.refused == 0, f"no ballot was refused under the backup ({load.refused} were)")
        certain = [receipt for at, receipt in load.receipts[:before] if at < began]
        archive = httpx.get(f"{service.base_url}/arkiv/{year.slug}.bel").content
        with _elsewhere(service, folder, databases[1]) as (copy, found.post):
            _held(found, copy, certain)
            _same(found, copy, folder, archive)
            _released(found, copy)
    finally:
        service.stop()
    print(
        "The copy is what it must be."
        if not found.wrong
        else f"{found.wrong} findings are not as they must be."
    )
    return int(bool(found.wrong))


@contextlib.contextmanager
def _elsewhere(service: Service, folder: Path, database: str) -> Iterator[tuple[Service, Counting]]:
    """The restored service, started; keys and secrets come as whoever keeps them would bring them."""
    there = folder / "there"
    there.mkdir()
    here = Path(service.env["INSTANCE_DIR"])
    shutil.copytree(here / "keys", there / "keys")
    for name in ("keys.passphrase", "log.key", "secret.key"):
        shutil.copy(here / name, there / name)
    shutil.copy(service.env["CLOCK_FILE"], there / "clock.json")
    post, port = Counting(), free_port(0)
    relay = Controller(post, hostname="127.0.0.1", port=port)
    relay.start()
    drop = {"BASE_URL", "SMTP_URL", "INBOX_DIR", "INSTANCE_DIR", "DATABASE_URL"}
    env = {name: value for name, value in service.env.items() if name not in drop}
    env |= {
        "SMTP_URL": f"smtp://127.0.0.1:{port}",
        "CLOCK_FILE": str(there / "clock.json"),
        "DATABASE_URL": database,
    }
    copy = Service(local_settings(env, there, web_port=0), inbox=False, log_dir=there / "log")
    try:
        began = time.monotonic()
        print(copy.command("restore", str(folder / "backup")).rstrip())
        print(f"     restored and compared in {time.monotonic() - began:.1f} s")
        copy.start()
        yield copy, post
    finally:
        copy.stop()
        relay.stop()


def _held(found: Drill, copy: Service, certain: list[dict[str, Any]]) -> None:
    year, code, post = found.year, found.code, found.post
    with httpx.Client(base_url=copy.base_url, timeout=60) as client:
        answer = cast(client, year.slug, _election(client, year.slug), code)
        refused = answer.status_code == httpx.codes.SERVICE_UNAVAILABLE and answer.json()["error"] == "held"
        found.line(
            refused,
            f"a ballot posted to the copy is refused: {answer.status_code} {answer.text.strip()[:60]}",
        )
        answer = client.post("/logga-in", data={"email": SECRETARY[1]})
        found.line(
            answer.status_code == httpx.codes.SERVICE_UNAVAILABLE,
            f"a form posted to the copy: {answer.status_code}",
        )
        missing = [each["tracker"] for each in certain if not _receipt(copy, year.slug, each["tracker"])]
        found.line(
            bool(certain) and not missing,
            f"all {len(certain)} receipts from before the backup began are in the copy ({len(missing)} missing)",
        )
    time.sleep(SETTLE)
    found.line(not post.taken, f"the held copy sent {len(post.taken)} letters in {SETTLE:.0f} s")


def _receipt(copy: Service, slug: str, tracker: str) -> bool:
    page = httpx.get(f"{copy.base_url}/rosta/{slug}/kvitto", params={"avtryck": tracker})
    return page.status_code == httpx.codes.OK and tracker in page.text


def _same(found: Drill, copy: Service, folder: Path, original: bytes) -> None:
    year = found.year
    archive, ledger = folder / "copy.bel", httpx.get(f"{copy.base_url}/liggare/{year.slug}").content
    archive.write_bytes(httpx.get(f"{copy.base_url}/arkiv/{year.slug}.bel").content)
    report = verify_archive(archive, ledger)
    found.line(
        report.valid, f"our verifier: the copy's box is valid, with {report.summary['ballots']} ballots"
    )
    found.line(
        original.startswith(archive.read_bytes()), "the copy's archive is a beginning of the original's"
    )


def _released(found: Drill, copy: Service) -> None:
    year, code, post = found.year, found.code, found.post
    print(copy.command("release", "--letters", "keep", "--yes").rstrip())
    with httpx.Client(base_url=copy.base_url, timeout=60) as client:
        election = _election(client, year.slug)
        end = time.monotonic() + 60
        answer = cast(client, year.slug, election, code)
        while answer.status_code == httpx.codes.SERVICE_UNAVAILABLE and time.monotonic() < end:
            time.sleep(0.5)
            answer = cast(client, year.slug, election, code)
        found.line(
            answer.status_code == httpx.codes.OK,
            f"after the release the copy takes the ballot: {answer.status_code}",
        )
        client.get("/logga-in")
        stranger = client.get("/logga-in").text
        token = stranger.partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]
        client.post("/logga-in", data={"email": SECRETARY[1], "csrf_token": token})
    while not post.taken and time.monotonic() < end:
        time.sleep(0.2)
    found.line(SECRETARY[1] in post.taken, f"after the release it sends: {len(post.taken)} letters")


@contextlib.contextmanager
def _databases(server: str | None, folder: Path) -> Iterator[tuple[str, str]]:
    """Two empty databases: files, or on the server for as long as the drill takes."""
    if server is None:
        yield f"sqlite:///{folder / 'here.db'}", f"sqlite:///{folder / 'there.db'}"
        return
    import psycopg

    names = [f"drill_{side}_{time.monotonic_ns()}" for side in ("here", "there")]
    with psycopg.connect(f"{server.rstrip('/')}/postgres", autocommit=True) as connection:
        for name in names:
            connection.execute(f"CREATE DATABASE {name}")
        try:
            yield f"{server.rstrip('/')}/{names[0]}", f"{server.rstrip('/')}/{names[1]}"
        finally:
            for name in names:
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--voters", type=int, default=60, help="how many are on the roll (60)")
    parser.add_argument(
        "--postgresql", metavar="URL", help="a PostgreSQL server, such as postgresql://me@127.0.0.1"
    )
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # what was started is ended, too
    with tempfile.TemporaryDirectory(prefix="drill-") as name:
        folder = Path(name)
        with _databases(given.postgresql, folder) as databases:
            return drill(folder, voters=given.voters, databases=databases)


if __name__ == "__main__":
    sys.exit(main())
