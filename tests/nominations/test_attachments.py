"""Files of a nomination: who may send, remove and fetch them, what is said, and that no file outlives its row."""

from __future__ import annotations

import io
import os
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

from app.access import Role
from app.extensions import db, transaction
from app.jobs.service import kinds
from app.nominations import attachments, drafts, uploads
from app.nominations.attachments import LARGEST, MOST
from app.nominations.models import Attachment, Nomination, NominationEvent, State
from app.nominations.records import happened
from app.nominations.sanitising import Kind
from tests.awards.browsing import Browser
from tests.databases import both_databases
from tests.nominations import files
from tests.nominations.conftest import edit_path, only, typed
from tests.nominations.test_staff import nomination

PLACE = "/nominera/2026/bilagor"
REVIEW = "/nominera/2026/granska"
STAFF = "/sekretariat/2026/nomineringar"
JSON = {"Accept": "application/json"}


@pytest.fixture
def folder(app) -> Path:
    return app.extensions["settings"].uploads_dir


@pytest.fixture
def holder(edition, browser) -> Browser:
    """A browser that holds a draft."""
    browser.post("/nominera/2026/formular", {"action": "save", "title": "Måltider"})
    return browser


def upload(browser: Browser, *sent: tuple[bytes, str], path: str = PLACE, page: str = REVIEW, **options):
    """Sends files with the form of a page; the answer as it comes."""
    named = [("file", FileStorage(io.BytesIO(content), filename=name)) for content, name in sent]
    data = MultiDict([("csrf_token", browser._token(page)), ("back", page), *named])
    boundary, body = encode_multipart(data)
    kind = f"multipart/form-data; boundary={boundary}"
    return browser.raw("POST", path, data=body, content_type=kind, **options)


def said(browser: Browser, answer) -> str:
    """The page after a form, in words."""
    assert answer.status_code == 303, answer.get_data(as_text=True)[-2000:]
    return browser.get(answer.headers["Location"].split("#")[0]).text


def fetch(browser: Browser, path: str):
    """A file, read and closed as a server does."""
    return browser.raw("GET", path, buffered=True)


def stored(folder: Path) -> set[str]:
    found = folder.iterdir() if folder.is_dir() else ()
    return {entry.name for entry in found if not entry.name.startswith(".")}


def rows() -> list[Attachment]:
    db.session.rollback()
    return list(db.session.scalars(select(Attachment).order_by(Attachment.id)))


@both_databases
def test_a_draft_holder_sends_fetches_and_removes_files(holder, folder) -> None:
    answer = upload(
        holder,
        (files.acting_pdf(), "Skrivbord/Utvärdering, år 2.PDF"),
        (files.photograph(6), "foto.png"),
    )
    assert answer.headers["Location"] == f"{REVIEW}#bilagor"
    page = said(holder, answer)
    assert "Utvärdering, år 2.pdf" in page
    assert "foto.jpg" in page
    first, second = rows()
    assert (first.kind, first.name, second.kind, second.name) == (
        "pdf",
        "Utvärdering, år 2.pdf",
        "jpeg",
        "foto.jpg",
    )
    assert stored(folder) == {first.public_id, second.public_id}
    assert (folder / first.public_id).stat().st_mode & 0o077 == 0
    assert folder.stat().st_mode & 0o077 == 0
    fetched = fetch(holder, f"{PLACE}/{first.public_id}")
    assert fetched.data == (folder / first.public_id).read_bytes()
    assert files.SECRET.encode() not in fetched.data
    holder.post(f"{PLACE}/{first.public_id}/ta-bort", page=REVIEW, code=303)
    assert stored(folder) == {second.public_id}
    assert [row.id for row in rows()] == [second.id]
    assert only().events == []
    assert "borttagen redan" in said(
        holder, holder.post(f"{PLACE}/{first.public_id}/ta-bort", page=REVIEW, code=303).answer
    )


