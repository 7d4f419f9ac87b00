"""What a backup says of itself: its files with their hashes, when it was taken, and how far every ledger and box had come.

A backup is a folder: `database.sqlite` or `database.dump` (pg_dump -Fc), `uploads/`, and `manifest.json`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.core.log import Frontier

FORMAT = "anbudspriset-backup-1"
NAME = "manifest.json"
DATABASES = {"sqlite": "database.sqlite", "postgresql": "database.dump"}
UPLOADS = "uploads"
NOT_INCLUDED = ("KEYS_DIR", "KEYS_PASSPHRASE", "LOG_KEY_FILE", "SECRET_KEYS")
"""What a backup never holds, and a restored service needs: kept sealed, elsewhere."""

Rows = Callable[[str], Sequence[Any]]
_LOGS = "SELECT slug, size, frontier FROM logs ORDER BY slug"
_BOXES = (
    "SELECT e.slug, b.height, b.head, b.ballots FROM boxes b JOIN editions e ON e.id = b.edition_id "
    "WHERE b.head <> '' ORDER BY e.slug"
)
_REVISION = "SELECT version_num FROM alembic_version"


class BadBackup(Exception):
    """Not a backup, or not as it was taken; the message says what is wrong."""


@dataclass(frozen=True)
class Manifest:
    """A backup's manifest. `ledgers` and `boxes` hold a record for each edition (and for the service)."""

    taken_at: datetime
    kind: str
    revision: str
    service: str
    ledgers: list[dict[str, Any]]
    boxes: list[dict[str, Any]]
    files: list[dict[str, Any]]

    def write(self, folder: Path) -> None:
        """Writes it into the backup."""
        value = {
            "format": FORMAT, "taken_at": self.taken_at.astimezone(UTC).isoformat(), "database": self.kind,
            "revision": self.revision, "service": self.service, "ledgers": self.ledgers, "boxes": self.boxes,
            "files": self.files, "not_included": list(NOT_INCLUDED),
        }  # fmt: skip
        (folder / NAME).write_text(json.dumps(value, indent=1) + "\n")

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """The manifest of the backup in *folder*. Raises `BadBackup`."""
        try:
            value = json.loads((folder / NAME).read_bytes())
            if value["format"] != FORMAT or value["database"] not in DATABASES:
                raise BadBackup(
                    f"{folder / NAME} is of another kind ({value['format']}, {value['database']})."
                )
            return cls(
                datetime.fromisoformat(value["taken_at"]), value["database"], value["revision"], value["service"],
                value["ledgers"], value["boxes"], value["files"],
            )  # fmt: skip
        except FileNotFoundError as error:
            raise BadBackup(f"There is no {NAME} in {folder}: this is not a backup.") from error
        except (ValueError, KeyError, TypeError) as error:
            raise BadBackup(f"{folder / NAME} cannot be read ({type(error).__name__}).") from error

    def check_files(self, folder: Path, progress: Callable[[int], object] = lambda _size: None) -> None:
        """Raises `BadBackup` unless exactly the files that were written are there, byte for byte, and no links."""
        if links := sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_symlink()):
            raise BadBackup(f"A backup holds no links, and this one does: {', '.join(links[:5])}.")
        listed = {each["path"] for each in self.files}
        there = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} - {NAME}
        if wrong := sorted(listed ^ there):
            raise BadBackup(f"Files are missing, or are too many: {', '.join(wrong[:5])}.")
        for each in self.files:
            if sha256(folder / each["path"], progress) != each["sha256"]:
                raise BadBackup(f"{each['path']} is not the file that was written.")


def states(rows: Rows) -> tuple[str, list[dict[str, Any]], list[dict[str, Any]]]:
    """Revision, ledgers and boxes, as *rows* reads them from one consistent state of a database."""
    ledgers = [
        {"slug": slug, "entries": size, "root": Frontier.from_bytes(bytes(frontier)).root().hex()}
        for slug, size, frontier in rows(_LOGS)
    ]
    boxes = [
        {"edition": slug, "height": height, "head": head, "ballots": ballots}
        for slug, height, head, ballots in rows(_BOXES)
    ]
    return str(next(iter(rows(_REVISION)), [""])[0]), ledgers, boxes


def files(folder: Path, progress: Callable[[int], object] = lambda _size: None) -> list[dict[str, Any]]:
    """Every file of the backup with its size and hash."""
    return [
        {
            "path": str(path.relative_to(folder)),
            "bytes": path.stat().st_size,
            "sha256": sha256(path, progress),
        }
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    ]


def sha256(path: Path, progress: Callable[[int], object] = lambda _size: None) -> str:
    """A file's SHA-256, told piece by piece."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
            progress(len(piece))
    return digest.hexdigest()
