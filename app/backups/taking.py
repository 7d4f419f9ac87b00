"""A backup is taken while the service runs: one consistent state of the database, and the uploaded files that go with it.

Files are copied before the database and again after it: a file is written before its row and removed after it, so
every row of the copy finds its file. The copy of an SQLite file says inside that it lives nowhere, and so is held
wherever it is put; a dump of PostgreSQL is held because its tables are others once it is restored.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import text

from app.backups import manifest, postgresql
from app.backups.manifest import DATABASES, UPLOADS, BadBackup, Manifest
from app.copies import places
from app.extensions import db, sqlite_module
from config import Settings

PAGES = 1024
Progress = Callable[[str, int, int], object]
"""What is being done, how much of it is, and how much there is."""


def take(folder: Path, *, now: datetime, progress: Progress = lambda *_: None) -> Manifest:
    """Takes a backup into the new folder *folder*, which has its name only when all of it is on the disk.

    Raises `BadBackup`.
    """
    settings: Settings = current_app.extensions["settings"]
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BadBackup(f"{folder} is there already. Name a new folder for each backup.")
    fresh = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}")
    fresh.mkdir(parents=True, mode=0o700)
    try:
        _copy_uploads(settings.uploads_dir, fresh / UPLOADS, progress)
        kind = "sqlite" if settings.sqlite else "postgresql"
        database = fresh / DATABASES[kind]
        found = (_sqlite if settings.sqlite else _postgresql)(database, now, progress)
        _copy_uploads(settings.uploads_dir, fresh / UPLOADS, progress)
        made = Manifest(now, kind, found[0], settings.base_url, found[1], found[2], manifest.files(fresh))
        made.write(fresh)
        _to_disk(fresh)
        if folder.exists():
            folder.rmdir()
        fresh.rename(folder)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    return made


def _sqlite(to: Path, now: datetime, progress: Progress) -> tuple[str, list[Any], list[Any]]:
    """By SQLite's backup interface, from one reading transaction: writers wait for it, or (WAL) not even that."""
    file = places.sqlite_file(db.engine)
    if file is None or not file.exists():
        raise BadBackup("DATABASE_URL names no database that is there.")
    module = sqlite_module()
    with (
        closing(module.connect(str(file), timeout=20, isolation_level=None)) as source,
        closing(module.connect(str(to), isolation_level=None)) as copy,
    ):
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        source.backup(
            copy, pages=PAGES, progress=lambda _status, left, whole: progress("database", whole - left, whole)
        )
        source.execute("ROLLBACK")
        copy.execute("PRAGMA journal_mode=DELETE")
        _lives_nowhere(copy, now)
        return manifest.states(lambda query: copy.execute(query).fetchall())


def _lives_nowhere(copy: Any, now: datetime) -> None:
    at = now.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
    copy.execute("DELETE FROM homes")
    copy.execute("INSERT INTO homes (id, place, since, copied_at) VALUES (1, '', ?, ?)", (at, at))


def _postgresql(to: Path, _now: datetime, progress: Progress) -> tuple[str, list[Any], list[Any]]:
    """By pg_dump, at the very state that ledgers and boxes are read from."""
    settings: Settings = current_app.extensions["settings"]
    with db.engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        snapshot = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
        whole = connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one()
        found = manifest.states(lambda query: connection.execute(text(query)).all())
        url = settings.database_url.replace("postgresql+psycopg://", "postgresql://", 1)
        postgresql.dump(url, to, snapshot=snapshot, progress=lambda size: progress("database", size, whole))
    to.chmod(0o600)
    return found


def _copy_uploads(source: Path, to: Path, progress: Progress) -> None:
    to.mkdir(exist_ok=True, mode=0o700)
    wanted = [path for path in sorted(source.rglob("*")) if path.is_file()] if source.is_dir() else []
    for done, path in enumerate(wanted, 1):
        target = to / path.relative_to(source)
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            try:
                shutil.copyfile(path, target)
            except FileNotFoundError:  # removed meanwhile: its row was gone before
                target.unlink(missing_ok=True)
        progress("uploads", done, len(wanted))


def _to_disk(folder: Path) -> None:
    """Everything is on the disk before the folder gets its name."""
    for path in [*folder.rglob("*"), folder]:
        if path.is_file():
            path.chmod(0o600)
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
