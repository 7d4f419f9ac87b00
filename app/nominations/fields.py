"""The fields of the nomination form: text with its limit, a date, a country."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from flask_babel import gettext
from markupsafe import Markup, escape
from wtforms import DateField, Field, StringField
from wtforms.validators import StopValidation
from wtforms.widgets import html_params

from app.awards.fields import Text, tidy
from app.nominations import texts
from app.nominations.show import countries
from app.procurement import identifiers
from app.web import language

NAMES = frozenset({"authority", "title", "company", "contact_name"})
LINK = re.compile(r"://|\bwww\.", re.IGNORECASE)


def no_personal_number(_form: Any, field: Field) -> None:
    """Refuses a text with somebody's personal number in it."""
    if identifiers.personal_numbers(field.data or ""):
        raise StopValidation(
            gettext("This holds what looks like a personal number. We never keep those: take it out, please.")
        )


def no_link(_form: Any, field: Field) -> None:
    """Refuses addresses of web pages where names stand: names go into letters to people who may not know the sender."""
    if LINK.search(field.data or ""):
        raise StopValidation(gettext("A link does not belong here. The notice has a field of its own."))


class TypedDate(DateField):  # type: ignore[misc]
    """A date whose validation is the form's; what cannot be read stays as it was typed."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Reads the browser's date, or leaves it unread."""
        self.data = texts.read_date(valuelist[0]) if valuelist else None


class CountryList:
    """The drop-down list of countries, written in one go: there are 249, and WTForms' own options are slow to draw."""

    def __call__(self, field: Field, **options: Any) -> Markup:
        """The list as HTML, the field's country chosen."""
        lang = language()
        attributes = html_params(name=field.name, **{"id": field.id, **options})
        listed = "".join(
            f'<option value="{code}"{" selected" if code == field.data else ""}>{escape(name)}</option>'
            for code, name in {"": gettext("Sweden"), **countries(lang)}.items()
        )
        return Markup(f"<select {attributes}>{listed}</select>")  # noqa: S704 (every part is escaped above)


class CountryField(StringField):  # type: ignore[misc]
    """A country's two letters; empty is Sweden."""

    widget = CountryList()


def text(
    name: str, label: Any, needed: Any = None, *, kind: type[Field] = StringField, **options: Any
) -> Field:
    """A text field of the nomination: tidied, limited, without personal numbers; *needed* says what an empty one lacks."""
    limit, lines = texts.LIMITS[name], name in texts.LONG
    checks: list[Callable[..., Any]] = [Text(limit, needed, lines=lines), no_personal_number]
    if name in NAMES:
        checks.append(no_link)
    if lines:
        options |= {"rows": options.get("rows", 9), "data-limit": limit}
    return kind(label, validators=[*checks], filters=[tidy], render_kw=options)
