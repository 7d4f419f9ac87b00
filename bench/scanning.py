"""What mail scanners do to links, as far as one can do it without choosing anything: for bench/scanner.py and tests.

`over_http` asks for a link as gateways, prefetchers and chat programs do. `hurried` opens it in a browser and sets off
everything on the page from a script, as sandboxes do for many links; `thorough` uses the browser's own mouse and
keyboard, from control to control, until nothing new appears. Neither ticks a box nor picks a nominee: who chooses has
read, and a reader may vote.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from urllib.parse import urlsplit, urlunsplit

import httpx
from playwright.sync_api import Browser, Page, Request
from playwright.sync_api import Error as BrowserError

PREFETCHES = (
    {"Purpose": "prefetch"},
    {"Sec-Purpose": "prefetch"},
    {"Sec-Purpose": "prefetch;prerender"},
    {"X-Moz": "prefetch"},
    {"X-Purpose": "preview"},
)
ROUNDS = 12
LATEST = 25
FLAGS = ("--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1")
"""for the browser: it follows links to other hosts too, but there is nothing of ours to be spent there"""
CONTROLS = (
    "a[href], area[href], button, summary, input[type=submit], input[type=button], [role=button], [onclick]"
)
SETTLED = """() => { const booth = document.getElementById("booth");
  return !booth || booth.dataset.shown !== "opening"; }"""
LIST = """(controls) => [...document.querySelectorAll(controls)].map((each, place) => ({ place,
  seen: each.checkVisibility ? each.checkVisibility() : true,
  name: [document.getElementById("booth")?.dataset.shown ?? "", location.pathname, each.tagName, each.id,
    each.getAttribute("href") ?? "", each.textContent.trim().slice(0, 60)].join("|") }))"""
HURRY = """async (controls) => {
  const links = [], stay = (event) => {
    const link = event.target.closest?.("a[href]");
    if (link && !link.getAttribute("href").startsWith("#")) { links.push(link.href); event.preventDefault(); }
  };
  window.addEventListener("click", stay, true);
  for (let round = 0; round < 3; round++) {
    for (const each of document.querySelectorAll(controls)) {
      for (const kind of ["pointerdown", "mousedown", "pointerup", "mouseup"]) {
        each.dispatchEvent(new MouseEvent(kind, { bubbles: true, cancelable: true }));
      }
      each.click();
    }
    for (const form of document.forms) if (form.closest("#booth")) form.requestSubmit();
    for (const each of document.querySelectorAll("input, body")) {
      each.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
    }
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  window.removeEventListener("click", stay, true);
  return links;
}"""


def over_http(client: httpx.Client, link: str) -> Counter[int]:
    """Everything that is sent for a link without a browser; the answers by status."""
    parts = urlsplit(link)
    plain = urlunsplit(parts._replace(fragment=""))
    answers: Counter[int] = Counter()
    for method in ("GET", "HEAD", "OPTIONS"):
        answers[client.request(method, plain).status_code] += 1
    for headers in PREFETCHES:
        answers[client.get(plain, headers=headers).status_code] += 1
    for method in ("POST", "PUT", "DELETE", "PROPFIND"):
        answers[client.request(method, plain).status_code] += 1
    if parts.fragment:
        for odd in (f"{plain}%23{parts.fragment}", f"{plain}/{parts.fragment}", f"{plain}?{parts.fragment}"):
            answers[client.get(odd).status_code] += 1
        for machine in ("rost", "lage"):
            answers[client.post(f"{plain}/{machine}").status_code] += 1
    return answers


class Scanner:
    """A browser that a scanner drives: `posted` counts the addresses that its pages posted to, `found` are the links
    that scripts came across. Each link gets a tab of its own, and with it a memory of its own.
    """

    def __init__(self, browser: Browser) -> None:
        self.context = browser.new_context(viewport={"width": 1280, "height": 900})
        self.context.set_default_timeout(10_000)
        self.context.on("request", self._count)
        self.posted: Counter[str] = Counter()
        self.found: set[str] = set()

    def close(self) -> None:
        """Forgets everything."""
        self.context.close()

    def hurried(self, link: str) -> None:
        """Opens the link in a tab of its own and sets everything off from a script."""
        page = self.context.new_page()
        self._open(page, link)
        self.found.update(page.evaluate(HURRY, CONTROLS))
        for key in ("Tab", "Enter", "Tab", "Enter", "Escape"):
            page.keyboard.press(key)
        page.close()

    def thorough(self, link: str, *, tabs: int = LATEST) -> int:
        """Presses every control with the mouse until nothing new appears, then Enter after one Tab, two …; how many."""
        page = self.context.new_page()
        done: set[str] = set()
        booth = urlsplit(link).path
        for _ in range(ROUNDS):
            self._open(page, link)
            before = len(done)
            while new := self._new(page, done, booth):
                place, name = new
                done.add(name)
                self._click(page, place)
            if len(done) == before:
                break
        for number in range(1, tabs):
            self._open(page, link)
            for _ in range(number):
                page.keyboard.press("Tab")
            page.keyboard.press("Enter")
            self._rest(page)
        page.close()
        return len(done)

    def _count(self, request: Request) -> None:
        if request.method != "GET":
            self.posted[f"{request.method} {urlsplit(request.url).path}"] += 1

    def _open(self, page: Page, link: str) -> None:
        page.goto("about:blank")
        page.goto(link)
        self._rest(page)

    def _rest(self, page: Page) -> None:
        try:
            page.wait_for_load_state()
            page.wait_for_function(SETTLED)
        except BrowserError:  # a page that was left while it loaded
            page.wait_for_load_state()

    def _new(self, page: Page, done: set[str], booth: str) -> tuple[int, str] | None:
        """The first control of the booth's pages that was not pressed: where, and what it is."""
        if not urlsplit(page.url).path.endswith((booth, f"{booth}/kvitto", f"{booth}/utan-javascript")):
            return None
        for each in page.evaluate(LIST, CONTROLS):
            if each["seen"] and each["name"] not in done and "mailto:" not in each["name"]:
                return each["place"], each["name"]
        return None

    def _click(self, page: Page, place: int) -> None:
        control = page.locator(CONTROLS).nth(place)
        try:
            control.click(timeout=1500, no_wait_after=True)
        except BrowserError:  # under another element, or gone: then by script
            control.evaluate("(each) => each.click()")
        self._rest(page)


def fetch(base_url: str, links: Iterable[str]) -> Counter[int]:
    """The pages that a script found links to, asked for as a scanner asks; the answers by status."""
    with httpx.Client(timeout=30) as client:
        return Counter(client.get(link).status_code for link in links if link.startswith(base_url))
