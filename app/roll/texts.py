"""What the roll's codes mean, said to a person in the page's language."""

from __future__ import annotations

from flask_babel import gettext as _

from app.roll.reading import MOST_BYTES, MOST_ROWS, UnreadableList
from app.web import number as web_number


def problem(code: str) -> str:
    """Why a row cannot be used, and what to do about it."""
    said: dict[str, str] = {
        "missing-company": _("The company’s name is missing."),
        "bad-company": _("The company’s name has no letters."),
        "long-company": _("The company’s name is longer than 200 characters."),
        "missing-contact": _("The name is missing."),
        "bad-contact": _("The name has no letters."),
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


def unreadable(error: Exception) -> str:
    """Why no rows could be read, and what to do about it."""
    if not isinstance(error, UnreadableList):
        return _("The disk is nearly full, so nothing was taken in. Tell whoever runs the service.")
    said: dict[str, str] = {
        "empty": _("The list is empty."),
        "no-rows": _("The list has headings but no rows."),
        "too-large": _("The file is larger than %(most)s MB. Divide it in two: what is read in first stays.", most=MOST_BYTES >> 20),
        "too-many-rows": _("The list has more than %(most)s rows. Divide it in two: what is read in first stays.", most=web_number(MOST_ROWS)),
        "encrypted-workbook": _("The workbook is locked with a password. Open it, save it without the password, and read in that file."),
        "old-workbook": _("This is an old Excel file (.xls) or another Office document. Open it in your spreadsheet, choose Save as, then Excel workbook (.xlsx), and read in that file."),
        "macro-workbook": _("The workbook has macros, and we open none that has. Save it as an Excel workbook without macros (.xlsx) and read in that file."),
        "other-document": _("This is not an Excel workbook. Save the list as .xlsx or CSV and read in that file."),
        "broken-workbook": _("The workbook is damaged, or is none. Open it in your spreadsheet, save it again, and read in that file."),
        "huge-workbook": _("The workbook takes too much to open. Copy the rows into a new workbook, or save the sheet as CSV, and read in that file."),
        "no-sheet": _("The workbook has no such sheet. Read it in again."),
        "pdf": _("This is a PDF. Ask for the list as a spreadsheet."),
        "encoding": _("This is not a text file. Save the list as .xlsx or CSV and read in that file."),
        "open-quote": _("A quotation mark on line %(line)s is never closed, so we cannot tell where the row ends.", line=error.line),
        "no-headings": _("We cannot tell the columns apart. Give the first row headings: Företag, Organisationsnummer, E-post."),
    }  # fmt: skip
    return said.get(error.code, error.code)


def column(name: str) -> str:
    """What a column of a list may be."""
    said: dict[str, str] = {
        "company": _("Company"),
        "number": _("Organisation number"),
        "email": _("Mail address"),
        "contact": _("Contact’s name"),
        "given": _("First name"),
        "family": _("Last name"),
        "language": _("Language"),
        "sole_trader": _("Sole trader"),
        "country": _("Country"),
    }
    return said.get(name, name)


def place(code: str) -> str:
    """The field that a problem is about."""
    return column(
        {"digit": "number", "emails": "email", "name": "contact", "trader": "sole_trader"}.get(
            code.rpartition("-")[2], code.rpartition("-")[2]
        )
    )


def fate(name: str) -> str:
    """What would become of a row, as the preview's tabs and tags say it."""
    said: dict[str, str] = {
        "new": _("New"),
        "change": _("Changed"),
        "same": _("Unchanged"),
        "duplicate": _("Listed twice"),
        "wrong": _("Cannot be used"),
        "shared": _("Shared address"),
    }
    return said.get(name, name)


def field(name: str) -> str:
    """The name of a voter's field."""
    said: dict[str, str] = {
        "company": _("Company"),
        "email": _("Mail address"),
        "contact_name": _("Contact"),
        "language": _("Language"),
    }
    return said.get(name, name)
