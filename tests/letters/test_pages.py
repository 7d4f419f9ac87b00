"""The pages on which letters are read, changed, seen with real rows, and sent to oneself."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from app.awards.models import Edition
from app.extensions import clock, db, transaction
from app.ledger.models import LogEntry
from app.letters import service
from app.letters.models import LetterText
from app.mail.models import Letter
from app.mail.rendering import written
from app.roll import service as roll
from app.roll.rows import Row
from tests.awards.browsing import Browser

LIST = "/sekretariat/2026/brev/texter"
BALLOT = f"{LIST}/ballot/sv"
BODY = (
    "Hej {name}!\n\n{company} röstar senast {closes}.\n\n{link}\n\nEller gå till\n{address}\noch skriv koden\n{code}\n\n"
    "# Så här gör ni\n\n- Öppna\n- Välj\n- Tryck"
)


def fields(page, **changes: str) -> dict[str, str]:
    """What the form on a page would send."""
    sent = {
        "subject": page.root.xpath("//input[@name='subject']/@value")[0],
        "body": page.root.xpath("//textarea[@name='body']")[0].text.lstrip("\r\n"),
        "seen": page.root.xpath("//input[@name='seen']/@value")[0],
        "action": "save",
    }
    return sent | changes


def test_every_letter_is_listed_with_both_languages(edition: Edition, secretary: Browser) -> None:
    page = secretary.get(LIST)
    for section in service.sections().values():
        for each in section:
            for lang in ("sv", "en"):
                assert f'href="{LIST}/{each.name}/{lang}"' in page.html
                secretary.get(f"{LIST}/{each.name}/{lang}")
                secretary.get(f"/en{LIST}/{each.name}/{lang}")


def test_words_are_changed_shown_and_taken_back(edition: Edition, secretary: Browser) -> None:
    page = secretary.get(BALLOT)
    usual = fields(page)
    after = secretary.follow(secretary.post(BALLOT, usual | {"subject": "Rösta nu", "body": BODY}))
    assert fields(after)["body"].replace("\r\n", "\n") == BODY
    assert "Rösta nu" in secretary.raw("GET", f"{BALLOT}/utseende").get_data(as_text=True)
    assert "ändrat: Svenska" in secretary.get(LIST).html
    back = {"seen": re.findall(r'name="seen" value="(\w+)"', after.html)[-1]}
    secretary.follow(secretary.post(f"{BALLOT}/vanliga", back, page=BALLOT))
    assert fields(secretary.get(BALLOT)) == usual
    assert db.session.scalars(select(LetterText)).all() == []
    lines = [each.line.decode() for each in db.session.scalars(select(LogEntry).order_by(LogEntry.height))]
    worded = [each for each in lines if '"letter-worded"' in each]
    assert len(worded) == 2
    assert service.fingerprint("Rösta nu", BODY) in worded[0]
    assert '"words":null' in worded[1]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"body": BODY + "\n\n{compny}"}, "Menade du {company}?"),
        ({"body": BODY.replace("{link}", "")}, "{link} saknas"),
        ({"body": BODY + " {"}, "En klammer står ensam"),
        ({"body": ""}, "Brevet behöver en text."),
        ({"body": "x" * 9000}, "tecken för lång"),
        ({"body": BODY + "\n\nSe https://evil.example/x"}, "https://evil.example/x är inte en adress"),
        ({"body": BODY + "\n\nSe evil.com."}, "evil.com är inte en adress"),
        ({"body": BODY.replace("{link}", "Öppna {link}")}, "{link} måste stå ensamt"),
        ({"body": BODY.replace("Hej {name}!\n\n", "{name} ")}, "Sätt en tom rad"),
        ({"subject": ""}, "Brevet behöver ett ämne."),
        ({"subject": "{code}"}, "{code} kan inte stå i ärenderaden."),
        ({"subject": "Hej {name}"}, "alla har inte det"),
        ({"subject": "Hej\r\nBcc: alla@example.se"}, "osynliga tecken"),
    ],
)
def test_what_is_wrong_stands_beside_the_field_and_nothing_is_lost(
    edition: Edition, secretary: Browser, changes: dict[str, str], said: str
) -> None:
    sent = fields(secretary.get(BALLOT), subject="Rösta", body=BODY) | changes
    page = secretary.post(BALLOT, sent, code=422)
    field = next(iter(changes))
    assert said in page.root.xpath(f"//*[@id='{field}-error']")[0].text_content()
    if field == "body":
        assert fields(page)["body"].replace("\r\n", "\n").strip() == sent["body"].strip()
    assert db.session.scalars(select(LetterText)).all() == []


def test_who_saves_second_sees_what_the_first_wrote(edition: Edition, secretary: Browser) -> None:
    before = fields(secretary.get(BALLOT))
    secretary.post(BALLOT, before | {"subject": "Den första", "body": BODY})
    page = secretary.post(BALLOT, before | {"subject": "Den andra", "body": BODY + "\n\nMer."}, code=409)
    assert "Den första" in page.root.xpath("//*[@role='alert']")[0].text_content()
    assert fields(page)["subject"] == "Den andra"
    assert service.text(edition, service.editable("ballot"), "sv").subject == "Den första"
    secretary.post(BALLOT, fields(page))
    assert service.text(edition, service.editable("ballot"), "sv").subject == "Den andra"


def test_a_letter_is_seen_with_a_voter_and_sent_to_oneself(edition: Edition, secretary: Browser) -> None:
    with transaction():
        for company, orgnr, contact in (
            ("Alfa & Co AB", "5560360793", "Anna Ek"),
            ("Beta AB", "5560000167", ""),
        ):
            row = Row(1, company, orgnr, email="a@example.se", contact_name=contact)
            roll.save_voter(edition_id=edition.id, row=row, by=None, now=clock.now())
    page = secretary.get(BALLOT)
    assert "Alfa &amp; Co AB" in page.html
    ids = page.root.xpath("//input[@name='sample']/@value")
    first, second = (
        secretary.raw("GET", f"{BALLOT}/utseende?sample={each}").get_data(as_text=True) for each in ids
    )
    assert "Hej Anna Ek!" in first
    assert "Alfa &amp; Co AB får rösta" in first
    assert "Hej" not in second.split("<h1>")[1]
    found = secretary.post(
        BALLOT, fields(page, action="find", search="Beta", body=BODY + "\n\nOsparat."), code=200
    )
    assert "Osparat." in fields(found)["body"]
    assert "Alfa" not in found.root.xpath("//fieldset")[0].text_content()
    sent = fields(page, action="test", subject="Prova", body=BODY, sample=ids[0])
    tested = secretary.post(BALLOT, sent, code=200)
    assert fields(tested)["subject"] == "Prova"
    letter = db.session.scalars(select(Letter)).one()
    assert (letter.name, letter.to) == ("letter-test", "sofia@example.se")
    said = written("letter-test", letter.subject_id, "sv", clock.now())
    assert said is not None
    assert said.subject == "[Prov] Prova – Alfa & Co AB"
    assert "Det här är ett provbrev." in said.text
    assert "provbrev" in said.html
    assert service.was_tested(edition.id, "ballot")


def test_no_other_letters_and_no_other_roles(edition: Edition, secretary: Browser, app) -> None:
    secretary.get(f"{LIST}/sign-in/sv", code=404)
    secretary.get(f"{LIST}/nothing/sv", code=404)
    assert secretary.raw("GET", f"{BALLOT}/utseende?sample=999999").status_code == 200
