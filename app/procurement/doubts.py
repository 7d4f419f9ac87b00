"""What could not be read beyond doubt: collected by the readers, and said in English for the command line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from app.procurement.notice import Doubt, Why

MOST = 60
LONGEST_DETAIL = 300

SENTENCES: Mapping[Why, str] = {
    Why.SEVERAL_CURRENCIES: "The amounts are in several currencies and cannot be added: {found}.",
    Why.SEVERAL_VALUES: "Several values are stated, of which none is plainly the total: {found}.",
    Why.LOTS_ADD_UP_OTHERWISE: "The stated total is {total}, but what was awarded adds up to {lots}.",
    Why.SUM_OF_LOTS: "No total is stated; this is the sum of the awarded lots: {lots}.",
    Why.PARTIAL_VALUE: "Only some of the awarded lots have a value: {found}.",
    Why.FRAMEWORK_MAXIMUM: "This is the most that may be bought under the framework agreement: {amount}.",
    Why.RANGE_ONLY: "Only a range is stated, no value: {low} to {high}.",
    Why.PRIZE_ONLY: "Prizes are stated, no value of a contract: {amount}.",
    Why.VAT_INCLUDED: "The value is stated with VAT only: {amount}.",
    Why.PERIODIC_VALUE: "The value seems to be for a year or a month: {amount}.",
    Why.UNLIKELY_VALUE: "The value stands there to fill a field, it seems: {amount}.",
    Why.CHANGED_VALUE: "The contract's value changed from {before} to {after}.",
    Why.UNPUBLISHED: "This was withheld from publication.",
    Why.NO_VALUE: "No value is stated.",
    Why.UNREADABLE_VALUE: "The value cannot be read: {found}.",
    Why.NO_CURRENCY: "An amount has no currency: {amount}.",
    Why.ESTIMATE_ONLY: "Only an estimate is stated, no value: {amount}.",
    Why.SEVERAL_BUYERS: "Several buyers are named; the others are {others}.",
    Why.NO_BUYER: "No buyer is named.",
    Why.UNREADABLE_NUMBER: "This is not a valid number: {found}.",
    Why.PERSONAL_NUMBER: "A personal number, or the number of a person, was left out.",
    Why.NO_TITLE: "There is no title.",
    Why.SEVERAL_TITLES: "There are several titles; another is {other}.",
    Why.SEVERAL_DATES: "There are several dates: {found}.",
    Why.UNREADABLE_DATE: "The date cannot be read: {found}.",
    Why.NO_AWARD_DATE: "No date of the award is stated.",
    Why.PLACEHOLDER_DATE: "The date is a placeholder: {found}.",
    Why.TENDERS_PER_LOT: "Tenders are counted for each lot and cannot be added: {found}.",
    Why.UNREADABLE_TENDERS: "The number of tenders cannot be read: {found}.",
    Why.TENDERS_DIFFER: "Different numbers of tenders are stated for one lot: {found}.",
    Why.PARTLY_AWARDED: "{awarded} of {count} lots were awarded.",
    Why.AWARD_PENDING: "The award is announced or awaited, not in force yet.",
    Why.AWARD_UNCLEAR: "Whether anything was awarded is not said.",
    Why.AWARD_CONTRADICTED: "The notice contradicts itself about whether anything was awarded.",
    Why.NO_WINNER: "It was awarded, but no winner is named.",
    Why.UNREADABLE_CPV: "This is no CPV code: {found}.",
    Why.NO_CPV: "There is no CPV code.",
    Why.SEVERAL_RELEASES: "The file holds several releases; the latest was read.",
    Why.TOO_MANY_LOTS: "There are {count} lots; the first {shown} are listed.",
    Why.TOO_MANY_WINNERS: "There are {count} winners; the first {shown} are listed.",
    Why.TOO_LONG: "A text was cut, it is longer than {most} characters.",
    Why.CHANGED_NOTICE: "This changes an earlier notice: {notice}.",
    Why.CANCELLED: "This cancels an earlier notice: {notice}.",
    Why.UNKNOWN_FORM: "This form is not known well; only what all forms share was read: {form}.",
}


class Doubts:
    """Doubts as they arise, each once, in a bounded number."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, Why, tuple[tuple[str, str], ...]], Doubt] = {}

    def add(self, field: str, why: Why, **detail: str) -> None:
        """Notes that *field* is in doubt; *detail* is what stands there."""
        if len(self._found) < MOST:
            cut = {name: text[:LONGEST_DETAIL] for name, text in detail.items() if text}
            self._found.setdefault((field, why, tuple(cut.items())), Doubt(field, why, cut))

    def forget(self, field: str) -> None:
        """Drops what was noted about *field*."""
        self._found = {key: doubt for key, doubt in self._found.items() if doubt.field != field}

    def has(self, *whys: Why) -> bool:
        """Whether one of them was noted."""
        return any(why in whys for _, why, _ in self._found)

    def all(self) -> tuple[Doubt, ...]:
        """All of them, in the order in which they arose."""
        return tuple(self._found.values())


def sentence(doubt: Doubt) -> str:
    """The doubt in an English sentence that begins with the field it is about."""
    detail = defaultdict(lambda: "(not said)", doubt.detail)
    return f"{doubt.field}: {SENTENCES[doubt.why].format_map(detail)}"
