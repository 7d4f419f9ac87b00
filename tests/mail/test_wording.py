"""A letter's words: read, checked and filled as text alone, whatever somebody typed."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.policy import default

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html

from app.extensions import clock
from app.mail import bodies, checking, composing, message
from app.mail.rendering import in_language
from app.mail.wording import Look, Placeholder, Wording

HOST = "award.example"
LETTER = Wording(
    "test", section="", title="", occasion="", subject="Hej {company}", body=("{company}", "{link}", "{code}"),
    placeholders=(
        Placeholder("company", "the company", "Exempel AB"),
        Placeholder("name", "the contact", "Anna", optional=True),
        Placeholder("due", "the day", "i dag", required=True),
        Placeholder("link", "the link", "https://award.example/x", look=Look.BUTTON, label="Öppna", required=True),
        Placeholder("address", "the page", "https://award.example/x", look=Look.ADDRESS),
        Placeholder("code", "the code", "ABCDE-FGHJK", look=Look.CODE, required=True),
        Placeholder("facts", "facts", [], look=Look.FACTS),
        Placeholder("quote", "words", "", look=Look.QUOTE, optional=True),
        Placeholder("words", "words", "", look=Look.PARAGRAPHS, optional=True),
        Placeholder("note", "bytes", "", look=Look.VERBATIM),
    ),
    why="Därför att {company} står i röstlängden.", secret=True,
)  # fmt: skip
VALUES = {
    "company": "Bygg & Ide <AB>", "name": "", "due": "i dag", "link": "https://award.example/rosta#ABCDE", "address": "https://award.example/rosta",
    "code": "ABCDE-FGHJK", "facts": [("Plats", "1"), ("Lång", "x " * 60)], "quote": "rad ett\nrad två", "words": "a\n\nb",
    "note": "rad\n— namn AAA=",
}  # fmt: skip
ENOUGH = "\n\n{link}\n\n{code}\n\n{due}"


@pytest.fixture
def written(app_once: Flask):
    """Puts a body of the letter together: subject, text and HTML."""

    def write(body: str, subject: str = "Hej", **values: object) -> tuple[str, str, str]:
        with app_once.app_context(), in_language("sv"):
            return composing.compose(LETTER, subject, body, VALUES | values, "sv")

    return write


def seen(html: str) -> str:
    """What a reader of the HTML sees, spaces aside."""
    root = lxml_html.fromstring(html)
    for hidden in root.xpath("//style|//title|//div[contains(@style, 'display:none')]"):
        hidden.drop_tree()
    return " ".join(root.text_content().split())


def test_every_look_is_there_as_text_and_as_html(written) -> None:
    body = "Hej {company}\n\n{link}\n{address}\n{code}\n\n{facts}\n\n{quote}\n\n{words}\n\n{note}\n\n# Sist\n- ett\n- två {company}"
    _subject, text, html = written(body)
    for said in (
        "Bygg & Ide <AB>",
        VALUES["link"],
        "ABCDE-FGHJK",
        "Plats",
        "rad ett",
        "— namn AAA=",
        "två Bygg & Ide <AB>",
    ):
        assert said in " ".join(text.split())
        assert said in seen(html)
    assert "Öppna:\n\nhttps://award.example/rosta#ABCDE\n" in text
    assert "\n    ABCDE-FGHJK\n" in text
    assert "\nSIST\n\n- ett\n- två" in text
    assert html.count("<ul>") == 1
    assert max(map(len, text.splitlines())) < 78


def test_what_has_no_value_is_left_out_whole(written) -> None:
    _subject, text, html = written("Hej {name},\nvi skriver igen.\n\nKvar.\n\n- {name} först\n- sist")
    assert text.startswith("Kvar.\n\n- sist\n")
    assert "igen" not in html
    _subject, text, _html = written("Hej {name},\nvi skriver igen.\n\nKvar.", name="Anna")
    assert text.startswith("Hej Anna,\nvi skriver igen.\n\nKvar.")


def test_long_paragraphs_are_broken_and_addresses_stay_whole(written) -> None:
    address = "https://award.example/" + "x" * 90
    _subject, text, html = written(f"{'ord ' * 40}slut\n\n{address}\n\n- {'punkt ' * 30}")
    rows = text.splitlines()
    assert address in rows
    assert all(len(row) < 78 for row in rows if row != address)
    assert all(row.startswith(("- ", "  ")) for row in rows[rows.index(address) + 2 : rows.index("-- ") - 1])
    assert f'<a href="{address}"' in html


HOSTILE = [
    "{{ 7*7 }}", "{% for x in (1,2) %}x{% endfor %}", "{company.__class__}", "{company!r:>99}", "%(company)s", "%s%n",
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</td></table><h1>", "&lt;b&gt;", "{0}", "${company}",
    "javascript:alert(1)", "\ue001\ue003", "-- \nfrån oss", "=_anbudspriset", "--=_anbudspriset--",
]  # fmt: skip


@pytest.mark.parametrize("hostile", HOSTILE)
def test_code_in_a_value_is_text(written, hostile: str) -> None:
    subject, text, html = written("Hej {company}" + ENOUGH, "Hej {company}", company=hostile)
    assert " ".join(hostile.split()) in " ".join(text.split())
    assert " ".join(hostile.split()) in seen(html)
    assert subject == "Hej " + " ".join(hostile.split())
    assert not lxml_html.fromstring(html).xpath("//script|//img|//*[@onerror]")


@pytest.mark.parametrize(
    "hostile", [each for each in HOSTILE if "{" not in each.replace("{{", "").replace("{%", "")]
)
def test_code_in_a_body_is_text(written, hostile: str) -> None:
    if bodies.PLACEHOLDER.search(hostile):  # refused when it is saved
        assert checking.body_problems(LETTER, hostile + ENOUGH, own_host=HOST)
        return
    _subject, text, html = written("Se: " + hostile + ENOUGH)
    assert " ".join(hostile.split()) in " ".join(text.split())
    assert not lxml_html.fromstring(html).xpath("//script|//img|//*[@onerror]")


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from([*"ab <>&\"'{}%$-#\n/:.=_é", "{company}", "{link}", "{name}"]), max_size=60).map(
        "".join
    )
)
def test_whatever_is_typed_is_refused_or_comes_out_as_it_was_typed(app_once: Flask, body: str) -> None:
    with app_once.app_context(), in_language("sv"):
        if checking.body_problems(LETTER, body + ENOUGH, own_host=HOST):
            return
        _subject, text, html = composing.compose(
            LETTER, "Hej", body + ENOUGH, VALUES | {"name": "Anna"}, "sv"
        )
    wanted = body.replace("{company}", VALUES["company"]).replace("{name}", "Anna")
    for row in wanted.split("\n"):
        if "{" in row or row.lstrip().startswith(("- ", "# ")):
            continue
        assert " ".join(row.split()) in " ".join(text.split())
        assert " ".join(row.split()) in seen(html)
    root = lxml_html.fromstring(html)
    assert {each.tag for each in root.iter() if isinstance(each.tag, str)} <= {
        "html", "head", "meta", "title", "style", "body", "div", "table", "tr", "td", "span", "p", "h1", "h2", "ul", "li", "a", "br",
    }  # fmt: skip
    assert all(each.startswith("http") for each in root.xpath("//a/@href"))


@pytest.fixture(scope="module")
def app_once(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """An application without a database, for many examples."""
    from app import create_app
    from config import Settings

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INSTANCE_DIR", str(tmp_path_factory.mktemp("instance")))
        return create_app(Settings.from_env())


def test_a_subject_stays_one_header(written) -> None:
    subject, text, html = written("Hej" + ENOUGH, "Hej {company}", company="A\r\nBcc: alla@example.se\u2028x")
    assert subject == "Hej A Bcc: alla@example.se x"
    mail = message.Mail(
        sender="Priset <post@award.example>", to="a@example.se", subject=subject, text=text, html=html, language="sv",
        message_id="m", date=clock.now(),
    )  # fmt: skip
    read = message_from_bytes(message.build(mail), policy=default)
    assert read["Bcc"] is None
    assert read["Subject"] == subject


def test_a_body_is_read_once() -> None:
    bodies.read.cache_clear()
    for _ in range(100):
        bodies.read("Hej {company}" + ENOUGH, LETTER.shape)
    assert bodies.read.cache_info().misses == 1


@pytest.mark.parametrize(
    ("body", "problems"),
    [
        ("Hej {company}", 0),
        ("Hej {compani}", 1),
        ("Hej {company", 1),
        ("Hej company}", 1),
        ("Hej { company }", 1),
        ("Hej {}", 1),
        ("Hej {{company}}", 1),
        ("Se {address} där", 1),
        ("Hej {name}\n{facts}", 0),
        ("Hej\n- {name}: {due}\n- {due}", 1),
        ("Se award.example och https://award.example/a", 0),
        ("Skriv till info@annat.se, t.ex. i dag kl. 12.30", 0),
        ("Se https://award.example.evil.com/", 1),
        ("Se https://award.example@evil.com/", 1),
        ("Se HTTPS://EVIL.COM", 1),
        ("Se www.evil.com/x", 1),
        ("Se evil.se", 1),
        ("Se ftp://award.example/", 1),
        ("Se evil.ru", 1),
        ("Se \u0435vil.se", 1),  # a Cyrillic е
        ("Se bücher.example.club/x", 1),
        ("Se evil\uff0ese", 1),
        ("Se evil\u3002com", 1),
        ("Se https\uff1a//evil.example/", 1),
        ("Se https://award.example/(https://evil.com/)", 1),
        ("Se https://award.example/,www.evil.com", 1),
        ("https://award.example/?c={company}", 1),
        ("x" * 3000, 1),
    ],
)
def test_what_can_be_saved(app_once: Flask, body: str, problems: int) -> None:
    with app_once.app_context(), in_language("sv"):
        assert len(checking.body_problems(LETTER, body + ENOUGH, own_host=HOST)) == problems


def test_the_preheader_is_the_first_sentence_and_never_the_code() -> None:
    body = bodies.read("Hej {company},\n\nNi får rösta.\n\n{code}\n\n{link}", LETTER.shape)
    said = bodies.preheader(list(bodies.said(body, VALUES | {"company": "Ek"})), VALUES | {"company": "Ek"})
    assert said == "Ni får rösta."


def test_a_huge_body_takes_no_time_that_grows_wild(app_once: Flask) -> None:
    with app_once.app_context(), in_language("sv"):
        for body in ("{" * 100_000, "a.b" * 40_000, "{a}" * 30_000, "- " * 50_000, "\n" * 100_000):
            assert checking.body_problems(LETTER, body, own_host=HOST)
    assert re.fullmatch(r"\s*", bodies.tidied("\n \n"))
