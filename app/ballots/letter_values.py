"""What the letters to voters can say: a value for each placeholder, in the letter's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from flask_babel import gettext as _

from app.awards.models import Edition
from app.core.ballot_labels import ballot_label
from app.core.phases import Phase
from app.roll.models import Voter
from app.trustees import service as trustees
from app.web import absolute_url, datetime_long, language

MADE_UP = "Exempel AB"


def about(edition: Edition, voter: Voter | None) -> dict[str, Any]:
    """What every letter to a voter can say."""
    lang = language()
    closes = edition.voting_closes_at
    return {
        "edition_id": edition.id,
        "edition": edition.name(lang),
        "company": voter.company if voter else MADE_UP,
        "name": voter.contact_name if voter else "",
        "closes": datetime_long(closes, zone=True) if closes else _("a day that is not set yet"),
        "secretariat": edition.contact_email or _("the secretariat"),
        "contact": edition.contact_email,
        "contact_name": edition.contact_name,
        "reply_to": edition.contact_email or None,
        "subject_label": voter.ballot_label if voter else "",
    }


def of_ballot(edition: Edition, voter: Voter | None, secret: str) -> dict[str, Any]:
    """What a letter with a ballot in it can say. *secret* opens the ballot; a preview gets one that opens nothing."""
    lang = language()
    address = absolute_url("ballots.booth", lang=lang, slug=edition.slug)
    opens = edition.voting_opens_at if edition.phase is not Phase.VOTING else None
    shared = voter.ballot_label if voter else ""
    return about(edition, voter) | {
        "opens": datetime_long(opens, zone=True) if opens else "",
        "link": f"{address}#{secret}",
        "address": address,
        "code": secret,
        "label": ballot_label(secret),
        "trust": trustees.trust_text(edition, lang),
        "notices": [
            _("More than one ballot goes to this address. This one is for %(company)s and has the label %(label)s, which the page shows too.", company=shared, label=ballot_label(secret))
        ] if shared else [],
    }  # fmt: skip


def same_again(sent_at: datetime | None) -> str:
    """What stands above a ballot that is sent once more."""
    if sent_at is None:
        return _(
            "This is the same ballot as in our earlier letter. It counts once, whichever letter you use."
        )
    return _("This is the same ballot as in our letter of %(when)s. It counts once, whichever letter you use.", when=datetime_long(sent_at))  # fmt: skip


def in_its_place() -> str:
    """What stands above a ballot that takes the place of another."""
    return _("This ballot takes the place of an earlier one. The link in the earlier letter no longer works.")


def of_receipt(edition: Edition, voter: Voter | None, receipt: Mapping[str, Any]) -> dict[str, Any]:
    """What the letter with a receipt can say."""
    lookup = absolute_url("ballots.receipt", lang=language(), slug=edition.slug)
    return about(edition, voter) | {
        "link": f"{lookup}#{quote(str(receipt['tracker']), safe='')}",
        "receipt": [
            (_("The ballot's fingerprint"), receipt["tracker"]),
            (_("Place in the box"), str(receipt["height"])),
            (_("The event's fingerprint"), receipt["event"]),
            (_("Signature"), receipt["signature"]),
        ],
    }


def of_corrected(edition: Edition, voter: Voter | None, *, sent: bool, void: bool) -> dict[str, Any]:
    """What the letter to the old address can say. *sent*: a ballot went there; *void*: it is no longer one."""
    if not sent:
        here = _("No ballot has been sent to this address.")
    elif void:
        here = _("The link that came to this address no longer works.")
    else:
        here = _("The link that came to this address is the same ballot, and it counts once.")
    return about(edition, voter) | {"here": here}


def of_checkpoint(edition: Edition, note: str, occasion: str, at: datetime) -> dict[str, Any]:
    """What the letter with a checkpoint can say."""
    occasions = {
        "opening": _("The vote has opened."),
        "close": _("The vote has closed."),
        "encrypted-tally": _("The encrypted sum of the votes has been made public."),
    }
    given = about(edition, None)
    return given | {
        "occasion": occasions.get(occasion, _("The vote is open.")),
        "note": note.strip(),
        "when": datetime_long(at, zone=True),
    }
