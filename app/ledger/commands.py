"""`flask ledger verify`, `flask ledger export`, `flask ledger make-key`."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import select

from app.core.checkpoints import CheckpointError
from app.core.ledger_file import LedgerError
from app.extensions import db
from app.ledger import export, keyfile, service
from app.ledger.models import Log


@click.group("ledger")
def cli() -> None:
    """The append-only log of everything beside the ballots."""


@cli.command("verify")
@click.argument("slug", required=False)
@with_appcontext
def verify(slug: str | None) -> None:
    """Checks every log (or the one of an edition) from its rows; exit 1 when one does not hold."""
    wrong = 0
    for log in _logs(slug):
        try:
            ledger = export.verify(log)
        except (LedgerError, CheckpointError, service.OtherLogKey) as error:
            click.echo(f"{log.slug}: INVALID: {error}")
            wrong += 1
        else:
            root = ledger.checkpoint.root.hex()
            hidden = sum(record.was_staged for record in ledger.records) - len(ledger.of("revealed"))
            click.echo(f"{log.slug}: valid, {len(ledger.lines)} entries ({hidden} hidden), root {root}")
            click.echo(f"{log.slug}: key {ledger.key}")
    sys.exit(1 if wrong else 0)


@cli.command("export")
@click.argument("slug")
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@with_appcontext
def export_file(slug: str, file: Path) -> None:
    """Writes the log of an edition into a file."""
    with file.open("wb") as out:
        out.writelines(export.chunks(_logs(slug)[0]))


@cli.command("make-key")
@with_appcontext
def make_key() -> None:
    """Makes the log's signing key in LOG_KEY_FILE, once; never overwrites one."""
    path = current_app.extensions["settings"].log_key_file
    made = keyfile.make(path)
    click.echo(f"{path}: {'made; keep a sealed copy elsewhere' if made else 'is there already, unchanged'}")


def _logs(slug: str | None) -> list[Log]:
    query = select(Log).order_by(Log.id)
    logs = list(db.session.scalars(query if slug is None else query.where(Log.slug == slug)))
    if slug is not None and not logs:
        raise click.ClickException(f"there is no log {slug}")
    return logs
