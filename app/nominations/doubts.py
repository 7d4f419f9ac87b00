"""What could not be read in a notice beyond doubt, in a sentence for whoever fills in the form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from app.procurement.notice import Doubt, NoticeError, Why

FIELDS: Mapping[str, str] = {
    "buyer": "authority",
    "buyer_id": "buyer_number",
    "tenders_received": "tenders",
    "award_date": "awarded_on",
    "awarded": "awarded_on",
    "publication_number": "notice",
    "issue_date": "notice",
    "kind": "notice",
}
"""The form's field for each field of a notice that has another name there."""


def field(doubt: Doubt) -> str:
    """The form's field that a doubt is about."""
    return FIELDS.get(doubt.field, doubt.field)


def sentence(why: str, detail: Mapping[str, Any]) -> str:
    """What the notice says or lacks, in the language of the page."""
    try:
        said = _sentences()[Why(why)]
    except (ValueError, KeyError):
        return _("The notice is unclear here. Please fill it in yourself.")
    stands = ", ".join(str(value) for value in detail.values() if str(value))
    return f"{said} ({stands})" if stands else said


def unreadable(error: NoticeError) -> str:
    """Why a file was not read, and what to do instead."""
    if error.code == "too-large":
        return _("The file is larger than any notice is. Nothing was read; what you had filled in is kept.")
    if error.code == "damaged":
        return _(
            "The file breaks off, or something in it is broken. Download the notice once more and try again; "
            "what you had filled in is kept."
        )
    if error.code == "forbidden":
        return _(
            "The file holds something that no notice has and that could be an attack (a document type). It was not read."
        )
    if error.code == "several-procurements":
        return _(
            "The file is about %(count)s procurements. Choose one that is about a single procurement; what you had filled in is kept.",
            count=error.detail["count"],
        )
    return _no_notice(error.detail.get("looks_like", ""))


def _no_notice(looks_like: str) -> str:
    if looks_like == "html":
        return _(
            "That is a web page, not the notice itself. On TED, choose the format XML when you download the notice."
        )
    if looks_like == "pdf":
        return _(
            "That is a PDF. We read the notice as XML (from TED) or as OCDS. A PDF can be attached in step 3."
        )
    return _(
        "We could not find a notice in that file. We read eForms and older TED notices (XML) and OCDS (JSON). "
        "You can also fill in the fields yourself."
    )


def _sentences() -> dict[Why, str]:
    return {
        Why.SEVERAL_CURRENCIES: _("The notice gives values in several currencies, which cannot be added up."),
        Why.SEVERAL_VALUES: _(
            "The notice gives several values that do not agree, so we have filled in none."
        ),
        Why.LOTS_ADD_UP_OTHERWISE: _(
            "The parts add up to something else than the total that the notice states."
        ),
        Why.SUM_OF_LOTS: _("The notice states no total. This is the sum of its parts."),
        Why.PARTIAL_VALUE: _("Only some of the parts have a value, so we have filled in none."),
        Why.FRAMEWORK_MAXIMUM: _(
            "This is the most that may be bought under the framework agreement, not what was bought."
        ),
        Why.RANGE_ONLY: _("The notice gives only the lowest and the highest tender, no value."),
        Why.PRIZE_ONLY: _("The notice gives prizes, not the value of a contract."),
        Why.VAT_INCLUDED: _("The value in the notice includes VAT, so we have not filled it in."),
        Why.PERIODIC_VALUE: _("The value in the notice seems to be for one year or month at a time."),
        Why.UNLIKELY_VALUE: _("The value in the notice seems to be there only to fill the field."),
        Why.CHANGED_VALUE: _("The value of the contract was changed later."),
        Why.UNPUBLISHED: _("The authority has withheld this from publication."),
        Why.NO_VALUE: _("The notice gives no value."),
        Why.UNREADABLE_VALUE: _("The value in the notice could not be read."),
        Why.NO_CURRENCY: _("The notice gives a value without a currency, so we have not filled it in."),
        Why.ESTIMATE_ONLY: _("The notice gives only an estimate, not what was awarded."),
        Why.SEVERAL_BUYERS: _("The notice names several authorities; we have filled in the first."),
        Why.NO_BUYER: _("The notice does not say which authority it is."),
        Why.UNREADABLE_NUMBER: _("The organisation number in the notice could not be read."),
        Why.PERSONAL_NUMBER: _("The notice holds what looks like a personal number. We have left it out."),
        Why.NO_TITLE: _("The notice has no title."),
        Why.SEVERAL_TITLES: _("The notice has several titles; we have filled in one of them."),
        Why.SEVERAL_DATES: _("The notice gives several dates of award; we have filled in none."),
        Why.UNREADABLE_DATE: _("The date in the notice could not be read."),
        Why.NO_AWARD_DATE: _("The notice gives no date of award."),
        Why.PLACEHOLDER_DATE: _("The date of award in the notice is only a placeholder."),
        Why.TENDERS_PER_LOT: _("The notice counts tenders for each part; they cannot be added up."),
        Why.TENDERS_DIFFER: _("The notice gives different numbers of tenders for the same part."),
        Why.UNREADABLE_TENDERS: _("The number of tenders in the notice could not be read."),
        Why.PARTLY_AWARDED: _("Some parts were awarded, others were not."),
        Why.AWARD_PENDING: _("The award is announced but not in force yet."),
        Why.AWARD_UNCLEAR: _("The notice does not say whether anything was awarded."),
        Why.AWARD_CONTRADICTED: _("The notice contradicts itself about whether anything was awarded."),
        Why.NO_WINNER: _("The notice does not say who won."),
        Why.UNREADABLE_CPV: _("A CPV code in the notice could not be read."),
        Why.NO_CPV: _("The notice has no CPV code."),
        Why.SEVERAL_RELEASES: _("The file holds several states of the procurement; we have read the latest."),
        Why.TOO_MANY_LOTS: _("The notice has more parts than can be shown; only the first are listed."),
        Why.TOO_MANY_WINNERS: _("The notice has more winners than fit; only the first are listed."),
        Why.TOO_LONG: _("A text in the notice was too long and has been cut."),
        Why.CHANGED_NOTICE: _("This notice changes an earlier one; look at that one too."),
        Why.CANCELLED: _("This notice cancels an earlier one."),
        Why.UNKNOWN_FORM: _("We do not know this kind of form well. Check every field."),
    }
