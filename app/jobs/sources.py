"""Work that is not rows of the jobs table: the outbox registers itself here, and each worker runs it beside its jobs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Protocol

from flask import Flask


class Source(Protocol):
    """Something a worker asks again and again for work; made once in each worker, used by one thread."""

    def work(self, worker: str, stop: threading.Event) -> bool:
        """Does some of what is due as *worker*, in the application context it is called in; False when nothing was."""

    def close(self) -> None:
        """The worker ends: connections are closed."""


_sources: dict[str, Callable[[Flask], Sequence[Source]]] = {}


def source(name: str, make: Callable[[Flask], Sequence[Source]]) -> None:
    """Registers what makes the source *name*, once for each thread that it wants in a worker."""
    _sources[name] = make


def sources(app: Flask) -> list[Source]:
    """Every registered source, made for a worker of *app*."""
    return [made for make in _sources.values() for made in make(app)]
