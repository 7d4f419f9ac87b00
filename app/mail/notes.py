"""What happened to letters and is not in the database yet, because that was away or its disk was full."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable


class Notes:
    """Shared by a worker's lanes: while anything waits here, none of them lets another letter leave."""

    def __init__(self) -> None:
        self._waiting: deque[Callable[[], object]] = deque()
        self._settling = threading.Lock()

    def waiting(self) -> int:
        """How many outcomes are still to be written down."""
        return len(self._waiting)

    def write(self, note: Callable[[], object]) -> object:
        """Writes an outcome down; keeps it in mind when that fails, or when an earlier one waits."""
        if self._waiting:
            self._waiting.append(note)
            return None
        try:
            return note()
        except BaseException:
            self._waiting.append(note)
            raise

    def settle(self) -> None:
        """Writes down what waits, in order; raises when the database still refuses."""
        with self._settling:
            while self._waiting:
                self._waiting[0]()
                self._waiting.popleft()
