"""Private PostgreSQL and Redis instances on free ports, thrown away after the session."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests import needs


def free_port() -> int:
    """A TCP port on loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_port(port: int, process: subprocess.Popen[bytes], seconds: float = 30) -> None:
    """Returns when *port* answers; fails when the process ends or time is up."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            pytest.fail(f"a server ended at once with exit code {process.returncode}", pytrace=False)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail("a server did not answer in time", pytrace=False)


def _as_postgres(command: list[str]) -> list[str]:
    """PostgreSQL refuses to run as root; there it runs as the user postgres."""
    return ["runuser", "-u", "postgres", "--", *command] if os.geteuid() == 0 else command


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """A server of our own; gives `postgresql://postgres@127.0.0.1:PORT` without a database."""
    programs = needs.postgresql_bin()
    folder = Path(tempfile.mkdtemp(prefix="anbud-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    try:
        data, port = folder / "data", free_port()
        subprocess.run(
            _as_postgres(
                [
                    str(programs / "initdb"),
                    "-D",
                    str(data),
                    "-A",
                    "trust",
                    "-U",
                    "postgres",
                    "-E",
                    "UTF8",
                    "--locale=C.UTF-8",
                ]
            ),
            check=True,
            capture_output=True,
        )
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(
                _as_postgres(
                    [
                        str(programs / "postgres"),
                        "-D",
                        str(data),
                        "-p",
                        str(port),
                        "-h",
                        "127.0.0.1",
                        "-k",
                        str(folder),
                        "-c",
                        "max_connections=200",
                        "-c",
                        "fsync=off",
                    ]
                ),
                stdout=log,
                stderr=log,
            )
            url = f"postgresql://postgres@127.0.0.1:{port}"
            wait_for_port(port, server)
            _wait_until_it_lets_in(url)
            yield url
            server.terminate()
            server.wait(30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait_until_it_lets_in(url: str, seconds: float = 30) -> None:
    """PostgreSQL answers at its port a moment before it lets anybody in."""
    import psycopg

    end = time.monotonic() + seconds
    while True:
        try:
            psycopg.connect(f"{url}/postgres").close()
            return
        except psycopg.OperationalError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)


@contextmanager
def fresh_database(server: str, template: str = "template1") -> Iterator[str]:
    """A database of its own on *server*, a copy of *template*; it goes at the end."""
    import psycopg

    name = f"t{time.monotonic_ns()}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        yield f"{server}/{name}"
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def postgresql_url(postgresql_server: str) -> Iterator[str]:
    """An empty database on the private server."""
    with fresh_database(postgresql_server) as url:
        yield url


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A Redis of our own that keeps nothing on disk."""
    program, port = needs.program("redis", "redis-server"), free_port()
    server = subprocess.Popen(
        [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
        stdout=subprocess.DEVNULL,
    )
    wait_for_port(port, server)
    yield f"redis://127.0.0.1:{port}/0"
    server.terminate()
    server.wait(30)
