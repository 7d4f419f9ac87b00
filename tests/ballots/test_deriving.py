"""Many credentials at once are the same credentials as one by one."""

import pytest

from app.ballots import deriving
from app.core.ballot_labels import ballot_label
from app.core.belenios.credentials import public_credential

UUID = "DerivingManyOf"
SERIES = [
    deriving.Series("voter", b"v" * 32, [3, 7, 8, *range(100, 400)]),
    deriving.Series("spare", b"s" * 32, range(1, 6)),
    deriving.Series("spare", b"s" * 32, ()),
]


def expected(each: deriving.Series) -> list[tuple[str, str]]:
    secrets = [deriving.secret(each.key, UUID, each.kind, number, 1) for number in each.numbers]
    return [(public_credential(secret, UUID), ballot_label(secret)) for secret in secrets]


@pytest.mark.parametrize("many", [10, 10_000], ids=["side by side", "one after the other"])
def test_what_is_kept_is_the_public_half_and_the_label(monkeypatch, many):
    monkeypatch.setattr(deriving, "MANY", many)
    monkeypatch.setattr(deriving, "CHUNK", 90)
    told = []
    kept = deriving.derive(UUID, SERIES, progress=lambda done, total: told.append((done, total)))
    assert [list(deriving.kept(each)) for each in kept] == [expected(each) for each in SERIES]
    assert told == [(90, 308), (180, 308), (270, 308), (308, 308)]


def test_who_has_to_stop_stops(monkeypatch):
    monkeypatch.setattr(deriving, "MANY", 10)
    monkeypatch.setattr(deriving, "CHUNK", 20)

    def stop(done, _total):
        if done >= 40:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        deriving.derive(UUID, SERIES, progress=stop)
