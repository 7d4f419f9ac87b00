"""The secretariat's side of bench/double_casts.py: `python -m bench.double_casts_helpdesk EDITION_ID SEED`.

Reads the numbers of voters from standard input, a line each. For each one it waits for as long as a cast may take
(differently each time), voids the voter's ballot and puts a spare in its place, and prints as JSON what came of it:
{"outcome": "replaced", "secret": …} or {"outcome": "voted"}. At the end of the input it writes the archive and the
ledger beside the database, as `box.bel` and `box.ledger`.
"""

from __future__ import annotations

import json
import random
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from app import create_app
from app.access import Role
from app.accounts.models import Account
from app.approvals import service as approvals
from app.ballots import archive, box, decisions, delivery, issuing
from app.ballots.models import Credential
from app.extensions import db, transaction
from app.ledger import export
from app.roll import service as roll

LONGEST_WAIT = 0.25


def main() -> None:
    """Answers line by line."""
    edition_id, rng = int(sys.argv[1]), random.Random(sys.argv[2])
    app = create_app()
    with app.app_context():
        of_voters = select(Credential.voter_id).where(
            Credential.edition_id == edition_id, Credential.voter_id.is_not(None)
        )
        voters = list(db.session.scalars(of_voters.order_by(Credential.id)))
        staff = list(db.session.scalars(select(Account.id).where(Account.role == Role.SECRETARIAT)))
        db.session.rollback()
        print("ready", flush=True)
        for line in sys.stdin:
            time.sleep(rng.uniform(0, LONGEST_WAIT))
            print(json.dumps(replaced(edition_id, voters[int(line)], staff)), flush=True)
        with transaction():
            box.box_head(edition_id, now=datetime.now(UTC))
        folder = Path(app.extensions["settings"].instance_dir)
        whole = archive.extent(edition_id, upto_public=True)
        (folder / "box.bel").write_bytes(b"".join(archive.render(whole)))
        (folder / "box.ledger").write_bytes(export.export(edition=edition_id))


def replaced(edition_id: int, voter_id: int, staff: list[int]) -> dict[str, str]:
    """Voids and replaces one voter's ballot: one of the staff asks, another approves."""
    try:
        with transaction():
            asked = decisions.ask_to_replace(
                voter_id,
                edition_id=edition_id,
                reason="lost",
                note="",
                email="",
                by=staff[0],
                now=datetime.now(UTC),
            )
        with transaction():
            approvals.approve(asked.id, by=staff[1], now=datetime.now(UTC))
            new = delivery.credential_of(roll.voter(voter_id, edition_id=edition_id))
            secret = issuing.secret_of(new, box.prepared(edition_id).uuid)
    except approvals.Refused:
        return {"outcome": "voted"}
    return {"outcome": "replaced", "secret": secret}


if __name__ == "__main__":
    main()
