"""Secret keys on disk: one encrypted file each, in a folder of the worker's machine alone.

A file is `anbud-key-1\\n`, a salt (16 bytes) and a PyNaCl SecretBox message (nonce, then XSalsa20-Poly1305) under a
key that scrypt (N = 2^14, r = 8, p = 1; RFC 7914) makes from the passphrase and the salt. Inside stand the key's name
and its secret, so that a file under another name opens nothing. Files have mode 0600, the folder 0700; a file appears
whole or not at all, and is never overwritten by another key.

Web processes never come here: they need neither the folder nor the passphrase.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from functools import lru_cache
from pathlib import Path

from flask import current_app
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

MAGIC = b"anbud-key-1\n"
SALT_SIZE = 16
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


class KeyStoreError(Exception):
    """Something is wrong with a key's file."""


class KeyMissing(KeyStoreError):
    """There is no such key: it was destroyed, or KEYS_DIR is not the folder that it was made in."""


class KeyExists(KeyStoreError):
    """A key of this name is there already."""


class WrongPassphrase(KeyStoreError):
    """The file cannot be opened: another passphrase, another key's file, or a damaged one."""


@lru_cache(maxsize=256)
def _box(passphrase: str, salt: bytes) -> SecretBox:
    key = hashlib.scrypt(passphrase.encode(), salt=salt, n=2**14, r=8, p=1, maxmem=64 * 2**20, dklen=32)
    return SecretBox(key)


class KeyStore:
    """The keys in `folder`, under `passphrase`."""

    def __init__(self, folder: Path, passphrase: str) -> None:
        if not passphrase:
            raise KeyStoreError("a key store needs a passphrase")
        self.folder = folder
        self._passphrase = passphrase

    def exists(self, name: str) -> bool:
        """Whether there is a key of this name."""
        return self._path(name).exists()

    def put(self, name: str, secret: bytes) -> None:
        """Writes a new key; it is on the disk when this returns. Raises `KeyExists`."""
        salt = secrets.token_bytes(SALT_SIZE)
        self._write(name, MAGIC + salt + _box(self._passphrase, salt).encrypt(name.encode() + b"\n" + secret))

    def get(self, name: str) -> bytes:
        """A key's secret. Raises `KeyMissing` or `WrongPassphrase`."""
        return self._open(name, self.sealed(name))

    def sealed(self, name: str) -> bytes:
        """The key's file as it is: a sealed copy, which opens nothing without the passphrase. Raises `KeyMissing`."""
        try:
            return self._path(name).read_bytes()
        except (FileNotFoundError, NotADirectoryError) as error:
            raise KeyMissing(name) from error

    def restore(self, name: str, sealed: bytes) -> None:
        """Puts a sealed copy back. Raises `WrongPassphrase` when it is not this key's, `KeyExists`."""
        self._open(name, sealed)
        self._write(name, sealed)

    def destroy(self, name: str) -> bool:
        """Overwrites and removes a key's file; gives whether it was there. Copies elsewhere are not reached.

        A mark stays in its place, so that "destroyed" can be told from "not in this folder".
        """
        path = self._path(name)
        try:
            with path.open("r+b") as file:
                file.write(secrets.token_bytes(path.stat().st_size))
                file.flush()
                os.fsync(file.fileno())
        except (FileNotFoundError, NotADirectoryError):
            return False
        self._mark(name).touch(mode=0o600)
        self._sync_folder()
        path.unlink()
        self._sync_folder()
        return True

    def was_destroyed(self, name: str) -> bool:
        """Whether this folder had the key, and it was destroyed."""
        return self._mark(name).exists() and not self.exists(name)

    def _mark(self, name: str) -> Path:
        return self._path(name).with_name(f"{name}.destroyed")

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise KeyStoreError(f"{name!r} is not a key's name")
        return self.folder / name

    def _open(self, name: str, content: bytes) -> bytes:
        start = len(MAGIC) + SALT_SIZE
        try:
            if not content.startswith(MAGIC):
                raise WrongPassphrase(name)
            plain = _box(self._passphrase, content[len(MAGIC) : start]).decrypt(content[start:])
        except (CryptoError, ValueError) as error:
            raise WrongPassphrase(name) from error
        inside, _, secret = plain.partition(b"\n")
        if inside != name.encode():
            raise WrongPassphrase(name)
        return secret

    def _write(self, name: str, content: bytes) -> None:
        """A new file, complete before it gets its name; linking refuses to take the place of another."""
        path = self._path(name)
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = path.with_name(f".{name}.{secrets.token_hex(8)}")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            try:
                os.link(fresh, path)
            except FileExistsError as error:
                raise KeyExists(name) from error
        finally:
            fresh.unlink()
        self._sync_folder()

    def _sync_folder(self) -> None:
        descriptor = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def keystore() -> KeyStore:
    """The key store of the settings; for worker processes and commands on the worker's machine."""
    settings = current_app.extensions["settings"]
    return KeyStore(settings.keys_dir, settings.keys_passphrase)
