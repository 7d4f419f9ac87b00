"""The files on disk: one folder outside any web root, names that nobody chose, whole or not there at all.

A file is written before its row commits, and goes after the row's deletion has committed: what is left by a process
that died in between belongs to no row, and `sweep` (in `attachments`) takes it away.
"""

from __future__ import annotations

import contextlib
import fcntl
import io
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

NAME = re.compile(r"[A-Za-z0-9_-]{22}")
UNFINISHED = ".new"
WAIT = 2.0
KEPT_FREE = 500_000_000
"""So many bytes of the disk stay free, whatever people send."""


class NoRoom(OSError):
    """The disk is nearly full."""


class Busy(Exception):
    """Another file is being looked at."""


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One file at a time on a machine: looking at one takes a processor, and a web process that waits serves nobody.

    Waits WAIT seconds for the one before; raises `Busy`.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    until = time.monotonic() + WAIT
    held = os.open(folder, os.O_RDONLY)  # the folder itself is what is locked: no file of its own is needed
    try:
        while True:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    raise Busy from None
                time.sleep(0.1)
        yield
    finally:
        os.close(held)


def keep(folder: Path, data: bytes | BinaryIO, *, now: datetime) -> str:
    """Writes *data* under a random name and gives that; on return it outlives a power cut. Raises `NoRoom`."""
    source = io.BytesIO(data) if isinstance(data, bytes) else data
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if shutil.disk_usage(folder).free < KEPT_FREE + source.seek(0, io.SEEK_END):
        raise NoRoom(str(folder))
    source.seek(0)
    name = secrets.token_urlsafe(16)
    unfinished = folder / f"{name}{UNFINISHED}"
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        shutil.copyfileobj(source, file)
        file.flush()
        os.utime(file.fileno(), (now.timestamp(), now.timestamp()))
        os.fsync(file.fileno())
    unfinished.rename(folder / name)
    _sync(folder)
    return name


def path(folder: Path, name: str) -> Path:
    """Where the file *name* lies; raises `ValueError` for a name that `keep` never gives."""
    if not NAME.fullmatch(name):
        raise ValueError("not a stored file's name")
    return folder / name


def remove(folder: Path, name: str) -> None:
    """Takes a file away; one that is gone already is gone."""
    with contextlib.suppress(FileNotFoundError):
        path(folder, name).unlink()


def old(folder: Path, before: datetime) -> Iterator[str]:
    """Names of stored files written before *before*; what was never finished by then is removed on the way."""
    if not folder.is_dir():
        return
    for entry in folder.iterdir():
        name = entry.name.removesuffix(UNFINISHED)
        if not NAME.fullmatch(name) or not entry.is_file():
            continue
        with contextlib.suppress(FileNotFoundError):
            if datetime.fromtimestamp(entry.stat().st_mtime, UTC) >= before:
                continue
            if entry.name != name:
                entry.unlink()
                continue
            yield name


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
