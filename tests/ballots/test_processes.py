"""The box under a real gunicorn with several processes: the same benches that show the bars, in small."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import double_casts, killed_workers, polling


@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
@pytest.mark.timeout(300)
def test_simultaneous_casts_and_voids_end_in_one_ballot_and_one_receipt(
    tmp_path: Path, database: str, request
) -> None:
    url = (
        f"sqlite:///{tmp_path / 'anbudspriset.db'}"
        if database == "sqlite"
        else request.getfixturevalue("postgresql_url")
    )
    poll = polling.open_poll(url, tmp_path, 6, workers=3, spares=4)
    assert double_casts.run(poll, 12, every=2) == 0


@pytest.mark.slow
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
@pytest.mark.timeout(600)
def test_killed_workers_cost_nobody_a_vote(tmp_path: Path, database: str, request) -> None:
    url = (
        f"sqlite:///{tmp_path / 'anbudspriset.db'}"
        if database == "sqlite"
        else request.getfixturevalue("postgresql_url")
    )
    poll = polling.open_poll(url, tmp_path, 120, workers=3)
    ballots = polling.make_ballots(poll, poll.secrets)
    answers, killer = killed_workers.cast_while_killing(poll, ballots, kills=6, at_once=6)
    assert killer.killed >= 6
    assert killed_workers.judge(poll, answers, killer) == 0
