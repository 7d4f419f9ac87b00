"""A person at a browser, without the browser: pages, links and forms over HTTP, cookies kept, nothing else known."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Self

import httpx
import lxml.html
from lxml.html import FormElement, HtmlElement

TIMEOUT = 60


class PageProblem(RuntimeError):
    """A page that is not what a person would expect; the message says which and what it said."""


@dataclass
class Page:
    """A page that was received."""

    browser: Browser
    response: httpx.Response
    root: HtmlElement

    @property
    def url(self) -> str:
        return str(self.response.url)

    @property
    def text(self) -> str:
        """What a person reads in it."""
        main = self.root.find(".//main")
        return " ".join((main if main is not None else self.root).text_content().split())

    def form(self, *, having: str = "", action: str = "") -> Form:
        """The form with a field or button named *having*, or whose address ends with or contains *action*."""
        for element in self.root.forms:
            names = {field.get("name") for field in element.iter("input", "textarea", "select", "button")}
            if (not having or having in names) and action in (element.get("action") or self.url):
                return Form(self, element)
        raise PageProblem(f"{self.url}: no form with {having or action!r}; it says: {self.text[:500]}")

    def forms(self, *, action: str) -> list[Form]:
        """Every form whose address contains *action*."""
        return [Form(self, element) for element in self.root.forms if action in (element.get("action") or "")]

    def fields(self, begins: str, ends: str) -> list[str]:
        """The names of the fields that begin and end so, in the order of the page."""
        names = [field.get("name") or "" for field in self.root.iter("input", "textarea", "select")]
        return [name for name in names if name.startswith(begins) and name.endswith(ends)]

    def attribute(self, name: str) -> str:
        """The value of the first attribute called *name*."""
        for value in self.root.xpath(f"//@{name}"):
            return str(value)
        raise PageProblem(f"{self.url}: nothing has {name!r}")

    def figure(self, name: str) -> str:
        """The text of the element marked data-figure="*name*"."""
        for element in self.root.xpath("//*[@data-figure=$name]", name=name):
            return str(element.text_content()).strip()
        raise PageProblem(f"{self.url}: no figure {name!r}")

    def link(self, containing: str) -> str:
        """The address of the first link whose address contains *containing*."""
        for anchor in self.root.iter("a"):
            if containing in (anchor.get("href") or ""):
                return str(anchor.get("href"))
        raise PageProblem(f"{self.url}: no link with {containing!r}")

    def numbered(self, under: str) -> str:
        """The address of the first link to something numbered *under* an address, with what is asked for beside it."""
        for anchor in self.root.iter("a"):
            if re.search(rf"{re.escape(under)}\d+(\?|$)", anchor.get("href") or ""):
                return str(anchor.get("href"))
        raise PageProblem(f"{self.url}: no link to something numbered under {under!r}")

    def every_numbered(self, under: str) -> list[str]:
        """The addresses of all links to something numbered *under* an address."""
        found = [anchor.get("href") or "" for anchor in self.root.iter("a")]
        return [address for address in found if re.search(rf"{re.escape(under)}\d+$", address)]

    def expect_no_errors(self) -> Self:
        """Raises `PageProblem` where the page shows an error summary."""
        problems = self.root.find_class("summary")
        if problems:
            raise PageProblem(f"{self.url}: {' '.join(problems[0].text_content().split())}")
        return self


class Form:
    """A form of a page, filled in as it came; `fill` changes fields, `submit` sends it."""

    def __init__(self, page: Page, element: FormElement) -> None:
        self.page = page
        self.element = element
        self.values: list[tuple[str, str]] = [
            (name, value) for name, value in element.form_values() if name and value is not None
        ]
        self.files: dict[str, tuple[str, bytes, str]] = {}

    def fill(self, **fields: str | list[str] | bool) -> Self:
        """Sets fields by name. A list ticks several; False clears; a field that the form lacks is an error."""
        known = {field.get("name") for field in self.element.iter("input", "textarea", "select", "button")}
        for name, value in fields.items():
            if name not in known:
                raise PageProblem(
                    f"{self.page.url}: the form has no field {name!r} (it has {sorted(filter(None, known))})"
                )
            self.values = [pair for pair in self.values if pair[0] != name]
            if isinstance(value, list):
                self.values += [(name, one) for one in value]
            elif value is True:
                self.values.append((name, "y"))
            elif value is not False:
                self.values.append((name, value))
        return self

    def choices(self, name: str) -> list[str]:
        """The values that one can choose from in a group of radio buttons or a list."""
        fields = [
            field
            for field in self.element.iter("input", "option")
            if (field.get("name") == name or field.getparent().get("name") == name)
        ]
        return [str(field.get("value")) for field in fields if field.get("value")]

    def attach(self, field: str, filename: str, content: bytes, kind: str = "text/csv") -> Self:
        """Chooses a file."""
        self.values = [pair for pair in self.values if pair[0] != field]
        self.files[field] = (filename, content, kind)
        return self

    def submit(self, button: str = "", value: str = "") -> Page:
        """Sends the form (with the named button pressed) and gives the page that came back."""
        data: dict[str, Any] = {}
        for name, one in [*self.values, *([(button, value)] if button else [])]:
            data.setdefault(name, []).append(one)
        target = self.element.get("action") or self.page.url
        if (self.element.get("method") or "get").lower() == "get":
            return self.page.browser.open(target, params=data)
        return self.page.browser.send(target, data=data, files=self.files or None)


class Browser:
    """One person's browser: its own cookies."""

    def __init__(self, base_url: str) -> None:
        self.client = httpx.Client(base_url=base_url, follow_redirects=True, timeout=TIMEOUT)

    def open(self, address: str, **parameters: Any) -> Page:
        """GETs a page; raises `PageProblem` for an error page."""
        return self._page(self.client.get(address, **parameters))

    def send(self, address: str, **content: Any) -> Page:
        """POSTs a form; raises `PageProblem` for an error page."""
        return self._page(self.client.post(address, **content))

    def fetch(self, address: str) -> bytes:
        """Downloads a file."""
        response = self.client.get(address)
        if response.is_error:
            raise PageProblem(f"{response.url} answered {response.status_code}")
        return response.content

    def close(self) -> None:
        self.client.close()

    def _page(self, response: httpx.Response) -> Page:
        root = lxml.html.fromstring(response.text or "<html></html>", base_url=str(response.url))
        root.make_links_absolute(str(response.url))
        page = Page(self, response, root)
        if response.is_error:
            page.expect_no_errors()
            raise PageProblem(f"{response.url} answered {response.status_code}: {page.text[:800]}")
        return page
