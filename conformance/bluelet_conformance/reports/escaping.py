"""Text from a port, which can be anything, as text in a report, and never as markup."""

from __future__ import annotations

import html
import re

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def printable(text: str) -> str:
    """Return `text` with an escape sequence for each character that cannot be seen or encoded."""
    return _UNPRINTABLE.sub(lambda match: ascii(match.group())[1:-1], text)


def as_html(text: str) -> str:
    """Return `text` for HTML and XML, in an element or an attribute's value."""
    return html.escape(printable(text))


def prose_as_html(text: str) -> str:
    """Return a sentence of the specification for HTML, with the code in it marked."""
    return re.sub(r"`(.+?)`", r"<code>\1</code>", as_html(text))
