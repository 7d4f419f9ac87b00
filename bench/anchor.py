"""The anchor of bench/cast.py: the least that a voting form in Flask does. CSRF, the ORM, one durable commit; no check."""

from __future__ import annotations

import os

from flask import Flask, request
from flask.sessions import SecureCookieSessionInterface
from flask_sqlalchemy import SQLAlchemy
from flask_wtf.csrf import CSRFProtect, generate_csrf
from sqlalchemy import event
from sqlalchemy.orm import Mapped, mapped_column

url = os.environ["DATABASE_URL"]
if url.startswith("sqlite"):
    url = url.replace("anbudspriset.db", "anchor.db")
app = Flask(__name__)
app.config.update(
    SECRET_KEY="anchor",
    SQLALCHEMY_DATABASE_URI=url.replace("postgresql://", "postgresql+psycopg://"),
    WTF_CSRF_TIME_LIMIT=None,
)
db = SQLAlchemy(app)
csrf = CSRFProtect(app)


class AnchorVote(db.Model):  # type: ignore[name-defined]
    """One vote."""

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column()


@app.post("/token")
@csrf.exempt
def token() -> str:
    """A token, and the session's cookie that it belongs to."""
    from flask import session

    value = generate_csrf()
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    return f"{value} {signer.dumps(dict(session))}"


@app.post("/vote")
def vote() -> str:
    """Keeps a vote."""
    db.session.add(AnchorVote(text=request.form["text"]))
    db.session.commit()
    return "thank you"


with app.app_context():
    if url.startswith("sqlite"):

        @event.listens_for(db.engine, "connect")
        def _durable(connection: object, _record: object) -> None:
            from app.extensions import sqlite_journal

            for pragma in ("busy_timeout=20000", f"journal_mode={sqlite_journal()}", "synchronous=FULL"):
                connection.execute(f"PRAGMA {pragma}")  # type: ignore[attr-defined]

    if __name__ == "__main__":
        db.create_all()
