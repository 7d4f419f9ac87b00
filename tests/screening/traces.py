"""What is left of a text in a database's files, byte for byte."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from flask import Flask
from sqlalchemy import text

from app.extensions import db


def traces(app: Flask, *wanted: str) -> list[str]:
    """The files that hold one of *wanted*, in any of the ways in which a text is stored."""
    forms = {form for each in wanted for form in _forms(each)}
    found = []
    for path in files(app):
        content = path.read_bytes()
        if any(form in content for form in forms):
            found.append(path.name)
    return found


def files(app: Flask) -> Iterator[Path]:
    """The files of the database: SQLite's own, or those of PostgreSQL's tables and indexes."""
    if app.extensions["settings"].sqlite:
        folder = app.extensions["settings"].instance_dir
        return (path for path in folder.iterdir() if path.name.startswith("anbudspriset.db"))
    with db.engine.connect() as connection:
        folder = Path(str(connection.execute(text("SHOW data_directory")).scalar()))
        number = connection.execute(
            text("SELECT oid FROM pg_database WHERE datname = current_database()")
        ).scalar()
    return (path for path in (folder / "base" / str(number)).iterdir() if path.is_file())


def _forms(wanted: str) -> Iterator[bytes]:
    for each in {wanted, wanted.lower(), wanted.upper(), wanted.title()}:
        yield each.encode()
        yield each.encode("utf-16-le")
        yield json.dumps(each)[1:-1].encode()
