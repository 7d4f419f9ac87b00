"""A worker process whose one job says that it began and then never ends: made to be killed."""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from typing import Any

from app import create_app
from app.jobs import service
from app.jobs.worker import Worker


def main() -> None:
    """`python -m tests.jobs.sleeper FILE`: the job writes FILE once it runs."""
    began = Path(sys.argv[1])

    @service.handler("test.endless")
    def endless(payload: dict[str, Any], *, now: object, progress: service.Progress) -> None:
        began.write_text("running")
        threading.Event().wait(60)

    Worker(create_app()).run()


if __name__ == "__main__":
    main()
