"""How long `make run` takes: a second start, beside a bare Flask application's start under gunicorn.

    python bench/start.py [--runs 5]        a second start (goal: at most 3 s), and the ratio to a bare application's
    python bench/start.py --clone           a clean clone, from `make run` to the first page; dominated by pip

Prints medians, with minimum and maximum.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from app.processes import ROOT, free_port

BARE = "from flask import Flask\napp = Flask(__name__)\n@app.get('/')\ndef hello():\n    return 'hello'\n"
LIMIT = 600


def until_answer(command: list[str], *, port: int, folder: Path, env: dict[str, str]) -> float:
    """Seconds from starting *command* to the first page at *port*; the command is stopped then."""
    begin = time.perf_counter()
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(
            command, cwd=folder, env=env, stdout=output, stderr=output, start_new_session=True
        )
    try:
        while time.perf_counter() - begin < LIMIT and process.poll() is None:
            with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5):
                return time.perf_counter() - begin
            time.sleep(0.02)
        sys.exit(f"no page: {(folder / 'output').read_text()[-2000:]}")
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()


def shown(name: str, seconds: list[float]) -> str:
    """A line with the median and the spread."""
    return f"{name:<28} {statistics.median(seconds):6.2f} s  ({min(seconds):.2f}–{max(seconds):.2f})"


def second_starts(runs: int) -> None:
    """Ours and the bare one in turn, each on a folder that was started before."""
    ours, bare = [], []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "bare.py").write_text(BARE)
        env = {**os.environ, "INSTANCE_DIR": str(folder / "instance"), "PYTHONPATH": str(ROOT)}
        for run in range(runs + 1):
            port = free_port(18000)
            settings = env | {"BASE_URL": f"http://127.0.0.1:{port}"}
            took = until_answer(
                [sys.executable, "-m", "app.processes"], port=port, folder=folder, env=settings
            )
            other = free_port(18300)
            gunicorn = [sys.executable, "-m", "gunicorn", "-w", "2", "-b", f"127.0.0.1:{other}", "bare:app"]
            plain = until_answer(
                gunicorn, port=other, folder=folder, env={**os.environ, "PYTHONPATH": str(folder)}
            )
            if run:
                ours.append(took)
                bare.append(plain)
            else:
                print(f"first start (new database)   {took:6.2f} s")
    print(shown("second start", ours))
    print(shown("bare Flask under gunicorn", bare))
    ratios = [mine / plain for mine, plain in zip(ours, bare, strict=True)]
    print(
        f"ratio {statistics.median(ratios):.1f} ({min(ratios):.1f}–{max(ratios):.1f}); goal: a second start of at most 3 s"
    )


def clean_clone() -> None:
    """Clones this repository and runs `make run` there."""
    with tempfile.TemporaryDirectory() as name:
        clone = Path(name) / "clone"
        subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
        port = free_port(18600)
        env = {**os.environ, "BASE_URL": f"http://127.0.0.1:{port}"}
        env.pop("INSTANCE_DIR", None)
        make = shutil.which("make") or sys.exit("make is needed")
        print(
            f"clean clone to first page    {until_answer([make, 'run'], port=port, folder=clone, env=env):6.1f} s"
        )


if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--runs", type=int, default=5)
    arguments.add_argument("--clone", action="store_true")
    options = arguments.parse_args()
    clean_clone() if options.clone else second_starts(options.runs)