def test_a_file_is_a_download_that_no_browser_shows_or_runs(holder) -> None:
    upload(holder, (files.pdf(), "Årets “bästa”; 100 %.pdf"))
    answer = fetch(holder, f"{PLACE}/{rows()[0].public_id}")
    headers = answer.headers
    disposition = headers["Content-Disposition"]
    assert disposition.startswith("attachment; filename=")
    assert "filename*=UTF-8''%C3%85rets%20%E2%80%9Cb%C3%A4sta%E2%80%9D%3B%20100%20%25.pdf" in disposition
    assert disposition.isascii()
    assert headers["Content-Type"] == "application/pdf"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert headers["Cache-Control"] == "private, no-store"


def test_nobody_else_reaches_a_file(holder, app, edition, clock) -> None:
    upload(holder, (files.pdf(), "a.pdf"))
    row = rows()[0]
    other = Browser(app)
    for path in (f"{PLACE}/{row.public_id}", f"{PLACE}/{row.public_id}x", f"{PLACE}/..%2Fsecret.key"):
        assert fetch(other, path).status_code in {404, 410}
    other.post("/nominera/2026/formular", {"action": "save", "title": "En annan"})
    assert fetch(other, f"{PLACE}/{row.public_id}").status_code == 410
    other.post(f"{PLACE}/{row.public_id}/ta-bort", page=REVIEW, code=303)
    assert len(rows()) == 1
    for role in (Role.JUROR, Role.OBSERVER):
        staff = Browser(app)
        staff.sign_in(role, email=f"{role}@example.se")
        assert fetch(staff, f"{STAFF}/{row.nomination_id}/bilagor/{row.public_id}").status_code == 403


def test_the_secretariat_fetches_files_of_its_edition(secretary, edition, clock, folder, app) -> None:
    item = with_file(nomination(edition, clock), clock, folder)
    name = item.attachments[0].public_id
    assert "bevis.pdf" in secretary.get(f"{STAFF}/{item.id}").text
    assert fetch(secretary, f"{STAFF}/{item.id}/bilagor/{name}").data.startswith(b"%PDF-")
    assert fetch(secretary, f"{STAFF}/{item.id + 1}/bilagor/{name}").status_code == 404
    assert fetch(secretary, f"{STAFF}/{item.id}/bilagor/okand").status_code == 404
    (folder / name).unlink()
    assert fetch(secretary, f"{STAFF}/{item.id}/bilagor/{name}").status_code == 404


def test_without_a_draft_the_first_file_begins_one(edition, browser, folder) -> None:
    token = browser._token("/nominera/2026")
    data = {"csrf_token": token, "file": (io.BytesIO(files.picture()), "a.png")}
    answer = browser.raw("POST", PLACE, data=data)
    assert "a.png" in said(browser, answer)
    assert only().state is State.DRAFT


# ---- what is refused ----------------------------------------------------------------------------------


def test_each_file_is_judged_by_itself_and_each_reason_is_said(holder, folder) -> None:
    answer = upload(
        holder,
        (b"<script>alert(1)</script>", "rapport.pdf"),
        (b"", "tom.png"),
        (files.picture(), "bild.png"),
        (bytes(LARGEST + 1), "stor.pdf"),
    )
    page = said(holder, answer)
    for words in (
        "rapport.pdf togs inte emot",
        "tom.png togs inte emot",
        "bild.png är bifogad",
        "stor.pdf togs inte emot",
        "8 MB",
    ):
        assert words in page, page
    assert [row.name for row in rows()] == ["bild.png"]
    assert len(stored(folder)) == 1


def test_nothing_chosen_is_said(holder) -> None:
    assert "Välj en fil" in said(holder, upload(holder))


def test_five_files_are_the_most(holder, folder) -> None:
    sent = [(files.picture(size=(number, 9)), f"{number}.png") for number in range(1, MOST + 3)]
    page = said(holder, upload(holder, *sent))
    assert "6.png togs inte emot" in page
    assert "högst 5" in page
    assert len(rows()) == MOST == len(stored(folder))
    assert holder.get(REVIEW).root.xpath("//form[@enctype and @hidden]")


