"""The people of the hostile benchmark: they are signed in, hold drafts and mailed links, and send forms that no page sends.

A request without a token gets no further than the door. These have one: a supplier in the middle of a nomination, a
nominator with the letter's link, a nominated authority, a juror and a secretary. Fields are missing, repeated, endless
and full of nonsense; files are bombs.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

from app.processes import Service
from app.rehearsal import sample
from app.rehearsal.browser import Browser
from app.rehearsal.play import Year
from app.rehearsal.stage import JURORS, SECRETARY

CLOSED, OPEN = "2026", "2027"
"""Two editions: one whose nominations are decided, one that takes them."""

AWAY = ("/flytta/<", "/logga-ut", "/avsluta", "/personer")
"""Where one request would end what the others are about: phases, sessions, accounts."""

NAMES = (
    "authority", "buyer_number", "authority_email", "title", "lots", "notice", "procurement_id", "reference",
    "procedure", "cpv", "awarded_on", "value", "tenders", "winners", "category", "why", "remarks", "person_name",
    "person_email", "relation", "relation_words", "company", "orgnr", "sole_trader", "foreign_country",
    "foreign_number", "contact_name", "contact_email", "number", "back", "reply", "declines", "reason", "reason_en",
    "subject_sv", "words_sv", "seen", "seen_nomination", "seen_recipients", "seen_first", "stamp", "stands", "letter",
    "q", "answer", "complete_by",
)  # fmt: skip
ACTIONS = ("next", "save", "mail", "send", "read", "skip", "accept", "decline", "ask", "move", "")
STEPS = ("upphandlingen", "nomineringen", "granska", "")
VALUES = (
    "", "x", "1 000 kr", "99999999999999999999999 SEK", "1e400", "-1", "½", "٣٤٥", "9999-12-31", "0001-01-01",
    "2026-W01-1", "850101-1236", "SE75790", "151531-2021", "https://[", "javascript:alert(1)", "a@b.example",
    "a\r\nBcc: x@y.example", "<script>alert(1)</script>", "{{7*7}}%(num)s%s", "\x00\x1f", "\ud800", "\u202eabc",
    "=cmd|x!A1", "\U0001f600" * 300, "x" * 30_000, "first", "won", "y",
)  # fmt: skip
FILES = (
    b"", b"hej", b"<html>", b"PK\x03\x04", b"%PDF-1.7\n%%EOF", b"\x89PNG\r\n\x1a\n" + b"\xff" * 200,
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><a>&c;</a>',
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
    b"<ContractAwardNotice>" + b"<a>" * 100_000, b"<ContractAwardNotice " + b"a='1' " * 100_000 + b">",
    b"<TED_EXPORT/>", b"[" * 100_000, b'{"a":' * 50_000, b'{"releases":[{"ocid":{"a":1},"buyer":[],"tender":[[]]}]}',
    b'{"ocid":"ocds-1-1","id":"1","tag":["award"],"tender":{"title":"\\ud800\\u0000<b>"}}', b"[" + b"{}," * 500_000 + b"{}]",
)  # fmt: skip
FILE_NAMES = ("a.xml", "../../x", "secretariat", "a\u202eb.png", "x" * 3000, "'; --.pdf", "")


@dataclass
class Person:
    """Somebody with cookies and a form's token; `links` are tokens from letters that came to them."""

    cookies: str
    csrf: str
    places: Sequence[str]
    links: Sequence[str] = field(default_factory=list)


