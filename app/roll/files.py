"""The files of lists that wait to be read: on disk, in a folder of their own, gone as soon as they are read."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from flask import current_app

from app.nominations import uploads


def keep(data: BinaryIO, *, now: datetime) -> str:
    """Writes a file under a random name and gives that; raises `uploads.NoRoom`."""
    return uploads.keep(_folder(), data, now=now)


def path(name: str) -> Path:
    """Where a file lies."""
    return uploads.path(_folder(), name)


def remove(name: str) -> None:
    """Takes a file away, if there is one."""
    if name:
        uploads.remove(_folder(), name)


def sweep(known: Collection[str], *, before: datetime) -> None:
    """Removes what was written before *before* and waits for nobody."""
    for name in list(uploads.old(_folder(), before)):
        if name not in known:
            remove(name)


def _folder() -> Path:
    folder: Path = current_app.extensions["settings"].uploads_dir
    return folder / "lists"
