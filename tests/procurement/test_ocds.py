"""Notices in the Open Contracting Data Standard: the sample, hand-made ones, hostile ones, and anything at all."""

from __future__ import annotations

import json
import time
import tracemalloc
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.procurement import ocds
from app.procurement.notice import (
    Damaged,
    Doubt,
    Kind,
    Money,
    NotANotice,
    Notice,
    NoticeError,
    Organisation,
    Source,
    TooLarge,
    Why,
    as_json,
)
from tests.needs import sample_data

SAMPLE = "notices/ocds-213czf-000-00001-04-award.json"

BUYER = {
    "id": "SE-ON-2120000662",
    "name": "Växjö kommun",
    "roles": ["buyer", "procuringEntity"],
    "identifier": {"scheme": "SE-ON", "id": "2120000662"},
    "contactPoint": {"email": "upphandling@kommun.example"},
}
WINNER = {
    "id": "2",
    "name": "Städ & Co AB",
    "roles": ["supplier"],
    "identifier": {"scheme": "SE-ON", "id": "5560360793.0"},
}


def award(number=1, /, **changes):
    return {
        "id": f"award-{number}",
        "status": "active",
        "date": "2026-03-02T00:00:00+01:00",
        "value": {"amount": 1_000_000, "currency": "SEK"},
        "suppliers": [{"id": "2"}],
    } | changes


def release(**changes):
    return {
        "ocid": "ocds-abcdef-1",
        "id": "1",
        "date": "2026-03-04T08:00:00+01:00",
        "tag": ["award"],
        "language": "sv",
        "parties": [BUYER, WINNER],
        "buyer": {"id": "SE-ON-2120000662"},
        "tender": {
            "id": "t",
            "title": "Städtjänster",
            "procurementMethod": "open",
            "numberOfTenderers": 4,
            "items": [{"id": "1", "classification": {"scheme": "CPV", "id": "90910000-9"}}],
        },
        "awards": [award()],
    } | changes


def tender(**changes):
    return {"tender": release()["tender"] | changes}


def read(document) -> Notice:
    return ocds.read(json.dumps(document, ensure_ascii=False).encode())


def whys(notice: Notice) -> set[tuple[str, str]]:
    return {(doubt.field, str(doubt.why)) for doubt in notice.doubts}


# What a notice says


def test_the_sample_reads_as_a_person_reads_it() -> None:
    notice = ocds.read((sample_data() / SAMPLE).read_bytes())
    assert notice == Notice(
        source=Source.OCDS,
        kind=Kind.AWARD,
        notice_id="ocds-213czf-000-00001-04-award",
        procurement_id="ocds-213czf-000-00001",
        title="Planned cycle lane improvements",
        language="en",
        buyer=Organisation("London Borough of Barnet", "E09000003", "GB", "procurement-team@example.com"),
        cpv=("45233130", "45233162"),
        value=Money(Decimal(11_000_000), "GBP"),
        tenders_received=2,
        award_date=date(2010, 5, 10),
        issue_date=date(2010, 5, 10),
        awarded=None,
        winners=(Organisation("AnyCorp Cycle Provision", "11111111", "GB", "contracts@anycorp.example"),),
        doubts=(Doubt("awarded", Why.AWARD_PENDING),),
    )


def test_a_swedish_award_reads_without_doubt() -> None:
    assert read(release()) == Notice(
        source=Source.OCDS,
        kind=Kind.AWARD,
        notice_id="1",
        procurement_id="ocds-abcdef-1",
        title="Städtjänster",
        language="sv",
        buyer=Organisation("Växjö kommun", "212000-0662", "SE", "upphandling@kommun.example"),
        cpv=("90910000",),
        procedure="open",
        value=Money(Decimal(1_000_000), "SEK"),
        tenders_received=4,
        award_date=date(2026, 3, 2),
        issue_date=date(2026, 3, 4),
        awarded=True,
        winners=(Organisation("Städ & Co AB", "556036-0793", "SE"),),
    )


