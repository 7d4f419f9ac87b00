"""What is wrong with words that somebody typed for a letter, in sentences to stand beside the field."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from difflib import get_close_matches
from urllib.parse import urlsplit

from flask_babel import gettext as _

from app.mail import bodies
from app.mail.wording import Look, Placeholder, Wording

SUBJECT_LIMIT = 120
BODY_LIMIT = 8000
LINE_LIMIT = 2000
NAMES_SHOWN = 4

BRACES = re.compile(r"[{}]")
WEB = re.compile(r"(?i)\b[a-z][a-z0-9+.-]*://\S*|\bwww\.\S+")
ENDINGS = (
    "agency app asia at au bank be bg biz blog br by ca cc center cf ch click cloud club cn co com company cz de dev "
    "digital dk edu ee email es eu fi fr fun ga gl gq gr group help host hu icu ie il in info io is it jp kr link live "
    "lol lt lv ly me media ml mobi mov mx name net network news no nu nz online org page pl press pro pt pw ro ru se "
    "security services shop site sk solutions space store su support systems tech to today top tr tv ua uk us vip "
    "website work world ws xyz za zip"
)
BARE = re.compile(rf"(?i)(?<![\w@.-])(?:[\w-]+\.)+(?:{'|'.join(ENDINGS.split())})(?![\w@-]|\.\w)(?:/\S*)?")


def subject_problems(wording: Wording, subject: str, *, own_host: str) -> list[str]:
    """What is wrong with a subject."""
    if not subject.strip():
        return [_("A letter needs a subject.")]
    found = list(_braces(subject, wording))
    names = bodies.line(subject).names & set(wording.by_name)
    for name in sorted(names):
        placeholder = wording.by_name[name]
        if placeholder.look is not Look.TEXT:
            found.append(_("%(name)s cannot stand in the subject.", name=_braced(name)))
        elif placeholder.optional:
            found.append(_("%(name)s cannot stand in the subject: not everyone has it.", name=_braced(name)))
    found += [
        _missing(each)
        for each in wording.placeholders
        if each.required and each.heading and each.name not in names
    ]
    return found + _addresses(subject, wording, own_host)


def body_problems(wording: Wording, body: str, *, own_host: str) -> list[str]:
    """What is wrong with a body."""
    body = bodies.tidied(body)
    if not body.strip():
        return [_("A letter needs some words.")]
    if any(len(row) > LINE_LIMIT for row in body.split("\n")):
        return [_("A line is too long. Divide it into paragraphs with empty lines; at most %(limit)s characters fit on a line.", limit=LINE_LIMIT)]  # fmt: skip
    found = list(_braces(body, wording))
    read = bodies.read(body, wording.shape)
    inline = _in_sentences(read, wording)
    found += [
        _missing(each)
        for each in wording.placeholders
        if each.required and not each.heading and each.name not in read.names
    ]
    found += [_("%(name)s must stand alone on a line of its own.", name=_braced(name)) for name in inline]
    return found + _hidden(read, wording) + _addresses(body, wording, own_host)


def _missing(placeholder: Placeholder) -> str:
    what = str(placeholder.explanation)
    return _(
        "%(name)s is missing: %(what)s. The letter cannot do without it.",
        name=_braced(placeholder.name),
        what=what,
    )


def _in_sentences(read: bodies.Body, wording: Wording) -> list[str]:
    """The placeholders that stand in a sentence and must not."""
    inline = {
        name for group in read.groups for part in group.parts for row in part.lines for name in row.names
    }
    return [each.name for each in wording.placeholders if each.name in inline and each.look is not Look.TEXT]


def _hidden(read: bodies.Body, wording: Wording) -> list[str]:
    """Required placeholders whose paragraph, or line of a list, may be left out because something else in it is empty."""
    known = wording.by_name
    found = []
    together = [group.needs for group in read.groups]
    together += [part.lines[0].names for group in read.groups for part in group.parts if part.kind == "item"]
    for needs in together:
        gone = sorted(name for name in needs if name in known and known[name].optional)
        kept = sorted(
            name for name in needs if name in known and known[name].required and not known[name].optional
        )
        if gone and kept:
            found.append(
                _("%(needed)s stands in a paragraph that is left out where there is no %(optional)s. Put an empty line between them.", needed=_braced(kept[0]), optional=_braced(gone[0]))
            )  # fmt: skip
    return found


def _braced(name: str) -> str:
    return "{" + name + "}"


def _braces(text: str, wording: Wording) -> Iterator[str]:
    """Placeholders that the letter does not have, and braces that belong to none."""
    known = [each.name for each in wording.placeholders]
    for name in dict.fromkeys(bodies.PLACEHOLDER.findall(text)):
        if name in known:
            continue
        near = get_close_matches(name.strip().lower(), known, n=1, cutoff=0.5)
        shown = _braced(name[:40])
        if near:
            yield _(
                "There is no %(name)s in this letter. Did you mean %(near)s?",
                name=shown,
                near=_braced(near[0]),
            )
        else:
            yield _(
                "There is no %(name)s in this letter. Those that there are stand beside the text.", name=shown
            )
    if BRACES.search(bodies.PLACEHOLDER.sub("", text)):
        yield _("A brace stands alone: { and } may only surround a name such as {edition}.")


def _addresses(text: str, wording: Wording, own_host: str) -> list[str]:
    """Web addresses that must not stand in a letter: with a placeholder in them, and elsewhere where the letter is secret."""
    text = unicodedata.normalize("NFKC", text).replace("\u3002", ".")  # as browsers read an address
    found = [
        match[0].rstrip(".,;:!?)") for match in (*WEB.finditer(text), *BARE.finditer(WEB.sub(" ", text)))
    ]
    problems = []
    for address in dict.fromkeys(found):
        if "{" in address:
            problems.append(
                _(
                    "%(address)s has a placeholder in it. An address must be the same for everyone.",
                    address=address[:80],
                )
            )
        elif not _ours(address, own_host) and (wording.secret or not address.lower().startswith("https://")):
            problems.append(_foreign(address[:80], wording.secret))
    return problems


def _foreign(address: str, secret: bool) -> str:
    if secret:
        return _(
            "%(address)s is not an address of this service. A letter with a secret link or code in it leads nowhere else, "
            "so that nobody learns to trust such letters.",
            address=address,
        )
    return _("Write %(address)s in full, beginning with https://, or leave it out.", address=address)


def _ours(address: str, own_host: str) -> bool:
    """Whether it leads to this service: one address, not ours with another behind it in one breath."""
    if address.count("://") > 1 or "www." in address.lower().replace(own_host.lower(), "", 1):
        return False
    try:
        parts = urlsplit(address if "://" in address else f"https://{address}")
        return parts.scheme in {"http", "https"} and parts.netloc.lower() == own_host.lower()
    except ValueError:
        return False
