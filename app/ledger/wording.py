"""Each kind of entry as a sentence for people, in the language of the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask_babel import gettext as _
from flask_babel import ngettext

from app.core.ledger_shapes import read_time
from app.ledger import vote_wording
from app.ledger.vote_wording import Data, because
from app.web import datetime_long


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
    return because(said, data["reason"])


def _two_person_act(data: Data) -> str:
    acts = {
        "replace-ballot": _("Two people decided to replace a ballot."),
        "correct-address": _("Two people decided to correct a voter's address."),
        "add-voter": _("Two people decided to add a voter."),
    }
    opened = _("Two people decided to open the vote without keys of the jury.")
    return because(acts.get(str(data["act"]), opened), data["reason"])


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


_SPECIAL: Mapping[str, Callable[[Data], str]] = {
    **vote_wording.SENTENCES,
    "staff-invited": _staff_invited,
    "deadline-extended": _deadline_extended,
    "phase-moved": _phase_moved,
    "two-person-act": _two_person_act,
    "nominee-told": _nominee_told,
    "nominee-answered": _nominee_answered,
    "person-erased": _person_erased,
    "shortlist-made": _shortlist_made,
}
