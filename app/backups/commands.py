"""`flask backup`, `flask restore`, `flask release`, `flask hold`: for whoever runs the servers."""

from __future__ import annotations

import sys
import time
from datetime import datetime
from pathlib import Path

import click
from flask.cli import with_appcontext

from app.backups import releasing, restoring, taking
from app.backups.manifest import NOT_INCLUDED, BadBackup
from app.backups.releasing import Copy, Letters
from app.ballots.box import BoxDamaged
from app.copies import service as copies
from app.extensions import clock, db, transaction
from app.web import utc


class Bar:
    """A bar on standard error, a line for each part of the work."""

    def __init__(self) -> None:
        self.what = ""

    def __call__(self, what: str, done: int, whole: int) -> None:
        """*done* of *whole* of *what*."""
        if not sys.stderr.isatty() or not whole:
            return
        if self.what and what != self.what:
            click.echo(err=True)
        self.what = what
        filled = min(30, 30 * done // whole)
        click.echo(
            f"\r{what:<10} [{'#' * filled}{'-' * (30 - filled)}] {min(100, 100 * done // whole):3d}%",
            nl=False,
            err=True,
        )

    def close(self) -> None:
        """The last line is ended."""
        if self.what:
            click.echo(err=True)


@click.command("backup")
@click.argument("folder", type=click.Path(path_type=Path))
@with_appcontext
def backup(folder: Path) -> None:
    """Takes a backup of the database and the uploaded files into a new FOLDER, while the service runs."""
    began, bar = time.monotonic(), Bar()
    try:
        made = taking.take(folder, now=clock.now(), progress=bar)
    except BadBackup as error:
        sys.exit(f"No backup was taken. {error}")
    finally:
        bar.close()
    size = sum(each["bytes"] for each in made.files)
    click.echo(f"Backup     {folder}")
    click.echo(f"Taken      {utc(made.taken_at)}, in {time.monotonic() - began:.1f} s")
    click.echo(f"Holds      {len(made.files)} files, {size:,} bytes; {made.kind}, schema {made.revision}")
    for each in made.ledgers:
        click.echo(f"Ledger     {each['slug']}: {each['entries']} entries, root {each['root'][:16]}…")
    for each in made.boxes:
        click.echo(f"Box        {each['edition']}: {each['ballots']} ballots, head {each['head'][:16]}…")
    click.echo(f"Not in it  {', '.join(NOT_INCLUDED)}")
    click.echo(
        "           Without KEYS_DIR and its passphrase an open vote can never be counted; without the log's key"
    )
    click.echo(
        "           no receipt is signed. Keep sealed copies of them elsewhere, never beside this backup."
    )


@click.command("restore")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@with_appcontext
def restore(folder: Path) -> None:
    """Restores the backup in FOLDER into an empty database. The service is held there until `flask release`."""
    try:
        given = restoring.restore(folder)
    except BadBackup as error:
        sys.exit(f"Not restored. {error}")
    except BoxDamaged as error:
        sys.exit(f"NOT THE SAME: {error}. Do not release this copy.")
    click.echo(
        f"Restored   the backup of {utc(given.taken_at)}; ledgers and boxes are those of its manifest."
    )
    if given.revision != (newest := restoring.known_revisions()[0]):
        click.echo(f"Schema     {given.revision}; bring it to {newest} with: flask --app wsgi db upgrade")
    click.echo("Held       It accepts nothing and sends nothing until: flask --app wsgi release")


@click.command("release")
@click.option(
    "--letters",
    type=click.Choice([each.value for each in Letters]),
    help="What becomes of letters that had not left when the copy was taken.",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_appcontext
def release(letters: str | None, yes: bool) -> None:
    """Shows what this copy of the database is, and lets it take over."""
    now, copy = clock.now(), releasing.look()
    if not copy.held:
        click.echo("This database is where it lives. There is nothing to release.")
        return
    say(copy, now)
    decided = Letters(letters) if letters else None
    if copy.letters and decided is None:
        if yes:
            sys.exit("Letters wait: say --letters keep or --letters cancel. Nothing was changed.")
        decided = Letters(click.prompt("What becomes of the letters", type=click.Choice([*Letters])))
    if not yes and not click.confirm("Does this copy take over, and will the original never run again?"):
        sys.exit("Nothing was changed.")
    db.session.rollback()
    try:
        with transaction():
            cancelled = releasing.release(letters=decided, now=now)
    except BoxDamaged as error:
        sys.exit(f"NOT THE SAME: {error}. Nothing was changed.")
    click.echo(
        f"Released   {cancelled} letters cancelled. Running processes go on within {copies.KEPT:.0f} s."
    )


def say(copy: Copy, now: datetime) -> None:
    """What whoever decides has to know, with numbers."""
    click.echo(f"Here       {copy.place}")
    click.echo(f"Lives      {copy.lives or 'nowhere: this is a backup'}")
    if copy.copied_at:
        click.echo(f"Copied     {utc(copy.copied_at)}, {_ago(copy.copied_at, now)}")
    if copy.last_at:
        click.echo(
            f"Last entry {utc(copy.last_at)}, {_ago(copy.last_at, now)}; what came later is not in this copy"
        )
    for slug, size in copy.logs:
        click.echo(
            f"Ledger     {slug}: {size} entries. A checkpoint over more of them tells of entries that are lost"
        )
    for vote in copy.votes:
        closes = utc(vote.closes_at) if vote.closes_at else "never"
        over = " (passed: it is sealed at once)" if vote.closes_at and vote.closes_at <= now else ""
        click.echo(
            f"Open vote  {vote.slug} until {closes}{over}: {vote.ballots} ballots, height {vote.height}, head {vote.head}"
        )
        if vote.last_at:
            click.echo(
                f"           The last of them came {utc(vote.last_at)}. Ballots cast after the copy was taken are lost:"
            )
            click.echo(
                "           their voters hold receipts for a box that is gone, and can vote again with the same link."
            )
    waiting = ", ".join(f"{number} {name}" for name, number in copy.letters.items())
    if waiting:
        click.echo(f"Letters    had not left when the copy was taken: {waiting}")
        click.echo(
            "           keep: they leave now. Right where the original stopped when the copy was taken."
        )
        click.echo(
            "           cancel: they never leave. Right where the original went on, and has sent them since."
        )
    else:
        click.echo(
            "Letters    none waited. What the original sent after the copy was taken may be sent again by hand only."
        )


def _ago(at: datetime, now: datetime) -> str:
    minutes = max(0, int((now - at).total_seconds() // 60))
    return f"{minutes // 60} h {minutes % 60} min ago"


@click.command("hold")
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_appcontext
def hold(yes: bool) -> None:
    """Holds this database as if it were a copy: before a try on a cloned machine, or after copying over a file in place."""
    if not yes and not click.confirm(
        "Nothing is accepted and nothing is sent until `flask release`. Hold it?"
    ):
        sys.exit("Nothing was changed.")
    with transaction():
        copies.hold(copied_at=None, now=clock.now())
    click.echo(f"Held. Running processes stop accepting and sending within {copies.KEPT:.0f} s.")


clis = [backup, restore, release, hold]
