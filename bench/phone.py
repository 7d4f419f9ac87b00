"""Voting on a phone: what it costs in bytes, whom the page talks to, and how long a voter waits for the receipt.

Run `python bench/phone.py`. Starts a service, plays a year until its vote is open, and lets voters vote in a real
Chromium of a phone's size. Bars: at most 60 kB received, nothing from other hosts, at most a second from casting to
receipt. Exits 1 when one is missed, 2 when there is no browser.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from playwright.sync_api import Browser, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from app.rehearsal.play import Year
from app.rehearsal.stage import start_service

MOST_BYTES = 60_000
LONGEST_WAIT = 1_000
PHONE = {"width": 360, "height": 740}
IN_WORKER = ("booth/worker.js", "belenios.js", "ed25519.js")
CAST = """() => new Promise((resolve) => {
  const receipt = document.querySelector('[data-view="receipt"]');
  const begin = performance.now();
  new MutationObserver(() => receipt.hidden || resolve(performance.now() - begin)).observe(receipt, { attributes: true });
  document.getElementById("cast").click();
})"""


def vote(browser: Browser, address: str) -> tuple[float, float, set[str]]:
    """One voter's visit with an empty cache: bytes received, milliseconds from cast to receipt, hosts asked."""
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True)
    page = context.new_page()
    received: list[float] = []
    hosts: set[str] = set()
    page.on("request", lambda asked: hosts.add(urlsplit(asked.url).netloc))
    counter = context.new_cdp_session(page)
    counter.send("Network.enable")
    counter.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    page.goto(address)
    page.wait_for_selector('[data-view="choose"]:not([hidden])')
    for question in page.locator("#paper fieldset").all():
        question.locator("input").first.check()
    page.click("#paper button")
    page.wait_for_selector('[data-view="review"]:not([hidden])')
    waited = float(page.evaluate(CAST))
    context.close()
    return sum(received), waited, hosts


def main() -> int:
    """Plays, measures and prints."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--voters", type=int, default=12)
    voters = options.parse_args().voters
    browser_path = shutil.which("chromium") or shutil.which("google-chrome")
    if browser_path is None:
        print("No Chromium here (apt install chromium): not measured.")
        return 2
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        service = start_service(Path(folder))
        try:
            year = Year(service, voters=voters)
            year.play(until="open_vote")
            base = service.base_url
            paper = httpx.get(f"{base}/rosta/{year.slug}/val").json()
            packed = {"Accept-Encoding": "gzip"}
            worker = sum(
                int(httpx.head(f"{base}/static/{name}", headers=packed).headers["content-length"])
                for name in IN_WORKER
            )
            flags = ["--disable-gpu", "--disable-background-networking"]
            browser = playwright.chromium.launch(
                executable_path=browser_path, args=flags + (["--no-sandbox"] if os.geteuid() == 0 else [])
            )
            visits = [
                vote(browser, f"{base}/rosta/{year.slug}#{code}")
                for code in list(year.codes().values())[:voters]
            ]
            version = browser.version
            browser.close()
        finally:
            service.stop()
    most = max(size for size, _, _ in visits) + worker
    waits = [wait for _, wait, _ in visits]
    others = set().union(*(hosts for _, _, hosts in visits)) - {urlsplit(base).netloc}
    answers = [len(question["answers"]) for question in json.loads(paper["election"])["questions"]]
    print(
        f"{len(visits)} voters, {' and '.join(map(str, answers))} nominees with a blank vote each, Chromium {version}"
    )
    print(
        f"received, page to receipt     {most / 1000:7.1f} kB at most (bar {MOST_BYTES / 1000:.0f}; of it {worker / 1000:.1f} in the worker)"
    )
    print(
        f"from cast to receipt          {statistics.median(waits):7.0f} ms, the longest {max(waits):.0f} (bar {LONGEST_WAIT})"
    )
    print(f"other hosts asked             {len(others):7d} {' '.join(sorted(others))}")
    met = most <= MOST_BYTES and max(waits) <= LONGEST_WAIT and not others
    print("met" if met else "MISSED")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
