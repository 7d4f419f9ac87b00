"""A mail scanner at every voter's link: opening a link, however often and by whatever, must spend nothing.

    python -m bench.scanner [--links 1000] [--hurried 1000] [--thorough 20] [--by-browser 20] [--database URL]

Plays a year until its ballots are out, takes every link from the letters as they really came, and lets scanners at
them (bench/scanning.py): each voter's link over HTTP in fifteen ways and in a Chromium that runs JavaScript and sets
off everything on the page; some with the browser's own mouse and keyboard until nothing new appears. The other links
that letters to suppliers and authorities carry (confirm, edit, answer) get the same over HTTP.

Afterwards the database must be what it was, row for row, but for what a worker notes about itself; no ballot may be
used; and then every voter votes, some in a browser. Exits 1 when a link was spent or a voter could not vote, 2 when
there is no browser.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import MetaData, Select, Table, create_engine, select

from app.core.belenios.credentials import parse_typed, public_credential
from app.core.belenios.elections import Election
from app.extensions import sqlite_module
from app.rehearsal.play import Year
from app.rehearsal.stage import start_service
from app.rehearsal.voters import cast_all
from bench import scanning

OF_THE_WORKER = {"jobs", "workers", "logs", "log_checkpoints", "mail_pace", "witness_notes", "letter_events"}
AT_ONCE = 8


def digests(database: str) -> dict[str, str]:
    """A fingerprint of every table's rows, but those that processes note about themselves."""
    options = {"module": sqlite_module()} if database.startswith("sqlite") else {}
    engine = create_engine(database.replace("postgresql://", "postgresql+psycopg://", 1), **options)
    tables = MetaData()
    tables.reflect(engine)
    with engine.connect() as connection:
        found = {
            table.name: hashlib.sha256(
                "\n".join(sorted(repr(tuple(row)) for row in connection.execute(rows(table)))).encode()
            ).hexdigest()
            for table in tables.sorted_tables
            if table.name not in OF_THE_WORKER
        }
    engine.dispose()
    return found


def rows(table: Table) -> Select[Any]:
    """A table's rows; of letters those that are not a day's checkpoint for the jury, which leaves by itself."""
    return select(table).where(table.c.name != "checkpoint") if table.name == "letters" else select(table)


def used(base_url: str, slug: str, codes: list[str]) -> int:
    """How many of these codes' ballots are not unused, asked as the booth asks."""
    with httpx.Client(base_url=base_url, timeout=60) as client:
        uuid = Election.parse(client.get(f"/rosta/{slug}/val").json()["election"].encode()).uuid
        states = Counter(
            client.post(
                f"/rosta/{slug}/lage", json={"credential": public_credential(parse_typed(code), uuid)}
            ).json()["state"]
            for code in codes
        )
    return len(codes) - states["unused"]


def scan_http(links: list[str]) -> Counter[int]:
    """Every link over HTTP, several at once."""
    with httpx.Client(timeout=60) as client, ThreadPoolExecutor(AT_ONCE) as pool:
        return sum(pool.map(lambda link: scanning.over_http(client, link), links), Counter())


def vote_in_browser(browser: Browser, link: str) -> None:
    """A voter who comes after the scanner."""
    context = browser.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(link)
    page.wait_for_selector('[data-view="choose"]:not([hidden])')
    for question in page.locator("#paper fieldset").all():
        question.locator("input").first.check()
    page.click("#paper button")
    page.wait_for_selector('[data-view="review"]:not([hidden])')
    page.click("#cast")
    page.wait_for_selector('[data-view="receipt"]:not([hidden])')
    context.close()


