"""The process of its own: a file on standard input; on standard output a line of JSON, then the clean file."""

from __future__ import annotations

import json
import sys

from app.core.confinement import confine
from app.nominations.sanitising.cleaning import clean
from app.nominations.sanitising.outcome import Refused

SECONDS = 5


def main() -> None:
    """Reads, cleans, writes."""
    out = sys.stdout.buffer
    try:
        made = clean(sys.stdin.buffer.read(), _limit)
    except Refused as refusal:
        out.write(json.dumps({"refused": refusal.why}).encode() + b"\n")
    else:
        out.write(json.dumps({"kind": made.kind}).encode() + b"\n" + made.data)


def _limit(memory: int) -> None:
    confine(memory=memory, seconds=SECONDS)


if __name__ == "__main__":
    main()
