"""What is wrong beyond what the domains know: work that failed, letters that came back, a worker that is not there."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.awards.duties import Todo
from app.awards.models import Edition
from app.ballots import reminding
from app.jobs import leases
from app.jobs import service as jobs
from app.jobs.models import Job
from app.mail import service as mail
from app.mail.models import Letter

ELSEWHERE = frozenset({"ballot", "ballot-cast", "receipt", reminding.LETTER})


def failed_jobs(edition_id: int) -> list[Job]:
    """The edition's jobs that were given up, and the service's own."""
    return [job for job in jobs.failed() if job.edition_id in {edition_id, None}]


def failed_letters(edition_id: int) -> list[Letter]:
    """The edition's letters that could not be delivered. Ballots have a page of their own; reminders are only counted:
    whose reminder failed had not voted at that minute, whose notice or receipt failed had, and that is finer than the
    helpdesk tells.
    """
    return [letter for letter in mail.failures(edition_id) if letter.name not in ELSEWHERE]


def todos(edition: Edition, *, now: datetime) -> list[Todo]:  # noqa: ARG001 (every domain's signature)
    """The worker first: nothing else moves without it."""
    found = []
    here = {"slug": edition.slug}
    if not leases.any_alive():
        found.append(
            Todo(
                _l("The worker is not running"),
                _l("No letters leave and nothing is prepared or counted. Ask whoever runs the server to start it; everything that waits is done then."),
                "secretariat.trouble",
                here,
                _l("See what waits"),
                warn=True,
            )
        )  # fmt: skip
    if failed_jobs(edition.id):
        found.append(
            Todo(
                _l("Work in the background has failed"),
                _l("It was tried several times and is put aside. What was saved before is safe."),
                "secretariat.trouble",
                here,
                _l("See what failed"),
                warn=True,
            )
        )
    if letters := failed_letters(edition.id):
        found.append(
            Todo(
                _l("Letters could not be delivered"),
                _l(
                    "%(count)s letters came back. See what the receiving server answered.", count=len(letters)
                ),
                "secretariat.trouble",
                here,
                _l("See the letters"),
                warn=True,
            )
        )
    return found


def job_name(kind: str) -> str:
    """What a job does, said to a person."""
    names: dict[str, str] = {
        "secretariat.advance": _("Making the ballots"),
        "secretariat.plan": _("Carrying out the plan"),
        "tally.close": _("Sealing the box"),
        "tally.close_due": _("Looking for boxes to seal"),
        "tally.count": _("Counting"),
        "trustees.destroy": _("Destroying keys"),
        "ballots.box_head": _("Recording the box’s fingerprint"),
        "ledger.checkpoints": _("Signing the ledger"),
        "roll.forget_lists": _("Forgetting old lists"),
        "screening.forget": _("Forgetting people"),
        "mail.bounces": _("Reading what came back"),
    }
    return names.get(kind, kind)


def letter_name(name: str) -> str:
    """What a letter is, said to a person."""
    names: dict[str, str] = {
        "sign-in": _("Sign-in link"),
        "invitation": _("Invitation"),
        "nomination_confirm": _("Confirm a nomination"),
        "nomination_decision": _("Decision about a nomination"),
        "nominee_told": _("Letter to the nominated"),
        "ballot": _("Ballots"),
        "ballot-reminder": _("Reminder"),
        "ballot-test": _("Test letter"),
        "ballot-cast": _("Notice of a cast ballot"),
        "approval-request": _("Request to a second person"),
        "plan-late": _("Something planned is late"),
        "plan-request": _("Request to a second person"),
        "result": _("Result letter"),
        "review": _("Call to review"),
    }
    return names.get(name, name)


def worker_runs() -> bool:
    """Whether a worker is alive."""
    return leases.any_alive()
