"""The usual words of the letters to voters, and what an edition may put into them instead."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from app.awards import service as awards
from app.ballots import letter_values
from app.ballots.letter_values import MADE_UP
from app.ballots.samples import sample_voter, voters
from app.core.belenios.credentials import DUMMY_SECRET
from app.mail.wording import Look, Placeholder, Preview, worded
from app.web import absolute_url, language

EXAMPLE_ADDRESS = "https://…/rosta/2026"

EDITION = Placeholder("edition", _l("The award and its year"), "Anbudspriset 2026")
COMPANY = Placeholder("company", _l("The company that may vote, as it stands on the roll"), MADE_UP)
NAME = Placeholder("name", _l("The contact person, where there is one on the roll"), "Anna Ek", optional=True)
CLOSES = Placeholder(
    "closes", _l("Until when one can vote"), _l("13 December 2026 at 18:00 (Swedish time)"), required=True
)
OPENS = Placeholder(
    "opens",
    _l("When the vote opens, as long as it has not"),
    _l("1 December 2026 at 09:00 (Swedish time)"),
    optional=True,
)
LINK = Placeholder(
    "link", _l("The voter’s own link to the ballot, as a button"), f"{EXAMPLE_ADDRESS}#{DUMMY_SECRET}",
    look=Look.BUTTON, label=_l("Open the ballot"), required=True,
)  # fmt: skip
ADDRESS = Placeholder(
    "address", _l("The address where the code is typed, the same for everyone"), EXAMPLE_ADDRESS, look=Look.ADDRESS,
    required=True,
)  # fmt: skip
CODE = Placeholder("code", _l("The voter’s own code, in groups"), DUMMY_SECRET, look=Look.CODE, required=True)
LABEL = Placeholder(
    "label", _l("Four characters that the page shows too, so that ballots can be told apart"), "W6XT"
)
TRUST = Placeholder(
    "trust", _l("Who can open the votes; follows from the keys of this edition"), _l("The key is shared between the server and the jury: nobody can open a vote alone, not even whoever runs the server.")
)  # fmt: skip
HERE = Placeholder(
    "here",
    _l("What holds for the link that came to the old address"),
    _l("The link that came to this address is the same ballot, and it counts once."),
)
SECRETARIAT = Placeholder("secretariat", _l("The address of the secretariat"), "rost@exempel.se")
EXAMPLE_RECEIPT = {"tracker": "x" * 43, "height": 1, "event": "0" * 64, "signature": "x" * 86 + "=="}
EXAMPLE_NOTE = f"exempel.se/liggare/2026\n1\n{'A' * 43}=\n\n— exempel.se/liggare/2026 {'A' * 92}"
THE_VOTE = _l("The vote")
ON_THE_ROLL = _l("You get this letter because {company} is on the roll of {edition}.")


def _preview_receipt(edition_id: int, sample_id: int | None, _now: datetime) -> dict[str, Any] | None:
    edition = awards.by_id(edition_id)
    return letter_values.of_receipt(edition, sample_voter(edition_id, sample_id), EXAMPLE_RECEIPT)


def _preview_checkpoint(edition_id: int, _sample_id: int | None, now: datetime) -> dict[str, Any] | None:
    return letter_values.of_checkpoint(awards.by_id(edition_id), EXAMPLE_NOTE, "opening", now)


def _preview_voter(edition_id: int, sample_id: int | None, _now: datetime) -> dict[str, Any] | None:
    edition = awards.by_id(edition_id)
    return letter_values.about(edition, sample_voter(edition_id, sample_id))


def _preview_corrected(edition_id: int, sample_id: int | None, _now: datetime) -> dict[str, Any] | None:
    edition = awards.by_id(edition_id)
    return letter_values.of_corrected(edition, sample_voter(edition_id, sample_id), sent=True, void=False)


def _preview_ballot(edition_id: int, sample_id: int | None, _now: datetime) -> dict[str, Any] | None:
    edition = awards.by_id(edition_id)
    return letter_values.of_ballot(edition, sample_voter(edition_id, sample_id), DUMMY_SECRET)


def _preview_reminder(edition_id: int, sample_id: int | None, now: datetime) -> dict[str, Any] | None:
    given = _preview_ballot(edition_id, sample_id, now) or {}
    return given | {"unsubscribe": absolute_url("ballots.reminders", lang=language(), token="exempel")}  # noqa: S106


def _to_voter(name: str, *, why: Any = ON_THE_ROLL, preview: Preview = _preview_voter, **said: Any) -> None:
    """Registers a letter that goes to a voter: nobody but its reader is to have it, and it is shown with the roll's rows."""
    worded(name, section=THE_VOTE, why=why, secret=True, samples=voters, preview=preview, **said)


_to_voter(
    "ballot",
    title=_l("The ballot"),
    occasion=_l("To everyone on the roll, when the letters are sent; and again to whoever asks for it."),
    subject=_l("Your ballot in {edition}"),
    body=(
        _l("Hello {name},"),
        _l("{company} may vote in {edition}, and this letter is the ballot. It takes a minute. The vote closes on {closes}."),
        _l("The vote opens on {opens}. Keep the letter until then."),
        "{link}",
        _l("Opening the link does nothing and uses nothing up. The vote is cast on the page, when you have chosen and pressed the button there."),
        _l("Does the link not work? Go to\n{address}\nand type this code:\n{code}"),
        _l("The link and the code are the company’s ballot. They are secret and count once, so pass them on only to the person who is to vote. When the ballot is open, the page shows the label {label}."),
        _l("{trust} When a ballot has been cast with the link, you get a letter about it."),
    ),
    placeholders=(EDITION, COMPANY, NAME, CLOSES, OPENS, LINK, ADDRESS, CODE, LABEL, TRUST, SECRETARIAT),
    preview=_preview_ballot,
)  # fmt: skip

