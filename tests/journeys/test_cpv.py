"""CPV codes are found by typing: by keyboard alone and on a phone, in both languages, with nothing lost on the way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.rehearsal.play import Year
from tests.cpv.test_service import SMALL
from tests.journeys.conftest import PHONE, OpenPage, assert_accessible, assert_fits

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def form(year: Year, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The step with the field, in an edition that takes nominations and knows a short list."""
    year.set_up()
    year.create_edition()
    file = tmp_path_factory.mktemp("cpv") / "cpv.csv"
    Path(file).write_text(SMALL)
    year.service.command("procurement", "load-cpv", str(file))
    return f"{year.service.base_url}/nominera/{year.slug}/upphandlingen"


def field(page: Page):
    return page.get_by_role("combobox", name="CPV-kod")


def kept(page: Page) -> str:
    return page.locator("input[type=hidden][name=cpv]").input_value()


def test_with_the_keyboard_alone(form: str, open_page: OpenPage) -> None:
    page = open_page()
    page.goto(form)
    field(page).focus()
    page.keyboard.type("dator")
    options = page.get_by_role("listbox", name="Koder som passar").get_by_role("option")
    expect(options.first).to_be_visible()
    assert_accessible(page)
    expect(field(page)).to_have_attribute("aria-expanded", "true")
    expect(page.locator("[data-cpv] [role=status]")).to_contain_text("koder passar")
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    assert field(page).get_attribute("aria-activedescendant") == options.first.get_attribute("id")
    page.keyboard.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(field(page)).to_have_value("dator")
    page.keyboard.press("Control+A")
    page.keyboard.type("30213100")
    expect(options).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.get_by_role("list", name="Valda koder")).to_contain_text("30213100 Bärbara datorer")
    expect(page.locator("[data-cpv] [role=status]")).to_contain_text("30213100 Bärbara datorer är vald")
    assert (kept(page), page.url) == ("30213100", form)
    page.keyboard.type("desktop")
    expect(options).to_have_count(1)
    page.keyboard.press("ArrowDown")
    with page.expect_response(lambda answer: "30213300" in (answer.request.post_data or "")):
        page.keyboard.press("Enter")
        assert kept(page) == "30213100, 30213300"
    expect(page.locator("[data-saved]")).to_contain_text("Sparat")
    page.reload()
    assert kept(page) == "30213100, 30213300"
    page.get_by_role("button", name="Ta bort 30213100 Bärbara datorer").focus()
    page.keyboard.press("Enter")
    assert kept(page) == "30213300"
    expect(field(page)).to_be_focused()


def test_on_a_phone_in_english(form: str, open_page: OpenPage) -> None:
    page = open_page(viewport=PHONE, has_touch=True)
    page.goto(form.replace("/nominera", "/en/nominera"))
    box = page.get_by_role("combobox", name="CPV code")
    box.tap()
    page.keyboard.type("portable")
    page.get_by_role("option", name="30213100 Portable computers").tap()
    assert kept(page) == "30213100"
    expect(box).to_have_value("")
    assert_fits(page)
    assert_accessible(page)


def test_codes_that_are_typed_count_and_what_is_none_is_not_lost(form: str, open_page: OpenPage) -> None:
    page = open_page()
    page.goto(form)
    field(page).fill("30200000-1, 77777777, mat")
    field(page).blur()
    chosen = page.get_by_role("list", name="Valda koder")
    expect(chosen).to_contain_text("30200000-1 Datorutrustning")
    expect(chosen).to_contain_text("77777777 okänd kod")
    expect(field(page)).to_have_value("mat")
    assert kept(page) == "30200000-1, 77777777, mat"
    page.get_by_role("button", name="Fortsätt").click()
    expect(field(page)).to_have_attribute("aria-invalid", "true")
    expect(field(page)).to_have_value("mat")
    assert kept(page) == "30200000-1, 77777777, mat"


def test_without_scripts_it_is_a_text_field_with_a_list_to_look_in(form: str, open_page: OpenPage) -> None:
    page = open_page(viewport=PHONE, java_script_enabled=False)
    page.goto(form)
    page.get_by_label("CPV-kod").fill("30213300")
    page.get_by_role("button", name="Spara utkastet").click()
    expect(page.get_by_text("30213300 Bordsdatorer")).to_be_visible()
    root = page.url.split("/nominera")[0]
    page.goto(f"{root}/cpv")
    page.get_by_label("Ord eller siffror").fill("bärbar")
    page.get_by_role("button", name="Sök").click()
    expect(page.get_by_text("Bärbara datorer")).to_be_visible()
    page = open_page(viewport=PHONE)
    for address in ("/cpv", "/en/cpv?kod=30200000", "/cpv?q=dator"):
        page.goto(root + address)
        assert_fits(page)
        assert_accessible(page)
