"""The WSGI entry point: `gunicorn -c python:app.serving wsgi:app`, `flask --app wsgi …`."""

from app import create_app

app = create_app()
