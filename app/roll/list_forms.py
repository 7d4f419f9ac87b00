"""The forms of a list that is read in: the file, the sheet, and which column is what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, BinaryIO

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice

from app.roll import columns, texts
from app.roll.list_models import RollImport
from app.roll.previewing import letter
from app.roll.reading import Line

FIELDS = ("company", "number", "email", "contact", "given", "family", "language", "sole_trader", "country")
PERSONS_FIELDS = ("contact", "given", "family", "email", "company", "number", "language", "country")


class UploadForm(FlaskForm):  # type: ignore[misc]
    """A file, or text pasted from a spreadsheet."""

    file = FileField(_l("Excel or CSV file"), render_kw={"accept": ".xlsx,.csv,.txt,.tsv"})
    text = TextAreaField(_l("Or paste the rows here"))

    def content(self) -> tuple[bytes | BinaryIO, str]:
        """(the list's bytes, or the file that holds them; the file's name or "")."""
        if self.file.data:
            return self.file.data.stream, self.file.data.filename or "fil"
        return (self.text.data or "").encode(), ""


class SheetForm(FlaskForm):  # type: ignore[misc]
    """Which sheet of a workbook."""

    sheet = RadioField(_l("Sheet"), coerce=int)

    @classmethod
    def of(cls, made: RollImport) -> SheetForm:
        """The sheets that have rows."""
        form = cls()
        form.sheet.choices = [
            SelectChoice(number, gettext("%(sheet)s (%(rows)s rows)", sheet=name, rows=rows))
            for name, rows, number in made.sheets
        ]
        return form


class ColumnsBase(FlaskForm):  # type: ignore[misc]
    """What each column is, `c0` the first; and the line where the rows begin."""

    first_line = SelectField(_l("The first row of the list"), coerce=int)

    def chosen(self) -> dict[str, int]:
        """Field → column, of those that say something."""
        return {field.data: place for place, field in enumerate(self.columns()) if field.data}

    def columns(self) -> list[SelectField]:
        """The columns' fields, in their order."""
        return [
            self[name]
            for name in sorted(
                (each for each in self._fields if each[0] == "c" and each[1:].isdigit()),
                key=lambda name: int(name[1:]),
            )
        ]

    def check(self, *, person: bool) -> bool:
        """Whether it is enough, and nothing is said twice; else each problem stands beside its field."""
        seen: dict[str, int] = {}
        for place, field in enumerate(self.columns()):
            if field.data and field.data in seen:
                other = letter(seen[field.data])
                field.errors = [gettext("Column %(column)s is that already.", column=other)]
            elif field.data:
                seen[field.data] = place
        if lacking := columns.missing(seen, person=person):
            names = ", ".join(texts.column(name) for name in lacking)
            self.first_line.errors = [
                gettext("No column is: %(names)s. Without it no row can be used.", names=names)
            ]
        return not self.errors


def columns_form(
    made: RollImport, sample: Sequence[Line], *, person: bool, data: Mapping[str, int] | None
) -> ColumnsBase:
    """The form for a list's columns, filled in with *data* (field → column) where nothing was sent."""
    fields = PERSONS_FIELDS if person else FIELDS
    choices = [
        SelectChoice("", gettext("not read")),
        *(SelectChoice(name, texts.column(name)) for name in fields),
    ]
    attributes: dict[str, Any] = {
        f"c{place}": SelectField(gettext("Column %(column)s", column=letter(place)), choices=choices)
        for place in range(made.width)
    }
    made_class: type[ColumnsBase] = type("ColumnsForm", (ColumnsBase,), attributes)
    filled = {f"c{place}": name for name, place in (data or {}).items() if name in fields}
    form = made_class(data={**filled, "first_line": made.first_line} if data is not None else None)
    lines = [line for line, _ in sample]
    if made.first_line not in lines:
        lines.append(made.first_line)
    form.first_line.choices = [
        SelectChoice(line, gettext("Line %(line)s", line=line)) for line in sorted(lines)
    ]
    return form
