"""How long a browser takes to encrypt a ballot of six answers, beside @noble/curves doing the same powers.

Run `python bench/encrypt.py`. Needs Chromium; the comparison needs `npm ci` in tests/js once. Goal: at most 100 ms,
the page's own thread never held for more than 50 ms.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PLACES = {
    "/static/": ROOT / "app" / "static",
    "/bench/": ROOT / "bench",
    "/noble/": ROOT / "tests" / "js" / "node_modules" / "@noble",
}


class Files(SimpleHTTPRequestHandler):
    """The project's own files and the library to compare with, from loopback."""

    def translate_path(self, path: str) -> str:
        for prefix, folder in PLACES.items():
            if path.startswith(prefix):
                return str(folder / urlsplit(path).path.removeprefix(prefix))
        return str(ROOT / "nothing-here")

    def log_message(self, format: str, *args: object) -> None:
        """Stays silent."""


def spread(times: list[float]) -> str:
    """A median with its spread, in milliseconds."""
    return f"{statistics.median(times):7.1f} ms  (from {min(times):.1f} to {max(times):.1f}, {len(times)} rounds)"


def main() -> int:
    """Measures and prints; 1 when the goal is missed, 2 when there is no browser."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--answers", type=int, default=6)
    options.add_argument("--rounds", type=int, default=30)
    chosen = options.parse_args()
    browser_path = shutil.which("chromium") or shutil.which("google-chrome")
    if browser_path is None:
        print("No Chromium here (apt install chromium): not measured.")
        return 2
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Files))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    arguments = ["--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=browser_path, args=arguments + (["--no-sandbox"] if os.geteuid() == 0 else [])
        )
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{server.server_port}/bench/encrypt.html")
        page.wait_for_function("window.measure !== undefined")
        found = page.evaluate(
            "([answers, rounds]) => window.measure(answers, rounds)", [chosen.answers, chosen.rounds]
        )
        print(f"Chromium {browser.version}, one question with {chosen.answers} answers and a blank vote")
        browser.close()
    server.shutdown()
    ours = found["ours"]
    powers = found["counts"]
    median = statistics.median(ours["times"])
    print(f"ours, in the worker                  {spread(ours['times'])}")
    print(f"ours, the first (tables made in it)  {ours['first']:7.1f} ms")
    print(f"longest hold of the page's thread    {ours['block']:7.1f} ms")
    count = f"{powers['g']} powers of g, {powers['y']} of the key"
    if found["noble"] is None:
        print(f"@noble/curves: not installed (npm ci in tests/js); it would do {count}")
    else:
        print(f"@noble/curves, the same powers alone {spread(found['noble'])}  {count}")
        print(f"ours / @noble/curves                 {median / statistics.median(found['noble']):7.2f}")
    met = max(median, ours["first"]) <= 100 and ours["block"] <= 50
    print(f"goal: at most 100 ms, first one too, no hold over 50 ms: {'met' if met else 'MISSED'}")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
