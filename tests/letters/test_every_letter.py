"""Every letter that has words, in both languages: whole, bare of anything foreign, the same as text and as HTML."""

from __future__ import annotations

import re
from string import Formatter

import pytest
from flask import Flask
from lxml import html as lxml_html

from app.awards.models import Edition
from app.extensions import clock
from app.letters import service
from app.mail import checking
from app.mail.rendering import in_language
from app.mail.wording import Look, wordings
from app.web import absolute_url

HOST = "127.0.0.1:8000"
ADDRESS = re.compile(r"https?://[^\s\"<>)]+")


def test_the_usual_words_of_every_letter_pass_the_checks(app: Flask) -> None:
    said = {}
    for letter in wordings().values():
        for lang in service.LANGUAGES:
            with in_language(lang):
                subject, body = letter.usual
                assert checking.subject_problems(letter, subject, own_host=HOST) == [], letter.name
                assert checking.body_problems(letter, body, own_host=HOST) == [], letter.name
                names = {name for _, name, _, _ in Formatter().parse(f"{subject}{body}{letter.why}") if name}
                assert names <= set(letter.by_name), letter.name
                said[letter.name, lang] = (names, body)
        assert said[letter.name, "sv"][0] == said[letter.name, "en"][0], letter.name
        assert said[letter.name, "sv"][1] != said[letter.name, "en"][1], letter.name
    assert len(said) > 40


def test_every_letter_is_whole_and_holds_nothing_foreign(edition: Edition) -> None:
    for letter in wordings().values():
        for lang in service.LANGUAGES:
            made = service.shown(edition, letter, lang, sample_id=None, now=clock.now(), test=True)
            assert made is not None, letter.name
            where = f"{letter.name} {lang}"
            root = lxml_html.fromstring(made.html)
            assert root.get("lang") == lang, where
            assert not root.xpath("//img|//link|//script|//iframe|//form|//video|//audio|//object|//base"), (
                where
            )
            assert "url(" not in made.html, where
            assert "@import" not in made.html, where
            for address in ADDRESS.findall(made.html + made.text):
                assert (
                    address.startswith((f"http://{HOST}/", f"http://{HOST}#")) or address == "http://" + HOST
                ), (where, address)
            assert not re.search(r"[{}]", made.subject + made.text), where
            assert root.xpath("count(//h1)") == 1, where
            seen = "".join(root.xpath("//div[contains(@style, 'display:none')]")[0].itertext()).strip()
            assert len(seen) > 10, where
            rows = [
                row for row in made.text.splitlines() if not row.startswith("— ")
            ]  # a signature's line stays whole
            assert all(len(row) < 78 or " " not in row.strip() for row in rows), where
            assert made.subject.startswith("[Prov] " if lang == "sv" else "[Test] "), where


def test_a_letter_whose_button_confirms_is_shown_with_the_page_that_confirms(edition: Edition) -> None:
    for name in ("nomination_confirm", "nomination_reminder_confirm"):
        made = service.shown(edition, service.editable(name), "sv", sample_id=None, now=clock.now())
        assert made is not None
        assert (
            absolute_url("nominations.confirm", lang="sv", slug=edition.slug, token="exempel") in made.text
        ), name
        assert (
            absolute_url("nominations.edit", lang="sv", slug=edition.slug, token="exempel") not in made.text
        ), name


def test_text_and_html_say_the_same(edition: Edition) -> None:
    for letter in wordings().values():
        made = service.shown(edition, letter, "sv", sample_id=None, now=clock.now())
        assert made is not None
        root = lxml_html.fromstring(made.html)
        seen = bare(root.xpath("//body")[0].text_content())
        for row in made.text.split("\n-- \n")[0].splitlines():
            assert bare(row.removeprefix("- ")) in seen, (letter.name, row)


def bare(text: str) -> str:
    """Letters and digits, without what the two ways to show a letter add: spaces, colons, capitals."""
    return "".join(text.replace(":", "").lower().split())


def test_the_ballot_says_what_it_must(edition: Edition) -> None:
    made = service.shown(edition, service.editable("ballot"), "sv", sample_id=None, now=clock.now())
    assert made is not None
    whole = " ".join(made.text.split())
    for said in (
        "får rösta i", "det här brevet är röstsedeln", "Omröstningen stänger den", "Att öppna länken gör ingenting", "Rösten läggs på sidan",
        "skriv in koden", "hemliga", "Frågor? Skriv till", f"http://{HOST}/rosta/",
    ):  # fmt: skip
        assert said in whole
    rows = made.text.splitlines()
    assert any(re.fullmatch(rf"http://{HOST}/rosta/\S+#\S+", row) for row in rows)
    assert any(re.fullmatch(r"    [1-9A-HJ-NP-Za-km-z]{5}-\w{6}-\w{5}-\w{6}", row) for row in rows)


@pytest.mark.parametrize("name", ["sign-in", "invitation", "approval-request", "letter-test"])
def test_staff_letters_have_no_words_to_change(app: Flask, name: str) -> None:
    with pytest.raises(service.NoSuchLetter):
        service.editable(name)


def test_links_and_codes_must_stand_alone_on_their_lines(app: Flask) -> None:
    secret = [
        each
        for letter in wordings().values()
        for each in letter.placeholders
        if each.name in {"link", "code"}
    ]
    assert secret
    assert all(each.look in {Look.BUTTON, Look.CODE} for each in secret)