@pytest.mark.parametrize(
    "document",
    [
        {"releases": [release()]},
        [release()],
        [{"releases": [release()]}],
        {"records": [{"ocid": "ocds-abcdef-1", "compiledRelease": release(), "releases": [{"url": "https://x.example"}]}]},
        {"records": [{"ocid": "ocds-abcdef-1", "releases": [release()]}]},
        {"ocid": "ocds-abcdef-1", "compiledRelease": release()},
    ],
)  # fmt: skip
def test_whatever_wraps_a_release_it_is_the_same(document) -> None:
    assert read(document) == read(release())


def test_version_1_0_has_its_organisations_where_they_are_named() -> None:
    old = release(buyer=BUYER, awards=[award(suppliers=[WINNER])])
    del old["parties"]
    assert read(old) == read(release())


def test_of_several_releases_the_newest_state_counts() -> None:
    first = release(
        id="1",
        date="2025-11-01T00:00:00Z",
        tag=["tender"],
        awards=[],
        **tender(title="Städ", procurementMethod="selective", description="Ett utkast"),
    )
    second = release(id="2", date="2026-03-02", awards=[award(1), award(2, status="pending")], tender={"title": "Städtjänster", "procurementMethod": None, "items": []})  # fmt: skip
    third = release(id="3", date="2026-04-02T00:00:00Z", tag=["awardUpdate"], awards=[{"id": "award-2", "status": "active", "value": {"amount": 500_000}}], tender={})  # fmt: skip
    notice = read({"releases": [third, first, second]})
    assert notice.notice_id == "3"
    assert notice.issue_date == date(2026, 4, 2)
    assert notice.title == "Städtjänster"
    assert notice.procedure is None
    assert notice.cpv == ("90910000",)
    assert notice.value == Money(Decimal(1_500_000), "SEK")
    assert notice.awarded is True
    assert ("procurement_id", "several-releases") in whys(notice)


def test_of_several_procurements_there_is_none_to_read() -> None:
    with pytest.raises(ocds.SeveralProcurements) as refused:
        read({"releases": [release(), release(ocid="ocds-abcdef-2"), release(ocid="ocds-abcdef-3")]})
    assert refused.value.detail == {"count": "3"}
    assert isinstance(refused.value, NotANotice)


@pytest.mark.parametrize(
    ("method", "details", "code"),
    [
        ("open", None, "open"),
        ("open", "Open procedure", "open"),
        ("selective", None, None),
        ("selective", "Restricted procedure", "restricted"),
        ("selective", "Förhandlat förfarande med föregående annonsering", "negotiated-with-call"),
        ("selective", "Competitive procedure with negotiation", "negotiated-with-call"),
        ("selective", "neg-w-call", "negotiated-with-call"),
        ("selective", "Konkurrenspräglad dialog", "competitive-dialogue"),
        ("selective", "Innovation partnership", "innovation-partnership"),
        ("limited", None, "negotiated-without-call"),
        ("limited", "Negotiated procedure without prior call for competition", "negotiated-without-call"),
        ("limited", "Förhandlat förfarande utan föregående annonsering", "negotiated-without-call"),
        ("direct", None, "award-without-call"),
        ("limited", "Direktupphandling", "award-without-call"),
        (None, "oth-single", "other"),
        ("open", "Restricted procedure", None),
        ("odd", None, None),
    ],
)
def test_procedures_have_the_names_that_all_readers_use(method, details, code) -> None:
    notice = read(release(**tender(procurementMethod=method, procurementMethodDetails=details)))
    assert notice.procedure == code


@pytest.mark.parametrize(
    ("tags", "kind"),
    [
        (["planning"], Kind.PLANNING),
        (["tender"], Kind.CONTRACT),
        (["tenderUpdate"], Kind.CHANGE),
        (["award", "contract"], Kind.AWARD),
        (["tenderCancellation"], Kind.AWARD),
        (["contractAmendment"], Kind.MODIFICATION),
        (["compiled"], Kind.AWARD),
    ],
)
def test_tags_say_what_is_announced(tags, kind) -> None:
    assert read(release(tag=tags)).kind is kind