def scan(year: Year, browser: Browser, options: argparse.Namespace) -> tuple[scanning.Scanner, Counter[int]]:
    """Lets every scanner at the links; says how it goes."""
    base = year.service.base_url
    letters = year.mailbox.letters()
    staff = set(year.staff)
    others = sorted(
        {
            link
            for letter in letters
            if letter.to not in staff
            for link in letter.links(base)
            if "#" not in link
        }
    )
    ballots = [f"{base}/rosta/{year.slug}#{code}" for code in year.codes().values()]
    started = time.perf_counter()
    answers = scan_http(ballots) + scan_http(others)
    print(f"over HTTP: {len(ballots)} voters' links and {len(others)} others, {answers.total()} requests "
          f"in {time.perf_counter() - started:.0f} s, by status {dict(sorted(answers.items()))}", flush=True)  # fmt: skip
    scanner = scanning.Scanner(browser)
    started = time.perf_counter()
    for number, link in enumerate(ballots[: options.hurried], 1):
        scanner.hurried(link)
        if number % 100 == 0:
            print(f"   … {number} links in a browser after {time.perf_counter() - started:.0f} s", flush=True)
    print(f"in a browser, everything set off: {min(options.hurried, len(ballots))} links, "
          f"{time.perf_counter() - started:.0f} s", flush=True)  # fmt: skip
    started = time.perf_counter()
    controls = [scanner.thorough(link) for link in ballots[: options.thorough]]
    print(f"in a browser, by mouse and keyboard: {len(controls)} links, {sum(controls)} controls pressed, "
          f"{time.perf_counter() - started:.0f} s", flush=True)  # fmt: skip
    answers += scanning.fetch(base, scanner.found)
    return scanner, answers


def main() -> int:
    """Plays, scans, looks, votes."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--links", type=int, default=1000)
    parser.add_argument("--hurried", type=int, default=1000, help="of them in a browser, set off by a script")
    parser.add_argument("--thorough", type=int, default=20, help="of them by mouse and keyboard")
    parser.add_argument("--by-browser", type=int, default=20, help="of the voters afterwards")
    parser.add_argument("--database", default="")
    options = parser.parse_args()
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        print("No Chromium here (apt install chromium): nothing was scanned.")
        return 2
    flags = [*scanning.FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        env = {**os.environ, **({"DATABASE_URL": options.database} if options.database else {})}
        service = start_service(Path(name), env)
        try:
            year = Year(service, voters=options.links, say=lambda text: print(f"   … {text}", flush=True))
            year.play(until="open_vote")
            browser = playwright.chromium.launch(executable_path=path, args=flags)
            wrong = judge(year, browser, options, options.database or f"sqlite:///{name}/anbudspriset.db")
            browser.close()
        finally:
            service.stop()
    for line in wrong:
        print("MISSED:", line)
    print("missed" if wrong else "the bar is met")
    return int(bool(wrong))


def judge(year: Year, browser: Browser, options: argparse.Namespace, database: str) -> list[str]:
    """Scans between two looks at the database, then lets everyone vote; what went wrong."""
    base, codes = year.service.base_url, list(year.codes().values())
    wrong = []
    before = digests(database)
    scanner, answers = scan(year, browser, options)
    after = digests(database)
    changed = sorted(name for name in before | after if before.get(name) != after.get(name))
    spent = used(base, year.slug, codes)
    print(f"posted by the pages: {dict(scanner.posted)}")
    print(f"{spent} of {len(codes)} used; tables changed: {changed or 'none'}")
    if spent or changed:
        wrong.append(f"{spent} ballots used, tables changed: {changed}")
    if any(status >= 500 for status in answers):
        wrong.append(f"an accident: {dict(answers)}")
    if any(place.endswith("/rost") for place in scanner.posted):
        wrong.append("a page cast something")
    for code in codes[: options.by_browser]:
        vote_in_browser(browser, f"{base}/rosta/{year.slug}#{code}")
    votes = cast_all(base, year.slug, codes[options.by_browser :], seed=1, progress=abs)
    voted = len(codes[: options.by_browser]) + len(votes)
    counted = used(base, year.slug, codes)
    print(f"{voted} of {len(codes)} could vote afterwards, {len(codes[: options.by_browser])} of them in a browser; "
          f"{counted} ballots are in the box")  # fmt: skip
    if not voted == counted == len(codes):
        wrong.append("somebody could not vote")
    return wrong


if __name__ == "__main__":
    sys.exit(main())
