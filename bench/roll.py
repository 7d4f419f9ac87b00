"""A list of 100,000 companies: read, shown with every row's fate, and confirmed; and its memory against 1,000 rows'.

    python -m bench.roll [--rows 100000] [--database sqlite postgresql] [--kind csv xlsx]

Prints, for each database and kind of file, the seconds of each step, the peak memory of the process that did it (and of
the one that reads workbooks, which is ended when the sheet is read) against the same with 1,000 rows, the milliseconds of
the pages, and the ratio to a baseline run in between: Python's csv module, and the same rows inserted in one transaction
by the database's own driver, with no row looked at. Each run is a process of its own. Goals: less than a minute for
100,000 rows, peak memory at most 1.3 times that of 1,000 rows, pages below a second.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import polling

SECONDS, FLAT, PAGE_MS = 60, 1.3, 1000
SMALL = 1000
HEADINGS = ["Företag", "Organisationsnummer", "E-post", "Kontaktperson", "Telefon"]


def main() -> int:
    """Runs it on each database; 1 when a goal is missed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--database", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--kind", nargs="+", default=["csv", "xlsx"])
    parser.add_argument("--one", nargs=4, metavar=("KIND", "ROWS", "URL", "FOLDER"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        kind, rows, url, folder = options.one
        print(json.dumps(_one(kind, int(rows), url, Path(folder))))
        return 0
    met = [_compare(wanted, kind, options.rows) for wanted in options.database for kind in options.kind]
    return 0 if all(met) else 1


def _compare(wanted: str, kind: str, rows: int) -> bool:
    small, large = _apart(wanted, kind, SMALL), _apart(wanted, kind, rows)
    flat = large["peak_mb"] / small["peak_mb"]
    total = large["read"] + large["confirm"]
    print(f"{wanted}, {kind}, {rows} rows: read and compared {large['read']:.1f} s, confirmed {large['confirm']:.1f} s, "
          f"again {large['again']:.1f} s; together {total:.1f} s (goal < {SECONDS})\n"
          f"  of that on a processor {large['cpu']:.1f} s; baseline {large['baseline']:.1f} s: {total / large['baseline']:.1f} ×\n"
          f"  peak {large['peak_mb']:.0f} MB against {small['peak_mb']:.0f} MB with {SMALL} rows: {flat:.2f} × (goal ≤ {FLAT}), "
          f"of which {large['base_mb']:.0f} MB before anything is read; workbook's process {large['child_mb']:.0f} MB\n"
          f"  pages: preview {large['preview_ms']:.0f} ms, its last page {large['last_ms']:.0f} ms, roll {large['roll_ms']:.0f} ms, "
          f"searched {large['search_ms']:.0f} ms (goal < {PAGE_MS})", flush=True)  # fmt: skip
    pages = max(large[name] for name in ("preview_ms", "last_ms", "roll_ms", "search_ms"))
    return total < SECONDS and flat <= FLAT and pages < PAGE_MS


def _apart(wanted: str, kind: str, rows: int) -> dict[str, Any]:
    with (
        tempfile.TemporaryDirectory(prefix="anbud-bench-") as name,
        polling.database(wanted, Path(name)) as url,
    ):
        done = subprocess.run(
            [sys.executable, "-m", "bench.roll", "--one", kind, str(rows), url, name],
            cwd=polling.ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            sys.exit(done.stderr[-3000:])
        return dict(json.loads(done.stdout.splitlines()[-1]))


def _one(kind: str, rows: int, url: str, folder: Path) -> dict[str, Any]:  # noqa: PLR0915 (one run, step by step)
    os.environ["INSTANCE_DIR"] = str(folder)
    if url:
        os.environ["DATABASE_URL"] = url
    place = folder / f"lista.{kind}"
    subprocess.run([sys.executable, "-c", f"from bench.roll import make; make({kind!r}, {rows}, {str(place)!r})"], check=True, cwd=polling.ROOT)  # fmt: skip
    import resource

    from app import create_app
    from app.access import Role
    from app.accounts import service as accounts
    from app.accounts import sessions
    from app.awards import service as awards
    from app.extensions import db, transaction
    from app.roll import importing, jobs, taking_in
    from app.web import cookie_name

    app, now = create_app(), datetime.now(UTC)
    taking_in.SHORT_TEXT = taking_in.SHORT_WORKBOOK = importing.SHORT_LIST = 0
    said: dict[str, Any] = {}
    with app.app_context():
        db.create_all()
        with transaction():
            edition = awards.create_edition(by=None, now=now, **_fields())
            by = accounts.create(
                email="s@example.se", name="S", role=Role.SECRETARIAT, language="sv", now=now
            ).id
            token = sessions.begin(account_id=by, browser="", now=now)
        said["base_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        quiet = lambda _done, _total: None  # noqa: E731

        def send() -> Any:
            with transaction(), place.open("rb") as file:
                made = taking_in.upload(edition_id=edition.id, data=file, filename=place.name, by=by, now=now)
            jobs.read_list({"import_id": made.id}, now=now, progress=quiet)
            return made

        begun, cpu = time.perf_counter(), time.process_time()
        made = send()
        said["read"] = time.perf_counter() - begun
        client = app.test_client()
        client.set_cookie(
            cookie_name(app.extensions["settings"], "session"), sessions.seal(token, now), domain="localhost"
        )
        here = f"/sekretariat/{edition.slug}/rostlangd"
        said["preview_ms"] = _milliseconds(client, f"{here}/las-in/{made.id}")
        said["last_ms"] = _milliseconds(client, f"{here}/las-in/{made.id}?sida=1000000")
        begun = time.perf_counter()
        with transaction():
            importing.confirm(import_id=made.id, edition_id=edition.id, digest=made.digest, by=by, now=now)
        jobs.confirm_list({"import_id": made.id}, now=now, progress=quiet)
        said["confirm"] = time.perf_counter() - begun
        said["cpu"] = time.process_time() - cpu
        said["roll_ms"] = _milliseconds(client, here)
        said["search_ms"] = _milliseconds(client, f"{here}?q=bolag+77")
        begun = time.perf_counter()
        again = importing.plan_of(send())
        said["again"] = time.perf_counter() - begun
        if again.does_something or made.added < rows * 0.9:
            sys.exit("the list did not become the roll")
        said["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        said["child_mb"] = (
            resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024 if kind == "xlsx" else 0
        )
        said["baseline"] = _baseline(folder / "lista.csv", rows, db.engine)
    return said


def _fields() -> dict[str, Any]:
    texts = {f"{name}_{lang}": "Bench" for name in ("name", "heading") for lang in ("sv", "en")}
    return {"slug": "bench", "year": 2026, **texts}


def _milliseconds(client: Any, address: str) -> float:
    times = []
    for _ in range(3):
        begun = time.perf_counter()
        answer = client.get(address)
        times.append(1000 * (time.perf_counter() - begun))
        if answer.status_code != 200:
            sys.exit(f"{address}: {answer.status_code}")
    return sorted(times)[1]


def _baseline(place: Path, rows: int, engine: Any) -> float:
    """Seconds for the csv module to read the rows and the driver to insert them, in one transaction."""
    if not place.exists():
        make("csv", rows, str(place))
    marks = ", ".join(["?" if engine.dialect.name == "sqlite" else "%s"] * len(HEADINGS))
    connection = engine.raw_connection()
    cursor = connection.cursor()
    cursor.execute("CREATE TABLE plain (a TEXT, b TEXT, c TEXT, d TEXT, e TEXT)")
    connection.commit()
    begun = time.perf_counter()
    with place.open(newline="", encoding="cp1252") as file:
        reader = csv.reader(file, delimiter=";")
        next(reader)
        if engine.dialect.name == "sqlite":
            cursor.execute("BEGIN IMMEDIATE")
        cursor.executemany(f"INSERT INTO plain VALUES ({marks})", reader)
        cursor.execute("COMMIT") if engine.dialect.name == "sqlite" else connection.commit()
    return time.perf_counter() - begun


def make(kind: str, rows: int, place: str) -> None:
    """Writes the list: companies with valid numbers, every twentieth address shared, every hundredth row wrong."""
    from stdnum import luhn

    def row(number: int) -> list[Any]:
        digits = f"{556000000 + number * 7 % 10**8:09}"
        organisation = digits + str(luhn.calc_check_digit(digits))
        address = f"info@delad{number // 20}.se" if number % 20 < 2 else f"post@bolag{number}.example.se"
        address = "" if number % 100 == 99 else address
        return [f"Bolag {number} i Västerås AB", organisation, address, f"Åsa Öberg {number}", "0701234567"]

    if kind == "csv":
        with Path(place).open("w", newline="", encoding="cp1252") as file:
            writer = csv.writer(file, delimiter=";")
            writer.writerow(HEADINGS)
            writer.writerows(map(row, range(rows)))
        return
    import xlsxwriter

    book = xlsxwriter.Workbook(place, {"constant_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEADINGS)
    for number in range(rows):
        cells = row(number)
        cells[1] = int(cells[1])
        sheet.write_row(number + 1, 0, cells)
    book.close()


if __name__ == "__main__":
    sys.exit(main())