def test_an_award_names_a_tender_without_a_title() -> None:
    one, other = award(1, title="Städ norr"), award(2, title="Städ söder")
    assert read(release(awards=[one], **tender(title=None))).title == "Städ norr"
    both = read(release(awards=[one, other], **tender(title="")))
    assert both.title == "Städ norr"
    assert Doubt("title", Why.SEVERAL_TITLES, {"other": "Städ söder"}) in both.doubts
    assert ("title", "no-title") in whys(read(release(awards=[], **tender(title="\u200b \n"))))


def test_texts_are_one_harmless_line() -> None:
    document = release(**tender(title="Städ\x00\u0007 \n\ud800 av 👩‍🏭 skolor " + "a" * 2000))
    notice = ocds.read(json.dumps(document).encode())
    assert notice.title.startswith("Städ \ufffd av 👩‍🏭 skolor aaa")
    assert len(notice.title) == 1000
    assert ("title", "too-long") in whys(notice)


# Awards


@pytest.mark.parametrize(
    ("statuses", "awarded", "doubts"),
    [
        (["active"], True, set()),
        (["active", "unsuccessful"], True, {"partly-awarded"}),
        (["active", "pending"], True, {"award-pending"}),
        (["pending"], None, {"award-pending"}),
        (["cancelled"], False, set()),
        (["unsuccessful", "cancelled"], False, set()),
        ([None], None, {"award-unclear"}),
        (["odd"], None, {"award-unclear"}),
    ],
)
def test_statuses_say_whether_it_was_awarded(statuses, awarded, doubts) -> None:
    notice = read(release(awards=[award(number, status=status) for number, status in enumerate(statuses)]))
    assert notice.awarded is awarded
    assert {why for field, why in whys(notice) if field == "awarded"} == doubts


def test_what_was_cancelled_has_neither_value_nor_winners() -> None:
    notice = read(release(awards=[award(status="cancelled")]))
    assert (notice.value, notice.winners, notice.award_date) == (None, (), None)


def test_a_cancelled_tender_with_an_award_contradicts_itself() -> None:
    notice = read(release(**tender(status="cancelled")))
    assert notice.awarded is None
    assert ("awarded", "award-contradicted") in whys(notice)
    assert read(release(awards=[], **tender(status="unsuccessful"))).awarded is False


@pytest.mark.parametrize(
    ("values", "value", "why"),
    [
        ([(100, "SEK"), (200.5, "SEK")], Money(Decimal("300.5"), "SEK"), "sum-of-lots"),
        ([(100, "SEK"), (200, "EUR")], None, "several-currencies"),
        ([(100, "SEK"), (None, None)], None, "no-value"),
        ([(100, None)], None, "no-currency"),
        ([("100.0", "sek")], Money(Decimal(100), "SEK"), None),
        ([("hundra", "SEK")], None, "unreadable-value"),
        ([(-100, "SEK")], None, "unreadable-value"),
        ([(True, "SEK")], None, "unreadable-value"),
        ([({"a": 1}, "SEK")], None, "unreadable-value"),
        ([(0, "SEK")], None, "unlikely-value"),
    ],
)
def test_the_value_is_what_the_awards_are_worth_together(values, value, why) -> None:
    awards = [
        award(at, value={"amount": amount, "currency": unit}) for at, (amount, unit) in enumerate(values)
    ]
    notice = read(release(awards=awards))
    assert notice.value == value
    assert {found for field, found in whys(notice) if field == "value"} == ({why} if why else set())


def test_an_estimate_is_no_value() -> None:
    contract_notice = release(
        tag=["tender"], awards=[], **tender(value={"amount": 5_000_000, "currency": "SEK"})
    )
    notice = read(contract_notice)
    assert notice.value is None
    assert Doubt("value", Why.ESTIMATE_ONLY, {"amount": "5000000 SEK"}) in notice.doubts


