"""The list that is in use: the divisions, a loaded one, another one; all of it or nothing, in every process at once."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.cpv import service
from app.cpv.models import CpvCode, CpvList
from app.extensions import db, transaction
from app.procurement.cpv import DIVISIONS, ListError
from tests import needs
from tests.databases import both_databases

SMALL = """code;sv;en
30000000-9;Kontorsmaskiner;Office machinery
30200000-1;Datorutrustning;Computer equipment
30213100-6;Bärbara datorer;Portable computers
30213300-8;Bordsdatorer;Desktop computer
"""


def load(text: str, clock) -> service.Loaded:
    with transaction():
        return service.load(text.splitlines(keepends=True), now=clock.now())


def codes() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(CpvCode.code).order_by(CpvCode.code)))


def test_without_a_list_the_divisions_are_in_use(app: Flask) -> None:
    assert not service.book().whole
    assert len(service.book().below[""]) == len(DIVISIONS) == 45
    assert service.search("möbler", "sv")[0].code == "39000000"
    assert service.search("furniture", "en")[0].code == "39000000"


@both_databases
def test_loading_replaces_the_whole_list_and_again_changes_nothing(app: Flask, clock) -> None:
    assert load(SMALL, clock) == service.Loaded(4, changed=True)
    assert service.search("bärbar dator", "sv")[0].code == "30213100"
    before = db.session.get(CpvList, 1).loaded_at
    clock.set(clock.now().replace(hour=20))
    assert load(SMALL.replace(";", ","), clock) == service.Loaded(4, changed=False)
    assert db.session.get(CpvList, 1).loaded_at == before
    assert load("code,sv,en\n03000000,Jord,Soil\n", clock) == service.Loaded(1, changed=True)
    assert codes() == ["03000000"]
    assert [code.code for code in service.search("0", "sv")] == ["03000000"]
    assert service.search("datorer", "sv") == []


@both_databases
def test_a_wrong_row_leaves_the_list_in_use_as_it_was(app: Flask, clock) -> None:
    load(SMALL, clock)
    for text, code, line in (
        (SMALL.replace("30213300-8", "3021330"), "code", 5),
        (SMALL.replace("30213300-8", "30213100-6"), "repeated", 5),
        (SMALL.replace("Desktop computer", ""), "name", 5),
        ("a;b;c\n", "headings", 1),
        ("code;sv;en\n", "empty", 1),
    ):
        with pytest.raises(ListError) as error:
            load(text, clock)
        assert (error.value.code, error.value.line) == (code, line)
        assert len(codes()) == 4


def test_another_process_sees_a_reload_at_its_next_look(app: Flask, clock) -> None:
    load(SMALL, clock)
    ours = service.book()
    assert service.book() is ours
    load(SMALL.replace("Bordsdatorer", "Stationära datorer"), clock)
    assert service.book() is not ours
    assert service.search("stationära", "sv")[0].code == "30213300"


def test_what_is_broader_and_narrower(app: Flask, clock) -> None:
    load(SMALL, clock)
    book = service.book()
    assert [code.code for code in book.above("30213100")] == ["30000000", "30200000"]
    assert [code.code for code in book.below["30200000"]] == ["30213100", "30213300"]
    assert [code.code for code in book.below[""]] == ["30000000"]


def test_the_codes_in_a_field_with_their_names(app: Flask, clock) -> None:
    load(SMALL, clock)
    found = service.chosen("30200000-1; 30213100, mat,  99999999,30200000-1")
    assert [(written, code.sv if code else None) for written, code in found] == [
        ("30200000-1", "Datorutrustning"),
        ("30213100", "Bärbara datorer"),
        ("99999999", None),
    ]
    assert service.chosen("") == []


@both_databases
def test_the_full_list_loads_and_is_found_by_typing(app: Flask, clock) -> None:
    with (needs.sample_data() / "cpv2008_sv_en.csv").open("rb") as file, transaction():
        loaded = service.load(file, now=clock.now())
    assert loaded == service.Loaded(9454, changed=True)
    assert db.session.scalar(select(func.count()).select_from(CpvCode)) == 9454
    assert len(service.book().below[""]) == 45
    for typed, lang, code in (
        ("städning", "sv", "90910000"),
        ("cykelväg", "sv", "45233162"),
        ("cleaning services", "en", "90910000"),
        ("30200000", "sv", "30200000"),
        ("4523316", "sv", "45233160"),
    ):
        assert code in [found.code for found in service.search(typed, lang, 8)], typed
