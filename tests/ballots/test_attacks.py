"""What somebody hostile sends to the box: every answer is a 4xx with a code, in JSON, and nothing is changed."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from limits import parse

from app.ballots import limits
from app.ballots import service as ballots
from app.extensions import limiter
from tests.ballots.voting import ballot, cast, post, public


def path(year, name="rost"):
    return f"/rosta/{year.slug}/{name}"


BODIES = [
    b"", b"{", b"null", b"[]", b"1", b'"x"', b"{}", b'{"ballot":1}', b'{"ballot":null}', b'{"ballot":{}}', b'{"ballot":""}',
    b'{"ballot":"x"}', b'{"ballot":"{}"}', b'{"ballot":"{}","more":1}', b"\xff\xfe", b'{"ballot":"\\ud800"}',
    b'{"ballot":"\\u0000"}', b"[" * 100_000, b'{"ballot":' * 20_000, b"9" * 100_000, b"NaN", b'{"ballot":NaN}',
    b'{"ballot":"' + b"[" * 100_000 + b'"}', b'{"ballot":"' + b"9" * 100_000 + b'"}', b'{"a":' + b"[" * 900 + b"]" * 900 + b"}",
    b'{"ballot":"' + b"[" * 900 + b"]" * 900 + b'"}', b'{"ballot":"{\\"election_uuid\\":' + b"[" * 5000 + b'}"}',
]  # fmt: skip


def test_what_is_no_ballot_is_malformed(year, client):
    for name in ("rost", "lage", "kvitto"):
        for body in BODIES:
            response = client.post(path(year, name), data=body, content_type="application/json")
            assert (response.status_code, response.get_json()) == (400, {"error": "malformed"}), (
                name,
                body[:40],
            )


def test_only_json_of_a_sane_size_from_our_own_pages(year, client):
    for name in ("rost", "lage", "kvitto"):
        wrong = client.post(path(year, name), data={"ballot": "x"})
        assert (wrong.status_code, wrong.get_json()) == (415, {"error": "not-json"})
        body = b'{"ballot":"' + b"x" * 300_000 + b'"}'
        big = client.post(path(year, name), data=body, content_type="application/json")
        assert (big.status_code, big.get_json()) == (413, {"error": "too-large"})
        foreign = post(client, path(year, name), {"ballot": "x"}, Origin="https://elak.example")
        assert foreign == (403, {"error": "origin"})
        assert post(client, path(year, name), {"ballot": "x"}, Origin="null") == (403, {"error": "origin"})
        assert post(client, path(year, name), {"ballot": "x"}, Origin="http://127.0.0.1:8000")[0] == 400


def test_cookies_are_neither_read_nor_set(year, client):
    client.set_cookie("form", "anything")
    client.set_cookie("staff", "anything")
    data = ballot(year, 0)
    for name, body in (("rost", {"ballot": data.decode()}), ("lage", {"credential": public(year, 0)})):
        response = client.post(path(year, name), json=body)
        assert response.status_code == 200
        assert "Set-Cookie" not in response.headers
        assert response.headers["Cache-Control"] == "no-store"


def test_no_csrf_token_is_asked_for_and_get_casts_nothing(year, client):
    assert client.get(path(year)).status_code == 405
    assert cast(client, year, ballot(year, 0))[0] == 200


def tampered(data: bytes) -> dict[str, bytes]:
    """A valid ballot, changed in ways that a lax server might let through."""
    value = json.loads(data)
    dumps = lambda each: json.dumps(each, separators=(",", ":")).encode()  # noqa: E731
    other_uuid = value | {"election_uuid": "A" * 14}
    response = int(value["signature"]["proof"]["response"])
    order = 2**252 + 27742317777372353535851937790883648493
    unreduced = json.loads(data)
    unreduced["signature"]["proof"]["response"] = str(response + order)
    identity = json.loads(data)
    identity["answers"][0]["choices"][0]["alpha"] = "01" + "0" * 62
    swapped = json.loads(data)
    choices = swapped["answers"][0]["choices"]
    choices[0], choices[1] = choices[1], choices[0]
    upper = data.replace(value["credential"].encode(), value["credential"].upper().encode())
    small_order = json.loads(data)
    small_order["answers"][0]["choices"][0]["beta"] = (
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"
    )
    repeated = data.replace(b'{"election_uuid":', b'{"credential":"x","election_uuid":', 1)
    extra = dumps(value | {"extra": 1})
    return {
        "space": data + b" ", "leading space": b" " + data, "newline": data + b"\n", "other order": dumps(dict(reversed(value.items()))),
        "extra field": extra, "repeated field": repeated, "other election": dumps(other_uuid), "unreduced": dumps(unreduced),
        "identity": dumps(identity), "swapped": dumps(swapped), "upper case": upper, "small order": dumps(small_order),
        "escaped": data.replace(b'"credential"', b'"\\u0063redential"', 1), "half": data[: len(data) // 2],
        "no signature": dumps({k: v for k, v in value.items() if k != "signature"}), "twice": data + data,
    }  # fmt: skip


def test_a_changed_ballot_is_refused(year, client):
    before = ballots.last_event(year.edition_id)
    for name, data in tampered(ballot(year, 0)).items():
        status, answer = cast(client, year, data)
        assert (status, answer) in [(400, {"error": "malformed"}), (422, {"error": "invalid"})], name
    assert ballots.last_event(year.edition_id) == before
    assert cast(client, year, ballot(year, 0))[0] == 200


def test_the_signature_of_one_credential_serves_no_other(year, client):
    mine, theirs = json.loads(ballot(year, 0)), json.loads(ballot(year, 1))
    mine["credential"] = theirs["credential"]
    assert cast(client, year, json.dumps(mine, separators=(",", ":"))) == (422, {"error": "invalid"})


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_any_changed_bit_is_refused(year, client, place, bit):
    data = bytearray(ballot(year, 3))
    data[int(place * len(data))] ^= 1 << bit
    response = client.post(path(year), json={"ballot": bytes(data).decode("latin-1")})
    assert response.status_code in {400, 422}
    assert ballots.turnout(year.edition_id).cast == 0


def test_nothing_answers_about_an_edition_that_is_not_there(app, client):
    for name in ("rost", "lage", "kvitto"):
        assert post(client, f"/rosta/2031/{name}", {"ballot": "x", "credential": "0" * 64}["ballot"])[0] in {
            400,
            404,
        }
    assert client.get("/rosta/2031/val").status_code == 404
    assert client.get("/rosta/2031").status_code == 404
    assert client.get("/arkiv/2031.bel").status_code == 404


@pytest.fixture
def limited(app, monkeypatch):
    monkeypatch.setattr(limits, "FAILED_FROM_ADDRESS", parse("5 per minute"))
    monkeypatch.setattr(limits, "REPEATED_BY_CREDENTIAL", parse("5 per minute"))
    app.config["RATELIMIT_ENABLED"] = True
    limiter.reset()
    yield
    limiter.reset()


def test_failures_are_limited_but_never_a_valid_first_cast(year, client, limited):
    forged = json.loads(ballot(year, 1))
    forged["signature"]["proof"]["response"] = "1"
    text = json.dumps(forged, separators=(",", ":"))
    assert [cast(client, year, text)[0] for _ in range(8)] == [422] * 5 + [429] * 3
    assert cast(client, year, ballot(year, 0))[0] == 200
    refused = client.post(path(year), json={"ballot": "x"})
    assert (refused.status_code, refused.get_json()) == (429, {"error": "slow-down"})
    assert int(refused.headers["Retry-After"]) >= 1


def test_the_same_ballot_is_never_limited_and_another_only_after_many(year, client, limited):
    data = ballot(year, 0)
    assert {cast(client, year, data)[0] for _ in range(10)} == {200}
    other = ballot(year, 0)
    assert [cast(client, year, other)[0] for _ in range(7)] == [409] * 5 + [429] * 2
    assert cast(client, year, data)[0] == 200
