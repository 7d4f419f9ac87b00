"""The process of its own: a file on standard input; on standard output a line of JSON, then the clean file."""

from __future__ import annotations

import contextlib
import json
import sys
from pathlib import Path

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
    """From here on: so much more memory, SECONDS of work, no file written, no core left behind."""
    with contextlib.suppress(
        ImportError, OSError, ValueError
    ):  # a system without limits, or without this one
        import resource

        pages = int(Path("/proc/self/statm").read_text().split()[0])
        for what, most in (
            (resource.RLIMIT_AS, pages * resource.getpagesize() + memory),
            (resource.RLIMIT_CPU, SECONDS),
            (resource.RLIMIT_FSIZE, 0),
            (resource.RLIMIT_CORE, 0),
        ):
            resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    main()
