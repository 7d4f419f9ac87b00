"""XML as a stream of small parts: no tree of the whole file is built, and nothing is fetched, expanded or executed.

A reader says in a `Shape` which elements only hold others (containers) and which it wants. Every child of a container
that is wanted and is no container itself comes as one `Record`, complete, and is forgotten afterwards. The parser is
libxml2 through lxml, fed block by block, with a target that collects (https://lxml.de/parsing.html#the-target-parser-interface).

Refused at once: a document type (and so entities, external files, "billion laughs"), deep nesting, endless tags or
texts, more parts than any notice has. OWASP's "XML External Entity Prevention" and "XML Security" lists were followed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from lxml import etree

from app.procurement.notice import Damaged, Forbidden, NotANotice, TooLarge
from app.procurement.source import Source

DEEPEST = 100
LONGEST_STRETCH = 200_000
"""Characters between one "<" and the next: a text, or a tag with all its attributes."""
MOST_TAGS = 1_000_000
"""Opening and closing; ten thousand lots have some 700 000."""
MOST_RECORDS = 75_000
MOST_IN_A_RECORD = 50_000
MOST_NAMES = 5_000
LONGEST_TEXT = 4_000
"""Characters of one element's text that are kept."""
_OF_TEXT = {"P", "FT"}


class Element:
    """An element with its attributes (by local name), its text, the children that were wanted, and what follows each."""

    __slots__ = ("attributes", "children", "name", "tail", "text")

    def __init__(self, name: str, attributes: dict[str, str]) -> None:
        self.name = name
        self.attributes = attributes
        self.text = self.tail = ""
        self.children: list[Element] = []

    def all(self, path: str) -> list[Element]:
        """The elements at *path* below this one: "Company/PartyName/Name"."""
        name, _, rest = path.partition("/")
        found = [child for child in self.children if child.name == name]
        return [each for child in found for each in child.all(rest)] if rest and found else found

    def first(self, path: str) -> Element | None:
        """The first element at *path*, or None."""
        name, _, rest = path.partition("/")
        for child in self.children:
            if child.name == name:
                found = child.first(rest) if rest else child
                if found is not None:
                    return found
        return None

    def value(self, path: str = "") -> str:
        """The text at *path*, or of this element, with single spaces; empty where there is none."""
        element = self.first(path) if path else self
        return " ".join(element.text.split()) if element is not None else ""

    def words(self) -> str:
        """The text of this element and of its paragraphs (`P`), which are kept apart by a space, and marks (`FT`)."""
        return " ".join(self._words().split())

    def _words(self) -> str:
        inner = "".join(
            f"{child._words() if child.name in _OF_TEXT else ''}{child.tail}" for child in self.children
        )
        return f" {self.text}{inner} " if self.name == "P" else f"{self.text}{inner}"

    def walk(self) -> Iterator[Element]:
        """This element and all in it, in the order of the file."""
        waiting = [self]
        while waiting:
            element = waiting.pop()
            yield element
            waiting.extend(reversed(element.children))

    def within(self, *names: str) -> Iterator[Element]:
        """The elements of these names in this one, at any depth, but not those that stand in one another."""
        waiting = self.children[::-1]
        while waiting:
            element = waiting.pop()
            if element.name in names:
                yield element
            else:
                waiting.extend(reversed(element.children))


class Record(NamedTuple):
    """A complete part of the file and the containers that it stands in, outermost first (empty for the root)."""

    within: tuple[Element, ...]
    element: Element


class Shape(NamedTuple):
    """Which elements are containers, and which are wanted in records."""

    is_container: Callable[[str], bool]
    is_wanted: Callable[[str], bool]


