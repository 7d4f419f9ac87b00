"""The rehearsal's own input: nominations from real procurements' facts, and a roll of companies that do not exist.

The facts (authority, notice, CPV, value, tenders, date) are those of notices published in TED: 143160-2017,
151531-2021, and the buyers' notices that the eForms SDK shows as examples. The praise is ours.
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

FIRST = (
    "Norr",
    "Söder",
    "Öster",
    "Väster",
    "Berg",
    "Älv",
    "Å",
    "Skogs",
    "Sjö",
    "Ängs",
    "Ström",
    "Näs",
    "Hav",
    "Lund",
    "Gran",
)
SECOND = (
    "bygg",
    "teknik",
    "data",
    "vård",
    "måltid",
    "städ",
    "trafik",
    "energi",
    "konsult",
    "möbel",
    "park",
    "logistik",
    "tryck",
    "skola",
)
LEGAL = ("AB", "Handelsbolag", "Ekonomisk förening")
ENGLISH_EVERY = 9


class UnusableInput(ValueError):
    """A nominations file that cannot be played; the message names the line."""


@dataclass(frozen=True)
class Sample:
    """One nomination as its supplier would type it. `category` is the category's place from 1."""

    authority: str
    title: str
    why: str
    category: int = 1
    notice: str = ""
    cpv: str = ""
    awarded_on: str = ""
    value: str = ""
    remarks: str = ""
    fate: str = "accepted"  # accepted, declined, withdrawn or unconfirmed
    reason: str = ""
    file: Path | None = None  # a notice that the form is filled in from


GETINGMIDJAN: dict[str, Any] = {
    "authority": "Trafikverket",
    "title": "Totalentreprenad Getingmidjan, järnvägen mellan Stockholm C och Stockholm södra",
    "notice": "2017/S 074-143160",
    "cpv": "45233000",
    "awarded_on": "2017-02-01",
    "value": "1 000 000 000",
}
GREEN_SPACES: dict[str, Any] = {
    "authority": "Rouen Habitat",
    "title": "Skötsel och återställande av grönytor",
    "cpv": "77310000",
    "awarded_on": "2019-09-03",
    "value": "390 697,84",
}
TAX_DIGITAL: dict[str, Any] = {
    "authority": "NI Water",
    "title": "Making Tax Digital for VAT",
    "cpv": "72260000",
    "awarded_on": "2020-02-12",
    "value": "9,99",
}
VAXJO: dict[str, Any] = {
    "authority": "Växjö kommun",
    "title": "DIACCESS, andra cykeln: ökad cirkularitet inom bygg- och fastighetssektorn",
    "notice": "2021/S 060-151531",
    "cpv": "73100000",
}

NOMINATIONS = (
    Sample(**GETINGMIDJAN, why="Fyra anbud, varav två från andra EU-länder: underlaget var så klart att även den som inte brukar bygga järnväg i Sverige vågade räkna på det."),
    Sample(**GREEN_SPACES, why="Priset vägde fyrtio procent och resten sa tydligt vad god skötsel är. Ett mikroföretag kunde vinna, och gjorde det."),
    Sample(**TAX_DIGITAL, why="Kvaliteten vägde tre fjärdedelar. Tre anbud kom in, och kraven gick att följa upp i driften.", remarks="Vi lämnade själva inte anbud."),
    Sample(**VAXJO, why="Ett innovationspartnerskap som beskrev behovet och inte lösningen.", fate="declined", reason="Upphandlingen avbröts utan tilldelning, och priset gäller tilldelade kontrakt."),
    Sample(**GETINGMIDJAN, category=2, why="Beställaren berättade tidigt om tågstoppen och lät oss planera runt dem."),
    Sample(**TAX_DIGITAL, category=2, why="Frågor fick svar samma vecka, och svaren gick till alla."),
    Sample(**GREEN_SPACES, category=2, why="Upphandlaren gick platserna tillsammans med oss innan kraven skrevs.", remarks="Platsbesöken var öppna för alla."),
    Sample(**VAXJO, category=2, why="Dialogen före annonsen ändrade frågan till det bättre.", fate="withdrawn"),
    Sample(**TAX_DIGITAL, why="En dubblett som aldrig bekräftades.", fate="unconfirmed"),
)  # fmt: skip


