"""Reports from a maildir: what a mail server lays into `new` is read, and moved to `cur` as seen.

It is moved after the commit: a worker that dies between the two reads the message again, and it counts once all the
same. A file that cannot be read stays where it is; a message that we fail at is moved as flagged, for a person to look
at: anyone can send one, and it must not stand in the way of the others.
"""

from __future__ import annotations

from datetime import datetime
from itertools import islice
from pathlib import Path

import structlog

from app.jobs.claims import where
from app.mail.bounces import taking
from app.mail.bounces.parts import MOST_BYTES

MOST_AT_ONCE = 500

log = structlog.get_logger("mail")


class NoMaildir(Exception):
    """BOUNCE_MAILDIR is no maildir that may be read and written."""


def read(folder: Path, *, now: datetime) -> int:
    """Takes the new messages in *folder*; gives how many. Raises `NoMaildir`."""
    if not (folder / "new").is_dir():
        raise NoMaildir("BOUNCE_MAILDIR has no folder named new.")
    taken = 0
    try:
        for file in islice(sorted((folder / "new").iterdir()), MOST_AT_ONCE):
            if file.is_symlink() or not file.is_file():
                continue
            with file.open("rb") as opened:
                data = opened.read(MOST_BYTES)
            mark = "S"
            try:
                taking.take(data, way="maildir", now=now)
            except taking.NotYet:
                continue
            except (*taking.AWAY, OSError):
                raise
            except Exception as error:
                log.error("report not taken", way="maildir", error=type(error).__name__, where=where(error))
                mark = "F"
            (folder / "cur").mkdir(exist_ok=True)
            file.rename(folder / "cur" / f"{file.name.partition(':')[0]}:2,{mark}")
            taken += 1
    except OSError as error:
        raise NoMaildir(f"BOUNCE_MAILDIR: {error.strerror}.") from error
    return taken