def test_no_more_files_of_one_request_are_looked_at_than_there_may_be(holder, folder) -> None:
    page = said(holder, upload(holder, *((b"x", f"{number}.png") for number in range(1, 200))))
    assert page.count("togs inte emot") == MOST + 1
    assert rows() == []


def test_too_much_at_once_is_said_and_costs_no_memory(holder, folder) -> None:
    size = 50 * 1024 * 1024
    answer = holder.raw(
        "POST", PLACE, headers={"Content-Type": "multipart/form-data; boundary=x"}, input_stream=_Zeros(size), content_length=size
    )  # fmt: skip
    assert "för stora tillsammans" in said(holder, answer)
    answer = holder.raw(
        "POST", PLACE, headers={"Content-Type": "multipart/form-data; boundary=x", **JSON}, input_stream=_Zeros(size), content_length=size
    )  # fmt: skip
    assert answer.status_code == 413
    assert "tillsammans" in answer.json["problems"][0]
    assert rows() == []


def test_other_forms_keep_the_small_limit(holder) -> None:
    answer = holder.raw("POST", "/nominera/2026/formular", data={"title": "x" * 5_000_000})
    assert answer.status_code == 413
    assert "För stort" in answer.get_data(as_text=True) or "för stort" in answer.get_data(as_text=True)


def test_a_full_disk_is_said(holder, folder, monkeypatch) -> None:
    monkeypatch.setattr(uploads, "KEPT_FREE", 1 << 62)
    assert "ont om plats" in said(holder, upload(holder, (files.picture(), "a.png")))
    assert (rows(), stored(folder)) == ([], set())


def test_too_many_files_from_one_connection_are_said(holder, app, monkeypatch) -> None:
    from app.nominations import attachment_views

    monkeypatch.setattr(attachment_views, "UPLOADS", "1 per hour")
    monkeypatch.setitem(app.config, "RATELIMIT_ENABLED", True)
    from app.extensions import limiter

    monkeypatch.setattr(limiter, "enabled", True)
    page = said(holder, upload(holder, (files.picture(), "a.png"), (files.picture(), "b.png")))
    assert "a.png är bifogad" in page
    assert "b.png togs inte emot" in page


def test_the_form_needs_its_token_and_leads_nowhere_else(holder) -> None:
    assert holder.raw("POST", PLACE, data={"file": (io.BytesIO(b"x"), "a.pdf")}).status_code == 400
    for back in (
        "https://evil.example/",
        "//evil.example",
        "/nominera/2026/\\evil",
        "/nominera/2026//x",
        "/sekretariat",
        "/nominera/2026/\r\nSet-Cookie: a=b",
        "/nominera/2026/\tx",
        "/nominera/2026/\u202e",
    ):
        data = {"csrf_token": holder._token(REVIEW), "back": back}
        assert holder.raw("POST", PLACE, data=data).headers["Location"] == f"{REVIEW}#bilagor"


def test_scripts_get_the_list_anew(holder) -> None:
    answer = upload(holder, (files.picture(), "<img src=x>.png"), headers=JSON)
    assert answer.status_code == 200
    assert answer.json["left"] == MOST - 1
    assert answer.json["added"] == ["_img src=x_.png är bifogad."]
    assert "_img src=x_.png" in answer.json["files"]
    assert f'value="{REVIEW}"' in answer.json["files"]
    answer = upload(holder, (b"x", "b.png"), headers=JSON)
    assert (answer.status_code, len(answer.json["problems"])) == (422, 1)


# ---- by the mailed link ---------------------------------------------------------------------------------


def with_file(item: Nomination, clock, folder: Path, name: str = "bevis.pdf") -> Nomination:
    data = files.pdf()
    with transaction():
        kept = uploads.keep(folder, data, now=clock.now())
        item = db.session.get(Nomination, item.id)
        attachments.add(item, attachments.Clean(Kind.PDF, data), kept, name, now=clock.now())
    return item


