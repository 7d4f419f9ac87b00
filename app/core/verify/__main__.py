"""`python -m app.core.verify FILE.bel [--ledger FILE] [--strict] [--processes N] [--json]`.

Exits 0 when the archive is valid, 1 when it is not (with --strict also when its decryption is not strongly
proven), 2 when it cannot be read or is of a kind that this version does not know.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import traceback
from pathlib import Path

from app.core.belenios.groups import BACKEND
from app.core.report import EXIT_UNREADABLE, Report
from app.core.verify import verify_archive


def _arguments(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m app.core.verify",
        description="Verifies a Belenios archive: every proof, the chain of events, the tally and the result.",
        epilog="Exit status: 0 valid, 1 invalid, 2 cannot be read or not supported.",
    )
    parser.add_argument("file", type=Path, metavar="FILE.bel", help="the archive")
    parser.add_argument("--ledger", type=Path, metavar="FILE", help="the ledger that belongs to it")
    parser.add_argument(
        "--strict", action="store_true", help="refuse a decryption that is not strongly proven"
    )
    parser.add_argument(
        "--processes", type=int, metavar="N", help="processes side by side (default: one a core)"
    )
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    return parser.parse_args(arguments)


class _Progress:
    """Shows on stderr how far the verification is, where stderr is a terminal."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.started = time.monotonic()
        self.shown = 0.0
        self.width = 0

    def __call__(self, read: int, ballots: int) -> None:
        now = time.monotonic()
        if now - self.shown < 0.2:
            return
        self.shown = now
        share = 100 * read // max(self.size, 1)
        text = f"{share:3d} % read, {ballots} ballots checked, {ballots / (now - self.started):.0f} a second"
        self.width = max(self.width, len(text))
        sys.stderr.write(f"\r{text.ljust(self.width)}")
        sys.stderr.flush()

    def clear(self) -> None:
        if self.width:
            sys.stderr.write(f"\r{' ' * self.width}\r")
            sys.stderr.flush()


def _cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


def _print(report: Report) -> None:
    for line in report.lines():
        print(line)
    if report.result is not None:
        for number, counts in enumerate(report.result, 1):
            print(f"result of question {number}: {', '.join(map(str, counts))}")


def main(arguments: list[str] | None = None) -> int:
    """Runs the verifier; gives the exit status."""
    given = _arguments(arguments)
    try:
        ledger = given.ledger.read_bytes() if given.ledger else None
        size = given.file.stat().st_size
    except OSError as error:
        print(f"CANNOT BE READ: {error.filename}: {error.strerror}", file=sys.stderr)
        return EXIT_UNREADABLE
    progress = _Progress(size) if sys.stderr.isatty() else None
    if not given.json:
        print(f"{given.file} ({size} bytes; arithmetic: {BACKEND})")
    report = verify_archive(
        given.file, ledger, strict=given.strict, processes=given.processes or _cores(), progress=progress
    )
    if progress:
        progress.clear()
    if given.json:
        print(report.to_json())
    else:
        _print(report)
    return report.exit_code


def _run() -> int:
    try:
        return main()
    except KeyboardInterrupt:
        return 130
    except Exception:  # a fault of this program says nothing about the archive
        traceback.print_exc()
        print(
            "CANNOT BE READ: the verifier itself failed; this is not a finding about the archive.",
            file=sys.stderr,
        )
        return EXIT_UNREADABLE


if __name__ == "__main__":
    sys.exit(_run())
