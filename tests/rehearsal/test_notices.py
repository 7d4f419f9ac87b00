"""A rehearsal with notices: what is read becomes nominations through the public form, what is not is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.rehearsal import sample
from app.rehearsal.play import Year
from app.rehearsal.stage import start_service
from tests.needs import sample_data
from tests.nominations.notices import award


def test_each_notice_is_a_nomination_and_the_rest_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(award(title="Städning"))
    (tmp_path / "b.xml").write_bytes(award(title="Snöröjning", buyer="Lunds kommun"))
    (tmp_path / "c.xml").write_bytes(b"<html></html>")
    (tmp_path / "d.txt").write_text("hej")
    (tmp_path / "folder").mkdir()
    found, unread = sample.from_notices(tmp_path)
    assert [(one.title, one.authority, one.category, one.fate) for one in found] == [
        ("Städning", "Växjö kommun", 1, "accepted"),
        ("Snöröjning", "Lunds kommun", 2, "accepted"),
    ]
    assert [line.partition(":")[0] for line in unread] == ["c.xml", "d.txt"]


def test_a_folder_without_notices_is_refused(tmp_path: Path) -> None:
    with pytest.raises(sample.UnusableInput):
        sample.from_notices(tmp_path)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_sample_notices_reach_the_shortlist(tmp_path: Path) -> None:
    found, unread = sample.from_notices(sample_data() / "notices")
    assert (len(found), unread) == (6, [])
    service = start_service(tmp_path / "instance")
    try:
        year = Year(service, voters=1, nominations=found)
        for act in ("set_up", "create_edition", "nominate", "shortlist"):
            getattr(year, act)()
        page = year.sara.open(year.at("/urval"))
        listed = [one for one in found if one.fate == "accepted"]
        assert all(one.title[:40] in page.text for one in listed)
        assert not any(one.title[:40] in page.text for one in found if one not in listed)
    finally:
        service.stop()
