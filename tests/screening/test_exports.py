"""What the secretariat takes along: every nomination, harmless in any spreadsheet; the accepted ones as open data."""

from __future__ import annotations

import csv
import gc
import io
import json
import re
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import lxml.etree
import pytest

from app.access import Role
from app.extensions import db, transaction
from app.nominations import facts
from app.nominations.models import Attachment, Nomination, Relation, State
from app.procurement import ocds
from app.procurement.notice import Money
from app.screening.decisions import decisions
from app.screening.eligibility import eligibility, rules
from app.screening.exports import export_files, export_ocds, exports
from app.screening.models import Party, Told
from tests.awards.browsing import Browser
from tests.databases import both_databases
from tests.screening.nominated import nominated, open_edition, put_together, secretary
from tests.screening.ocds_rules import check

PATH = "/sekretariat/2026/nomineringar/export"
NAMESPACE = {"x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
NASTY = (
    "=HYPERLINK(\"https://evil.example\")", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", " =1+1", "＝1+1",
    "https://evil.example/", "emoji 🚧 och \u200fעברית\u200f", "styr\x01tecken\x0b\x1f och \ufffe", "<script>&amp;]]>", "_x0041_",
)  # fmt: skip


@pytest.fixture
def edition(app, clock):
    return open_edition(clock.now())


@pytest.fixture
def browser(app) -> Browser:
    made = Browser(app)
    made.sign_in()
    return made


def full(edition, number: int = 1, **changes: Any) -> Nomination:
    """An accepted nomination with every fact of a procurement."""
    values: dict[str, Any] = {
        "state": State.ACCEPTED, "authority": "Trafikverket", "buyer_number": "202100-6297", "title": "Driftområde Åre",
        "notice": "151531-2021", "cpv": "45233141, 77310000-6", "procedure": "negotiated-with-call",
        "awarded_on": date(2026, 5, 4), "value": "1 000 000 000 SEK", "tenders": 4,
        "winners": "Svevia AB, 556768-9848\nÅkeri i Norge, NO 912345678", "reference": "TRV 2026/1",
        "relation": Relation.LOST, "relation_words": "Vi kom tvåa", "person_name": "Petra Projektledare",
        "person_email": "petra@trafikverket.example", "remarks": "Ring gärna",
    }  # fmt: skip
    made = nominated(edition, number, **(values | changes))
    facts.derive(made)
    made.decided_at = datetime(2026, 9, 1, 8, tzinfo=UTC)
    db.session.commit()
    return made


def table(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))


def as_rows(data: bytes) -> list[dict[str, str]]:
    heading, *rest = table(data)
    return [dict(zip(heading, row, strict=True)) for row in rest]


def sheet(data: bytes) -> Any:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            lxml.etree.fromstring(archive.read(name))
        return lxml.etree.fromstring(archive.read("xl/worksheets/sheet1.xml"))


def cells(data: bytes) -> dict[tuple[int, str], Any]:
    """Every cell of the sheet, by row and heading."""
    root = sheet(data)
    found: dict[tuple[int, str], Any] = {}
    headings: dict[str, str] = {}
    for cell in root.iterfind(".//x:c", NAMESPACE):
        column, row = re.fullmatch(r"([A-Z]+)(\d+)", cell.get("r")).groups()
        text = "".join(cell.itertext())
        if row == "1":
            headings[column] = text
        else:
            found[int(row), headings[column]] = float(text) if cell.get("t") in (None, "n") else text
    return found


def test_only_the_secretariat_takes_nominations_along(edition, app) -> None:
    for role in (Role.JUROR, Role.OBSERVER):
        browser = Browser(app)
        browser.sign_in(role, email=f"{role}@example.se")
        for path in ("", "/nomineringar.csv", "/nomineringar.xlsx", "/nominerade.json"):
            browser.get(PATH + path, code=403)


def test_the_page_says_what_each_file_holds(edition, browser) -> None:
    full(edition)
    nominated(edition, 2, State.DRAFT)
    page = browser.get(PATH)
    assert "Allt: en nominering" in page.text
    assert "en antagen nominerad" in page.text
    assert f"{PATH}" in browser.get("/sekretariat/2026/nomineringar").links()
    browser.get(f"/en{PATH}")


