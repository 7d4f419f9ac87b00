"""What is in an edition's box, as JSON, for bench/killed_workers.py: `python -m bench.killed_workers_box EDITION_ID`."""

from __future__ import annotations

import json
import sys
from itertools import pairwise

from sqlalchemy import func, select

from app import create_app
from app.ballots import archive, readiness
from app.ballots.models import Ballot, Credential
from app.core.belenios.archive import Event
from app.extensions import db


def main() -> None:
    """Reads the rows and prints them."""
    edition_id = int(sys.argv[1])
    with create_app().app_context():
        readiness.compare()
        of_edition = Credential.edition_id == edition_id
        used = select(func.count()).select_from(Credential).where(of_edition, Credential.used.is_(True))
        ballots = db.session.execute(
            select(Ballot.tracker, Ballot.height, Ballot.event, Ballot.credential_id)
        ).all()
        whole = archive.extent(edition_id, upto_public=False)
        events = [Event.parse(each.content) for each in archive.records(whole) if each.kind == "event"]
        chain = all(after.parent == before.hash for before, after in pairwise(events))
        said = {
            "ballots": [[row.tracker, row.height, row.event] for row in ballots],
            "credentials": len({row.credential_id for row in ballots}),
            "spent_without_ballot": (db.session.scalar(used) or 0) - len(ballots),
            "chain": chain and len(events) == whole.height + 1 == len(ballots) + 1,
        }
        print(json.dumps(said))


if __name__ == "__main__":
    main()
