"""Reads a workbook (.xlsx) by a process of its own (`workbook_reader`), a row at a time.

What a hostile workbook does there, it does to nobody else: that process has bounded memory and time, and is ended with
whoever started it.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.roll.reading import Line, UnreadableList

ROOT = Path(__file__).resolve().parents[2]
INHERITED = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT")


class SeveralSheets(Exception):
    """More than one sheet has rows: `sheets` are [name, rows, number]."""

    def __init__(self, sheets: list[list[Any]]) -> None:
        self.sheets = sheets
        super().__init__(len(sheets))


class Workbook:
    """The rows of one sheet of the workbook at *path*, which is read within *seconds*.

    Raises `UnreadableList`, here or on the way, and `SeveralSheets` where *sheet* is None and has to be chosen.
    """

    def __init__(self, path: Path, *, sheet: int | None, seconds: float) -> None:
        environment = {name: os.environ[name] for name in INHERITED if name in os.environ}
        command = [sys.executable, "-m", "app.roll.workbook_reader", str(path)]
        self._process = subprocess.Popen(  # noqa: S603 (our own module)
            command if sheet is None else [*command, str(sheet)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT, encoding="utf-8",
            env={**environment, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"},
        )  # fmt: skip
        self._late = threading.Timer(seconds, self._process.kill)
        self._late.daemon = True
        self._late.start()
        self._rows = self._read = 0
        try:
            found = self._next()
            if found is None or "sheets" not in found:
                raise UnreadableList(str((found or {}).get("refused", "huge-workbook")))
            if found["read"] is None and not found["sheets"]:
                raise UnreadableList("empty")
            if found["read"] is None:
                raise SeveralSheets(found["sheets"])
            self._rows = found["rows"]
        except BaseException:
            self.close()
            raise

    def done(self) -> float:
        """How much of the sheet is read, from 0 to 1."""
        return min(1.0, self._read / max(1, self._rows))

    def __iter__(self) -> Iterator[Line]:
        while (said := self._next()) is not None:
            if isinstance(said, dict):
                raise UnreadableList(str(said["refused"]))
            line, cells = said
            self._read = line
            yield line, cells
        if self._process.wait():
            raise UnreadableList("huge-workbook")

    def close(self) -> None:
        """Ends the process, whatever it is doing."""
        self._late.cancel()
        self._process.kill()
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def __enter__(self) -> Workbook:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def _next(self) -> Any:
        """What the process says next; None when it has ended, by itself or at a limit."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line.endswith("\n"):
            return None
        with contextlib.suppress(ValueError):
            return json.loads(line)
        return None
