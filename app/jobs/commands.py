"""`flask --app wsgi worker`."""

from __future__ import annotations

import signal
from types import FrameType

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from app.jobs.worker import Worker


@click.command("worker")
@click.option("--until-idle", is_flag=True, help="End when nothing is due.")
@click.option("--once", is_flag=True, help="Carry out one job and one batch of letters, then end.")
@with_appcontext
def cli(until_idle: bool, once: bool) -> None:
    """Carry out jobs and send letters, until stopped."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    if problems := app.extensions["settings"].worker_problems():
        raise click.ClickException("\n".join(problems))
    worker = Worker(app)

    def stop(_number: int, _frame: FrameType | None) -> None:
        worker.stop()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    worker.run(until_idle=until_idle, once=once)
