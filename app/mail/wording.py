"""Letters whose words an edition may change. A domain says in one place what such a letter is called and says.

    worded(
        "ballot-cast",
        section=lazy_gettext("The vote"),
        title=lazy_gettext("A ballot was cast"),
        occasion=lazy_gettext("To the voter, some time after a ballot was cast with the link."),
        subject=lazy_gettext("A ballot was cast with your link in {edition}"),
        body=(
            lazy_gettext("A ballot was cast with the link that {company} got for {edition}."),
            "{link}",
        ),
        placeholders=(
            Placeholder("company", lazy_gettext("The company that has the ballot"), "Exempel AB"),
            Placeholder("link", lazy_gettext("…"), "https://…", look=Look.BUTTON, label=lazy_gettext("Open")),
        ),
        why=lazy_gettext("You get this letter because {company} is on the roll of {edition}."),
    )

The context function of the letter (`service.letter`) then gives a value for every placeholder, ready to be read in the
letter's language, "" where there is none, and beside them `edition_id`. A paragraph, or a line of a list, in which a
placeholder has nothing to say is left out; that is the only condition there is. Values and words are text and nothing
else: no code of any kind is carried out, and everything is escaped in HTML.

What a context may give beside the placeholders, all of it fixed:
`notices`: sentences in a box above the words (a test, a trial vote, the same ballot once more);
`mark`: put before the subject in brackets; `subject_label`: put after it, to tell letters to one address apart;
`contact`, `contact_name`: whom to ask, in the foot; `reply_to`; `unsubscribe`: the address that ends such letters;
`wording`: the name of another wording, where one letter has several; `own_words`: a subject and a body for this once.

A body is paragraphs between empty lines. "- " begins a line of a list, "# " a heading. Only TEXT stands in sentences;
any other placeholder stands alone on its line.

`samples` (edition, what was searched for → up to ten rows) and `preview` (edition, the sample's number or None, now →
a context, never with a real code) let the secretariat see the letter with real rows. Without them it is shown with
the placeholders' examples. What goes to staff alone is `editable=False` where security rests on its words.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

RESERVED = {
    "notices",
    "mark",
    "subject_label",
    "contact_name",
    "reply_to",
    "unsubscribe",
    "wording",
    "own_words",
    "labels",
    "edition_id",
}

Words = Any
"""A str, or one that is translated when it is used (`lazy_gettext`)."""


class Look(StrEnum):
    """How a placeholder's value stands in a letter."""

    TEXT = "text"
    BUTTON = "button"
    ADDRESS = "address"
    CODE = "code"
    FACTS = "facts"
    QUOTE = "quote"
    PARAGRAPHS = "paragraphs"
    VERBATIM = "verbatim"


@dataclass(frozen=True)
class Placeholder:
    """A word in braces: what it stands for, an example, how it looks; the button's `label`.

    A letter must have the `required` ones, in its body or, with `heading`, in its subject. One that is `optional` may
    have no value, so that its paragraph is left out; it cannot stand in a subject.
    """

    name: str
    explanation: Words
    example: Any
    look: Look = Look.TEXT
    label: Words = ""
    required: bool = False
    optional: bool = False
    heading: bool = False


@dataclass(frozen=True)
class Sample:
    """A row that a letter can be shown with: a voter, a nomination."""

    id: int
    label: str
    detail: str = ""


Samples = Callable[[int, str], list[Sample]]
Preview = Callable[[int, int | None, datetime], dict[str, Any] | None]


@dataclass(frozen=True)
class Wording:
    """A letter's usual words, and what may stand in them. `secret`: it carries a link or a code that is the
    reader's own, or is about one, so no address but ours may stand in it.
    """

    name: str
    section: Words
    title: Words
    occasion: Words
    subject: Words
    body: tuple[Words, ...]
    placeholders: tuple[Placeholder, ...]
    why: Words
    editable: bool = True
    secret: bool = False
    samples: Samples | None = None
    preview: Preview | None = None

    @property
    def by_name(self) -> dict[str, Placeholder]:
        """The placeholders by their names."""
        return {each.name: each for each in self.placeholders}

    @property
    def usual(self) -> tuple[str, str]:
        """Subject and body as they are where nobody changed them, in the language that is set."""
        return str(self.subject), "\n\n".join(str(part) for part in self.body)

    @property
    def shape(self) -> tuple[tuple[str, Look], ...]:
        """The placeholders' names and looks: what a body is read with."""
        return tuple((each.name, each.look) for each in self.placeholders)


_wordings: dict[str, Wording] = {}


def worded(name: str, **what: Any) -> Wording:
    """Registers the words of the letter *name*; takes the fields of `Wording`."""
    made = Wording(name, **what)
    assert not RESERVED & made.by_name.keys(), "a placeholder has a name that the frame uses"
    _wordings[name] = made
    return made


def wordings() -> dict[str, Wording]:
    """Every letter with words of this kind, by name, in the order in which they were registered."""
    return _wordings


def wording(name: str) -> Wording | None:
    """The words of the letter *name*, or None where it has templates of its own."""
    return _wordings.get(name)
