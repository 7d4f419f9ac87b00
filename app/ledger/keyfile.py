"""The log's signing key: 32 bytes as 64 hexadecimal digits in LOG_KEY_FILE, the one key that web processes hold."""

from __future__ import annotations

import os
import re
import secrets
from functools import lru_cache
from pathlib import Path

from config import Settings


class LogKeyMissing(Exception):
    """LOG_KEY_FILE does not exist. In production it is made once, by `flask ledger make-key`."""


class LogKeyUnreadable(Exception):
    """LOG_KEY_FILE does not hold a key."""


def seed(settings: Settings) -> bytes:
    """The key's secret seed; on a loopback service it is made at the first use."""
    path = settings.log_key_file
    if not settings.production and not path.exists():
        make(path)
    return _read(path)


def make(path: Path) -> bool:
    """Makes a new key readable by its owner alone, whole or not at all; False when there is one already."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_hex(32) + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(fresh, path)  # fails where a key exists: none is ever overwritten
    except FileExistsError:
        return False
    finally:
        fresh.unlink()
    return True


@lru_cache(maxsize=4)
def _read(path: Path) -> bytes:
    try:
        text = path.read_text().strip()
    except FileNotFoundError as error:
        raise LogKeyMissing(f"there is no {path}") from error
    if not re.fullmatch(r"[0-9a-f]{64}", text):
        raise LogKeyUnreadable(f"{path} does not hold 64 hexadecimal digits")
    return bytes.fromhex(text)
