"""Two nominations side by side, as people compare them: what differs, what is the same, and who stands behind each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from flask_babel import gettext

from app.awards.models import Edition
from app.core.phases import Phase
from app.nominations import notices, show
from app.nominations.behind import together
from app.nominations.models import Nomination, State
from app.procurement.likeness import Reason
from app.screening.decisions.decisions import DECIDED_IN, on_shortlist
from app.screening.decisions.recipients import Recipient, recipients
from app.screening.merges import choices, duplicates, latecomers, merging
from app.screening.merges.choices import CATEGORY, CHOICES, FIRST, NOTICE, SECOND, Choice
from app.screening.merges.duplicates import ROOTS, Alike
from app.screening.models import Distinct, Verb
from app.screening.pages.labels import label, said
from app.web import language

LETTERS = {FIRST: "A", SECOND: "B"}
MERITS = {State.ACCEPTED: 2, State.CONFIRMED: 1, State.COMPLETION_ASKED: 1, State.DECLINED: 0}


@dataclass(frozen=True)
class Side:
    """One of the two, with everyone who stands behind it, itself first."""

    key: str
    nomination: Nomination
    members: list[Nomination]
    listed: bool

    @property
    def letter(self) -> str:
        """How the page calls it."""
        return LETTERS[self.key]

    @property
    def decided(self) -> bool:
        """Whether a decision stands that whoever is put behind it has not heard of."""
        return self.nomination.state in (State.ACCEPTED, State.DECLINED)


@dataclass(frozen=True)
class Line:
    """A fact of both; `texts` and `origins` by side, `proposed` the side that is chosen where nobody chooses."""

    choice: Choice
    label: str
    texts: dict[str, str]
    origins: dict[str, str]
    proposed: str

    @property
    def name(self) -> str:
        """Its field of the form."""
        return f"take_{self.choice.name}"

    @property
    def alone(self) -> str:
        """The side that says something where the other says nothing, else ""."""
        there = [side for side, text in self.texts.items() if text]
        return there[0] if len(there) == 1 else ""


class Comparison:
    """Everything that a page on two nominations of an edition shows."""

    def __init__(self, edition: Edition, first: Nomination, second: Nomination) -> None:
        self.edition = edition
        self.first, self.second = (
            Side(key, item, together(item), on_shortlist(item))
            for key, item in ((FIRST, first), (SECOND, second))
        )
        self.sides = (self.first, self.second)

    @cached_property
    def differing(self) -> list[Line]:
        """The facts to choose between."""
        one, other = self.first.nomination, self.second.nomination
        return [self._line(choice) for choice in choices.differing(one, other)]

    @cached_property
    def same(self) -> list[tuple[str, str]]:
        """Label and text of every fact that both state alike."""
        differing = {line.choice.name for line in self.differing}
        lines = [self._line(choice) for choice in CHOICES if choice.name not in differing]
        return [(line.label, line.texts[FIRST]) for line in lines if line.texts[FIRST]]

    @cached_property
    def alike(self) -> Alike | None:
        """Why they look alike; None where nothing but a person says so."""
        return duplicates.between(self.first.nomination, self.second.nomination)

    @property
    def why(self) -> str:
        """The same as the end of a sentence."""
        return because(self.alike.reasons) if self.alike else ""

    @cached_property
    def marks(self) -> list[Distinct]:
        """What was found before: that they are about different procurements."""
        return duplicates.marks(self.first.nomination, self.second.nomination)

    @property
    def across(self) -> bool:
        """Whether they stand in two categories."""
        return any(line.choice is CATEGORY for line in self.differing)

    @property
    def number(self) -> int:
        """How many nominations would stand together."""
        return sum(len(side.members) for side in self.sides)

    @property
    def seen(self) -> dict[int, str]:
        """The stamps of both."""
        return {side.nomination.id: merging.stamp(side.nomination) for side in self.sides}

    @property
    def possible(self) -> list[Side]:
        """Those that can stand for both: whatever is on the shortlist stays there."""
        listed = [side for side in self.sides if side.listed]
        return list(self.sides) if not listed else listed if len(listed) == 1 else []

    @property
    def stands(self) -> str:
        """The side that is proposed to stand for both: the shortlisted, else the further decided, else the older."""
        best = max(
            self.possible or self.sides,
            key=lambda side: (MERITS.get(side.nomination.state, 0), -side.nomination.id),
        )
        return best.key

    @cached_property
    def problem(self) -> str:
        """Why they cannot be put together now: "phase", "state", "listed", "distinct", or ""."""
        if self.edition.phase not in DECIDED_IN:
            return "phase"
        if any(side.nomination.state not in ROOTS for side in self.sides):
            return "state"
        if self.marks:
            return "distinct"
        return "" if self.possible else "listed"

    @property
    def frozen(self) -> bool:
        """Whether the ballot is made of what there is, so that nothing of this can change any more."""
        return self.edition.phase not in (Phase.DRAFT, *DECIDED_IN)

    def others(self, side: Side) -> Side:
        """The other one."""
        return self.second if side is self.first else self.first

    def not_told(self, side: Side) -> list[Recipient]:
        """Who would stand behind a decided *side* without having heard of its decision."""
        if not side.decided:
            return []
        return latecomers.unaware(side.nomination, self.others(side).members)

    def untouched(self) -> list[Recipient]:
        """Everyone concerned, each address once: none of them gets a letter because of this."""
        both = [each for side in self.sides for each in recipients(side.nomination, Verb.ACCEPT)]
        return list({each.address.lower(): each for each in reversed(both)}.values())[::-1]

    def _line(self, choice: Choice) -> Line:
        one, other = self.first.nomination, self.second.nomination
        return Line(
            choice,
            label("person_name" if choice.name == "person" else choice.name),
            {FIRST: text(one, choice, self.edition), SECOND: text(other, choice, self.edition)},
            {FIRST: origin(one, choice), SECOND: origin(other, choice)},
            choices.proposed(choice, one, other),
        )


def text(nomination: Nomination, choice: Choice, edition: Edition) -> str:
    """What a nomination says of a choice, in words; "" where it says nothing."""
    special = {
        "category": lambda: nomination.category.name(language()) if nomination.category else "",
        "person": lambda: show.people(nomination),
        "lots": lambda: show.parts(nomination),
        "value": lambda: show.value(nomination),
        "notice": lambda: nomination.notice or nomination.publication,
    }.get(choice.name)
    if special:
        return str(special())
    return ", ".join(filter(None, (said(name, getattr(nomination, name), edition) for name in choice.facts)))


def origin(nomination: Nomination, choice: Choice) -> str:
    """Where the text came from, in a sentence; "" where somebody typed it."""
    if choice is NOTICE and nomination.read:
        return str(gettext("The notice was read: %(name)s.", name=nomination.read.get("name") or ""))
    for name in choice.facts:
        found = notices.source(nomination, name)
        if found and found["same"] and found["from"] == notices.SECRETARIAT:
            return str(gettext("Corrected by the secretariat."))
        if found and found["same"]:
            return str(gettext("From the notice %(name)s.", name=found["from"]))
    return ""


def because(reasons: Iterable[Reason]) -> str:
    """Why two look alike, as the end of a sentence."""
    return ", ".join(_reason(each) for each in reasons) + "."


def _reason(reason: Reason) -> str:
    return {
        Reason.SAME_PROCUREMENT: gettext("the same procurement ID"),
        Reason.SAME_NOTICE: gettext("the same notice"),
        Reason.EARLIER_NOTICE: gettext("notices that name each other or the same earlier one"),
        Reason.SAME_REFERENCE: gettext("the same reference number at the same authority"),
        Reason.SAME_TITLE: gettext("the same authority and a similar name"),
        Reason.TITLE_WITHIN: gettext("the same authority, and one name within the other"),
        Reason.OTHER_YEAR: gettext("the same authority and name, but another year"),
    }[reason]
