"""`flask procurement load-cpv FILE`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any, BinaryIO

import click
from flask.cli import with_appcontext

from app.cpv import service
from app.extensions import clock, transaction
from app.procurement.cpv import ListError

WHY = {
    "encoding": "not UTF-8 text",
    "headings": "the first line has to name the columns code, sv and en; missing: {found}",
    "columns": "not a row of a CSV file: {found}",
    "code": "“{found}” is no CPV code (eight digits, perhaps a hyphen and a check digit)",
    "name": "{found} has no name in one of the languages, or one that cannot be printed",
    "repeated": "{found} is there twice",
    "too-long": "longer than {found} characters",
    "too-many": "more than {found} codes",
    "empty": "there is no code in the file",
}


@click.group("procurement")
def cli() -> None:
    """What procurement itself has standards for."""


@cli.command("load-cpv")
@click.argument("file", type=click.File("rb"))
@with_appcontext
def load_cpv(file: BinaryIO) -> None:
    """Loads the CPV list from a CSV file with the columns code, sv and en, in the place of the one in use.

    All of it or nothing: a wrong row is named with its line, and what was in use stays so.
    """
    try:
        with click.progressbar(length=_size(file), label="Reading") as bar, transaction():
            loaded = service.load(_lines(file, bar), now=clock.now())
    except ListError as error:
        why = WHY[error.code].format(found=error.found)
        raise click.ClickException(f"line {error.line}: {why}. Nothing was changed.") from error
    click.echo(f"{loaded.codes} codes are in use{'' if loaded.changed else ', as they were before'}.")


def _lines(file: BinaryIO, bar: Any) -> Iterator[bytes]:
    for line in file:
        bar.update(len(line))
        yield line


def _size(file: BinaryIO) -> int:
    """Its bytes, as far as the system knows them; a pipe has none."""
    try:
        return max(1, os.fstat(file.fileno()).st_size)
    except OSError:
        return 1
