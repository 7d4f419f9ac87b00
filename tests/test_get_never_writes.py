"""No GET opens a writing transaction: every GET route, as a stranger and as each role."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.engine import Connection
from werkzeug.routing import AnyConverter, IntegerConverter, Rule

from app.access import Role
from app.extensions import db
from tests.accounts.people import account, sign_in
from tests.awards.conftest import make_edition
from tests.conftest import START

EDITION = "2026"


@pytest.fixture
def opened(app: Flask) -> Iterator[list[str]]:
    """How each writing transaction began, since the fixture was asked for."""
    found: list[str] = []

    def begin(connection: Connection) -> None:
        if mode := connection.get_execution_options().get("begin"):
            found.append(str(mode))

    engine = db.engine
    event.listen(engine, "begin", begin)
    yield found
    event.remove(engine, "begin", begin)


def _address(rule: Rule) -> str:
    values: dict[str, object] = {}
    for name in rule.arguments:
        converter = rule._converters.get(name)
        if isinstance(converter, AnyConverter):
            values[name] = sorted(converter.items)[0]
        else:
            values[name] = 1 if isinstance(converter, IntegerConverter) else EDITION
    built = rule.build(values)
    assert built is not None
    return built[1]


@pytest.mark.parametrize("role", [None, *Role])
def test_no_get_opens_a_transaction(
    app: Flask, client: FlaskClient, role: Role | None, opened: list[str]
) -> None:
    make_edition(START, slug=EDITION)
    if role is not None:
        sign_in(client, account(role=role))
    assert opened  # what was made just now was seen
    statuses = set()
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()):
            continue
        opened.clear()
        for method in ("GET", "HEAD"):
            g.pop("principal", None)  # the test's application context is shared by all its requests
            with client.open(_address(rule), method=method) as answer:
                statuses.add(answer.status_code)
            assert opened == [], f"{method} {rule.rule}"
    assert statuses >= (
        {200, 302, 404} if role is None else {200, 403} if role is not Role.SECRETARIAT else {200}
    )
