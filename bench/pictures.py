"""The README's pictures: the booth on a phone and the results page on a desk, from a year that is played for them.

    python -m bench.pictures

Writes docs/pictures/booth.png and docs/pictures/results.png.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from app.rehearsal import sample
from app.rehearsal.play import Year
from app.rehearsal.stage import start_service
from tests import needs

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "pictures"
PHONE = {"width": 390, "height": 1040}
DESK = {"width": 1200, "height": 900}
VOTERS = 60


def page_of(chromium: Browser, size: dict[str, int]) -> Page:
    """A Swedish browser on light paper."""
    context = chromium.new_context(viewport=size, locale="sv-SE", color_scheme="light")  # type: ignore[arg-type]
    return context.new_page()


def booth(page: Page, link: str) -> None:
    """A ballot with a choice made, before it is reviewed."""
    page.goto(link)
    expect(page.locator('[data-view="choose"]')).to_be_visible()
    page.locator("input[type=radio]").first.check()
    page.mouse.click(0, 0)
    page.screenshot(path=PICTURES / "booth.png")


def results(page: Page, address: str) -> None:
    """The top of the published result."""
    page.goto(address)
    expect(page.locator(".chart").first).to_be_visible()
    page.screenshot(path=PICTURES / "results.png")


def main() -> None:
    """Plays the year and takes both pictures on the way."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
        chromium = playwright.chromium.launch(executable_path=needs.chromium(), args=as_root)
        service = start_service(Path(folder))
        try:
            year = Year(service, voters=VOTERS, nominations=sample.NOMINATIONS)
            year.play(until="open_vote")
            code = list(year.codes().values())[-1]
            booth(page_of(chromium, PHONE), f"{service.base_url}/rosta/{year.slug}#{code}")
            for act in Year.ACTS[Year.ACTS.index("vote") :]:
                getattr(year, act)()
            results(page_of(chromium, DESK), f"{service.base_url}/resultat/{year.slug}")
        finally:
            service.stop()
            chromium.close()
    for picture in sorted(PICTURES.glob("*.png")):
        print(f"{picture.name}: {picture.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
