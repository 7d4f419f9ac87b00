"""The sample notices, as a person reads them, and whatever a damaged copy of one may be."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from random import Random

import pytest

from app.procurement.notice import (
    Doubt,
    Kind,
    Lot,
    Money,
    Notice,
    NoticeError,
    Organisation,
    Source,
    Why,
    as_json,
)
from app.procurement.reading import read
from tests.needs import sample_data, sample_notice
from tests.procurement import eforms_files, ted_files

TRAFIKVERKET = "ted-F06-143160-2017-SE-Trafikverket.xml"
VAXJO = "ted-F03-151531-2021-SE-Vaxjo.xml"
GARDENS = "can_24_minimal.xml"
NO_TENDERS = "can_24_no_tenders.xml"
WATER = "can_25_ENG.xml"
CYCLES = "ocds-213czf-000-00001-04-award.json"
COPIES = 60
"""Damaged copies of each file."""


def test_trafikverket_awarded_a_contract() -> None:
    notice = read(sample_notice(TRAFIKVERKET))
    assert notice == Notice(
        source=Source.TED,
        kind=Kind.AWARD,
        publication_number="143160-2017",
        reference="2016",
        title="Totalentreprenad avseende projekt Getingmidjan.",
        language="sv",
        buyer=Organisation("Trafikverket", "202100-6297", "SE", notice.buyer.email),
        cpv=("45233000", "45230000", "45233100", "45233160"),
        procedure="negotiated-with-call",
        value=Money(Decimal(1_000_000_000), "SEK"),
        tenders_received=4,
        award_date=date(2017, 2, 1),
        issue_date=date(2017, 4, 12),
        awarded=True,
        winners=(Organisation("Implenia Construction GmbH", "516404-9768", "SE"),),
    )


def test_vaxjo_discontinued_its_procurement() -> None:
    notice = read(sample_notice(VAXJO))
    assert notice == Notice(
        source=Source.TED,
        kind=Kind.AWARD,
        publication_number="151531-2021",
        reference="20/160",
        previous=("593691-2020",),
        title="DIACCESS, Andra cykeln: Ökad cirkularitet inom bygg- och fastighetssektorn",
        language="sv",
        buyer=Organisation("Växjö kommun", "212000-0662", "SE", notice.buyer.email),
        cpv=("73100000", "73120000"),
        procedure="innovation-partnership",
        issue_date=date(2021, 3, 22),
        awarded=False,
    )


def test_gardens_state_a_total_that_the_lot_does_not_make() -> None:
    notice = read(sample_notice(GARDENS))
    winner = Organisation("Espaces Verts Lemire", "326 912 557", "FR")
    assert notice == Notice(
        source=Source.EFORMS,
        kind=Kind.AWARD,
        notice_id="65667997-031a-4198-bd25-7225449ef479-01",
        procurement_id="022d0ef9-6338-42d9-afa4-a87709128061",
        title="Service d'entretien de remise en état et de nettoyage des espaces verts",
        language="fr",
        buyer=Organisation("Rouen Habitat", "123 456 789", "FR", notice.buyer.email),
        cpv=("77310000",),
        procedure="open",
        value=Money(Decimal("390697.84"), "EUR"),
        tenders_received=3,
        award_date=date(2019, 9, 3),
        issue_date=date(2019, 10, 23),
        awarded=True,
        winners=(winner,),
        lots=(
            Lot(
                id="LOT-0000",
                title="Agence centre",
                cpv=("77310000",),
                value=Money(Decimal(95414), "EUR"),
                tenders_received=3,
                award_date=date(2019, 9, 3),
                awarded=True,
                winners=(winner,),
            ),
        ),
        doubts=(Doubt("value", Why.LOTS_ADD_UP_OTHERWISE, {"total": "390697.84 EUR", "lots": "95414 EUR"}),),
    )


def test_a_procurement_without_tenders_was_not_awarded() -> None:
    notice = read(sample_notice(NO_TENDERS))
    assert notice == Notice(
        source=Source.EFORMS,
        kind=Kind.AWARD,
        notice_id="da7ec2b4-ff04-4838-8e28-489a3b5c573c-01",
        procurement_id="084ecda3-0409-427a-a623-1212174063da",
        title="foo",
        language="en",
        buyer=Organisation("foo", "123456", "LU", notice.buyer.email),
        cpv=("72000000",),
        procedure="other",
        tenders_received=0,
        issue_date=date(2015, 2, 2),
        awarded=False,
        lots=(Lot("LOT-0001", "foo", ("72000000",), tenders_received=0, awarded=False),),
    )


def test_water_was_awarded() -> None:
    notice = read(sample_notice(WATER))
    assert (notice.kind, notice.title, notice.language) == (
        Kind.AWARD,
        "Making Tax Digital for VAT (MTDfV)",
        "en",
    )
    assert (notice.reference, notice.cpv, notice.procedure) == ("C1032", ("72260000",), "open")
    assert notice.procurement_id == "18d27a53-0109-4f93-9231-6659d931bce0"
    assert (notice.buyer.name, notice.buyer.id, notice.buyer.country) == (
        "NI Water and its subsidiaries",
        "123 456 789",
        "GB",
    )
    assert (notice.value, notice.tenders_received) == (Money(Decimal("9.99"), "GBP"), 3)
    assert (notice.award_date, notice.issue_date) == (date(2020, 2, 12), date(2020, 4, 10))
    assert notice.winners == (Organisation("Deloitte — Main Account LLP", "222 222 222", "GB"),)
    assert [(lot.id, lot.awarded, lot.value) for lot in notice.lots] == [("LOT-0000", True, notice.value)]
    assert notice.doubts == ()


def test_every_sample_reads_and_prints() -> None:
    for path in sorted((sample_data() / "notices").iterdir()):
        printed = as_json(read(path.read_bytes()))
        assert json.loads(json.dumps(printed)) == printed
        assert printed["title"]


# Damaged copies


def _flip(data: bytearray, random: Random) -> bytearray:
    for _ in range(random.choice([1, 3, 30])):
        data[random.randrange(len(data))] = random.randrange(256)
    return data


def _remove(data: bytearray, random: Random) -> bytearray:
    start = random.randrange(len(data))
    del data[start : start + random.randrange(1, 2_000)]
    return data


def _repeat(data: bytearray, random: Random) -> bytearray:
    start = random.randrange(len(data))
    piece = data[start : start + random.randrange(1, 2_000)]
    return data[:start] + piece * random.randrange(2, 20) + data[start:]


def _cut(data: bytearray, random: Random) -> bytearray:
    return data[: random.randrange(len(data))]


def _without_an_element(data: bytearray, random: Random) -> bytearray:
    """A name of an element is changed wherever it stands, so that the file stays whole and lacks the element."""
    starts = [at for at in range(len(data) - 40) if data[at] == ord("<") and data[at + 1] not in b"/!?"]
    if not starts:
        return data
    at = random.choice(starts) + 1
    name = bytes(data[at : at + 60]).split(b">")[0].split()[0].rstrip(b"/")
    return data.replace(b"<" + name, b"<Other").replace(b"</" + name, b"</Other")


def _other_texts(data: bytearray, random: Random) -> bytearray:
    """Texts between tags are exchanged for odd ones."""
    odd = [
        b"",
        b"-1",
        b"0",
        b"NaN",
        b"1e999",
        b"9" * 40,
        "åäö\u202e🎈".encode(),
        b"2020-02-30",
        b"SE",
        b"LOT-0000",
    ]
    parts = bytes(data).split(b">")
    for _ in range(random.choice([1, 10, 100])):
        at = random.randrange(len(parts))
        text, separator, tag = parts[at].partition(b"<")
        parts[at] = (random.choice(odd) if text.strip() else text) + separator + tag
    return bytearray(b">".join(parts))


DAMAGES: Sequence[Callable[[bytearray, Random], bytearray]] = [
    _flip,
    _remove,
    _repeat,
    _cut,
    _without_an_element,
    _other_texts,
]


def _notice_or_error(data: bytes) -> bool:
    """Whether it is a notice that can be printed; fails for any other outcome than that or a `NoticeError`."""
    try:
        printed = as_json(read(data))
    except NoticeError as error:
        printed = {"code": error.code, **error.detail}
    json.dumps(printed, allow_nan=False)
    return "code" not in printed


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", [TRAFIKVERKET, VAXJO, GARDENS, NO_TENDERS, WATER, CYCLES])
def test_a_damaged_copy_of_a_sample_is_a_notice_or_an_error(
    name: str, damage: Callable[[bytearray, Random], bytearray]
) -> None:
    original = sample_notice(name)
    random = Random(f"{name} {damage.__name__}")
    for _ in range(COPIES // len(DAMAGES)):
        _notice_or_error(bytes(damage(bytearray(original), random)))


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize(
    "text",
    [
        eforms_files.award(),
        ted_files.export(ted_files.form(ted_files.awarded(), total=ted_files.value("5"))),
        ted_files.older_export(ted_files.older(ted_files.older_award())),
    ],
    ids=["eforms", "ted", "older"],
)
def test_a_damaged_copy_of_a_made_notice_is_a_notice_or_an_error(
    text: str, damage: Callable[[bytearray, Random], bytearray]
) -> None:
    random = Random(damage.__name__)
    read_at_all = [_notice_or_error(bytes(damage(bytearray(text.encode()), random))) for _ in range(COPIES)]
    if damage in {_without_an_element, _other_texts}:
        assert any(read_at_all)