def test_contracts_say_what_an_award_leaves_out_and_may_contradict_it() -> None:
    signed = {"id": "c", "awardID": "award-1", "status": "active", "dateSigned": "2026-03-20", "value": {"amount": 900_000, "currency": "SEK"}}  # fmt: skip
    bare = {"id": "award-1", "suppliers": [{"id": "2"}]}
    notice = read(release(awards=[bare], contracts=[signed]))
    assert (notice.value, notice.award_date, notice.awarded) == (
        Money(Decimal(900_000), "SEK"),
        date(2026, 3, 20),
        True,
    )
    both = read(release(contracts=[signed]))
    assert both.value is None
    assert ("value", "several-values") in whys(both)
    cancelled = read(release(contracts=[signed | {"status": "cancelled"}]))
    assert cancelled.awarded is None
    assert ("awarded", "award-contradicted") in whys(cancelled)


def test_several_dates_are_none() -> None:
    notice = read(release(awards=[award(1), award(2, date="2026-05-05")]))
    assert notice.award_date is None
    assert ("award_date", "several-dates") in whys(notice)


@pytest.mark.parametrize("when", ["1899-01-01", "2026-13-01", "i mars", 20260302, {"year": 2026}])
def test_what_is_no_date_is_none(when) -> None:
    assert read(release(awards=[award(date=when)])).award_date is None


# Lots


def lots_of_two(**changes):
    return (
        release(
            awards=[
                award(1, relatedLots=["1"], value={"amount": 100, "currency": "SEK"}),
                award(2, relatedLots=["2"], status="unsuccessful"),
            ],
            bids={
                "statistics": [
                    {"id": "1", "measure": "bids", "value": 3, "relatedLots": ["1"]},
                    {"id": "2", "measure": "bids", "value": 0, "relatedLot": "2"},
                    {"id": "3", "measure": "smeBids", "value": 1, "relatedLot": "2"},
                ]
            },
            **tender(
                numberOfTenderers=None,
                lots=[
                    {"id": "1", "title": "Norr"},
                    {"id": "2", "title": "Söder"},
                    {"id": "3", "status": "cancelled"},
                ],
                items=[{"id": "1", "relatedLot": "1", "classification": {"scheme": "CPV", "id": "90910000"}}],
            ),
        )
        | changes
    )


def test_each_lot_has_its_own_outcome() -> None:
    notice = read(lots_of_two())
    north, south, third = notice.lots
    assert (north.id, north.title, north.cpv, north.value) == (
        "1",
        "Norr",
        ("90910000",),
        Money(Decimal(100), "SEK"),
    )
    assert (north.awarded, south.awarded, third.awarded) == (True, False, False)
    assert (north.tenders_received, south.tenders_received, third.tenders_received) == (3, 0, None)
    assert [winner.name for winner in north.winners] == ["Städ & Co AB"]
    assert south.winners == ()
    assert notice.tenders_received is None
    assert ("tenders_received", "tenders-per-lot") in whys(notice)
    assert ("awarded", "partly-awarded") in whys(notice)


def test_one_amount_for_several_lots_is_no_lots_value() -> None:
    notice = read(lots_of_two(awards=[award(relatedLots=["1", "2"])]))
    assert notice.value == Money(Decimal(1_000_000), "SEK")
    assert [lot.value for lot in notice.lots] == [None, None, None]


def test_the_same_amount_twice_for_one_lot_may_be_one_amount() -> None:
    notice = read(lots_of_two(awards=[award(1, relatedLots=["1"]), award(2, relatedLots=["1"])]))
    assert notice.value is None
    assert ("value", "several-values") in whys(notice)


@pytest.mark.parametrize(
    ("stated", "received"),
    [
        (4, 4),
        (4.0, 4),
        ("4", 4),
        ("4.0", 4),
        (-1, None),
        ("fyra", None),
        (True, None),
        ([4], None),
        (4.5, None),
    ],
)
def test_counts_of_tenders(stated, received) -> None:
    notice = read(release(**tender(numberOfTenderers=stated)))
    assert notice.tenders_received == received
    assert (("tenders_received", "unreadable-tenders") in whys(notice)) == (received is None)


