"""`flask --app wsgi inbox`."""

from __future__ import annotations

import signal
import threading

import click
from flask import current_app
from flask.cli import with_appcontext

from app.mail import inbox


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
