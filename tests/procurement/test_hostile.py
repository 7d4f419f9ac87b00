"""Hostile and huge files, each read by a process of its own: what is said, in how much time, in how much memory."""

from __future__ import annotations

import gzip
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.procurement import eforms_files, ted_files

SECOND = 1.0
MEGABYTES = 50
MEASURE = """
import json, resource, sys
from app.procurement.reading import read
from app.procurement.notice import NoticeError, as_json
def spent():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024
try:
    read(b"<nothing/>")  # so that what is imported late is here
except NoticeError:
    pass
seconds, megabytes = spent()
said = {}
try:
    with open(sys.argv[1], "rb") as file:
        said["notice"] = as_json(read(file))
except NoticeError as error:
    said |= {"error": error.code, "detail": dict(error.detail)}
after = spent()
print(json.dumps(said | {"seconds": after[0] - seconds, "megabytes": after[1] - megabytes}))
"""


def measured(content: bytes | Iterable[bytes], folder: Path, *, seconds: float = SECOND) -> dict[str, Any]:
    """What reading the file says, the seconds of a processor that it took, and the megabytes that it added.

    Where it takes longer than *seconds* it is measured again, for others may have used the processor as well.
    """
    path = folder / "file.xml"
    with path.open("wb") as file:
        for piece in [content] if isinstance(content, bytes) else content:
            file.write(piece)
    through = [
        "sh",
        "-c",
        '"$@"; exit $?',
        "sh",
    ]  # what starts a process counts as its memory: the shell is small
    command = [*through, sys.executable, "-c", MEASURE, str(path)]
    found: dict[str, Any] = {}
    for _ in range(3):
        done = subprocess.run(command, capture_output=True, check=False, timeout=60)
        assert done.stderr == b""
        found = json.loads(done.stdout)
        if found["seconds"] < seconds:
            break
    return found


def entities(count: int) -> str:
    return "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, count))


def award_with(results: str, organisations: str = "") -> bytes:
    return eforms_files.award(results=results, organisations=[organisations]).encode()


def encoded(*parts: str) -> bytes:
    return "".join(parts).encode()


def zipped() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("notice.xml", eforms_files.award())
    return packed.getvalue()


def cross() -> bytes:
    """A contract of many tenders in every result, and a party of many in every tender."""
    contract = eforms_files.contract("CON-0001", *(f"T{n}" for n in range(4_000)))
    tenders = "".join(eforms_files.tender(f"T{n}", "", "TPA-0001") for n in range(4_000))
    party = eforms_files.party("TPA-0001", *["ORG-0002"] * 4_000)
    results = "".join(eforms_files.result(f"LOT-{n:04}", contracts=["CON-0001"]) for n in range(4_000))
    return award_with(results + contract + tenders + party, eforms_files.CLEANER)


def lots_times_winners() -> bytes:
    described = "".join(f"<OBJECT_DESCR><LOT_NO>{n}</LOT_NO></OBJECT_DESCR>" for n in range(900))
    award = ted_files.awarded(*[ted_files.STREETS] * 300, lot=",".join(map(str, range(900))))
    form = ted_files.form(*[award] * 100, lots="<LOT_DIVISION/>", described=[described])
    return ted_files.export(form).encode()


