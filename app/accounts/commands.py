"""`flask --app wsgi setup-link`."""

from __future__ import annotations

import click
import flask_migrate
from flask.cli import with_appcontext

from app.accounts import joining
from app.web import absolute_url


@click.command("setup-link")
@click.option("--upgrade", is_flag=True, help="Bring the database to the newest schema first.")
@with_appcontext
def cli(upgrade: bool) -> None:
    """Print the one-time link that makes the first account; nothing once there is one."""
    if upgrade:
        flask_migrate.upgrade()
    token = joining.set_up_token()
    if token is not None:
        click.echo(absolute_url("accounts.set_up", token=token))
