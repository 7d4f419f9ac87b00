"""`flask rehearse`: plays a whole year and leaves archive, ledger, results and all letters in a folder."""

from __future__ import annotations

import contextlib
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import click
from flask import current_app

from app.core.report import Report
from app.core.verify import verify_archive
from app.processes import ProcessEnded
from app.rehearsal import sample
from app.rehearsal.browser import PageProblem
from app.rehearsal.compare import differences
from app.rehearsal.mailbox import NoLetter
from app.rehearsal.play import Year
from app.rehearsal.stage import NotReached, start_service
from app.rehearsal.voters import VoteRefused
from app.tally import belenios_tool

PROBLEMS = (ProcessEnded, PageProblem, NoLetter, NotReached, VoteRefused, sample.UnusableInput)


class Board:
    """A progress bar on standard error: a step for each act, and finer ones inside the long acts."""

    def __init__(self, acts: int, nominations: int, voters: int) -> None:
        self.started = time.monotonic()
        self.bar = click.progressbar(
            length=acts * 10 + nominations + voters, file=sys.stderr, width=30, show_eta=False
        )

    @contextlib.contextmanager
    def shown(self) -> Iterator[Board]:
        """The bar, for as long as the block runs."""
        with self.bar:
            yield self

    def say(self, text: str) -> None:
        """One act is over."""
        click.echo(f"\r\033[K{time.monotonic() - self.started:6.1f} s  {text}", err=True)
        self.bar.update(10)

    def tick(self, done: int) -> None:
        """Part of an act is over."""
        self.bar.update(done)


@click.command("rehearse")
@click.option(
    "--voters",
    default=100,
    show_default=True,
    type=click.IntRange(1, 100_000),
    help="How many are on the roll.",
)
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Where everything ends; a new folder.",
)
@click.option(
    "--nominations",
    type=click.Path(path_type=Path, exists=True),
    help="Nominations of your own: JSON or CSV.",
)
@click.option(
    "--roll",
    type=click.Path(path_type=Path, exists=True),
    help="A roll of your own: CSV as the secretariat would read it in.",
)
@click.option(
    "--notices",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="A folder of notices (eForms, older TED, OCDS): each is nominated too, its form filled in from the file.",
)
def cli(voters: int, out: Path, nominations: Path | None, roll: Path | None, notices: Path | None) -> None:
    """Plays one award year against really started web and worker processes, through the public pages."""
    if current_app.extensions["settings"].production:
        sys.exit("A rehearsal moves the clock, so it is refused where BASE_URL is not loopback.")
    if out.exists() and any(out.iterdir()):
        sys.exit(f"{out} is not empty. Name a new folder, so that nothing of yours is overwritten.")
    try:
        played = sample.read_nominations(nominations) if nominations else sample.NOMINATIONS
        if notices:
            noticed, unread = sample.from_notices(notices)
            played = (*noticed, *played)
            click.echo("".join(f"not read: {line}\n" for line in unread), nl=False, err=True)
        content = roll.read_bytes() if roll else None
        year = play(out, voters=voters, nominations=played, roll=content)
    except PROBLEMS as problem:
        sys.exit(f"The rehearsal stopped: {problem}")
    sys.exit(judge(out, year))


def play(out: Path, *, voters: int, nominations: tuple[sample.Sample, ...], roll: bytes | None) -> Year:
    """One year from a started service to the files in *out*; the service is stopped in any case."""
    out.mkdir(parents=True, exist_ok=True)
    service = start_service(out / "instance")
    try:
        if not service.command("setup-link").strip():
            raise sample.UnusableInput(
                "DATABASE_URL names a database in use; a rehearsal needs an empty one."
            )
        rows = roll.count(b"\n") if roll else voters
        board = Board(len(Year.ACTS), len(nominations), round(rows * 2 / 3))
        with board.shown():
            year = Year(
                service, voters=voters, nominations=nominations, roll=roll, say=board.say, tick=board.tick
            )
            year.play()
            year.collect(out)
    finally:
        service.stop()
    shutil.copytree(service.env["INBOX_DIR"], out / "letters")
    return year


def judge(out: Path, year: Year) -> int:
    """Verifies what came out, with our verifier and belenios-tool where it is; prints where things are."""
    archive, ledger = out / f"{year.slug}.bel", out / f"{year.slug}.ledger"
    report = verify_archive(archive, ledger.read_bytes(), strict=True)
    click.echo("\n".join(report.lines()))
    wrong = differences(year.votes, (out / "results.json").read_bytes())
    click.echo(
        "The published numbers are what the simulated voters chose." if not wrong else "\n".join(wrong)
    )
    code = report.exit_code or int(bool(wrong)) or _belenios_tool(archive, report, year)
    letters = out / "letters" if (out / "letters").exists() else year.mailbox.folder
    click.echo(
        f"\nArchive  {archive}\nLedger   {ledger}\nResults  {out / 'results.json'}\nLetters  {letters}"
    )
    click.echo(f"Verify   python -m app.core.verify {archive} --ledger {ledger} --strict")
    return code


def _belenios_tool(archive: Path, report: Report, year: Year) -> int:
    """Runs belenios-tool on the archive where it is installed; 0 when it is content or not here."""
    program = belenios_tool.find(year.service.env.get("BELENIOS_TOOL", ""))
    run = belenios_tool.verify(
        [archive.read_bytes()],
        uuid=report.summary["uuid"],
        program=program,
        ballots=report.summary["ballots"],
    )
    if not run.ran:
        click.echo("belenios-tool is not installed here; docs/verify.md says how to get it.")
        return 0
    click.echo(f"{run.version}: {run.output}")
    return run.exit_code or 0
