"""SMTP_RATE and SMTP_CONNECTIONS."""

from __future__ import annotations

import asyncio
import dataclasses
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from flask import Flask
from sqlalchemy import update

from app.extensions import db, transaction
from app.jobs import leases
from app.jobs.models import Worker as WorkerRow
from app.jobs.worker import Worker
from app.mail import outbox, pace, service
from app.mail.models import Letter, LetterState, Pace
from app.mail.sending import Outbox
from tests.conftest import START
from tests.databases import both_databases
from tests.mail.conftest import use_relay
from tests.mail.relay import Relay
from tests.servers import free_port


def queue(number: int) -> None:
    with transaction():
        rows = [service.Recipient(each, f"v{each}@example.se", "sv") for each in range(number)]
        service.queue_many("test", rows, now=START)


def use(app: Flask, **mail: Any) -> None:
    settings = app.extensions["settings"]
    app.extensions["settings"] = dataclasses.replace(
        settings, mail=dataclasses.replace(settings.mail, **mail)
    )


def pass_seconds(seconds: float) -> None:
    with transaction():
        db.session.execute(update(Pace).values(free_at=Pace.free_at - seconds))


def take(worker: str, rate: int) -> int:
    with transaction():
        leases.renew(worker)
    try:
        return len(outbox.take(worker, START, rate=rate))
    except pace.NotYet:
        return 0


@both_databases
def test_workers_share_one_pace(post: Flask, database: str | None) -> None:
    queue(60)
    rate = 6  # one in ten seconds
    assert [take("one", rate), take("two", rate), take("one", rate)] == [1, 0, 0]
    pass_seconds(10)
    assert [take("two", rate), take("one", rate)] == [1, 0]
    pass_seconds(3600)  # an idle hour is not made up for
    assert [take("one", rate), take("two", rate)] == [1, 0]
    pass_seconds(3600)
    assert take("one", 600) == 10


@both_databases
def test_two_workers_at_one_moment_take_no_more_than_the_pace_allows(
    post: Flask, database: str | None
) -> None:
    queue(60)
    assert take("first", 6) == 1  # the row is there
    pass_seconds(3600)

    def one(worker: str) -> int:
        with post.app_context():
            return take(worker, 6)

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(one, ["a", "b", "c", "d"])) == 1


def test_with_a_rate_everything_is_sent_all_the_same(post: Flask, relay: Relay) -> None:
    use(post, rate=6000)
    queue(25)
    Worker(post).run(until_idle=True)
    assert sum(relay.delivered.values()) == 25


def test_second_tries_do_not_starve_and_do_not_keep_first_ones_waiting(post: Flask) -> None:
    queue(60)
    with transaction():
        db.session.execute(update(Letter).where(Letter.id > 30).values(state=LetterState.DEFERRED))
        leases.renew("me")
    taken = [letter.id > 30 for letter in outbox.take("me", START)]
    assert (taken.count(True), taken.count(False)) == (10, 10)


class Together:
    """Takes a letter only when three are being handed over at the same time."""

    def __init__(self) -> None:
        self.inside, self.all_here = 0, asyncio.Event()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.inside += 1
        if self.inside == 3:
            self.all_here.set()
        await self.all_here.wait()
        return "250 taken"


@both_databases
def test_a_worker_opens_so_many_connections_at_once(post: Flask, database: str | None) -> None:
    server = Controller(Together(), hostname="127.0.0.1", port=free_port())
    server.start()
    use_relay(post, f"smtp://127.0.0.1:{server.port}?timeout=20")
    use(post, connections=3)
    queue(60)
    worker = Worker(post, poll=0.05)
    thread = threading.Thread(target=worker.run)
    thread.start()
    while service.counts().unfinished and thread.is_alive():
        db.session.rollback()
        thread.join(0.05)
    worker.stop()
    thread.join()
    server.stop()
    assert service.counts() == service.Counts(sent=60)


def test_a_lane_takes_back_its_own_letters_alone(post: Flask) -> None:
    queue(50)
    with transaction():
        leases.renew("me")
    first = outbox.take("me", START, lane=0)
    outbox.take("me", START, lane=1)
    assert service.counts() == service.Counts(sending=40, queued=10)
    again = outbox.take("me", START, lane=0)  # what it claimed before was not finished
    assert [each.id for each in again] == [each.id for each in first]


@pytest.mark.parametrize(("late", "taken_over"), [(False, 20), (True, 0)])
def test_after_trouble_with_the_database_others_get_time_to_say_what_they_delivered(
    post: Flask, relay: Relay, late: bool, taken_over: int
) -> None:
    queue(20)
    with transaction():
        leases.renew("full")
        leases.renew("me")
    outbox.take("full", START)
    with transaction():
        db.session.execute(update(WorkerRow).where(WorkerRow.id == "full").values(until=0))
        if late:  # I could not renew mine either
            mine = update(WorkerRow).where(WorkerRow.id == "me")
            db.session.execute(mine.values(until=WorkerRow.until - 2 * leases.RENEW_EVERY - 1))
    source = Outbox()
    source.work("me", threading.Event())
    source.close()
    assert sum(relay.delivered.values()) == taken_over
