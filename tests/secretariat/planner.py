"""A worker process that carries out the plan; with a FILE it stands still in the middle of a reminder, to be killed.

Either way it works until it is killed.
"""

from __future__ import annotations

import sys
import threading
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from app import create_app
from app.jobs.worker import Worker
from app.secretariat import planned_acts
from app.secretariat.models import PlanItem, PlanKind


def main() -> None:
    """`python -m tests.secretariat.planner [FILE]`: FILE is written when the act is done and nothing is committed."""
    app = create_app()
    if len(sys.argv) > 1:
        kind = planned_acts.KINDS[PlanKind.REMINDER]

        def stand_still(item: PlanItem, now: datetime) -> int | None:
            letters = kind.carry_out(item, now)
            Path(sys.argv[1]).write_text(str(letters))
            threading.Event().wait(60)
            return letters

        planned_acts.KINDS[PlanKind.REMINDER] = replace(kind, carry_out=stand_still)
    Worker(app).run()


if __name__ == "__main__":
    main()
