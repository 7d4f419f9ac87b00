from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import default

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.mail import message
from app.mail.addresses import BadAddress, checked

PLAIN = message.Mail(
    sender="Anbudspriset åäö <post@example.se>",
    to="anna@example.se",
    subject="Din röstsedel",
    text="Hej!\n",
    html="<p>Hej!</p>\n",
    language="sv",
    message_id="ballot.1",
    date=datetime(2026, 12, 6, 8, 0, tzinfo=UTC),
)


def parsed(mail: message.Mail) -> EmailMessage:
    found = message_from_bytes(message.build(mail), policy=default)
    assert isinstance(found, EmailMessage)
    assert found.defects == []
    return found


def bodies(mail: EmailMessage) -> list[str]:
    return [part.get_content().replace("\r\n", "\n") for part in mail.iter_parts()]


def test_the_headers_say_what_they_should() -> None:
    found = parsed(replace(PLAIN, extra=(("Reply-To", "kansli@example.se"),)))
    assert dict(found.items()) == {
        "From": "Anbudspriset åäö <post@example.se>",
        "To": "anna@example.se",
        "Subject": "Din röstsedel",
        "Date": "Sun, 06 Dec 2026 08:00:00 +0000",
        "Message-ID": "<ballot.1@example.se>",
        "Content-Language": "sv",
        "Auto-Submitted": "auto-generated",
        "Reply-To": "kansli@example.se",
        "MIME-Version": "1.0",
        "Content-Type": 'multipart/alternative; boundary="=_anbudspriset"',
    }


@settings(deadline=None)
@given(text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\0"), max_size=400))
def test_any_text_comes_through_unchanged(text: str) -> None:
    assert bodies(parsed(replace(PLAIN, text=text, html=text))) == [text.rstrip("\n") + "\n"] * 2


@settings(deadline=None)
@given(text=st.text("=_anbudspriset-.\n ", max_size=200))
def test_no_text_can_end_its_part_or_the_mail(text: str) -> None:
    built = message.build(replace(PLAIN, text=text))
    assert bodies(parsed(replace(PLAIN, text=text)))[0] == text.rstrip("\n") + "\n"
    assert b"\r\n.\r\n" not in built
    assert max(len(line) for line in built.split(b"\r\n")) <= 998


@settings(deadline=None)
@given(subject=st.text(max_size=200))
@example("Din nominering är bekräftad: Skötsel och återställande av grönytor")
def test_a_subject_arrives_as_it_was_written(subject: str) -> None:
    lines = message.header("Subject", subject).split(b"\r\n")
    assert str(parsed(replace(PLAIN, subject=subject))["Subject"] or "") == message.one_line(subject)
    assert message.one_line(subject).isascii() or max(map(len, lines)) <= 76


def test_a_sender_with_a_long_name_keeps_its_spaces() -> None:
    sender = "Årets upphandlingspris i Västra Götaland och på Åland <post@example.se>"
    found = message_from_bytes(message.build(replace(PLAIN, sender=sender)))
    assert str(make_header(decode_header(found["From"]))) == sender


@given(subject=st.text(max_size=200))
def test_no_subject_can_begin_a_header(subject: str) -> None:
    names = list(parsed(PLAIN).keys())
    assert list(parsed(replace(PLAIN, subject=subject)).keys()) == names


@pytest.mark.parametrize(
    "address",
    [
        "", "anna", "@example.se", "anna@", "a@b@c.se", "anna@example.se\r\nBcc: eve@example.se", "anna @example.se",
        "<anna@example.se>", "anna@example.se,eve@example.se", "Anna <anna@example.se>", "anna@exa mple.se",
        "anna@" + "a" * 64 + ".se", "a" * 255 + "@example.se", "anna@-example-.se", "anna@example..se", "anna@exam\u2028ple.se",
    ],
)  # fmt: skip
def test_what_is_not_one_plain_address_is_refused(address: str) -> None:
    with pytest.raises(BadAddress):
        checked(address)
    with pytest.raises(BadAddress):
        message.build(replace(PLAIN, to=address))


@pytest.mark.parametrize(
    "address", ["anna@example.se", "åsa@exempel.se", "a.b+c@räksmörgås.se", "root@localhost"]
)
def test_plain_addresses_are_taken(address: str) -> None:
    assert checked(f" {address} ") == address