def test_tenderers_are_counted_where_no_number_is_stated() -> None:
    notice = read(
        release(**tender(numberOfTenderers=None, tenderers=[{"id": "2"}, {"id": "3"}, {"id": "2"}]))
    )
    assert notice.tenders_received == 2


# Organisations and numbers


@pytest.mark.parametrize(
    ("identifier", "address", "number", "country", "doubt"),
    [
        ({"scheme": "SE-ON", "id": "5560360793"}, {}, "556036-0793", "SE", None),
        ({"scheme": "SE-BLV", "id": 5560360793}, {}, "556036-0793", "SE", None),
        ({"scheme": "0007", "id": "5560360793.0"}, {}, "556036-0793", "SE", None),
        ({"id": "SE556036079301"}, {"countryName": "Sverige"}, "556036-0793", "SE", None),
        ({"scheme": "SE-ON", "id": "850101-1236"}, {}, None, "SE", "personal-number"),
        ({"id": "19850101-1236"}, {"countryName": "Sweden"}, None, "SE", "personal-number"),
        ({"id": "850101-1236"}, {"countryName": "Norge"}, None, "NO", "personal-number"),
        ({"scheme": "SE-ON", "id": "5560360794"}, {}, "5560360794", "SE", "unreadable-number"),
        ({"scheme": "GB-COH", "id": "01234567"}, {}, "01234567", "GB", None),
        ({"scheme": "NO-BRC", "id": 974760673}, {}, "974760673", "NO", None),
    ],
)
def test_numbers_are_written_as_their_country_writes_them(
    identifier, address, number, country, doubt
) -> None:
    party = {"id": "x", "name": "Bolaget", "identifier": identifier, "address": address}
    notice = read(release(parties=[BUYER, party], awards=[award(suppliers=[{"id": "x"}])]))
    assert notice.winners == (Organisation("Bolaget", number, country),)
    assert {why for field, why in whys(notice) if field == "winners"} == ({doubt} if doubt else set())


def test_a_personal_number_in_a_name_is_left_out() -> None:
    notice = read(release(awards=[award(suppliers=[{"id": "y", "name": "Anna Ek, 850101-1236"}])]))
    assert notice.winners[0].name == "Anna Ek, …"
    assert "1236" not in repr(notice)


def test_who_procures_stands_for_a_buyer_that_is_not_named() -> None:
    agent = BUYER | {"id": "a", "name": "Inköpscentralen", "roles": ["procuringEntity"]}
    assert read(release(parties=[agent, WINNER], buyer=None)).buyer.name == "Inköpscentralen"
    assert ("buyer", "no-buyer") in whys(read(release(parties=[], buyer=None)))


def test_several_buyers_are_said() -> None:
    other = {"id": "o", "name": "Alvesta kommun", "roles": ["buyer"]}
    notice = read(release(parties=[other, BUYER, WINNER]))
    assert notice.buyer.name == "Växjö kommun"
    assert Doubt("buyer", Why.SEVERAL_BUYERS, {"others": "Alvesta kommun"}) in notice.doubts


@pytest.mark.parametrize(
    ("scheme", "code", "found"),
    [
        ("CPV", "45233130.0", ("45233130",)),
        ("cpv", 45233130, ("45233130",)),
        ("CPV", 3000000, ("03000000",)),
        ("CPV", "3000000", ()),
        ("CPV", "45233130-9", ("45233130",)),
        ("UNSPSC", "45233130", ()),
        ("CPV", ["45233130"], ()),
    ],
)
def test_cpv_codes_survive_spreadsheets(scheme, code, found) -> None:
    notice = read(release(**tender(items=[{"classification": {"scheme": scheme, "id": code}}])))
    assert notice.cpv == found