HOSTILE: dict[str, tuple[Callable[[], bytes | Iterable[bytes]], str]] = {
    "billion laughs": (
        lambda: encoded(
            f'<!DOCTYPE a [<!ENTITY l0 "lol">{entities(10)}]><ContractNotice>&l9;</ContractNotice>'
        ),
        "forbidden",
    ),
    "quadratic entity": (
        lambda: encoded(f'<!DOCTYPE a [<!ENTITY a "{"a" * 100_000}">]><TED_EXPORT>', "&a;" * 100_000),
        "forbidden",
    ),
    "external entity": (
        lambda: (
            b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><TED_EXPORT>&x;</TED_EXPORT>'
        ),
        "forbidden",
    ),
    "external DTD": (lambda: b'<!DOCTYPE a SYSTEM "http://host.invalid/a.dtd"><TED_EXPORT/>', "forbidden"),
    "fifty megabytes": (
        lambda: (b"<TED_EXPORT>" + b"<CODED_DATA_SECTION/>" * 50_000 for _ in range(50)),
        "too-large",
    ),
    "fifty megabytes of text": (lambda: [b"<TED_EXPORT>", *[b"x" * 1_000_000] * 50], "too-large"),
    "nested a million deep": (lambda: b"<TED_EXPORT>" * 1_000_000, "too-large"),
    "nested a million deep in a form": (
        lambda: b"<TED_EXPORT><FORM_SECTION><F03_2014>" + b"<P>" * 1_000_000,
        "too-large",
    ),
    "a million attributes": (
        lambda: encoded("<TED_EXPORT ", *(f'a{n}="1" ' for n in range(1_000_000)), "/>"),
        "too-large",
    ),
    "a million names": (
        lambda: encoded("<TED_EXPORT>", *(f"<a{n}/>" for n in range(1_000_000))),
        "too-large",
    ),
    "a million namespaces": (
        lambda: encoded("<TED_EXPORT>", *(f'<a xmlns="urn:{n}"/>' for n in range(500_000))),
        "too-large",
    ),
    "a million elements that are skipped": (
        lambda: b"<ContractNotice>" + b"<a/>" * 3_000_000,
        "too-large",
    ),
    "a part without end": (
        lambda: b"<ContractNotice><ProcurementProject>" + b"<Name/>" * 1_000_000,
        "too-large",
    ),
    "a million comments": (lambda: b"<TED_EXPORT>" + b"<!---->" * 2_000_000, "too-large"),
    "a long text": (
        lambda: b"<ContractNotice><ProcurementProject><Name>" + b"x" * 10_000_000,
        "too-large",
    ),
    "many lot results": (
        lambda: award_with(eforms_files.result("LOT-0001") * 30_000),
        "too-large",
    ),
    "everything refers to everything": (cross, "too-large"),
    "all lots times all winners": (lots_times_winners, "too-large"),
    "zip": (zipped, "not-a-notice"),
    "gzip": (lambda: gzip.compress(eforms_files.award().encode()), "not-a-notice"),
    "pdf": (lambda: b"%PDF-1.7\n" + b"\x00" * 100_000, "not-a-notice"),
    "empty": (lambda: b"", "not-a-notice"),
    "NUL": (lambda: b"\x00" * 1_000_000, "not-a-notice"),
    "web page": (lambda: b"<html><body>" + b"<p>Logga in</p>" * 10_000, "not-a-notice"),
    "NUL within": (lambda: eforms_files.award().replace("Städning", "St\x00").encode(), "damaged"),
    "wrong encoding": (lambda: eforms_files.award().encode("iso-8859-1"), "damaged"),
    "truncated": (lambda: eforms_files.award().encode()[:-500], "damaged"),
    "JSON, deep": (lambda: b"[" * 1_000_000, "too-large"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_under_a_second_and_fifty_megabytes(name: str, tmp_path: Path) -> None:
    make, error = HOSTILE[name]
    found = measured(make(), tmp_path)
    assert found.get("error") == error
    assert found["seconds"] < SECOND
    assert found["megabytes"] < MEGABYTES


def ten_thousand_lots() -> Iterable[bytes]:
    numbers = range(1, 10_001)
    marks = "<!--results-->", "<!--lots-->"
    text = eforms_files.award(results=marks[0], lots=[marks[1]])
    before, _, rest = text.partition(marks[0])
    between, _, after = rest.partition(marks[1])
    yield before.encode()
    for n in numbers:
        lot = f"LOT-{n:05}"
        yield eforms_files.result(lot, tenders=[f"TEN-{n}"], contracts=[f"CON-{n}"], received="2").encode()
        yield eforms_files.tender(f"TEN-{n}", lot, f"TPA-{n}", "1000.10").encode()
        yield eforms_files.contract(f"CON-{n}", f"TEN-{n}", decided="2025-02-03+01:00").encode()
        yield eforms_files.party(f"TPA-{n}", "ORG-0002").encode()
    yield between.encode()
    for n in numbers:
        yield eforms_files.lot(f"LOT-{n:05}", f"Del {n}", "90911200").encode()
    yield after.encode()


def ten_thousand_older_lots() -> bytes:
    numbers = range(1, 10_001)
    lots = [ted_files.described(str(n), f"Del {n}") for n in numbers]
    awards = (ted_files.awarded(lot=str(n), values=ted_files.value("1000.10")) for n in numbers)
    return ted_files.export(ted_files.form(*awards, lots="<LOT_DIVISION/>", described=lots)).encode()


@pytest.mark.parametrize("make", [ten_thousand_lots, ten_thousand_older_lots])
def test_ten_thousand_lots_are_all_read_and_the_first_thousand_listed(
    make: Callable[[], bytes | Iterable[bytes]], tmp_path: Path
) -> None:
    found = measured(make(), tmp_path, seconds=3 * SECOND)
    notice = found["notice"]
    assert Decimal(str(notice["value"]["amount"])) == 10_001_000
    assert (notice["awarded"], notice["award_date"] is not None) == (True, True)
    assert [winner["id"] for winner in notice["winners"]] == ["556036-0793"]
    assert [len(notice["lots"]), notice["lots"][-1]["title"]] == [1_000, "Del 1000"]
    assert "lots: There are 10000 lots; the first 1000 are listed." in notice["warnings"]
    assert found["seconds"] < 3 * SECOND
    assert found["megabytes"] < MEGABYTES
