"""A letter's words, read once and filled for each reader, as text and as HTML from the same body.

The grammar: paragraphs between empty lines; "- " begins a line of a list, "# " a heading; {name} is a placeholder,
and a line that is nothing but one whose look is not TEXT becomes a button, an address, a code, facts, a quotation.
A part in which a placeholder has no value is left out. There is nothing else: any other text is text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from markupsafe import escape

from app.mail import looks
from app.mail.wording import Look

PLACEHOLDER = re.compile(r"\{([^{}\n]*)\}")
PREHEADER = 140
GREETING = 30
ADDRESS = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)]")

Shape = tuple[tuple[str, Look], ...]
Values = Mapping[str, Any]


@dataclass(frozen=True)
class Line:
    """Text with placeholders: literals stand at even places, names at odd ones."""

    pieces: tuple[str, ...]
    html: tuple[str, ...]

    def text(self, values: Values) -> str:
        """The line as text."""
        return "".join(str(values[each]) if place % 2 else each for place, each in enumerate(self.pieces))

    def marked(self, values: Values) -> str:
        """The line as HTML."""
        return "".join(
            str(escape(values[each])) if place % 2 else each for place, each in enumerate(self.html)
        )

    @property
    def names(self) -> frozenset[str]:
        """The placeholders in it."""
        return frozenset(self.pieces[1::2])


@dataclass(frozen=True)
class Part:
    """Something that stands by itself: lines of a paragraph, a list's line, a heading, or a placeholder alone."""

    kind: str
    lines: tuple[Line, ...] = ()
    name: str = ""
    look: Look = Look.TEXT


@dataclass(frozen=True)
class Group:
    """What stands between empty lines, left out as a whole where something that it `needs` is empty."""

    parts: tuple[Part, ...]
    needs: frozenset[str]


@dataclass(frozen=True)
class Body:
    """A body that was read."""

    groups: tuple[Group, ...]

    @property
    def names(self) -> list[str]:
        """The placeholders in it, in their order."""
        parts = [part for group in self.groups for part in group.parts]
        return [name for part in parts for name in (part.name, *_names(part.lines)) if name]


def _names(lines: Iterable[Line]) -> Iterator[str]:
    for line in lines:
        yield from line.pieces[1::2]


def line(text: str) -> Line:
    """A line that was read."""
    pieces = tuple(PLACEHOLDER.split(text))
    html = tuple(each if place % 2 else _linked(each) for place, each in enumerate(pieces))
    return Line(pieces, html)


def _linked(text: str) -> str:
    """Literal text as HTML, addresses in it as links that say where they go."""
    done, end = [], 0
    for match in ADDRESS.finditer(text):
        address = escape(match[0])
        done += [
            str(escape(text[end : match.start()])),
            f'<a href="{address}" style="{looks.LINK}">{address}</a>',
        ]
        end = match.end()
    return "".join([*done, str(escape(text[end:]))])


@lru_cache(maxsize=256)
def read(body: str, shape: Shape) -> Body:
    """Reads a body; the same one is read once."""
    alone = {name: look for name, look in shape if look is not Look.TEXT}
    groups = []
    for chunk in re.split(r"\n[ \t]*\n", tidied(body)):
        parts = list(_parts([row.strip() for row in chunk.split("\n") if row.strip()], alone))
        if parts:
            needs = [part for part in parts if part.kind != "item"]
            groups.append(Group(tuple(parts), frozenset(_all_names(needs))))
    return Body(tuple(groups))


def tidied(body: str) -> str:
    """One kind of line end, no space around it."""
    return "\n".join(
        row.rstrip() for row in body.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    ).strip("\n")


def _parts(rows: list[str], alone: Mapping[str, Look]) -> Iterator[Part]:
    paragraph: list[Line] = []
    for row in rows:
        match = PLACEHOLDER.fullmatch(row)
        if not (row.startswith(("- ", "# ")) or (match and match[1] in alone)):
            paragraph.append(line(row))
            continue
        if paragraph:
            yield Part("paragraph", tuple(paragraph))
            paragraph = []
        if match:
            yield Part("block", name=match[1], look=alone[match[1]])
        else:
            yield Part("item" if row[0] == "-" else "heading", (line(row[2:].strip()),))
    if paragraph:
        yield Part("paragraph", tuple(paragraph))


def _all_names(parts: Iterable[Part]) -> Iterator[str]:
    for part in parts:
        yield from _names(part.lines)
        if part.name:
            yield part.name


def said(body: Body, values: Values) -> Iterator[list[Part]]:
    """The groups that have something to say, without list lines that have not."""
    for group in body.groups:
        if all(values[name] for name in group.needs):
            parts = [
                part
                for part in group.parts
                if part.kind != "item" or all(values[name] for name in part.lines[0].names)
            ]
            if parts:
                yield parts


def text(groups: list[list[Part]], values: Values, labels: Mapping[str, str]) -> str:
    """The body as plain text: lines below 78 columns, addresses on lines of their own."""
    done: list[str] = []
    for parts in groups:
        items: list[str] = []
        for part in parts:
            if part.kind == "item":
                items.append(wrapped(f"- {part.lines[0].text(values)}", hanging="  "))
                continue
            if items:
                done.append("\n".join(items))
                items = []
            if part.kind == "block":
                done.append(looks.text(part.look, values[part.name], labels.get(part.name, "")))
            elif part.kind == "heading":
                done.append(part.lines[0].text(values).upper())
            else:
                done.append("\n".join(wrapped(each.text(values)) for each in part.lines))
        if items:
            done.append("\n".join(items))
    return "\n\n".join(done)


def html(groups: list[list[Part]], values: Values, labels: Mapping[str, str]) -> str:
    """The body as HTML of mail."""
    done: list[str] = []
    for parts in groups:
        items: list[str] = []
        for part in parts:
            if part.kind == "item":
                items.append(f"<li>{part.lines[0].marked(values)}</li>")
                continue
            done += looks.list_of(items)
            items = []
            if part.kind == "block":
                done.append(looks.html(part.look, values[part.name], labels.get(part.name, "")))
            elif part.kind == "heading":
                done.append(f"<h2>{part.lines[0].marked(values)}</h2>")
            else:
                done.append(f"<p>{'<br>'.join(each.marked(values) for each in part.lines)}</p>")
        done += looks.list_of(items)
    return "\n".join(done)


def preheader(groups: list[list[Part]], values: Values) -> str:
    """What a mail program shows beside the subject: the first sentences, without a greeting or anything secret."""
    found: list[str] = []
    for parts in groups:
        for part in parts:
            if part.kind == "paragraph":
                found.append(" ".join(each.text(values) for each in part.lines))
            elif part.look is Look.PARAGRAPHS:
                found.append(" ".join(str(values[part.name]).split()))
        if sum(map(len, found)) > PREHEADER:
            break
    if len(found) > 1 and len(found[0]) < GREETING and found[0][-1:] in ",!":
        found.pop(0)
    whole = " ".join(found)
    return whole if len(whole) <= PREHEADER else whole[: PREHEADER - 1].rsplit(" ", 1)[0] + "…"


@lru_cache(maxsize=1024)
def wrapped(row: str, hanging: str = "") -> str:
    """A line of text in lines that mail programs need not break."""
    return row if len(row) <= looks.WIDTH else "\n".join(looks.rows(row, looks.WIDTH, hanging))
