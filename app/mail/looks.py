"""What stands alone on a line of a letter, as text and as HTML that mail programs understand: tables, styles in line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from markupsafe import escape

from app.mail.wording import Look

MONO = "Menlo,Consolas,monospace"
WIDTH, ROOM = 76, 74
SOFT = "#57615d"
LINK = "color:#0b5d4e"
TABLE = '<table role="presentation" cellpadding="0" cellspacing="0" border="0"'


def text(look: Look, value: Any, label: str = "") -> str:
    """*value* as plain text."""
    if look is Look.BUTTON:
        return f"{label}:\n\n{value}" if label else str(value)
    if look is Look.CODE:
        return f"    {value}"
    if look is Look.FACTS:
        return "\n".join(_fact(str(name), str(said)) for name, said in value)
    if look is Look.QUOTE:
        return _indented(str(value))
    if look is Look.PARAGRAPHS:
        return "\n".join(row for each in str(value).splitlines() for row in rows(each, WIDTH))
    return str(value)


def html(look: Look, value: Any, label: str = "") -> str:
    """*value* as HTML; everything in it is text."""
    if look is Look.BUTTON:
        return button(str(value), label)
    if look is Look.FACTS:
        rows = "".join(_FACT_ROW.format(name=escape(name), value=escape(said)) for name, said in value)
        return f'{TABLE} width="100%" style="margin:0 0 20px">{rows}</table>'
    if look is Look.PARAGRAPHS:
        paragraphs = [each.strip() for each in str(value).split("\n\n") if each.strip()]
        return "\n".join(f'<p style="white-space:pre-line">{escape(each)}</p>' for each in paragraphs)
    return _ALONE[look].format(_link(value) if look is Look.ADDRESS else escape(value))


_ADDRESS = f"font:13px/1.5 {MONO};color:{SOFT};word-break:break-all"
_ALONE = {
    Look.ADDRESS: f'<p class="address" style="{_ADDRESS};margin:0 0 16px">{{}}</p>',
    Look.CODE: (
        f'{TABLE} width="100%" style="margin:8px 0 20px"><tr><td class="wash code" align="center" '
        f'style="background:#e6f1ee;border-radius:10px;padding:16px 8px;font:600 18px/1.5 {MONO};letter-spacing:0">'
        "{}</td></tr></table>"
    ),
    Look.QUOTE: (
        f'{TABLE} width="100%" style="margin:0 0 20px"><tr><td class="wash" '
        'style="background:#e6f1ee;border-radius:10px;padding:14px 18px;white-space:pre-line">{}</td></tr></table>'
    ),
    Look.VERBATIM: f'<pre class="address" style="{_ADDRESS};white-space:pre-wrap">{{}}</pre>',
    Look.TEXT: "<p>{}</p>",
}
_FACT_ROW = (
    '<tr><td class="soft" style="padding:6px 16px 6px 0;border-bottom:1px solid #dcd8cd;color:#57615d;font-size:15px;'
    'vertical-align:top;width:34%">{name}</td><td style="padding:6px 0;border-bottom:1px solid #dcd8cd;vertical-align:top;'
    'white-space:pre-line;overflow-wrap:anywhere;word-break:break-word">{value}</td></tr>'
)


def button(url: str, label: str) -> str:
    """The one thing to do, with the address in plain sight below it for mail programs that show no buttons."""
    address, words = escape(url), escape(label)
    return (
        f'{TABLE} style="margin:24px 0 14px"><tr><td class="button" align="center" bgcolor="#0b5d4e" '
        f'style="background:#0b5d4e;border-radius:999px"><a href="{address}" style="display:inline-block;padding:14px 28px;'
        'font:600 17px/1.3 Arial,sans-serif;color:#ffffff;text-decoration:none;border-radius:999px">'
        f"{words}</a></td></tr></table>\n"
        f'<p class="soft" style="font-size:15px;color:{SOFT};margin:0 0 4px">'
        f"{escape(_('If the button does not work, copy this address into your browser:'))}</p>\n"
        f'<p class="address" style="{_ADDRESS};margin:0 0 24px">{_link(url)}</p>'
    )


def list_of(items: Sequence[str]) -> list[str]:
    """Lines of a list, as one where there are any."""
    return [f"<ul>{''.join(items)}</ul>"] if items else []


def _link(url: Any) -> str:
    return f'<a href="{escape(url)}" style="color:{SOFT}">{escape(url)}</a>'


def _fact(name: str, said: str) -> str:
    if "\n" in said or len(name) + len(said) > ROOM:
        return f"{name}:\n{_indented(said)}"
    return f"{name}: {said}"


def _indented(said: str) -> str:
    return "\n".join(f"  {row}".rstrip() for each in said.splitlines() for row in rows(each, ROOM))


def rows(text: str, width: int, hanging: str = "") -> list[str]:
    """A line of text in rows of at most *width* columns, broken at spaces alone: an address stays whole."""
    done, current = [], ""
    for word in text.split(" "):
        if current.strip() and len(current) + 1 + len(word) > width:
            done.append(current)
            current = hanging + word
        else:
            current = f"{current} {word}" if current else word
    return [*done, current]
