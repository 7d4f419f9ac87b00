"""A worker process with the letter "test": made to be killed."""

from __future__ import annotations

from app import create_app
from app.jobs.worker import Worker
from tests.mail.relay import test_letter

if __name__ == "__main__":
    app = create_app()
    test_letter(app)
    Worker(app).run()
