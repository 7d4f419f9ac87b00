"""The archive's bytes."""

from __future__ import annotations

import io
import tarfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.belenios import archive
from app.core.belenios.errors import ArchiveError
from tests.core.belenios.made import TIMESTAMP, make, rendered


@given(
    st.lists(st.tuples(st.sampled_from(["data", "event"]), st.binary(max_size=1100)), max_size=6),
    st.integers(0, 8**11 - 1),
)
def test_round_trip(pairs, timestamp):
    records = [archive.Record(kind, content) for kind, content in pairs]
    data = b"".join(archive.render(timestamp, records))
    reader = archive.Reader(io.BytesIO(data))
    assert list(reader) == records
    assert reader.timestamp == timestamp
    assert data == archive.render_header(timestamp) + b"".join(
        archive.render_record(timestamp, r) for r in records
    )
    assert data == b"".join(archive.render(timestamp, records))


def test_a_tar_program_can_read_it():
    made = make()
    with tarfile.open(fileobj=io.BytesIO(made.archive()), ignore_zeros=True) as tar:
        names = tar.getnames()
    assert names == ["BELENIOS", *(record.name for record in made.records())]


def test_records_made_one_by_one_are_the_same_as_chained_ones():
    made = make(trustees=2)
    credentials = made.groups[0][1][2]
    records = archive.setup_records(made.election, made.trustees, credentials)

    def last() -> archive.Event:
        return archive.Event.parse(records[-1].content)

    for ballot in made.ballots:
        records += archive.ballot_records(last(), ballot)
    records += archive.end_ballots_records(last())
    records += archive.encrypted_tally_records(last(), made.tally)
    for owner, payload in made.partials.items():
        records += archive.partial_decryption_records(last(), owner, payload)
    records += archive.result_records(last(), made.groups[-1][1][0])
    assert records == made.records()


def test_files_by_other_tar_programs_are_refused():
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        content = archive.render_header(5)[512:550].rstrip(b"\0")
        info = tarfile.TarInfo("BELENIOS")
        info.size = len(content)
        tar.addfile(info, io.BytesIO(content))
    with pytest.raises(ArchiveError):
        list(archive.read(io.BytesIO(buffer.getvalue())))


def test_closing_blocks_are_refused():
    with pytest.raises(ArchiveError):
        list(archive.read(io.BytesIO(make().archive() + bytes(1024))))


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("../../etc/passwd", "bad-name"),
        ("0" * 64 + ".data.json", "hash-mismatch"),
        ("BELENIOS", "bad-name"),
        ("", "bad-name"),
    ],
)
def test_other_names_are_refused(name, code):
    data = archive.render_header(TIMESTAMP) + archive._tar_file(name, b"[]", TIMESTAMP)
    with pytest.raises(ArchiveError) as caught:
        list(archive.read(io.BytesIO(data)))
    assert caught.value.code == code


def test_the_first_file_s_time_is_the_timestamp():
    first = archive.render_header(TIMESTAMP)
    other = archive.render_header(TIMESTAMP + 1)
    with pytest.raises(ArchiveError) as caught:
        list(archive.read(io.BytesIO(first[:512] + other[512:])))
    assert caught.value.code == "bad-header"
    later = first + archive.render_record(TIMESTAMP + 1, archive.Record("data", b"[]"))
    assert len(list(archive.read(io.BytesIO(later)))) == 1


def test_limits_hold_before_anything_is_read():
    huge = archive._tar_header("0" * 64 + ".data.json", 8**11 - 1, TIMESTAMP)
    with pytest.raises(ArchiveError) as caught:
        list(archive.read(io.BytesIO(archive.render_header(TIMESTAMP) + huge)))
    assert caught.value.code == "too-large"
    limits = archive.Limits(files=3)
    with pytest.raises(ArchiveError) as caught:
        list(archive.read(io.BytesIO(make().archive()), limits))
    assert caught.value.code == "too-large"


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{}", b'{"height":0}', b'{"height":0,"type":"Other"}', b'{"type":"Setup","height":0}', b'{"height":-1,"type":"Setup"}',
        b'{"height":0,"type":"Setup","payload":"00"}', b'{"height":"0","type":"Setup"}', b'{"height":0,"type":"Setup","extra":1}',
        b'{"height":0,"type":"Setup"} ', b'{"height":true,"type":"Setup"}',
    ],
)  # fmt: skip
def test_malformed_events(content):
    with pytest.raises(ArchiveError) as caught:
        archive.Event.parse(content)
    assert caught.value.code == "bad-event"


def test_the_same_archive_every_time():
    assert rendered(make().records()) == rendered(make().records())
