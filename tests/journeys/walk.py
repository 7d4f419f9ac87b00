"""A walk over pages: every page that can be reached is looked at in both languages, both papers and several widths.

`SHOTS=folder` keeps a picture of each page at 360 and 1280 pixels, for people to look at.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from babel.messages.pofile import read_po
from flask import Flask
from playwright.sync_api import Page, Response
from werkzeug.exceptions import HTTPException

from app import create_app
from app.rehearsal.browser import Browser
from tests.journeys.conftest import DESK, PHONE, assert_accessible, assert_fits
from tests.translations import SWEDISH

NARROWEST = {"width": 320, "height": 640}
HEADERS = {
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "cross-origin-opener-policy": "same-origin",
}
POLICY = ("default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'")
FILES = r"\.(csv|json|bel|txt|xlsx)$|^/(static|liggare|healthz|readyz)|/(utseende|val)$|/bilagor/"
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[sd]")
ONCE = r"/(logga-in|inbjudan|kom-igang|bekrafta|andra)/[^/]*\."  # links in letters


@cache
def english_texts() -> re.Pattern[str]:
    """The English texts, of several words, that Swedish says otherwise; placeholders stand for anything."""
    with SWEDISH.open("rb") as file:
        catalogue = read_po(file, locale="sv")
    texts = {
        text
        for message in catalogue
        for text in (message.id if isinstance(message.id, tuple | list) else [message.id])
        if " " in PLACEHOLDER.sub("", text).strip(" .,:–") and text not in (message.string, *message.string)
    }
    return re.compile("|".join(".+".join(map(re.escape, PLACEHOLDER.split(text))) for text in sorted(texts)))


@cache
def routes() -> Flask:
    """The application, only asked for its addresses."""
    return create_app()


def endpoint(path: str) -> str:
    """The endpoint behind a path; "" when there is none."""
    bare = path.removeprefix("/en") or "/"
    try:
        return str(routes().url_map.bind("localhost").match(bare, method="GET")[0])
    except HTTPException:
        return ""


@cache
def page_endpoints() -> frozenset[str]:
    """Every endpoint that shows a page to people."""
    return frozenset(
        rule.endpoint
        for rule in routes().url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not re.search(FILES, rule.rule)
    )


SHAPE = """() => [...new Set([...document.body.querySelectorAll('*')].map(one => {
  let path = '';
  for (let up = one; up && up !== document.body; up = up.parentElement)
    path = up.tagName + '.' + (up.getAttribute('class') ?? '') + '/' + path;
  return path;
}))]"""


@dataclass
class Walk:
    """One person's walk. Where a page has nothing on it that it did not have before, it is examined less closely."""

    page: Page
    base: str
    who: str
    shapes: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    visited: set[str] = field(default_factory=set)

    def sign_in(self, browser: Browser) -> None:
        """Takes over the session of someone who has signed in."""
        self.page.context.clear_cookies()
        self.page.context.add_cookies(
            [
                {"name": one.name, "value": one.value or "", "url": self.base}
                for one in browser.client.cookies.jar
            ]
        )

    def around(self, starts: Iterable[str], when: str) -> None:
        """Looks at *starts* and at every page that they lead to, one of each kind."""
        waiting, kinds = list(starts), {""}
        for path in waiting:
            kind = endpoint(urlsplit(path).path)
            if kind in page_endpoints() - kinds and not re.search(ONCE, path):
                kinds.add(kind)
                waiting += self.look(path, when)

    def look(self, path: str, when: str, status: int = 200) -> list[str]:
        """Examines one page, in both languages where it has something new; gives the paths that it links to."""
        answer = self._open(path, status)
        kind = endpoint(urlsplit(answer.url).path) or f"error-{status}"
        self.visited.add(kind)
        links = self._links()
        shape = set(self.page.evaluate(SHAPE))
        new = not shape <= self.shapes[kind]
        self.shapes[kind] |= shape
        self._examine(answer, "sv", f"{when}-{kind}", closely=new)
        if new:
            self._examine(self._open("/en" + path, status), "en", f"{when}-{kind}", closely=True)
        return links

    def _open(self, path: str, status: int) -> Response:
        answer = self.page.goto(self.base + path)
        assert answer is not None
        assert answer.status == status, f"{path}: {answer.status}"
        return answer

    def _links(self) -> list[str]:
        here = self.page.eval_on_selector_all("a[href]", "all => all.map(one => one.href)")
        own = [part for part in map(urlsplit, here) if f"{part.scheme}://{part.netloc}" == self.base]
        return [
            part.path + (f"?{part.query}" if part.query else "")
            for part in own
            if part.path != "/en" and not part.path.startswith("/en/")
        ]

    def _examine(self, answer: Response, lang: str, name: str, *, closely: bool) -> None:
        expect_headers(answer.all_headers(), answer.url)
        self.examine_now(lang, name, closely=closely)

    def examine_now(self, lang: str, name: str, *, closely: bool = True) -> None:
        """Examines what the browser shows."""
        page, where = self.page, f"{self.who} {self.page.url}"
        assert page.locator("html").get_attribute("lang") == lang, where
        assert page.title().removesuffix("Anbudspriset").strip(" –"), where
        if lang == "sv":
            assert english_leftovers(page) == [], where
        page.emulate_media(color_scheme="light" if lang == "sv" else "dark")
        for width, size in (("1280", DESK), ("320", NARROWEST), ("360", PHONE)):
            page.set_viewport_size(size)
            assert_fits(page)
            if closely and width == ("360" if lang == "sv" else "1280"):
                assert_accessible(page)
            self._shot(f"{name}-{lang}-{width}")

    def _shot(self, name: str) -> None:
        if folder := os.environ.get("SHOTS"):
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=f"{folder}/{self.who}-{name}.png", full_page=True)


def expect_headers(headers: dict[str, str], where: str) -> None:
    """The security headers of a page."""
    assert {name: headers.get(name) for name in HEADERS} == HEADERS, where
    policy = headers["content-security-policy"]
    assert all(part in policy for part in POLICY), where
    assert "unsafe" not in policy, where


def english_leftovers(page: Page) -> list[str]:
    """English texts that a Swedish page shows or says."""
    shown = page.evaluate(
        """() => {
          const texts = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          while (walk.nextNode()) if (!walk.currentNode.parentElement.closest('[lang=en], script, style')) texts.push(walk.currentNode.data);
          for (const one of document.querySelectorAll('[aria-label], [title], [placeholder], [alt]'))
            texts.push(one.ariaLabel || '', one.title || '', one.placeholder || '', one.alt || '');
          return texts.map(text => text.replace(/\\s+/g, ' ').trim());
        }"""
    )
    return sorted({text for text in shown if english_texts().fullmatch(text)})