@both_databases
def test_every_fact_state_rule_and_decision_is_in_the_row(edition, browser, clock) -> None:
    by = secretary()
    item = full(edition, state=State.CONFIRMED)
    other = nominated(edition, 2, title="=1+1", contact_email="b@b.example")
    nominated(edition, 3, State.DRAFT, title="Bara ett utkast")
    put_together(item, other, by)
    with transaction():
        asked = {"check": "question", "text_sv": "Är den innovativ?", "text_en": "Is it innovative?"}
        made = rules.add(edition.id, asked, by=by, now=clock.now())
        eligibility.answer(edition.id, item.id, made.id, holds=True, note="", by=by, now=clock.now())
        decisions.accept(edition.id, item.id, by=by, now=clock.now())
        db.session.add(Told(nomination_id=item.id, party=Party.AUTHORITY, told_at=clock.now(), declines=True))
        db.session.add(Attachment(nomination_id=item.id, public_id="x" * 22, name="bevis.pdf", kind="pdf", size=1, digest="0" * 64, at=clock.now()))  # fmt: skip
    answer = browser.raw("GET", f"{PATH}/nomineringar.csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="nomineringar-2026.csv"'
    first, second = as_rows(answer.data)
    expected = {
        "Läge": "Godtagen", "Myndighet": "Trafikverket", "Organisationsnummer": "202100-6297", "Tilldelad": "2026-05-04",
        "Värde": "1 000 000 000 SEK", "Belopp i kronor": "1000000000", "Antal anbud": "4", "CPV-kod": "45233141, 77310000-6",
        "Nomineringar bakom": "2", "Är den innovativ?": "ja", "Regler": "Uppfyller reglerna", "Beslut": "Godtagen",
        "Beslutad": "2026-09-01 10:00", "Bilagor": "bevis.pdf", "Myndigheten underrättad": "2026-09-01 10:00",
        "Myndigheten vill inte vara med": "ja", "Person att hedra": "Petra Projektledare", "Enskild firma": "nej",
    }  # fmt: skip
    assert {name: first.get(name) for name in expected} == expected
    assert (second["Läge"], second["Upphandling"]) == ("Sammanslagen", "'=1+1")
    assert (second["Står bakom nummer"], second["Nomineringar bakom"]) == (str(item.id), "")
    assert as_rows(browser.raw("GET", f"/en{PATH}/nomineringar.csv").data)[0]["Is it innovative?"] == "yes"


def test_no_cell_of_the_workbook_is_a_formula_or_a_link(edition, browser) -> None:
    for number, text in enumerate(NASTY, 1):
        nominated(edition, number, title=text, why=text, company=text, authority="A" * 40_000)
    data = browser.raw("GET", f"{PATH}/nomineringar.xlsx", buffered=True).data
    root = sheet(data)
    assert root.findall(".//x:f", NAMESPACE) == []
    assert root.findall(".//x:hyperlinks", NAMESPACE) == []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert not [
            name for name in archive.namelist() if "vba" in name.lower() or "external" in name.lower()
        ]
        styles = lxml.etree.fromstring(archive.read("xl/styles.xml"))
    quoted = {str(place) for place, style in enumerate(styles.find("x:cellXfs", NAMESPACE)) if style.get("quotePrefix") == "1"}  # fmt: skip
    for cell in root.iterfind(".//x:c", NAMESPACE):
        text = "".join(cell.itertext())
        if text.lstrip(" ").startswith(("=", "+", "@", "\t", "＝")):
            assert cell.get("s") in quoted, text
    found = cells(data)
    shown = [found[row, "Upphandling"] for row in range(2, 2 + len(NASTY))]
    assert shown[0] == NASTY[0]
    assert shown[8] == NASTY[8]
    assert shown[9] == "styrtecken och "
    assert shown[10:] == [
        "<script>&amp;]]>",
        "_x005F_x0041_",
    ]  # how Excel writes what looks like its own escape
    assert len(found[2, "Myndighet"]) < export_files.LONGEST_CELL


def test_the_workbook_has_real_numbers_and_dates_and_a_heading_that_stays(edition, browser) -> None:
    full(edition)
    data = browser.raw("GET", f"{PATH}/nomineringar.xlsx", buffered=True).data
    found, root = cells(data), sheet(data)
    assert (found[2, "Belopp i kronor"], found[2, "Antal anbud"]) == (1e9, 4)
    assert found[2, "Tilldelad"] == (date(2026, 5, 4) - date(1899, 12, 30)).days
    assert root.find(".//x:pane", NAMESPACE).get("state") == "frozen"
    assert root.find("x:autoFilter", NAMESPACE) is not None
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert 'name="Nomineringar"' in archive.read("xl/workbook.xml").decode()
    english = browser.raw("GET", f"/en{PATH}/nomineringar.xlsx", buffered=True).data
    with zipfile.ZipFile(io.BytesIO(english)) as archive:
        assert 'name="All nominations"' in archive.read("xl/workbook.xml").decode()


def test_an_edition_without_nominations_gives_headings_alone(edition, browser) -> None:
    assert len(table(browser.raw("GET", f"{PATH}/nomineringar.csv").data)) == 1
    assert cells(browser.raw("GET", f"{PATH}/nomineringar.xlsx", buffered=True).data) == {}
    package = browser.raw("GET", f"{PATH}/nominerade.json").json
    check(package)
    assert package["releases"] == []


def test_however_many_rows_only_two_batches_are_in_memory(edition, app, monkeypatch) -> None:
    monkeypatch.setattr(exports, "BATCH", 20)
    for number in range(1, 101):
        nominated(edition, number)
    db.session.expunge_all()

    def alive() -> int:
        gc.collect()
        return sum(type(each) is Nomination for each in gc.get_objects())

    with app.test_request_context("/"):
        columns, before, most = exports.columns(edition), alive(), 0
        for place, _line in enumerate(export_files.csv(columns, exports.lines(edition))):
            most = max(most, alive() if place % 19 == 0 else 0)
    assert place == 100
    assert 0 < most - before <= 40


# ---- open data ------------------------------------------------------------------------------------------


def test_the_package_is_what_ocds_asks_for_and_names_nobody(edition, browser) -> None:
    full(edition)
    full(edition, 2, procurement_id="ocds-5wjqfb-83a3", notice="https://www.example.se/annons", value="4,5 MEUR", winners="Anna, anna@x.example\nBygg AB", procedure="award-without-call")  # fmt: skip
    full(edition, 3, cpv="", value="", winners="", buyer_number="", notice="", procedure="other", awarded_on=None, tenders=None, procurement_id="SE75790")  # fmt: skip
    full(edition, 4, state=State.DECLINED)
    answer = browser.raw("GET", f"{PATH}/nominerade.json")
    package = answer.json
    check(package)
    assert len(package["releases"]) == 3
    first, second, third = package["releases"]
    assert first["ocid"] == f"{export_ocds.OWN_PREFIX}-public-{edition.id}-0001"
    assert second["ocid"] == "ocds-5wjqfb-83a3"
    assert third["tender"]["id"] == "SE75790"
    assert first["awards"][0]["documents"][0]["url"] == "https://ted.europa.eu/sv/notice/-/detail/151531-2021"
    assert [party["id"] for party in first["parties"]] == [
        "SE-ON-2021006297",
        "SE-ON-5567689848",
        "supplier-3",
    ]
    for private in (
        "Leverantör 1",
        "Åsa",
        "leverantor.example",
        "556036",
        "Petra",
        "Ring",
        "tvåa",
        "De frågade",
        "anna",
    ):
        assert private not in answer.get_data(as_text=True), private


def test_what_is_published_reads_back_to_the_same(edition, app) -> None:
    item = full(edition)
    with app.test_request_context("/"):
        one = export_ocds.release(item, edition)
    notice = ocds.read(json.dumps({"version": "1.1", "releases": [one]}).encode())
    assert (notice.title, notice.procurement_id, notice.publication_number) == (
        item.title,
        one["ocid"],
        "151531-2021",
    )
    assert (notice.buyer.name, notice.buyer.id, notice.buyer.country) == ("Trafikverket", "202100-6297", "SE")
    assert notice.cpv == ("45233141", "77310000")
    assert notice.procedure == item.procedure
    assert notice.value == Money(Decimal(1_000_000_000), "SEK")
    assert (notice.tenders_received, notice.award_date, notice.awarded) == (4, item.awarded_on, True)
    assert [(each.name, each.id) for each in notice.winners] == [
        ("Svevia AB", "556768-9848"),
        ("Åkeri i Norge", "NO 912345678"),
    ]
    assert notice.doubts == ()


@pytest.mark.parametrize(
    "procedure", [code for code in export_ocds.METHODS if code not in {"other", "design-contest"}]
)
def test_each_procedure_reads_back_to_itself(edition, app, procedure: str) -> None:
    item = full(edition, procedure=procedure)
    with app.test_request_context("/"):
        one = export_ocds.release(item, edition)
    assert ocds.read(json.dumps({"releases": [one]}).encode()).procedure == procedure


@pytest.mark.parametrize("value", ["4,5 MEUR", "1 234 567,89 SEK", "12 mnkr", "0,5 miljoner NOK"])
def test_amounts_read_back_exactly(edition, app, value: str) -> None:
    from app.procurement import amounts

    item = full(edition, value=value)
    with app.test_request_context("/"):
        one = export_ocds.release(item, edition)
    assert ocds.read(json.dumps({"releases": [one]}).encode()).value == amounts.money(value)
