"""A process of its own for a file that a stranger made: so much more memory, so many seconds, nothing written."""

from __future__ import annotations

import contextlib
from pathlib import Path


def confine(*, memory: int, seconds: int) -> None:
    """From here on this process takes at most *memory* bytes more and *seconds* of work, writes no file, leaves no core.

    On a system without such limits (setrlimit, POSIX), or without one of them, nothing happens.
    """
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        pages = int(Path("/proc/self/statm").read_text().split()[0])
        for what, most in (
            (resource.RLIMIT_AS, pages * resource.getpagesize() + memory),
            (resource.RLIMIT_CPU, seconds),
            (resource.RLIMIT_FSIZE, 0),
            (resource.RLIMIT_CORE, 0),
        ):
            resource.setrlimit(what, (most, most))
