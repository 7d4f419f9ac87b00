"""The local inbox, read as its addressees would: letters that really came over SMTP, and the links in them."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

LINK = re.compile(r"https?://[^\s<>\"]+")
PAUSE = 0.2


class NoLetter(RuntimeError):
    """A letter that should have come did not."""


@dataclass(frozen=True)
class Received:
    """A letter as it came."""

    to: str
    subject: str
    text: str

    def links(self, containing: str = "") -> list[str]:
        """The addresses in its text that contain *containing*, in order."""
        return [found.rstrip(".,)") for found in LINK.findall(self.text) if containing in found]


class Mailbox:
    """The folder into which `flask inbox` puts each letter as an .eml file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._seen: set[Path] = set()
        self._letters: list[Received] = []

    def letters(self) -> list[Received]:
        """All letters so far, in the order in which they came."""
        for path in sorted(set(self.folder.glob("**/*.eml")) - self._seen):
            self._seen.add(path)
            self._letters.append(_read(path))
        return self._letters

    def find(self, to: str, containing: str) -> list[Received]:
        """The letters to *to* with a link that contains *containing*, newest last."""
        return [letter for letter in self.letters() if letter.to == to.lower() and letter.links(containing)]

    def wait(
        self,
        to: str,
        containing: str,
        *,
        count: int = 1,
        seconds: float = 60,
        check: Callable[[], None] | None = None,
    ) -> Received:
        """The newest letter to *to* with such a link, once there are *count* of them; raises `NoLetter`."""
        for _ in self._patiently(seconds):
            found = self.find(to, containing)
            if len(found) >= count:
                return found[-1]
            if check:
                check()
        raise NoLetter(f"no letter to {to} with a link to {containing} after {seconds:.0f} s")

    @staticmethod
    def _patiently(seconds: float) -> Iterator[None]:
        end = time.monotonic() + seconds
        while True:
            yield
            if time.monotonic() > end:
                return
            time.sleep(PAUSE)


def _read(path: Path) -> Received:
    with path.open("rb") as file:
        message: EmailMessage = BytesParser(policy=policy.default).parse(file)  # type: ignore[assignment]
    body = message.get_body(("plain",))
    to = message["To"].addresses[0].addr_spec if message["To"] else ""
    return Received(to.lower(), str(message["Subject"]), body.get_content() if body else "")
