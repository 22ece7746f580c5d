"""Text from a port, which can be anything, as text in a report, and never as markup."""

from __future__ import annotations

import html
import re

from bluelet_conformance.judging.printable import visible


def as_html(text: str) -> str:
    """Return `text` for HTML and XML, in an element or an attribute's value."""
    return html.escape(visible(text))


def as_content(text: str) -> str:
    """Return `text` for HTML in an element only, where quotes are left as they are to be read."""
    return html.escape(visible(text), quote=False)


def prose_as_html(text: str) -> str:
    """Return a sentence of the specification for HTML, with the code in it marked."""
    return re.sub(r"`(.+?)`", r"<code>\1</code>", as_html(text))