def test_a_number_on_ted_is_read_where_a_document_is_the_notice() -> None:
    ted = "https://ted.europa.eu/sv/notice/-/detail/{}-2026"
    own = {"id": "1", "documentType": "awardNotice", "url": ted.format(151531)}
    earlier = {"id": "2", "documentType": "tenderNotice", "url": ted.format(100200)}
    notice = read(release(awards=[award(documents=[own])], **tender(documents=[earlier])))
    assert (notice.publication_number, notice.previous) == ("151531-2026", ("100200-2026",))
    related = [
        {"id": "1", "scheme": "eu-oj", "identifier": "2026/S 060-100201", "relationship": ["prior"]},
        {"id": "2", "scheme": "eu-ojs-notice-id", "identifier": "100202-2026"},
        {"id": "3", "scheme": "ocid", "identifier": "100203-2026", "uri": "https://x.example/100203-2026"},
    ]
    assert read(release(relatedProcesses=related)).previous == ("100201-2026", "100202-2026")
    two = [own, own | {"url": ted.format(151532)}]
    assert read(release(awards=[award(documents=two)])).publication_number is None


# Files that are not what they should be


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: text.encode(),
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.encode("utf-16"),
        lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
        lambda text: text.encode("utf-32"),
        lambda text: ("\n \t" + text).encode(),
    ],
)
def test_encodings_that_name_themselves_are_read(encode) -> None:
    text = json.dumps(release(), ensure_ascii=False)
    assert ocds.read(encode(text)) == read(release())


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (json.dumps(release(), ensure_ascii=False).encode("latin-1"), Damaged),
        (json.dumps(release()).encode("utf-16-le"), Damaged),
        (b"\xff\xfe{\x00\x00", Damaged),
        (json.dumps(release()).encode()[:-40], Damaged),
        (b'{"ocid": "1", "tender": {}} {}', Damaged),
        (b'{"ocid": "1", "ocid": "2", "tender": {}}', Damaged),
        (b'{"ocid": "1", "tender": {"value": {"amount": NaN}}}', Damaged),
        (b'{"ocid": "1", "tender": {"value": {"amount": -Infinity}}}', Damaged),
        (b'{"ocid": "1", "tender": {"value": {"amount": 1e400}}}', Damaged),
        (b'{"ocid": "1", "tender": {"value": {"amount": 1e999999999999999999999}}}', Damaged),
        (b'{"ocid": "1", "tender": {"value": {"amount": %s}}}' % (b"9" * 5000), Damaged),
        (b'{"ocid": "1", "tender": {"value": {"amount": 0.%s}}}' % (b"9" * 5000), Damaged),
        (b"", NotANotice),
        (b"null", NotANotice),
        (b'"text"', NotANotice),
        (b"<html>", NotANotice),
        (b"[]", NotANotice),
        (b"{}", NotANotice),
        (b'{"releases": []}', NotANotice),
        (b'{"type": "FeatureCollection", "features": []}', NotANotice),
        (b'{"records": [{"ocid": "1", "releases": [{"url": "https://x.example", "tag": ["award"]}]}]}', NotANotice),
        (b"[" * 100_000, TooLarge),
        (b'{"a":' * 100_000, TooLarge),
        (b'{"ocid": "1", "tender": ' + b"[" * 70 + b"]" * 70 + b"}", TooLarge),
        (b'["' + b"a" * 13_000_000 + b'"]', TooLarge),
        (b"[" + b"1," * 5_000_000 + b"1]", TooLarge),
        (b"[" + b'"",' * 3_000_000 + b'""]', TooLarge),
        (b"{" + b",".join(b'"%d":1' % number for number in range(200_000)) + b"}", TooLarge),
        (b'["' + b'\\"' * 5_000_000, Damaged),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else f"{value[:30]!r} {len(value)}",
)  # fmt: skip
def test_wrong_and_hostile_files_are_refused_by_name_soon_and_small(data, error) -> None:
    tracemalloc.start()
    before = time.process_time()
    try:
        with pytest.raises(error) as refused:
            ocds.read(data)
        assert time.process_time() - before < 2  # a tenth of it, without tracemalloc and other tests
        assert tracemalloc.get_traced_memory()[1] < 50 * 2**20
    finally:
        tracemalloc.stop()
    assert type(refused.value) is error


