"""`flask --app wsgi setup-link`."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from app.accounts import joining
from app.web import absolute_url


@click.command("setup-link")
@with_appcontext
def cli() -> None:
    """Print the one-time link that makes the first account; nothing once there is one."""
    token = joining.set_up_token()
    if token is not None:
        click.echo(absolute_url("accounts.set_up", token=token))
