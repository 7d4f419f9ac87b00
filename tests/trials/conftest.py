"""A relay that takes every letter, and the application sending to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask

from tests.mail.conftest import use_relay
from tests.mail.relay import Relay


@dataclass
class Taken:
    """A letter as it came."""

    to: str
    subject: str
    text: str
    html: str


class Post:
    """What the relay has taken since it was last asked to forget."""

    def __init__(self, server: Relay) -> None:
        self.server = server
        self.begin = 0

    def forget(self) -> None:
        self.begin = len(self.server.mails)

    @property
    def received(self) -> list[Taken]:
        found = []
        for mail in self.server.mails[self.begin :]:
            plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
            assert plain is not None
            assert html is not None
            found.append(
                Taken(str(mail["To"]), str(mail["Subject"]), plain.get_content(), html.get_content())
            )
        return found


@pytest.fixture
def relay(app: Flask) -> Iterator[Post]:
    server = Relay()
    server.start()
    use_relay(app, server.url())
    yield Post(server)
    server.stop()
