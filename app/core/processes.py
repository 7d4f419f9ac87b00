"""How the core starts worker processes."""

from __future__ import annotations

import multiprocessing
import sys
import threading
from multiprocessing.context import BaseContext


def worker_context() -> BaseContext:
    """How worker processes start: by fork where that is quick and safe, else from scratch."""
    if sys.platform == "linux" and threading.active_count() == 1:
        return multiprocessing.get_context("fork")
    return multiprocessing.get_context("spawn")
