"""A backup is put into an empty database, compared with what its manifest says, and left held."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy import inspect, text

from app.backups import manifest, postgresql
from app.backups.manifest import DATABASES, UPLOADS, BadBackup, Manifest
from app.ballots import readiness
from app.copies import places
from app.copies import service as copies
from app.extensions import clock, db, transaction
from config import Settings

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


def restore(folder: Path, *, progress: Callable[[int], object] = lambda _size: None) -> Manifest:
    """Restores the backup in *folder* into the database and the folder of uploads that the settings name.

    Both must be empty. Afterwards the service is held (`copies`). Raises `BadBackup`, and `readiness.BoxDamaged` when
    a restored box is not the one that its ledger knows.
    """
    settings: Settings = current_app.extensions["settings"]
    given = Manifest.read(folder)
    _fits(given, settings)
    given.check_files(folder, progress)
    source = folder / DATABASES[given.kind]
    if settings.sqlite:
        _put_sqlite(source)
    else:
        url = settings.database_url.replace("postgresql+psycopg://", "postgresql://", 1)
        postgresql.restore(url, source)
    shutil.copytree(folder / UPLOADS, settings.uploads_dir, dirs_exist_ok=True)
    if _has_home():
        with transaction():
            copies.hold(copied_at=given.taken_at, now=clock.now())
    _same(given)
    readiness.compare()
    return given


def _fits(given: Manifest, settings: Settings) -> None:
    kind = "sqlite" if settings.sqlite else "postgresql"
    if given.kind != kind:
        raise BadBackup(
            f"The backup is one of {given.kind}, and DATABASE_URL names {kind}. Restore it where it fits."
        )
    if given.revision and given.revision not in known_revisions():
        raise BadBackup(
            f"The backup is of the schema {given.revision}, which this release does not know. Use the release it was taken with."
        )
    if inspect(db.engine).get_table_names():
        raise BadBackup("The database that DATABASE_URL names is not empty. Nothing was changed.")
    if settings.uploads_dir.is_dir() and any(settings.uploads_dir.iterdir()):
        raise BadBackup(f"{settings.uploads_dir} (UPLOADS_DIR) is not empty. Nothing was changed.")


def known_revisions() -> list[str]:
    """The schemas that this release knows, the newest first."""
    return [script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()]


def _put_sqlite(source: Path) -> None:
    """The file appears whole, under its name, with nothing left beside it of the empty one."""
    file = places.sqlite_file(db.engine)
    if file is None:
        raise BadBackup("DATABASE_URL names no file.")
    db.session.remove()
    db.engine.dispose()
    fresh = file.with_name(f".{file.name}.restored")
    shutil.copyfile(source, fresh)
    fresh.chmod(0o600)
    for ending in ("-journal", "-wal", "-shm"):
        file.with_name(file.name + ending).unlink(missing_ok=True)
    os.replace(fresh, file)  # noqa: PTH105 (the pair of a rename that may overwrite)


def _has_home() -> bool:
    return inspect(db.engine).has_table("homes")


def _same(given: Manifest) -> None:
    """The ledgers and boxes are as long as they were, and end as they did."""
    with db.engine.connect() as connection:
        _revision, ledgers, boxes = manifest.states(lambda query: connection.execute(text(query)).all())
    if (ledgers, boxes) != (given.ledgers, given.boxes):
        raise BadBackup(
            "The restored ledgers or boxes are not those of the manifest. Do not release this copy."
        )