_to_voter(
    "ballot-reminder",
    title=_l("The reminder"),
    occasion=_l("To those who have not voted, and whose ballot arrived, when the secretariat or the plan sends it."),
    subject=_l("Reminder: your ballot in {edition}"),
    body=(
        _l("Hello {name},"),
        _l("{company} can still vote in {edition}. It takes a minute. The vote closes on {closes}."),
        "{link}",
        _l("It is the same ballot as in your first letter, and it counts once. Opening the link does nothing; the vote is cast on the page. If somebody at the company has just voted, you need not do anything."),
        _l("Does the link not work? Go to\n{address}\nand type this code:\n{code}"),
        _l("The link and the code are secret: pass them on only to the person who is to vote. When the ballot is open, the page shows the label {label}."),
        _l("Our pages tell us once an hour who has voted, and never what they chose. {trust}"),
    ),
    placeholders=(EDITION, COMPANY, NAME, CLOSES, LINK, ADDRESS, CODE, LABEL, TRUST, SECRETARIAT),
    preview=_preview_reminder,
)  # fmt: skip

_to_voter(
    "ballot-cast",
    title=_l("A ballot was cast"),
    occasion=_l("To the voter, some time after a ballot was cast with the link."),
    subject=_l("A ballot was cast with your link in {edition}"),
    body=(
        _l("A ballot was cast with the link that {company} got for {edition}. It lies in the box and will be counted."),
        _l("Was it you, or somebody you passed the link on to? Then you need not do anything."),
        _l("Was it not you? Then write to {secretariat} at once. A ballot in the box cannot be changed, but it is important that somebody knows."),
        _l("This letter tells neither what was chosen nor when, and everyone who votes gets one."),
    ),
    placeholders=(EDITION, COMPANY, NAME, SECRETARIAT),
)  # fmt: skip

_to_voter(
    "address-corrected",
    title=_l("The ballot goes to another address"),
    occasion=_l("To the old address, when the secretariat has corrected it."),
    subject=_l("The ballot of {company} now goes to another address"),
    body=(
        _l("The secretariat of {edition} has been given another address for the ballot of {company}. Two people there have decided that it goes there from now on."),
        _l("{here} You need not do anything, if this is right."),
        _l("Is something wrong? Then write to {secretariat} at once."),
    ),
    placeholders=(EDITION, COMPANY, NAME, HERE, SECRETARIAT),
    why=_l("You get this letter because this was the address on the roll."),
    preview=_preview_corrected,
)  # fmt: skip

_to_voter(
    "voting-extended",
    title=_l("More time to vote"),
    occasion=_l("To everyone on the roll, when the vote is prolonged."),
    subject=_l("{edition}: more time to vote"),
    body=(
        _l("The vote in {edition} stays open longer: until {closes}."),
        _l("{company} votes with the link in the letter that you have already got. If you have voted, you need not do anything."),
        _l("Is the letter gone? Write to {secretariat}, and you get it again."),
    ),
    placeholders=(EDITION, COMPANY, NAME, CLOSES, SECRETARIAT),
)  # fmt: skip

_to_voter(
    "receipt",
    title=_l("The receipt"),
    occasion=_l("To a voter who asked for it when the ballot was cast. Nothing of it is kept."),
    subject=_l("Your receipt from {edition}"),
    body=(
        _l("Here is the receipt that was asked for when {company}’s ballot was cast in {edition}. The ballot lies in the box and will be counted."),
        "{receipt}",
        "{link}",
        _l("The page must show the same place, the same fingerprints and the same signature. If it does not, keep this letter and write to {secretariat}: a signed receipt without its ballot must not happen."),
        _l("The receipt does not show what was chosen, and neither do we know it. This letter is not kept by us once it has been sent."),
    ),
    placeholders=(
        EDITION, COMPANY, NAME, SECRETARIAT,
        Placeholder("receipt", _l("The receipt: fingerprints, place and signature"), [], look=Look.FACTS, required=True),
        Placeholder("link", _l("The page where the receipt can be checked, as a button"), "https://…", look=Look.BUTTON, label=_l("Check that the ballot lies in the box"), required=True),
    ),
    why=_l("You get this letter because somebody ticked “Send me the receipt by mail” when {company}’s ballot was cast."),
    preview=_preview_receipt,
)  # fmt: skip

worded(
    "checkpoint",
    section=_l("The jury"),
    title=_l("The ledger’s checkpoint"),
    occasion=_l("To the jury, once a day while one can vote, and when the vote opens and closes."),
    subject=_l("{edition}: the ledger’s checkpoint, to keep"),
    body=(
        _l("{occasion} This is how the ledger of {edition} stood on {when}. Keep the letter. Whoever has it can show later that nothing before that moment was changed, so it makes you a witness."),
        "{note}",
        _l("You need not do anything else. How a checkpoint is compared with the ledger is described with the results, under “Check it yourself”."),
    ),
    placeholders=(
        EDITION,
        Placeholder("occasion", _l("Why it is sent now"), _l("The vote has opened.")),
        Placeholder("when", _l("When the checkpoint was made"), _l("1 December 2026 at 09:00 (Swedish time)"), required=True),
        Placeholder("note", _l("The signed checkpoint"), EXAMPLE_NOTE, look=Look.VERBATIM, required=True),
    ),
    why=_l("You get this letter because you are on the jury."),
    secret=True,
    preview=_preview_checkpoint,
)  # fmt: skip
