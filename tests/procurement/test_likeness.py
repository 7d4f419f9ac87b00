"""The same procurement nominated twice, as people who know procurement would judge it."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.procurement import comparable
from app.procurement.likeness import Candidate, Pair, Reason, pairs


def reasons(one: Candidate, other: Candidate) -> set[str]:
    return {str(reason) for pair in pairs([one, other]) for reason in pair.reasons}


def titles(one: str, other: str) -> list[Pair]:
    return pairs(
        [
            Candidate(1, buyer_name="Växjö kommun", title=one),
            Candidate(2, buyer_name="Växjö kommun", title=other),
        ]
    )


# Numbers


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ({"procurement_id": "SE75790"}, {"procurement_id": "se 75790"}, "same-procurement-id"),
        (
            {"procedure_id": "0a5d3f0e-9c1b-4a57-8a51-0e4b8f1f2c3d"},
            {"procurement_id": "0A5D3F0E-9C1B-4A57-8A51-0E4B8F1F2C3D"},
            "same-procurement-id",
        ),
        ({"publication": "151531-2026"}, {"publication": "00151531-2026"}, "same-notice"),
        (
            {"publication": "151531-2026"},
            {"publication": "1-2026", "previous": ("151531-2026",)},
            "earlier-notice",
        ),
        ({"previous": ("151531-2026",)}, {"previous": ("151531-2026",)}, "earlier-notice"),
    ],
)
def test_a_shared_number_is_enough_whoever_the_buyer_is(one, other, reason) -> None:
    first = Candidate(1, buyer_name="Växjö kommun", **one)
    second = Candidate(2, buyer_name="Upphandlingsbolaget", **other)
    assert reasons(first, second) == {reason}
    assert pairs([first, second])[0].score >= 0.9


def test_what_is_not_known_is_not_shared() -> None:
    assert pairs([Candidate(1), Candidate(2), Candidate(3, title="Städ"), Candidate(4, title="Städ")]) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("KS 2021-0012", "ks2021-0012"),
        ("KS 2021-0012", "Dnr: KS 2021/0012"),
        ("Diarienummer 2.4.1-1234-2025", "2.4.1–1234–2025"),
        ("UPPH 2025/14", "upph 2025 / 14"),
    ],
)
def test_one_buyers_reference_number_is_one_procurement(one, other) -> None:
    first, second = (
        Candidate(at, buyer_id="212000-0662", reference=each) for at, each in enumerate((one, other))
    )
    assert reasons(first, second) == {"same-reference"}
    elsewhere = Candidate(3, buyer_id="212000-1355", reference=one)
    assert reasons(first, elsewhere) == set()


@pytest.mark.parametrize(
    ("one", "other"), [("KS 2021-0012", "KS 2021-12"), ("1", "1"), ("KS", "KS"), ("", "")]
)
def test_other_reference_numbers_are_others(one, other) -> None:
    first, second = (
        Candidate(at, buyer_id="212000-0662", reference=each) for at, each in enumerate((one, other))
    )
    assert reasons(first, second) == set()


# Buyers


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Växjö kommun", "VÄXJÖ KOMMUN, Upphandlingsenheten"),
        ("Växjö kommun", "Kommunstyrelsen Växjö kommun"),
        ("Växjö kommun", "Växjö kommuns tekniska förvaltning"),
        ("Växjö kommun (212000-0662)", "Municipality of Växjö"),
        ("Göteborgs Stad", "Göteborgs stad, Inköp och upphandling"),
        ("Trafikkontoret, Göteborgs stad", "Göteborg kommun"),
        ("Region Skåne", "REGION SKÅNE, Inköpsavdelningen"),
        ("Växjö Energi AB", "Växjö Energi"),
        ("Socialstyrelsen", "Socialstyrelsen, Upphandlingsenheten"),
        ("Länsstyrelsen i Skåne län", "Länsstyrelsen Skåne län"),
        ("Lilla Edets kommun", "Lilla Edet kommun"),
    ],
)
def test_spellings_of_one_authority(one, other) -> None:
    assert comparable.buyer_name(one) == comparable.buyer_name(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Växjö kommun", "Alvesta kommun"),
        ("Växjö kommun", "Växjö Energi AB"),
        ("Region Skåne", "Länsstyrelsen i Skåne län"),
        ("Lunds kommun", "Lunds universitet"),
        ("Region Gotland", "Region Skåne"),
        ("Växjö kommun", "Region Växjö"),
    ],
)
def test_different_authorities(one, other) -> None:
    assert comparable.buyer_name(one) != comparable.buyer_name(other)


@pytest.mark.parametrize(
    "name", ["Kommunstyrelsen", "Upphandlingsenheten", "Tekniska förvaltningen", "", "AB", "–"]
)
def test_a_unit_that_everyone_has_names_nobody(name) -> None:
    assert comparable.buyer_name(name) == ""


def test_numbers_decide_before_names() -> None:
    first = Candidate(1, buyer_id="212000-0662", buyer_name="Kommunen", title="Skolmöbler")
    same = Candidate(2, buyer_id="SE212000066201", buyer_name="Växjö", title="Skolmöbler")
    other = Candidate(3, buyer_id="212000-1355", buyer_name="Kommunen", title="Skolmöbler")
    unknown = Candidate(4, buyer_name="Kommunen", title="Skolmöbler")
    assert [(pair.first, pair.second) for pair in pairs([first, same, other, unknown])] == [
        (1, 2),
        (1, 4),
        (3, 4),
    ]


# Titles


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Städtjänster", "Upphandling av städtjänster"),
        ("Ramavtal städtjänster", "STÄDTJÄNSTER – ramavtal"),
        ("Städtjänster 2026", "Upphandling av städtjänst"),
        ("Städtjänster, delområde 1", "Städtjänster, delområde 2"),
        ("Lot 3: Broar över Göta älv", "Broar över Göta älv"),
        ("Nybyggnad av Ekorrens förskola", "Nybyggnad förskola Ekorrens"),
        ("Framework agreement for school furniture", "School furniture"),
        ("Skolskjuts Öster 2025-2028", "Skolskjuts öster 2025–2028"),
        ("Vinterväghållning", "Vinterväghålning"),
    ],
)
def test_one_title_in_two_spellings(one, other) -> None:
    (pair,) = titles(one, other)
    assert pair.reasons == (Reason.SAME_TITLE,)
    assert not pair.weak
    assert pair.score > 0.5


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Upphandling av ramavtal", "Ramavtal för upphandling"),
        ("Ramavtal 2026", "Ramavtal 2026"),
        ("Ramavtal städtjänster 2026", "Ramavtal skolmöbler 2026"),
        ("Delområde 1: Städ", "Delområde 1: Snö"),
        ("Nybyggnad av förskolan Ekorren", "Nybyggnad av förskolan Igelkotten"),
        ("Ombyggnad av väg 73", "Ombyggnad av väg 25"),
        ("E4 Förbifart Stockholm", "E6 Förbifart Stockholm"),
        ("Gång- och cykelväg etapp 1", "Gång- och cykelväg etapp 2"),
        ("Elarbeten", "Målarbeten"),
        ("IT-konsulttjänster", "Arkitekttjänster"),
        ("Drift och underhåll av system", "Underhåll av belysning"),
        ("2025", "2025"),
        ("", ""),
    ],
)
def test_other_titles(one, other) -> None:
    assert titles(one, other) == []


def test_the_same_title_in_another_year_is_a_weak_match_and_said_as_such() -> None:
    (pair,) = titles("Städtjänster 2025", "Städtjänster 2026")
    assert pair.reasons == (Reason.OTHER_YEAR,)
    assert pair.weak
    assert pair.score <= 0.3


def test_a_title_within_a_longer_one_is_a_weak_match() -> None:
    (pair,) = titles("Livsmedel", "Livsmedel och drycker till skolor")
    assert pair.reasons == (Reason.TITLE_WITHIN,)
    assert pair.weak


def test_two_upphandlings_ids_make_a_shared_title_say_less() -> None:
    def pair(**number):
        one = Candidate(1, buyer_name="Växjö kommun", title="Städtjänster", procurement_id="SE75790")
        return pairs([one, Candidate(2, buyer_name="Växjö kommun", title="Städtjänster", **number)])[0]

    assert pair(procurement_id="SE75791").score < pair().score
    assert pair(procurement_id="0a5d3f0e-9c1b-4a57-8a51-0e4b8f1f2c3d").score == pair().score


def test_more_reasons_are_likelier_than_one() -> None:
    both = {"buyer_name": "Växjö kommun", "title": "Städtjänster", "reference": "KS 2026/12"}
    (pair,) = pairs([Candidate(1, **both), Candidate(2, **both)])
    assert pair.reasons == (Reason.SAME_REFERENCE, Reason.SAME_TITLE)
    assert 0.9 < pair.score < 1


# Properties

WORDS = st.sampled_from(["städ", "städtjänster", "2025", "2026", "del 1", "väg 73", "av", "upphandling", "möbler", "skola", "ramavtal"])  # fmt: skip
CANDIDATES = st.lists(
    st.builds(
        Candidate,
        id=st.integers(0, 30),
        procurement_id=st.sampled_from(["", "SE1", "SE2"]),
        publication=st.sampled_from(["", "1-2026", "2-2026"]),
        buyer_id=st.sampled_from(["", "", "212000-0662", "556036-0793"]),
        buyer_name=st.sampled_from(
            ["", "Växjö kommun", "Växjö kommun, Upphandlingsenheten", "Alvesta kommun"]
        ),
        reference=st.sampled_from(["", "KS 2026/12", "KS2026-12"]),
        title=st.lists(WORDS, max_size=4).map(" ".join) | st.text(max_size=12),
        previous=st.sampled_from([(), ("1-2026",)]),
    ),
    max_size=10,
    unique_by=lambda candidate: candidate.id,
)


@given(CANDIDATES, st.randoms())
def test_the_order_of_candidates_means_nothing(candidates, chance) -> None:
    shuffled = candidates[:]
    chance.shuffle(shuffled)
    assert pairs(shuffled) == pairs(candidates)


@given(CANDIDATES)
def test_pairs_are_of_two_with_reasons_and_what_is_alone_stays_alone(candidates) -> None:
    found = pairs(candidates)
    by_id = {candidate.id: candidate for candidate in candidates}
    for pair in found:
        assert pair.first < pair.second
        assert pair.reasons
        assert 0 < pair.score <= 1
        assert pairs([by_id[pair.second], by_id[pair.first]]) == [pair]
    assert len({(pair.first, pair.second) for pair in found}) == len(found)
    assert found == sorted(found, key=lambda pair: -pair.score)


@given(CANDIDATES)
def test_a_candidate_twice_is_no_pair(candidates) -> None:
    assert pairs(candidates + candidates) == pairs(candidates)


@given(st.text(max_size=60), st.text(max_size=60))
def test_likeness_of_any_titles_is_symmetric_and_a_share(one, other) -> None:
    left, right = comparable.title(one), comparable.title(other)
    assert comparable.alike(left, right) == pytest.approx(comparable.alike(right, left))
    assert 0 <= comparable.alike(left, right) <= 1.0000001
    assert not left.words or comparable.alike(left, left) == pytest.approx(1)


def crowd(count: int, buyers: int, chance: random.Random) -> list[Candidate]:
    things = [
        "städtjänster",
        "skolskjuts",
        "livsmedel",
        "möbler",
        "elarbeten",
        "asfaltering",
        "datorer",
        "bevakning",
    ]
    places = [
        "Öster",
        "Väster",
        "Norr",
        "Söder",
        "Centrum",
        "Teleborg",
        "Araby",
        "Hovshaga",
        "Sandsbro",
        "Kronoberg",
    ]
    return [
        Candidate(
            at,
            procurement_id=f"SE{at}",
            publication=f"{at + 1}-2026",
            buyer_name=f"Ort{chance.randrange(buyers)} kommun",
            reference=f"KS 2026/{at}",
            title=f"Upphandling av {chance.choice(things)} {chance.choice(places)} {chance.randrange(2020, 2027)}",
        )
        for at in range(count)
    ]


@pytest.mark.parametrize("buyers", [290, 20, 1])
def test_two_thousand_candidates_are_compared_in_about_a_second(buyers, capsys) -> None:
    candidates = crowd(2000, buyers, random.Random(buyers))
    before = time.process_time()
    found = pairs(candidates)
    took = time.process_time() - before
    with capsys.disabled():
        print(f"\n2,000 candidates of {buyers} buyers: {len(found)} pairs in {took * 1000:.0f} ms")
    assert took < 5


def test_a_crowd_of_the_same_is_found_without_comparing_all_with_all() -> None:
    found = pairs(
        Candidate(at, publication="1-2026", buyer_name="X kommun", title="Städ") for at in range(2000)
    )
    assert {pair.second for pair in found} == set(range(1, 2000))
    assert len(found) == 1999
