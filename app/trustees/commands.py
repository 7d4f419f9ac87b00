"""`flask trustees …`: sealed copies of the key that opens the votes. On the worker's machine, where KEYS_DIR is."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click
from flask.cli import AppGroup

from app.awards import service as awards
from app.trustees import service
from app.trustees.keystore import KeyStoreError, keystore
from app.trustees.models import Purpose

cli = AppGroup("trustees", help="The keys that open the votes.")


@cli.command("sealed-copy")
@click.argument("slug")
@click.option(
    "--out", type=click.Path(path_type=Path), help="Where to write it (default: this folder, its own name)."
)
def sealed_copy(slug: str, out: Path | None) -> None:
    """Writes the sealed copy of an edition's trustee key. It opens nothing without KEYS_PASSPHRASE."""
    try:
        name, sealed = service.sealed_copy(awards.edition(slug).id)
    except (KeyStoreError, service.NoSuchKey, awards.NoSuchEdition) as error:
        sys.exit(
            f"There is no trustee key of {slug} here ({type(error).__name__}). Is this the worker's machine?"
        )
    path = out or Path(name)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        sys.exit(f"{path} is there already. Nothing was written.")
    with os.fdopen(descriptor, "wb") as file:
        file.write(sealed)
    click.echo(f"Wrote {path}. Keep it on another machine, and KEYS_PASSPHRASE apart from it.")
    click.echo("Then confirm the copy on the edition's page about keys.")


@cli.command("restore-copy")
@click.argument("slug")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore_copy(slug: str, file: Path) -> None:
    """Puts a sealed copy of an edition's trustee key back into KEYS_DIR."""
    try:
        key = service.current(awards.edition(slug).id, Purpose.TRUSTEE)
        keystore().restore(key.name, file.read_bytes())
    except (KeyStoreError, service.NoSuchKey, awards.NoSuchEdition) as error:
        sys.exit(f"This copy cannot be put back: {type(error).__name__}. Nothing was changed.")
    click.echo(f"The key {key.name} is back.")