def records(source: Source, shapes: Mapping[str, Shape]) -> Iterator[Record]:
    """The records of a file whose root is one of *shapes*: first the root itself, then as they are complete.

    Raises `NotANotice` for another root, `Damaged`, `Forbidden` or `TooLarge`.
    """
    collector = _Collector(shapes)
    parser = etree.XMLParser(
        target=collector,
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    try:
        for text in _bounded(source.text()):
            parser.feed(text.encode("utf-8"))
            yield from collector.taken()
        parser.close()
    except etree.LxmlError as error:
        raise Damaged("the XML breaks off or breaks its own rules", found=str(error)[:200]) from None
    yield from collector.taken()


def _bounded(pieces: Iterator[str]) -> Iterator[str]:
    stretch = tags = 0
    for piece in pieces:
        tags += piece.count("<")
        if tags > MOST_TAGS:
            raise TooLarge("more elements than any notice has", most=str(MOST_TAGS))
        last = piece.rfind("<")
        stretch = stretch + len(piece) if last < 0 else len(piece) - last
        if stretch > LONGEST_STRETCH:
            raise TooLarge("a text or a tag longer than any notice has", most=str(LONGEST_STRETCH))
        if piece:
            yield piece


class _Collector:
    """What the parser calls: keeps the containers that are open and the record that is growing."""

    def __init__(self, shapes: Mapping[str, Shape]) -> None:
        self._shapes = shapes
        self._shape: Shape | None = None
        self._roles: dict[str, tuple[str, bool, bool]] = {}
        self._attributes: dict[str, str] = {}
        self._within: list[Element] = []
        self._open: list[Element] = []
        self._skipped = self._room = self._count = 0
        self._ready: list[Record] = []

    def taken(self) -> list[Record]:
        """The records that are complete; each is given once."""
        ready, self._ready = self._ready, []
        return ready

    def doctype(self, name: str, _public: str | None, _system: str | None) -> None:
        if name.lower() == "html":
            raise NotANotice("a web page", looks_like="html")
        raise Forbidden("a document type", doctype=name[:100])

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if self._skipped:
            self._skipped += 1
            if self._skipped > DEEPEST:
                raise _too_deep()
            return
        name, is_container, is_wanted = self._roles.get(tag) or self._role(tag)
        growing = self._open
        if is_container and not growing:
            self._begin(Element(name, self._local(attributes)))
            return
        if not is_wanted:
            self._skipped = 1
            return
        element = Element(name, self._local(attributes) if attributes else {})
        if growing:
            growing[-1].children.append(element)
            if len(growing) >= DEEPEST:
                raise _too_deep()
        else:
            self._room = MOST_IN_A_RECORD
        growing.append(element)
        self._room -= 1
        if self._room < 0:
            raise TooLarge("more elements than any notice has", most=str(MOST_IN_A_RECORD))

    def _begin(self, element: Element) -> None:
        self._within.append(element)
        if len(self._within) == 1:
            self._add(Record((), element))
        elif len(self._within) > DEEPEST:
            raise _too_deep()

    def end(self, _tag: str) -> None:
        if self._skipped:
            self._skipped -= 1
        elif self._open:
            element = self._open.pop()
            if not self._open:
                self._add(Record(tuple(self._within), element))
        elif self._within:
            self._within.pop()

    def data(self, text: str) -> None:
        if not self._skipped and self._open:
            element = self._open[-1]
            if not element.children:
                if len(element.text) < LONGEST_TEXT:
                    element.text += text[:LONGEST_TEXT]
            elif len(element.children[-1].tail) < LONGEST_TEXT:
                element.children[-1].tail += text[:LONGEST_TEXT]

    def close(self) -> None:
        pass

    def _add(self, record: Record) -> None:
        self._count += 1
        if self._count > MOST_RECORDS:
            raise TooLarge("more parts than any notice has", most=str(MOST_RECORDS))
        self._ready.append(record)

    def _role(self, tag: str) -> tuple[str, bool, bool]:
        name = tag.rpartition("}")[2]
        if self._shape is None:
            self._shape = self._shapes.get(name)
            if self._shape is None:
                raise NotANotice("no notice has this root element", root=name[:100])
            role = (name, True, False)
        else:
            role = (name, self._shape.is_container(name), self._shape.is_wanted(name))
        _bounded_names(self._roles)
        self._roles[tag] = role
        return role

    def _local(self, attributes: Mapping[str, str]) -> dict[str, str]:
        found = {}
        for name, value in attributes.items():
            local = self._attributes.get(name)
            if local is None:
                _bounded_names(self._attributes)
                local = self._attributes[name] = name.rpartition("}")[2]
            found[local] = value[:LONGEST_TEXT]
        return found


def _bounded_names(names: Mapping[str, object]) -> None:
    if len(names) >= MOST_NAMES:
        raise TooLarge("more names of elements than any notice has", most=str(MOST_NAMES))


def _too_deep() -> TooLarge:
    return TooLarge("nested deeper than any notice is", most=str(DEEPEST))
