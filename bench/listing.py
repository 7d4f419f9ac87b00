"""How long the secretariat's list takes in an edition of many nominations, narrowed in every way.

    python -m bench.listing [--nominations 2000] [--rounds 9]

Prints milliseconds, median (smallest to largest), and how often the database was asked: each page of the list as the
application answers it, and beside it a page that lists nothing (the rules), which is the least that any page costs. The
bar: 150 ms for 2,000 nominations. The search for look-alikes, which is remembered until something happens, is measured
by `bench.duplicates`. Exits with 1 when the bar is missed.
"""

from __future__ import annotations

import argparse
import logging
import os
import statistics
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import event, insert

from bench.duplicates import _rows

BAR_MS = 150
LIST = "/sekretariat/{slug}/nomineringar"
PAGES = {
    "the list": LIST,
    "its last page": LIST + "?page=40",
    "a search": LIST + "?q=v%C3%A4xj%C3%B6",
    "a search of two words": LIST + "?q=V%C3%84XJ%C3%96+sn%C3%B6",
    "those that meet the rules": LIST + "?eligible=eligible",
    "those that are unclear": LIST + "?eligible=unclear&sort=authority",
    "who won": LIST + "?relation=won&notice=yes&told=no",
    "the latest decisions": LIST + "?state=accepted&sort=decision",
    "possible duplicates": LIST + "?duplicates=yes",
}
BASELINE = "/sekretariat/{slug}/nomineringsregler"


def main() -> int:
    """Measures, and says whether the bar is met."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--nominations", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="anbud-bench-") as folder:
        os.environ["INSTANCE_DIR"] = folder
        return _run(options.nominations, options.rounds)


def _run(number: int, rounds: int) -> int:
    from app import create_app
    from app.extensions import db
    from app.web import cookie_name

    application = create_app()
    logging.disable(logging.CRITICAL)
    with application.app_context():
        db.create_all()
        slug, session = _fill(number)
        client = application.test_client()
        name = cookie_name(application.extensions["settings"], "session")
        client.set_cookie(name, session, domain="localhost")
        asked: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_others: Any) -> None:
            asked.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
    print(f"{number} nominations")
    worst = 0.0
    for said, path in {"a page that lists nothing": BASELINE, **PAGES}.items():
        taken = []
        for _ in range(rounds + 1):
            asked.clear()
            start = time.perf_counter()
            answer = client.get(path.format(slug=slug))
            taken.append((time.perf_counter() - start) * 1000)
            assert answer.status_code == 200, answer.status
        median = statistics.median(taken[1:])
        worst = max(worst, median)
        print(
            f"{said:26} {median:6.0f} ms  ({min(taken[1:]):.0f} to {max(taken[1:]):.0f}), {len(asked)} queries"
        )
    print("the bar is met" if worst <= BAR_MS else "the bar is missed")
    return 0 if worst <= BAR_MS else 1


def _fill(number: int) -> tuple[str, str]:
    """An edition of so many nominations, a third of them accepted; gives its address and a secretary's session."""
    from app.access import Role
    from app.accounts import service as accounts
    from app.accounts import sessions
    from app.awards import defaults, service
    from app.extensions import db, transaction
    from app.nominations.models import Nomination, Relation, State

    now = datetime.now(UTC)
    with transaction():
        edition = service.create_edition(by=None, now=now, **defaults.edition(now))
        account = accounts.create(
            email="sara@example.se", name="Sara Sekreterare", role=Role.SECRETARIAT, language="sv", now=now
        )
        db.session.flush()
        token = sessions.begin(account_id=account.id, browser="", now=now)
    kinds = list(Relation)
    rows = [
        row
        | {
            "company": f"Leverantör {place} AB",
            "why": "De frågade i tid och skrev krav som gick att räkna på. " * 20,
            "relation": kinds[place % len(kinds)],
            "awarded_on": date(edition.year, 1, 1) - timedelta(days=place % 700) if place % 3 else None,
            "state": State.ACCEPTED if place % 3 == 0 else State.CONFIRMED,
            "decided_at": now - timedelta(minutes=place) if place % 3 == 0 else None,
            "sent_at": now - timedelta(minutes=place),
        }
        for place, row in enumerate(_rows(edition.id, edition.categories[0].id, number))
    ]
    db.session.execute(insert(Nomination), rows)
    db.session.commit()
    return edition.slug, sessions.seal(token, now)


if __name__ == "__main__":
    sys.exit(main())