def test_ten_thousand_lots_are_read_in_bounded_time_and_memory() -> None:
    numbers = range(10_000)
    document = release(
        awards=[award(at, relatedLots=[str(at)], suppliers=[{"id": f"s{at}", "name": f"Bolag {at}"}]) for at in numbers],
        **tender(lots=[{"id": str(at), "title": f"Område {at} – städ"} for at in numbers]),
    )  # fmt: skip
    data = json.dumps(document, ensure_ascii=False).encode()
    before = time.process_time()
    notice = ocds.read(data)
    assert time.process_time() - before < 3
    assert len(notice.lots) == 1000
    assert len(notice.winners) == 500
    assert notice.value == Money(Decimal(10_000_000_000), "SEK")
    assert {("lots", "too-many-lots"), ("winners", "too-many-winners")} <= whys(notice)
    tracemalloc.start()
    ocds.read(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 50 * 2**20


def test_ten_thousand_releases_merge_in_bounded_time() -> None:
    releases = [{"ocid": "x", "tag": ["award"], "awards": [award(at)]} for at in range(10_000)]
    before = time.process_time()
    assert read(releases).value == Money(Decimal(10_000_000_000), "SEK")
    assert time.process_time() - before < 3


# Anything at all

NAMES = sorted(
    {"ocid", "id", "tag", "date", "parties", "buyer", "tender", "awards", "contracts", "items", "value", "amount",
     "currency", "status", "suppliers", "lots", "relatedLots", "relatedLot", "classification", "scheme", "title",
     "additionalClassifications", "bids", "statistics", "measure", "name", "identifier", "roles", "address", "url",
     "countryName", "documents", "relatedProcesses", "numberOfTenderers", "tenderers", "language", "awardID", "releases",
     "records", "compiledRelease", "procurementMethod", "procurementMethodDetails", "contactPoint", "email", "planning"}
)  # fmt: skip
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False, width=32)
    | st.text(max_size=20)
    | st.sampled_from(
        [
            "active",
            "pending",
            "cancelled",
            "SEK",
            "CPV",
            "45233130",
            "2026-03-02",
            "1",
            "buyer",
            "bids",
            "850101-1236",
        ]
    )
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=5), inner, max_size=6)
    ),
    max_leaves=40,
)


def check_read(data: bytes) -> None:
    try:
        notice = ocds.read(data)
    except NoticeError:
        return
    assert isinstance(notice, Notice)
    printed = json.dumps(as_json(notice), ensure_ascii=False, allow_nan=False)
    assert json.loads(printed.encode()) == json.loads(printed)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(ANYTHING)
def test_any_json_gives_a_notice_or_a_named_error(document) -> None:
    check_read(json.dumps(document).encode())


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from(NAMES), ANYTHING, max_size=8), min_size=1, max_size=3))
def test_releases_of_anything_give_a_notice_or_a_named_error(releases) -> None:
    check_read(json.dumps({"releases": [{"ocid": "x", "tender": {}, **each} for each in releases]}).encode())


def places(value, path=()):
    yield path
    children = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, child in children:
        yield from places(child, (*path, key))


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=300)
@given(st.data())
def test_a_release_with_any_value_changed_gives_a_notice_or_a_named_error(data) -> None:
    document = json.loads(json.dumps(lots_of_two()))
    for _ in range(data.draw(st.integers(1, 3))):
        *way, last = data.draw(st.sampled_from([path for path in places(document) if path]))
        inside = document
        for key in way:
            inside = inside[key]
        inside[last] = data.draw(ANYTHING)
    check_read(json.dumps(document).encode())


@settings(deadline=None, max_examples=300)
@given(st.data())
def test_the_sample_with_bytes_changed_gives_a_notice_or_a_named_error(data) -> None:
    sample = bytearray((sample_data() / SAMPLE).read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(sample) - 1))
        sample[at : at + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=10))
        if not sample:
            break
    check_read(bytes(sample))


@given(
    st.permutations(
        [release(id=str(at), date=f"2026-03-0{at + 1}", **tender(title=str(at))) for at in range(4)]
    )
)
def test_the_order_of_releases_in_a_file_means_nothing(releases) -> None:
    assert read({"releases": releases}).title == "3"