@pytest.mark.parametrize("state", [State.CONFIRMED, State.ACCEPTED, State.COMPLETION_ASKED])
def test_the_mailed_link_changes_files_until_the_deadline(edition, browser, clock, state, folder) -> None:
    item = nomination(edition, clock, state=state)
    page = edit_path(edition, item)
    answer = upload(browser, (files.picture(), "a.png"), path=f"{page}/bilagor", page=page)
    assert "a.png" in said(browser, answer)
    assert browser.cookie("nomination") is None
    changed = only()
    assert changed.state is (State.COMPLETION_ASKED if state is State.COMPLETION_ASKED else State.CONFIRMED)
    assert [(event.what, event.note) for event in changed.events] == [("file-added", "a.png")]
    name = changed.attachments[0].public_id
    assert fetch(browser, f"{page}/bilagor/{name}").status_code == 200
    clock.set(edition.nominations_close_at + timedelta(hours=1))
    closed = upload(browser, (files.picture(), "b.png"), path=f"{page}/bilagor", page=page)
    assert closed.status_code in ({303} if state is State.COMPLETION_ASKED else {400, 410})
    assert len(rows()) == (2 if state is State.COMPLETION_ASKED else 1)


def test_a_file_alone_can_be_what_was_asked_for(edition, browser, clock) -> None:
    item = nomination(edition, clock, state=State.CONFIRMED)
    page = edit_path(edition, item)
    browser.post(page, {"action": "change", **typed(contact_email=None)}, page=page)
    with transaction():
        item = db.session.get(Nomination, item.id)
        item.state = State.COMPLETION_ASKED
        happened(item, "asked", now=clock.now())
    browser.post(page, {"action": "change", **typed(contact_email=None)}, page=page)
    assert only().state is State.COMPLETION_ASKED
    upload(browser, (files.picture(), "a.png"), path=f"{page}/bilagor", page=page)
    browser.post(page, {"action": "change", **typed(contact_email=None)}, page=page)
    assert only().state is State.CONFIRMED
    assert only().events[-1].what == "completed"


def test_an_old_link_changes_nothing(edition, browser, clock) -> None:
    item = nomination(edition, clock)
    page = edit_path(edition, item)
    item.link_version += 1
    db.session.commit()
    answer = fetch(browser, f"{page}/bilagor/x")
    assert answer.status_code == 410


@pytest.mark.parametrize("state", [State.DECLINED, State.WITHDRAWN])
def test_what_was_declined_or_withdrawn_keeps_its_files_as_they_are(edition, clock, folder, state) -> None:
    item = nomination(edition, clock, state=state)
    with pytest.raises(drafts.NotNow), transaction():
        attachments.changing(edition.id, item.public_id, item.link_version, now=clock.now())


def test_the_cookie_alone_changes_nothing_that_counts(edition, clock) -> None:
    item = nomination(edition, clock)
    with pytest.raises(drafts.NotNow), transaction():
        attachments.changing(edition.id, item.public_id, None, now=clock.now())


# ---- the file follows its row ---------------------------------------------------------------------------


@both_databases
def test_deleting_a_nomination_removes_its_files_once_that_has_committed(edition, clock, folder) -> None:
    item = with_file(nomination(edition, clock, state=State.DRAFT), clock, folder)
    other, name = nomination(edition, clock, 2), item.attachments[0].public_id
    with suppress(RuntimeError), transaction():
        drafts.delete(db.session.get(Nomination, item.id))
        with db.session.begin_nested():  # as where a letter is queued beside it
            db.session.add(NominationEvent(nomination_id=other.id, what="sent", at=clock.now()))
        assert stored(folder) == {name}
        raise RuntimeError
    assert stored(folder) == {name}
    with transaction():
        drafts.delete(db.session.get(Nomination, item.id))
        assert stored(folder) == {name}
    assert stored(folder) == set()
    assert rows() == []


