"""Starts the service as it really runs: web (gunicorn), worker and, where no relay is named, the local inbox.

`python -m app.processes` is `make run`. The rehearsal and the demo start the same processes with settings of their own.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
FLASK = (sys.executable, "-m", "flask", "--app", "wsgi")
WEB_PORT, MAIL_PORT = 8000, 2525
START_SECONDS = 60
STOP_SECONDS = 40


class ProcessEnded(RuntimeError):
    """One of the service's processes ended by itself; the message names it and shows the end of its log."""


def free_port(wanted: int) -> int:
    """*wanted*, or the next port on loopback that nobody uses; for 0 one that the system picks."""
    for port in range(wanted, wanted + 200) if wanted else [0]:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise RuntimeError(f"no free port between {wanted} and {wanted + 200}")


def local_settings(
    env: Mapping[str, str], instance: Path, *, web_port: int = WEB_PORT, mail_port: int = MAIL_PORT
) -> dict[str, str]:
    """*env* with what a service on this machine needs: free ports for web and inbox, an instance folder."""
    settings = {**env, "INSTANCE_DIR": str(instance), "PYTHONUNBUFFERED": "1"}
    if not settings.get("BASE_URL"):
        settings["BASE_URL"] = f"http://127.0.0.1:{free_port(web_port)}"
    if not settings.get("SMTP_URL"):
        settings["SMTP_URL"] = f"smtp://127.0.0.1:{free_port(mail_port)}"
        settings.setdefault("INBOX_DIR", str(instance / "inbox"))
    return settings


class Service:
    """Web, worker and inbox as child processes, their output in files under `log_dir`."""

    def __init__(self, env: Mapping[str, str], *, inbox: bool, log_dir: Path) -> None:
        self.env = dict(env)
        self.inbox = inbox
        self.log_dir = log_dir
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        log_dir.mkdir(parents=True, exist_ok=True)

    @property
    def base_url(self) -> str:
        return self.env["BASE_URL"]

    def command(self, *arguments: str) -> str:
        """Runs one `flask` command with this service's settings; its standard output."""
        done = subprocess.run(  # noqa: S603 (our own commands)
            [*FLASK, *arguments], env=self.env, cwd=ROOT, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise ProcessEnded(f"flask {' '.join(arguments)}: {done.stderr[-2000:]}")
        return done.stdout

    def prepare(self) -> None:
        """Brings the database to the newest schema."""
        self.command("db", "upgrade")

    def start(self) -> None:
        """Starts the processes; returns when the web answers and reaches its database."""
        if self.inbox:
            self.spawn("inbox", *FLASK, "inbox")
        self.spawn("worker", *FLASK, "worker")
        self.spawn("web", sys.executable, "-m", "gunicorn", "-c", "python:app.serving", "wsgi:app")
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            self.check()
            with contextlib.suppress(OSError), urllib.request.urlopen(f"{self.base_url}/readyz", timeout=2):  # noqa: S310
                return
            time.sleep(0.1)
        raise ProcessEnded(f"the web did not answer in {START_SECONDS} s: {self._log_end('web')}")

    def spawn(self, name: str, *command: str) -> None:
        """Starts one process under *name*."""
        with (self.log_dir / f"{name}.log").open("ab") as log:
            self.children[name] = subprocess.Popen(  # noqa: S603 (our own commands)
                command, env=self.env, cwd=ROOT, stdout=log, stderr=log, start_new_session=True
            )

    def check(self) -> None:
        """Raises `ProcessEnded` when one of them has ended."""
        for name, child in self.children.items():
            if child.poll() is not None:
                raise ProcessEnded(f"{name} ended with exit code {child.returncode}: {self._log_end(name)}")

    def stop(self) -> None:
        """Asks all of them to end, waits, and ends what does not."""
        for child in self.children.values():
            if child.poll() is None:
                child.send_signal(signal.SIGTERM)
        end = time.monotonic() + STOP_SECONDS
        for child in self.children.values():
            try:
                child.wait(max(0.1, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        self.children.clear()

    def wait(self) -> None:
        """Waits until somebody presses Ctrl-C (or SIGTERM comes), then returns; raises when a process ends."""
        while True:
            self.check()
            time.sleep(0.5)

    def _log_end(self, name: str) -> str:
        path = self.log_dir / f"{name}.log"
        return path.read_text(errors="replace")[-2000:] if path.exists() else "no log"


@contextlib.contextmanager
def running(service: Service) -> Iterator[Service]:
    """The service, started for as long as the block runs and always stopped after it."""

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        service.start()
        yield service
    finally:
        service.stop()
        signal.signal(signal.SIGTERM, before)


def main() -> int:
    """`make run`: the service without sample data; the first start prints a one-time set-up link."""
    instance = Path(os.environ.get("INSTANCE_DIR") or ROOT / "instance")
    env = local_settings(os.environ, instance)
    service = Service(env, inbox=not os.environ.get("SMTP_URL"), log_dir=instance / "log")
    link = service.command("setup-link", "--upgrade").strip()
    with running(service):
        wanted = urlsplit(os.environ.get("BASE_URL", "http://127.0.0.1:8000")).port
        if urlsplit(service.base_url).port != wanted:
            print(f"Port {wanted} is in use, so this service took another one.")
        print(f"Anbudspriset   {service.base_url}")
        if service.inbox:
            print(f"Local inbox    {service.base_url}/inkorg")
        print(f"Logs           {service.log_dir}")
        if link:
            print(f"\nOpen this link once, to make the first account:\n{link}\n")
        print("Ctrl-C stops it.", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            service.wait()
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except ProcessEnded as problem:
        sys.exit(str(problem))
