"""Each kind of entry as a sentence for people, in the language of the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from app.core.ledger_shapes import read_time
from app.web import datetime_long

Data = Mapping[str, Any]


def sentence(kind: str, data: Data) -> str:
    """What an entry says, in one or two sentences."""
    special = _SPECIAL.get(kind)
    return special(data) if special else _plain(kind)


def who(role: str) -> str:
    """A role as the one who did something; empty for nobody in particular."""
    return {
        "secretariat": _("the secretariat"),
        "juror": _("the jury"),
        "observer": _("an observer"),
        "auditor": _("an auditor"),
        "server": _("the server"),
        "supplier": _("the sender"),
        "voter": _("the voter"),
        "nominee": _("the nominated authority"),
    }.get(role, "")


def _plain(kind: str) -> str:
    return {
        "log-opened": _("The ledger was opened."),
        "edition-created": _("The edition was created."),
        "trial-opened": _("This is a trial vote: nothing in it counts."),
        "trial-removed": _("A trial vote was removed, with its keys."),
        "copy-released": _("The service goes on from a copy of its database."),
        "edition-changed": _("The edition's settings were changed."),
        "deadlines-set": _("The deadlines were set."),
        "staff-removed": _("Somebody left the staff."),
        "staff-signed-in": _("Somebody on the staff signed in."),
        "nomination-received": _("A nomination came in."),
        "nomination-confirmed": _("A nomination was confirmed by its sender."),
        "nomination-edited": _("A nomination was corrected by its sender."),
        "nomination-withdrawn": _("A nomination was withdrawn."),
        "nomination-accepted": _("A nomination was accepted."),
        "nomination-declined": _("A nomination was declined, with a reason."),
        "nomination-completion-asked": _("The sender of a nomination was asked to complete it."),
        "nomination-reopened": _("A decision about a nomination was taken back."),
        "nomination-corrected": _("A nomination's facts were corrected by the secretariat."),
        "nomination-merged": _("Two nominations of the same procurement were put together."),
        "nomination-unmerged": _("Two nominations that had been put together were taken apart."),
        "eligibility-set": _("The rules of who can be nominated were set."),
        "voter-added": _("A voter was added after the roll was frozen; two people decided it."),
        "address-corrected": _("A voter's address was corrected."),
        "key-copy-confirmed": _("Somebody confirmed that a sealed copy of the key is kept elsewhere."),
        "ballot-voided": _("A ballot was voided."),
        "strong-decryption": _("A key holder proved that every sum was opened right."),
        "result": _("The sum of the votes was opened."),
        "staged": _("An entry that stays hidden until publication."),
        "revealed": _("A hidden entry was revealed."),
    }.get(kind, kind)


def _staff_invited(data: Data) -> str:
    roles = {
        "secretariat": _("Somebody was invited to the secretariat."),
        "juror": _("Somebody was invited to the jury."),
        "observer": _("Somebody was invited as an observer."),
    }
    return roles.get(str(data["role"]), _("Somebody was invited to the staff."))


def _deadline_extended(data: Data) -> str:
    times = {"before": datetime_long(read_time(data["from"])), "after": datetime_long(read_time(data["to"]))}
    if data["deadline"] == "voting":
        return _("Voting goes on longer: until %(after)s instead of %(before)s.", **times)
    return _("Nominations stay open longer: until %(after)s instead of %(before)s.", **times)


def _phase_moved(data: Data) -> str:
    if (data["from"], data["to"]) == ("prepared", "shortlisting"):
        said = _("The preparation of the vote was taken back.")
    else:
        said = {
            "nominating": _("Nominations opened."),
            "shortlisting": _("Nominations closed."),
            "prepared": _("The vote was prepared."),
            "voting": _("The vote opened."),
            "counting": _("The vote closed."),
            "review": _("The votes were counted and went to the jury for review."),
            "published": _("The edition moved on: the result is public."),
            "archived": _("The edition was archived."),
            "cancelled": _("The edition was cancelled."),
        }.get(str(data["to"]), str(data["to"]))
    return _because(said, data["reason"])


def _because(said: str, reason: str) -> str:
    return _("%(what)s Reason given: %(reason)s", what=said, reason=reason) if reason.strip() else said


def _two_person_act(data: Data) -> str:
    acts = {
        "replace-ballot": _("Two people decided to replace a ballot."),
        "correct-address": _("Two people decided to correct a voter's address."),
        "add-voter": _("Two people decided to add a voter."),
    }
    opened = _("Two people decided to open the vote without keys of the jury.")
    return _because(acts.get(str(data["act"]), opened), data["reason"])


def _nominee_told(data: Data) -> str:
    if data["party"] == "person":
        return _("A person named in a nomination was told of it.")
    return _("A nominated authority was told of it.")


def _nominee_answered(data: Data) -> str:
    if data["declines"]:
        return _("Somebody who was told of a nomination answered that they do not want to take part.")
    return _("Somebody who was told of a nomination answered.")


def _person_erased(data: Data) -> str:
    return ngettext(
        "A person was erased, in %(num)d nomination.",
        "A person was erased, in %(num)d nominations.",
        data["nominations"],
    )


def _shortlist_made(data: Data) -> str:
    count = sum(category["nominees"] for category in data["categories"])
    return ngettext(
        "The shortlist was made: %(num)d nominee.", "The shortlist was made: %(num)d nominees.", count
    )


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
        return _because(_("A key to the ballot box was destroyed."), data["reason"])
    return _("A key to issue ballots with was destroyed.")


def _credentials_issued(data: Data) -> str:
    return _(
        "Ballots were issued: %(voters)d, and %(spares)d to spare.",
        voters=data["voters"],
        spares=len(data["spares"]),
    )


def _credentials_destroyed(data: Data) -> str:
    return _because(_("All issued ballots were destroyed before any had left."), data["reason"])


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
    return _because(_("The jury decided a tie."), data["reason"])


def _signed_off(data: Data) -> str:  # noqa: ARG001
    return _("A juror signed the result.")


def _objected(data: Data) -> str:
    return _because(_("A juror objected to the result."), data["reason"])


def _recount_made(data: Data) -> str:
    return _because(_("The verifiers and the count were run again."), data["reason"])


def _published(data: Data) -> str:
    return ngettext(
        "The result was published with %(num)d signature.",
        "The result was published with %(num)d signatures.",
        data["sign_offs"],
    )


def _counts(data: Data, *names: str) -> dict[str, int]:
    return {name: int(data[name]) for name in names}


_SPECIAL: Mapping[str, Callable[[Data], str]] = {
    "staff-invited": _staff_invited,
    "deadline-extended": _deadline_extended,
    "phase-moved": _phase_moved,
    "two-person-act": _two_person_act,
    "nominee-told": _nominee_told,
    "nominee-answered": _nominee_answered,
    "person-erased": _person_erased,
    "shortlist-made": _shortlist_made,
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
