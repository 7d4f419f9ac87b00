"""`flask ballots …`: the archive as a file, and whether the boxes are what the ledger says."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask.cli import AppGroup

from app.awards import service as awards
from app.ballots import archive, box, readiness

cli = AppGroup("ballots", help="The box and its archive.")


@cli.command("archive")
@click.argument("slug")
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--whole", is_flag=True, help="With what is staged until publication.")
def write_archive(slug: str, out: Path, whole: bool) -> None:
    """Writes an edition's archive (.bel)."""
    try:
        pieces = archive.archive_bytes(awards.edition(slug).id, upto_public=not whole)
    except (awards.NoSuchEdition, box.NoBox, archive.NotPublic) as error:
        sys.exit(f"There is no archive of {slug} yet ({type(error).__name__}).")
    with out.open("wb") as file:
        file.writelines(pieces)
    click.echo(f"Wrote {out}.")


@cli.command("compare")
def compare() -> None:
    """Compares every box with the last head that the ledger knows."""
    try:
        readiness.compare()
    except readiness.BoxDamaged as error:
        sys.exit(f"NOT THE SAME: {error}")
    click.echo("Every box is the one that the ledger knows.")
