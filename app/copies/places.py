"""What tells a database from a copy of it.

SQLite: the file's inode. It stays when the file is moved within its file system or written to, and is another one for
a copy. The device is left out: its number may change with every start of a machine.

PostgreSQL: the cluster's system identifier, the database's oid, and the oid of the table `homes`. A dump that is
restored gets a new table, be it into another database or into the same one. Every machine that connects sees the
same three, and none of them changes while the database is used, vacuumed or renamed.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import ProgrammingError

ONE_ROW = "SELECT place FROM homes WHERE id = 1"
_DATABASE = "SELECT oid, 'homes'::regclass::oid FROM pg_database WHERE datname = current_database()"
_CLUSTER = "SELECT system_identifier FROM pg_control_system()"


def sqlite_file(engine: Engine) -> Path | None:
    """The database's file; None for PostgreSQL, and for SQLite in memory."""
    if engine.dialect.name != "sqlite" or engine.url.database in {None, "", ":memory:"}:
        return None
    return Path(str(engine.url.database))


def inode(engine: Engine) -> int | None:
    """The number of the database's file now; None for PostgreSQL. 0 where the file is gone."""
    file = sqlite_file(engine)
    if file is None:
        return None
    try:
        return file.stat().st_ino
    except FileNotFoundError:
        return 0


def here(connection: Connection) -> str:
    """Where the database is that *connection* leads to."""
    number = inode(connection.engine)
    if number is not None:
        return f"sqlite:{number}"
    if connection.dialect.name == "sqlite":
        return "sqlite:memory"
    database, table = connection.execute(text(_DATABASE)).one()
    return f"postgresql:{_cluster(connection)}:{database}:{table}"


def _cluster(connection: Connection) -> str:
    """The cluster's identifier; "" where this user may not know it: the oids alone have to do then."""
    try:
        with connection.begin_nested():
            return str(connection.execute(text(_CLUSTER)).scalar_one())
    except ProgrammingError:
        return ""
