"""Work that is not rows of the jobs table: the outbox registers itself here, and each worker runs it beside its jobs."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Protocol


class Source(Protocol):
    """Something a worker asks again and again for work; made once in each worker, used by one thread."""

    def work(self, worker: str, stop: threading.Event) -> bool:
        """Does some of what is due as *worker*, in the application context it is called in; False when nothing was."""

    def close(self) -> None:
        """The worker ends: connections are closed."""


_sources: dict[str, Callable[[], Source]] = {}


def source(name: str, make: Callable[[], Source]) -> None:
    """Registers what makes the source *name*."""
    _sources[name] = make


def sources() -> list[Callable[[], Source]]:
    """Every registered source."""
    return list(_sources.values())