def test_starting_over_and_time_remove_files_too(holder, folder, clock) -> None:
    upload(holder, (files.picture(), "a.png"))
    holder.post("/nominera/2026/borja-om", page=REVIEW)
    assert stored(folder) == set()
    holder.post("/nominera/2026/formular", {"action": "save", "title": "Ny"})
    upload(holder, (files.picture(), "a.png"))
    later = clock.now() + drafts.KEPT_FOR
    kinds()["nominations.forget"].run({}, now=later, progress=lambda done, total: None)
    assert (rows(), stored(folder)) == ([], set())


def test_files_without_a_row_are_swept_after_an_hour(edition, clock, folder, app) -> None:
    item = with_file(nomination(edition, clock), clock, folder)
    orphan = uploads.keep(folder, b"x", now=clock.now())
    (folder / f"{'a' * 22}.new").write_bytes(b"half")
    os.utime(folder / f"{'a' * 22}.new", (clock.now().timestamp(),) * 2)
    (folder / "LÄS MIG.txt").write_text("inte vår")
    run = kinds()["nominations.sweep-files"].run
    run({}, now=clock.now() + timedelta(minutes=59), progress=lambda done, total: None)
    assert orphan in stored(folder)
    run({}, now=clock.now() + timedelta(minutes=61), progress=lambda done, total: None)
    assert stored(folder) == {item.attachments[0].public_id, "LÄS MIG.txt"}


def test_a_row_that_does_not_come_about_leaves_no_file(holder, folder, monkeypatch) -> None:
    def fail(*arguments, **options):
        raise attachments.TooMany

    monkeypatch.setattr(attachments, "add", fail)
    assert "togs inte emot" in said(holder, upload(holder, (files.picture(), "a.png")))
    assert stored(folder) == set()


# ---- names ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "kind", "fit"),
    [
        ("../../etc/passwd", Kind.PDF, "passwd.pdf"),
        ("C:\\x\\Bild.JPG", Kind.JPEG, "Bild.jpg"),
        ("foto.webp", Kind.PNG, "foto.png"),
        ("rapport.pdf.exe", Kind.PDF, "rapport.pdf.exe.pdf"),
        ("\u202efdp.exe", Kind.PDF, "fdp.exe.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", Kind.PDF, "a Set-Cookie_ x=1.pdf"),
        ("Utva\u0308rdering.pdf", Kind.PDF, "Utvärdering.pdf"),
        ("  .pdf", Kind.PDF, "bilaga.pdf"),
        ("intyg 19850101-1236.pdf", Kind.PDF, "bilaga.pdf"),
        ("عرض 🚧.png", Kind.PNG, "عرض 🚧.png"),
    ],
)
def test_names_are_kept_without_what_is_no_name(name: str, kind: Kind, fit: str) -> None:
    assert attachments.fit_name(name, kind) == fit


@given(st.text(max_size=300), st.sampled_from(list(Kind)))
def test_any_name_becomes_one_that_fits_everywhere(name: str, kind: Kind) -> None:
    fit = attachments.fit_name(name, kind)
    assert 5 <= len(fit) <= attachments.LONGEST_NAME
    assert fit.isprintable() or " " in fit
    assert not set(fit) & set('/\\<>:"|?*\r\n\t\u202e')
    assert fit.endswith(attachments.ENDINGS[kind])
    assert attachments.fit_name(fit, kind) == fit


class _Zeros(io.RawIOBase):
    """A body of zeros that is never in memory."""

    def __init__(self, size: int) -> None:
        self.left = self.size = size

    def readable(self) -> bool:
        return True

    def seek(self, place: int, whence: int = 0) -> int:
        self.left = self.size - place if whence == 0 else self.left if whence == 1 else 0
        return self.size - self.left

    def tell(self) -> int:
        return self.size - self.left

    def readinto(self, buffer) -> int:
        size = min(len(buffer), self.left)
        buffer[:size] = bytes(size)
        self.left -= size
        return size
