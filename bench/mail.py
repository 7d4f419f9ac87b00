"""Letters a second, one connection, text and HTML, each marked in the database: ours against a bare loop.

    python -m bench.mail [--letters 2000] [--rounds 3]

The bare loop is what anyone would write: per letter render three templates, build an EmailMessage, send it with
smtplib, mark a row and commit. Ours asks for the edition's own words and fills them. Both send to the same local SMTP server in a process of its own, to databases of the
same settings, in turn; only the ratio counts. Goal: at least 0.7.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import smtplib
import statistics
import tempfile
import threading
import time
from datetime import UTC, datetime
from email.message import EmailMessage
from multiprocessing.synchronize import Event
from typing import Any

GOAL = 0.7


def sink(port: int, ready: Event, done: Event) -> None:
    """An SMTP server that takes everything and keeps nothing."""
    from aiosmtpd.controller import Controller

    class Nothing:
        async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
            return "250 taken"

    server = Controller(Nothing(), hostname="127.0.0.1", port=port, enable_SMTPUTF8=True)
    server.start()
    ready.set()
    done.wait()
    server.stop()


def context(number: int) -> dict[str, Any]:
    """What one voter's letter says."""
    return {"company": f"Företaget {number} AB", "url": f"http://127.0.0.1:8000/rosta/2026#{number:022d}"}


TEMPLATES = {
    "bench.subject.txt": "Din röstsedel i Anbudspriset 2026",
    "bench.txt": '{% extends "mail/base.txt" %}{% block main %}Hej {{ company }}!\n\nHär är er röstsedel:\n\n'
    "{{ url }}\n\nLänken är hemlig och gäller för en röst.{% endblock %}{% block why %}Ni står i röstlängden.{% endblock %}",
    "bench.html": '{% extends "mail/base.html" %}{% from "mail/parts.html" import button %}{% block main %}'
    "<h1>Er röstsedel</h1><p>Hej {{ company }}!</p>{{ button(url, 'Rösta') }}<p>Länken är hemlig.</p>{% endblock %}",
}


def declare() -> None:
    """The same letter in words that an edition may change: what ours sends."""
    from app.mail.wording import Look, Placeholder, worded

    worded(
        "bench",
        section="",
        title="",
        occasion="",
        subject="Din röstsedel i Anbudspriset 2026",
        body=("Hej {company}!\n\nHär är er röstsedel:", "{url}", "Länken är hemlig och gäller för en röst."),
        placeholders=(
            Placeholder("company", "", ""),
            Placeholder("url", "", "", look=Look.BUTTON, label="Rösta", required=True),
        ),
        why="Ni står i röstlängden.",
    )


def bare(app: Any, port: int, letters: int) -> float:
    """Letters a second of the bare loop."""
    from sqlalchemy import text

    from app.extensions import db, transaction

    with app.app_context():
        with transaction():
            db.session.execute(text("DROP TABLE IF EXISTS bare"))
            db.session.execute(text("CREATE TABLE bare (id INTEGER PRIMARY KEY, state TEXT)"))
            for number in range(letters):
                db.session.execute(text("INSERT INTO bare VALUES (:id, 'queued')"), {"id": number})
        templates = {name: app.jinja_env.get_template(f"mail/{name}") for name in TEMPLATES}
        started = time.perf_counter()
        with smtplib.SMTP("127.0.0.1", port) as smtp:
            for number in range(letters):
                values = context(number)
                mail = EmailMessage()
                mail["From"], mail["To"] = "Anbudspriset <a@example.se>", f"v{number}@example.se"
                mail["Subject"] = templates["bench.subject.txt"].render(values)
                mail.set_content(templates["bench.txt"].render(values))
                mail.add_alternative(templates["bench.html"].render(values), subtype="html")
                smtp.send_message(mail)
                with transaction():
                    db.session.execute(text("UPDATE bare SET state = 'sent' WHERE id = :id"), {"id": number})
        return letters / (time.perf_counter() - started)


def ours(app: Any, letters: int) -> float:
    """Letters a second of the worker, from claims to marks."""
    from app.extensions import db, transaction
    from app.jobs.worker import Worker
    from app.mail import service
    from app.mail.models import Letter

    now = datetime.now(UTC)
    with app.app_context(), transaction():
        db.session.query(Letter).delete()
        rows = [service.Recipient(number, f"v{number}@example.se", "sv") for number in range(letters)]
        service.queue_many("bench", rows, now=now)
    worker = Worker(app)
    started = time.perf_counter()
    worker.run(until_idle=True)
    spent = time.perf_counter() - started
    with app.app_context():
        assert service.counts(name="bench").sent == letters
    return letters / spent


def main() -> None:
    """Runs both in turn and prints the ratio with its spread."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--letters", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    port = 20_000 + os.getpid() % 20_000
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(INSTANCE_DIR=folder, SMTP_URL=f"smtp://127.0.0.1:{port}")
        ready, done = multiprocessing.Event(), multiprocessing.Event()
        server = multiprocessing.Process(target=sink, args=(port, ready, done))
        server.start()
        ready.wait()
        try:
            compare(port, options.letters, options.rounds)
        finally:
            done.set()
            server.join()


def compare(port: int, letters: int, rounds: int) -> None:
    """The figures."""
    import logging

    from jinja2 import ChoiceLoader, DictLoader

    from app import create_app
    from app.extensions import db
    from app.mail import service

    app = create_app()
    logging.disable(logging.INFO)
    loader = DictLoader({f"mail/{name}": text for name, text in TEMPLATES.items()})
    app.jinja_env.loader = ChoiceLoader([loader, app.jinja_env.loader or loader])
    service.letter("bench", bulk=True)(lambda number, _now: context(number) | {"edition_id": 1})
    declare()
    with app.app_context():
        db.create_all()
    ratios = []
    for number in range(rounds):
        with app.app_context():
            from flask import g

            g.language = "sv"
            base = bare(app, port, letters)
        own = ours(app, letters)
        ratios.append(own / base)
        print(
            f"round {number + 1}: bare {base:,.0f}/s  ours {own:,.0f}/s  ratio {own / base:.2f}", flush=True
        )
    print(
        f"ratio {statistics.median(ratios):.2f} (from {min(ratios):.2f} to {max(ratios):.2f}), goal {GOAL}: "
        f"{'met' if statistics.median(ratios) >= GOAL else 'NOT met'}; {threading.active_count()} thread(s) left"
    )


if __name__ == "__main__":
    main()
