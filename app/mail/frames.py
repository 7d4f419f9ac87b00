"""What every letter stands in: the paper, why one got it, whom to ask, who sends. Nobody changes it for an edition."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from flask import current_app
from flask_babel import gettext as _
from markupsafe import escape

from app.mail import looks
from app.mail.bodies import wrapped

SLOTS = {"title": "\ue001", "preheader": "\ue002", "main": "\ue003", "foot": "\ue004"}


@dataclass(frozen=True)
class Foot:
    """Why one got the letter, whom to ask, how to get no more such letters."""

    why: str
    contact: str = ""
    contact_name: str = ""
    unsubscribe: str = ""

    @property
    def lines(self) -> list[str]:
        """The sentences, an address on a line of its own."""
        found = [self.why]
        if self.contact:
            who = f"{self.contact_name}, {self.contact}" if self.contact_name else self.contact
            found.append(_("Questions? Write to %(contact)s.", contact=who))
        if self.unsubscribe:
            found += [_("No more reminders? You can still vote:"), self.unsubscribe]
        return found


def html(*, title: str, preheader: str, main: str, foot: Foot, language: str) -> str:
    """The whole letter as HTML; *main* is HTML, everything else text."""
    lines = [
        f'<p class="foot" style="margin:0 0 6px;overflow-wrap:anywhere">{_line(each)}</p>'
        for each in foot.lines
    ]
    head, name, fold, sheet, tail = _paper(current_app.extensions["settings"].base_url, language)
    return "".join([head, str(escape(title)), name, str(escape(preheader)), fold, main, sheet, *lines, tail])


def text(*, main: str, foot: Foot, language: str) -> str:
    """The whole letter as plain text."""
    signature = _signature(current_app.extensions["settings"].base_url, language)
    return "\n".join([main, "", "-- ", *map(wrapped, foot.lines), "", signature])


def notices(sentences: list[str]) -> str:
    """Sentences of ours above the words, as HTML."""
    if not sentences:
        return ""
    inner = "".join(f'<p style="margin:0 0 6px">{escape(each)}</p>' for each in sentences)
    return (
        f'{looks.TABLE} width="100%" style="margin:0 0 20px"><tr><td class="wash" '
        f'style="background:#e6f1ee;border-radius:10px;padding:14px 18px 8px">{inner}</td></tr></table>\n'
    )


def _line(text: str) -> str:
    return (
        f'<a href="{escape(text)}" style="color:#57615d">{escape(text)}</a>'
        if text.startswith("http")
        else str(escape(text))
    )


@lru_cache(maxsize=8)
def _paper(_base_url: str, _language: str) -> tuple[str, ...]:
    """The template around its four slots, made once for each language."""
    page = current_app.jinja_env.get_template("mail/frame.html").render(slots=SLOTS)
    parts = []
    for mark in SLOTS.values():
        before, page = page.split(mark)
        parts.append(before)
    return (*parts, page)


@lru_cache(maxsize=8)
def _signature(_base_url: str, _language: str) -> str:
    return current_app.jinja_env.get_template("mail/signature.txt").render().strip("\n") + "\n"
