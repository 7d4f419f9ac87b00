"""What the ledger says of the roll, the ballots, the count and the jury, as sentences for people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

Data = Mapping[str, Any]


def because(said: str, reason: str) -> str:
    """A sentence, and the reason where one was given."""
    return _("%(what)s Reason given: %(reason)s", what=said, reason=reason) if reason.strip() else said


def _roll_imported(data: Data) -> str:
    return _(
        "The roll was filled in: %(added)d new voters, %(changed)d changed.",
        **_counts(data, "added", "changed"),
    )


def _roll_frozen(data: Data) -> str:
    return ngettext(
        "The roll was frozen with %(num)d voter.", "The roll was frozen with %(num)d voters.", data["voters"]
    )


def _roll_conflicts(data: Data) -> str:
    if not data["winners"]:
        return _("No voter has won a contract that stands on the ballot.")
    if data["may_vote"]:
        return ngettext(
            "%(num)d voter has won a contract that stands on the ballot. It may vote.",
            "%(num)d voters have won contracts that stand on the ballot. They may vote.",
            data["winners"],
        )
    return ngettext(
        "%(num)d voter was left out, having won a contract that stands on the ballot.",
        "%(num)d voters were left out, having won contracts that stand on the ballot.",
        data["left_out"],
    )


def _registration_decided(data: Data) -> str:
    if data["approved"]:
        return _("A company that had asked for a ballot was put on the roll.")
    return _("A company that had asked for a ballot was not put on the roll.")


def _letter_worded(data: Data) -> str:
    if data["words"] is None:
        return _("A letter got its usual words again (%(letter)s).", letter=data["letter"])
    return _("The words of a letter were changed (%(letter)s).", letter=data["letter"])


def _ballot_activated(data: Data) -> str:
    if data["old"] is None:
        return _("A spare ballot was activated for a voter who was added.")
    return _("A spare ballot took the place of a voided one.")


def _ballot_defined(data: Data) -> str:
    return ngettext(
        "The ballot was settled: %(num)d question, with its rule for ties.",
        "The ballot was settled: %(num)d questions, each with its rule for ties.",
        len(data["questions"]),
    )


def _key_made(data: Data) -> str:
    if data["purpose"] != "trustee":
        return _("A key to issue ballots with was made.")
    if data["owner"] == "server":
        return _("The server's key to the ballot box was made.")
    return _("A juror's key to the ballot box was made.")


def _key_destroyed(data: Data) -> str:
    if data["purpose"] == "trustee":
        return because(_("A key to the ballot box was destroyed."), data["reason"])
    return _("A key to issue ballots with was destroyed.")


def _credentials_issued(data: Data) -> str:
    return _(
        "Ballots were issued: %(voters)d, and %(spares)d to spare.",
        voters=data["voters"],
        spares=len(data["spares"]),
    )


def _credentials_destroyed(data: Data) -> str:
    return because(_("All issued ballots were destroyed before any had left."), data["reason"])


def _letters_queued(data: Data) -> str:
    count, letter = data["recipients"], data["letter"]
    if letter == "ballot":
        return ngettext(
            "%(num)d letter with a ballot was queued.", "%(num)d letters with ballots were queued.", count
        )
    if letter.endswith("-extended"):
        return ngettext(
            "%(num)d letter about more time was queued.",
            "%(num)d letters about more time were queued.",
            count,
        )
    if letter == "ballot-reminder":
        return ngettext("%(num)d reminder was queued.", "%(num)d reminders were queued.", count)
    if letter == "result":
        return ngettext(
            "%(num)d letter about the result was queued.",
            "%(num)d letters about the result were queued.",
            count,
        )
    return ngettext(
        "%(num)d letter was queued (%(letter)s).",
        "%(num)d letters were queued (%(letter)s).",
        count,
        letter=letter,
    )


def _ballots_without_script(data: Data) -> str:
    return ngettext(
        "%(num)d ballot was cast without JavaScript and encrypted by the server.",
        "%(num)d ballots were cast without JavaScript and encrypted by the server.",
        data["ballots"],
    )


def _box_head(data: Data) -> str:
    return ngettext(
        "The ballot box was noted with %(num)d ballot in it.",
        "The ballot box was noted with %(num)d ballots in it.",
        data["ballots"],
    )


def _encrypted_tally(data: Data) -> str:
    return ngettext(
        "%(num)d ballot was added up, still encrypted.",
        "%(num)d ballots were added up, still encrypted.",
        data["ballots"],
    )


def _count_made(data: Data) -> str:
    return _("The votes in %(category)s were counted.", category=data["category"])


def _report_made(data: Data) -> str:
    if data["verdict"] == "valid":
        return _("The verifiers found everything in order.")
    return _("The verifiers found something wrong.")


def _tie_decided(data: Data) -> str:
    return because(_("The jury decided a tie."), data["reason"])


def _signed_off(data: Data) -> str:  # noqa: ARG001
    return _("A juror signed the result.")


def _objected(data: Data) -> str:
    return because(_("A juror objected to the result."), data["reason"])


def _recount_made(data: Data) -> str:
    return because(_("The verifiers and the count were run again."), data["reason"])


def _published(data: Data) -> str:
    return ngettext(
        "The result was published with %(num)d signature.",
        "The result was published with %(num)d signatures.",
        data["sign_offs"],
    )


def _counts(data: Data, *names: str) -> dict[str, int]:
    return {name: int(data[name]) for name in names}


SENTENCES: Mapping[str, Callable[[Data], str]] = {
    "roll-imported": _roll_imported,
    "roll-frozen": _roll_frozen,
    "roll-conflicts": _roll_conflicts,
    "registration-decided": _registration_decided,
    "letter-worded": _letter_worded,
    "ballot-activated": _ballot_activated,
    "ballot-defined": _ballot_defined,
    "key-made": _key_made,
    "key-destroyed": _key_destroyed,
    "credentials-issued": _credentials_issued,
    "credentials-destroyed": _credentials_destroyed,
    "letters-queued": _letters_queued,
    "ballots-without-script": _ballots_without_script,
    "box-head": _box_head,
    "encrypted-tally": _encrypted_tally,
    "count-made": _count_made,
    "report-made": _report_made,
    "tie-decided": _tie_decided,
    "signed-off": _signed_off,
    "objected": _objected,
    "recount-made": _recount_made,
    "published": _published,
}