def luhn_digit(nine: str) -> str:
    """The tenth digit of a Swedish organisation number whose first nine are *nine* (SKV 709)."""
    total = 0
    for place, digit in enumerate(nine):
        product = int(digit) * (2 if place % 2 == 0 else 1)
        total += product // 10 + product % 10
    return str(-total % 10)


def organisation_number(serial: int) -> str:
    """A well-formed number, 559NNN-NNNC, a different one for each *serial* below a million."""
    nine = f"559{serial:06d}"
    return f"{nine[:6]}-{nine[6:]}{luhn_digit(nine)}"


def company(serial: int) -> str:
    """A made-up company's name, a different one for each *serial*."""
    first, second = FIRST[serial % len(FIRST)], SECOND[serial // len(FIRST) % len(SECOND)]
    return f"{first}{second} nr {serial + 1} {LEGAL[serial % len(LEGAL)]}"


def roll(voters: int) -> bytes:
    """A roll of *voters* companies as a Swedish Excel saves it: semicolons, Windows-1252."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";")
    writer.writerow(["Företag", "Organisationsnummer", "E-post", "Kontaktperson", "Språk"])
    for serial in range(voters):
        language = "en" if serial % ENGLISH_EVERY == ENGLISH_EVERY - 1 else "sv"
        writer.writerow(
            [company(serial), organisation_number(serial), f"rost{serial + 1}@example.com", "", language]
        )
    return out.getvalue().encode("cp1252")


def from_notices(folder: Path) -> tuple[tuple[Sample, ...], list[str]]:
    """A nomination for each notice in *folder*, in turn for the first and the second category, and what was not read.

    The form is filled in from the file; only what no notice says is ours. What was not awarded is declined. Raises
    `UnusableInput` when nothing in the folder is a notice.
    """
    from app.procurement import reading
    from app.procurement.notice import NoticeError

    samples: list[Sample] = []
    unread = []
    for path in sorted(each for each in folder.iterdir() if each.is_file()):
        try:
            with path.open("rb") as file:
                read = reading.read(file, path.name)
        except NoticeError as error:
            unread.append(f"{path.name}: {error}")
            continue
        samples.append(
            Sample(
                authority=read.buyer.name or "Namn saknas i annonsen",
                title=read.title or path.stem,
                why="Underlaget gick att räkna på, och frågorna fick svar i tid.",
                category=1 + len(samples) % 2,
                fate="declined" if read.awarded is False else "accepted",
                reason="Upphandlingen ledde inte till någon tilldelning." if read.awarded is False else "",
                file=path,
            )
        )
    if not samples:
        raise UnusableInput(
            f"{folder} holds no notice that could be read; {'; '.join(unread) or 'it is empty'}"
        )
    return tuple(samples), unread


def read_nominations(path: Path) -> tuple[Sample, ...]:
    """Nominations from a file: JSON (a list of objects) or CSV with a heading; the keys are Sample's fields.

    Raises `UnusableInput`.
    """
    text = path.read_text(encoding="utf-8-sig")
    rows: list[dict[str, object]]
    if path.suffix.lower() == ".json":
        rows = json.loads(text)
    else:
        head = text.splitlines()[0] if text.strip() else ""
        rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";" if ";" in head else ","))
    known = {field.name for field in fields(Sample)} - {"file"}
    samples = []
    for place, row in enumerate(rows, start=1):
        given = {key: value for key, value in row.items() if key in known and value not in (None, "")}
        missing = {"authority", "title", "why"} - set(given)
        if missing:
            raise UnusableInput(f"{path.name}, nomination {place}: {', '.join(sorted(missing))} is missing")
        category = int(str(given.pop("category", 1)))
        samples.append(Sample(category=category, **{key: str(value) for key, value in given.items()}))  # type: ignore[arg-type]
    if not samples:
        raise UnusableInput(f"{path.name} has no nominations")
    return tuple(samples)
