"""What the roll's codes mean, said to a person in the page's language."""

from __future__ import annotations

from flask_babel import gettext as _

from app.roll.reading import MOST_ROWS, UnreadableList


def problem(code: str) -> str:
    """Why a row cannot be used, and what to do about it."""
    said: dict[str, str] = {
        "missing-company": _("The company’s name is missing."),
        "bad-company": _("The company’s name has no letters."),
        "long-company": _("The company’s name is longer than 200 characters."),
        "long-contact": _("The contact’s name is longer than 120 characters."),
        "personal-name": _("A personal number stands beside the name. Take it away; we never keep one."),
        "missing-number": _("The organisation number is missing. A sole trader has “yes” in the column for sole traders instead."),
        "bad-number": _("The organisation number is not ten digits."),
        "wrong-check-digit": _("The organisation number has a digit that is wrong: the last digit does not fit the others."),
        "personal-number": _("This is a personal number, and we never keep one. Leave it out and write “yes” in the column for sole traders."),
        "excel-number": _("The spreadsheet has shortened the organisation number (5,56E+09). Make the column text and save again."),
        "bad-country": _("The country is not two letters, such as NO or DE."),
        "bad-sole-trader": _("The column for sole traders takes “yes” or nothing."),
        "missing-email": _("The mail address is missing."),
        "several-emails": _("There are several mail addresses. A ballot goes to one."),
        "bad-email": _("The mail address is not one that letters can be sent to."),
        "bad-language": _("The language is sv or en."),
    }  # fmt: skip
    return said.get(code, code)


def unreadable(error: UnreadableList) -> str:
    """Why no rows could be read, and what to do about it."""
    said: dict[str, str] = {
        "empty": _("The list is empty."),
        "no-rows": _("The list has headings but no rows."),
        "too-large": _("The list is larger than 3 MB. Divide it in two: what is read in first stays."),
        "too-many-rows": _("The list has more than %(most)s rows. Divide it in two: what is read in first stays.", most=MOST_ROWS),
        "spreadsheet": _("This is a workbook. Open it in your spreadsheet, choose Save as, then CSV, and read in that file."),
        "pdf": _("This is a PDF. Ask for the list as a spreadsheet, and save it as CSV."),
        "encoding": _("This is not a text file. Save the list as CSV and read in that file."),
        "open-quote": _("A quotation mark on line %(line)s is never closed, so we cannot tell where the row ends.", line=error.line),
        "no-headings": _("We cannot tell the columns apart. Give the first row headings: Företag, Organisationsnummer, E-post."),
    }  # fmt: skip
    return said.get(error.code, error.code)


def field(name: str) -> str:
    """The name of a voter's field."""
    said: dict[str, str] = {
        "company": _("Company"),
        "email": _("Mail address"),
        "contact_name": _("Contact"),
        "language": _("Language"),
    }
    return said.get(name, name)
