"""`flask --app wsgi inbox`, `flask --app wsgi mail bounce` and `flask --app wsgi mail check`."""

from __future__ import annotations

import os
import signal
import sys
import threading

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext
from sqlalchemy.exc import DBAPIError

from app.extensions import clock
from app.mail import delivery_check, inbox
from app.mail.bounces import taking
from app.mail.bounces.parts import MOST_BYTES
from app.mail.dns import Names

mail = AppGroup("mail", help="Reports about letters, and what delivery needs.")


@mail.command("bounce")
def bounce() -> None:
    """Take one report from standard input, as a relay's pipe brings it: ends with 0, or 75 to be asked again later."""
    data = sys.stdin.buffer.read(MOST_BYTES)
    while sys.stdin.buffer.read(
        MOST_BYTES
    ):  # the rest of a large one: a pipe that breaks looks like an error
        pass
    try:
        click.echo(taking.take(data, way="pipe", now=clock.now()))
    except (taking.NotYet, DBAPIError) as error:
        click.echo(f"later: {type(error).__name__}", err=True)
        sys.exit(os.EX_TEMPFAIL)


@mail.command("check")
@click.option(
    "--selector", multiple=True, help="A DKIM selector that your relay signs with; may be given again."
)
def check(selector: tuple[str, ...]) -> None:
    """Say what is missing for letters to arrive; ends with 1 when something is wrong. Sends no mail."""
    settings = current_app.extensions["settings"]
    wrong = 0
    for finding in delivery_check.findings(settings, names=Names(), selectors=selector):
        click.echo(finding.line)
        wrong += finding.well is False
    click.echo("Nothing is wrong." if not wrong else f"{wrong} to put right; docs/operate.md says how.")
    sys.exit(1 if wrong else 0)


@click.command("inbox")
@with_appcontext
def cli() -> None:
    """Take mail on SMTP_URL's port and keep it in INBOX_DIR, where /inkorg shows it."""
    settings = current_app.extensions["settings"]
    if not inbox.is_local(settings):
        raise click.ClickException(
            "The local inbox exists only where BASE_URL and SMTP_URL are both loopback."
        )
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    server = inbox.server(settings)
    try:
        server.start()
    except OSError as error:
        raise click.ClickException(f"Port {server.port} is taken: {error.strerror}.") from error
    click.echo(f"inbox: listening on {server.hostname}:{server.port}, keeping mail in {settings.inbox_dir}")
    stop.wait()
    server.stop()