def move_in(service: Service) -> list[Person]:
    """Plays until there is something to attack, and gives everyone who is there."""
    first = Year(service, voters=1, nominations=sample.NOMINATIONS[:4], say=_nothing, year=int(CLOSED))
    first.play(until="shortlist")
    second = Year(service, voters=1, nominations=sample.NOMINATIONS[:3], say=_nothing, year=int(OPEN))
    second.set_up()
    second.create_edition()
    second.nominate()
    supplier = Browser(service.base_url)
    supplier.open(f"/nominera/{OPEN}/upphandlingen").form(having="authority").fill(title="Utkast").submit(
        "action", "save"
    )
    letters = second.mailbox.letters()
    mailed = {
        kind: [link.rstrip("/").rpartition("/")[2] for letter in letters for link in letter.links(kind)]
        for kind in ("/andra/", "/bekrafta/", "/svar/")
    }
    return [
        _person(supplier, f"/nominera/{OPEN}/upphandlingen", ("/nominera/",), []),
        _person(Browser(service.base_url), f"/nominera/{OPEN}", ("/nominera/", "/cpv"), mailed["/andra/"]),
        _person(Browser(service.base_url), f"/nominera/{OPEN}", ("/nominera/",), mailed["/bekrafta/"]),
        _person(Browser(service.base_url), f"/nominera/{OPEN}", ("/svar/",), mailed["/svar/"]),
        _person(second.staff[SECRETARY[1]], f"/sekretariat/{CLOSED}/urval", ("/sekretariat/<",), []),
        _person(second.staff[JURORS[0][1]], f"/nominera/{OPEN}", ("/jury/", "/sekretariat/<"), []),
    ]


def form(
    rng: random.Random, people: Sequence[Person], rules: Sequence[str]
) -> tuple[str, str, bytes, dict[str, str]]:
    """Method, address, body and headers of a form that somebody sends."""
    who = rng.choice(people)
    fitting = [
        rule
        for rule in rules
        if rule.startswith(tuple(who.places)) and not any(away in rule for away in AWAY)
    ]
    address = "/".join(_part(rng, part, who) for part in rng.choice(fitting).split("/"))
    fields = [("csrf_token", who.csrf), ("action", rng.choice(ACTIONS)), ("step", rng.choice(STEPS))]
    for name in rng.sample(NAMES, rng.randrange(len(NAMES))):
        fields += [(name, rng.choice(VALUES))] * rng.choice((1, 1, 1, 2, 40))
    body, kind = (
        _multipart(rng, fields)
        if rng.random() < 0.4
        else (_plain(fields), "application/x-www-form-urlencoded")
    )
    headers = {"Content-Type": kind, "Cookie": who.cookies, "X-Forwarded-For": f"10.{rng.randrange(250)}.{rng.randrange(250)}.{rng.randrange(250)}"}  # fmt: skip
    return rng.choice(("POST", "POST", "POST", "GET")), address, body, headers


def _person(browser: Browser, page: str, places: Sequence[str], links: Sequence[str]) -> Person:
    html = browser.open(page).response.text
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', html)
    assert found, page
    cookies = "; ".join(f"{one.name}={one.value}" for one in browser.client.cookies.jar)
    return Person(cookies, found[1], places, links)


def _part(rng: random.Random, part: str, who: Person) -> str:
    if not part.startswith("<"):
        return part
    if part.startswith("<any("):
        return rng.choice(part[5:].partition(")")[0].split(",")).strip(' "')
    if part.endswith("slug>"):
        return rng.choice((OPEN, OPEN, OPEN, CLOSED))
    if part.startswith("<int"):
        return str(rng.choice((1, 2, 3, 4, 5, 6, 7, 99, 2**31)))
    if part == "<token>" and who.links and rng.random() < 0.8:
        return rng.choice(who.links)
    return quote(rng.choice(VALUES)[:300].encode("utf-8", "surrogatepass"), safe="") or "x"


def _plain(fields: Sequence[tuple[str, str]]) -> bytes:
    return urlencode([(name, value.encode("utf-8", "surrogatepass")) for name, value in fields]).encode()


def _multipart(rng: random.Random, fields: Sequence[tuple[str, str]]) -> tuple[bytes, str]:
    parts = [
        b'--b\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
        % (name.encode(), value.encode("utf-8", "surrogatepass"))
        for name, value in fields
    ]
    for _ in range(rng.choice((0, 1, 1, 7))):
        called = rng.choice(FILE_NAMES).encode()
        parts.append(
            b'--b\r\nContent-Disposition: form-data; name="file"; filename="%s"\r\n\r\n%s\r\n'
            % (called, rng.choice(FILES))
        )
    return b"".join(parts) + rng.choice((b"--b--\r\n", b"--b", b"")), "multipart/form-data; boundary=b"


def _nothing(_said: str) -> None:
    """The year is played without a word."""
