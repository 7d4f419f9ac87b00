"""No route without a guard, and what the guards refuse."""

from __future__ import annotations

import subprocess
import sys

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import AnyConverter, IntegerConverter

from app import access
from app.access import Role, Rule


def test_a_route_without_a_guard_stops_the_start(app: Flask) -> None:
    app.view_functions["web.healthz"] = lambda: "unguarded"
    with pytest.raises(access.UnguardedRoute, match=r"web\.healthz"):
        access.refuse_unguarded(app)


def test_staff_pages_ask_a_stranger_to_sign_in(app: Flask, client: FlaskClient) -> None:
    walked = 0
    for rule in app.url_map.iter_rules():
        declared = access.rule_of(app.view_functions[rule.endpoint])
        if declared is None or declared.kind != "staff":
            continue
        path = rule.build({name: _value(rule, name) for name in rule.arguments})
        assert path is not None
        method = "GET" if "GET" in (rule.methods or ()) else "POST"
        answer = client.open(path[1], method=method)
        walked += 1
        assert answer.status_code in ({302} if method == "GET" else {400, 401}), rule.rule
        if method == "GET":
            assert "/logga-in" in answer.headers["Location"]
    assert walked > 20


def _value(rule: object, name: str) -> object:
    converter = rule._converters[name]  # type: ignore[attr-defined]
    if isinstance(converter, AnyConverter):
        return sorted(converter.items)[0]
    return 1 if isinstance(converter, IntegerConverter) else "x"


def test_machine_endpoints_take_json_from_our_own_pages_alone(app: Flask, client: FlaskClient) -> None:
    walked = 0
    for rule in app.url_map.iter_rules():
        if access.rule_of(app.view_functions[rule.endpoint]) != Rule("machine") or "POST" not in (
            rule.methods or ()
        ):
            continue
        path = rule.build({name: _value(rule, name) for name in rule.arguments})
        assert path is not None
        walked += 1
        assert client.post(path[1], data={"a": "b"}).status_code == 415
        assert client.post(path[1], json={}, headers={"Origin": "https://evil.example"}).status_code == 403
    assert walked >= 3


def test_the_first_page_opens_for_everyone(client: FlaskClient) -> None:
    assert client.get("/").status_code == 200


def test_roles_are_what_the_pages_know() -> None:
    assert [role.value for role in Role] == ["secretariat", "juror", "observer"]


def test_the_verifier_comes_without_flask_and_sqlalchemy() -> None:
    code = "import app.core.verify, sys; print([m for m in ('flask', 'sqlalchemy', 'itsdangerous') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
