"""How long it takes to find what is nominated twice, in an edition of many nominations.

    python -m bench.duplicates [--nominations 2000] [--rounds 7]

Prints milliseconds, median (smallest to largest): the whole of `duplicates.open_pairs` from the database on, and beside
it the comparison of every title with every other, which is the least that a search without an index has to do. The bar:
300 ms for 2,000 nominations. Exits with 1 when it is missed, or when one of the pairs that were put there is not found.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import combinations, product

from rapidfuzz import fuzz
from sqlalchemy import insert

BAR_MS = 300
PLACES = (
    "Växjö", "Malmö", "Lund", "Umeå", "Luleå", "Kalmar", "Borås", "Gävle", "Falun", "Visby", "Örebro", "Solna", "Täby",
    "Nacka", "Karlstad", "Sundsvall", "Östersund", "Skövde", "Ystad", "Kiruna",
)  # fmt: skip
KINDS = ("kommun", "region", "bostäder AB", "energi AB", "universitet")
WHAT = (
    "Måltider", "Städtjänster", "Vägunderhåll", "Tolktjänster", "Elevresor", "Färdtjänst", "Ombyggnad", "Kontorsmöbler",
    "Datorer", "Snöröjning", "Avfall", "Bemanning", "Livsmedel", "Belysning", "Hissar", "Asfalt", "Läromedel", "Fordon",
)  # fmt: skip
WHERE = (
    "äldreboenden", "förskolor", "sjukhus", "gator", "parker", "stadshuset", "badhus", "ishall", "bibliotek", "hemtjänst",
    "vårdcentraler", "fastigheter", "vatten", "brandstation", "museum",
)  # fmt: skip


def main() -> int:
    """Measures, and says whether the bar is met."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--nominations", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="anbud-bench-") as folder:
        os.environ["INSTANCE_DIR"] = folder
        return _run(options.nominations, options.rounds)


def _run(number: int, rounds: int) -> int:
    from app import create_app
    from app.extensions import db
    from app.screening.merges import duplicates

    with create_app().app_context():
        db.create_all()
        edition_id, twice = _fill(number)
        pairs = {(pair.first, pair.second) for pair in duplicates.open_pairs(edition_id)}
        found, ours = len(twice & pairs), _times(lambda: duplicates.open_pairs(edition_id), rounds)
        titles = [row["title"] for row in _rows(edition_id, None, number)]
        every = _times(
            lambda: [fuzz.ratio(*pair, score_cutoff=75) for pair in combinations(titles, 2)], rounds
        )
    print(f"{number} nominations, {len(twice)} of them twice: {found} found, {len(pairs)} pairs in all")
    print(f"open_pairs            {_said(ours)}")
    print(f"every title with all  {_said(every)}")
    met = found == len(twice) and statistics.median(ours) <= BAR_MS
    print("the bar is met" if met else "the bar is missed")
    return 0 if met else 1


def _fill(number: int) -> tuple[int, set[tuple[int, int]]]:
    """An edition of so many nominations, a tenth of them nominated twice; gives it and those pairs."""
    from app.awards import defaults, service
    from app.extensions import db, transaction
    from app.nominations.models import Nomination

    now = datetime.now(UTC)
    with transaction():
        edition = service.create_edition(by=None, now=now, **defaults.edition(now))
    rows = _rows(edition.id, edition.categories[0].id, number)
    db.session.execute(insert(Nomination), rows)
    db.session.commit()
    return edition.id, {(place + 1, number - place) for place in range(number // 10)}


def _rows(edition_id: int, category_id: int | None, number: int) -> list[dict[str, object]]:
    from app.nominations.models import State

    chance, now = random.Random(1), datetime.now(UTC)
    buyers = [f"{place} {kind}" for place, kind in product(PLACES, KINDS)]
    rows: list[dict[str, object]] = []
    for place in range(number):
        buyer = chance.randrange(len(buyers))
        published = f"{chance.randrange(100_000, 700_000)}-2025" if chance.random() < 0.5 else ""
        year = chance.choice(("2024", "2025", "2026", "", ""))
        title = f"{chance.choice(WHAT)} till {chance.choice(WHERE)} och {chance.choice(WHERE)} {year}".strip()
        known = chance.random()
        rows.append(
            {
                "edition_id": edition_id,
                "category_id": category_id,
                "public_id": f"bench-{place}",
                "state": State.CONFIRMED,
                "created_at": now,
                "updated_at": now,
                "sent_at": now,
                "confirmed_at": now,
                "authority": buyers[buyer],
                "buyer_number": f"212000-{buyer:04}" if known < 0.6 else "",
                "title": title,
                "publication": published,
                "reference": f"KS {chance.randrange(2024, 2027)}/{chance.randrange(1, 9999):04}"
                if known < 0.4
                else "",
                "read": {"previous": [], "lots": [{"id": "LOT-1", "title": title}] * 20}
                if published
                else None,
            }
        )
    for place in range(number // 10):
        rows[number - 1 - place] = {**rows[place], "public_id": f"again-{place}"}
    return rows


def _times(act: Callable[[], object], rounds: int) -> list[float]:
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        act()
        taken.append((time.perf_counter() - start) * 1000)
    return taken


def _said(taken: list[float]) -> str:
    return f"{statistics.median(taken):7.0f} ms  ({min(taken):.0f} to {max(taken):.0f})"


if __name__ == "__main__":
    sys.exit(main())
