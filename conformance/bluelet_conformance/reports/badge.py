"""The report in a few words: a badge, SVG, with a line for each implementation.

A single implementation is `bluelet` to the badge, which stands in its own README; of several, each
line has the name. How wide a text is depends on the fonts of who looks; it is estimated, and the
text then made to fit.
"""

from __future__ import annotations

from bluelet_conformance.reports.escaping import as_html
from bluelet_conformance.reports.result import Report, Result, demanded

_HEIGHT, _PADDING, _GAP = 20, 6, 2
_GREEN, _RED, _GREY, _DARK = "#2a7a38", "#b3362b", "#66666b", "#45484d"
"""Backgrounds on which white text can be read."""


def render(report: Report) -> str:
    """Return the file's text."""
    alone = len(report.results) == 1
    lines = [
        ("bluelet" if alone else result.name, *_standing(result, report.strict))
        for result in report.results
    ]
    left = max(_width(name) for name, _, _ in lines) + 2 * _PADDING
    right = max(_width(words) for _, words, _ in lines) + 2 * _PADDING
    height = len(lines) * (_HEIGHT + _GAP) - _GAP
    title = as_html("; ".join(f"{name}: {words}" for name, words, _ in lines))
    drawn = [
        _line(number * (_HEIGHT + _GAP), left, right, *line) for number, line in enumerate(lines)
    ]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="{height}" '
            f'role="img" aria-label="{title}">',
            f"<title>{title}</title>",
            '<g font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11" fill="#fff">',
            *drawn,
            "</g>",
            "</svg>\n",
        ]
    )


def _standing(result: Result, strict: bool) -> tuple[str, str]:
    """Return the words on an implementation, and their background."""
    for level in demanded(strict):
        if (counted := result.count(level)).not_met:
            blocked = f", {counted.blocked} not judged" if counted.blocked else ""
            return f"{counted.not_met} {level} not met{blocked}", _RED
    if result.headline(strict).startswith("NOT"):
        return "not conformant", _RED
    if not result.is_complete(strict):
        return "not judged in full", _GREY
    return "strictly conformant" if strict else "conformant", _GREEN


def _line(top: int, left: int, right: int, name: str, words: str, colour: str) -> str:
    texts = [
        f'<text x="{x}" y="{top + 14}" textLength="{_width(text)}">{as_html(text)}</text>'
        for x, text in ((_PADDING, name), (left + _PADDING, words))
    ]
    return (
        f'<rect y="{top}" width="{left + right}" height="{_HEIGHT}" rx="3" fill="{_DARK}"/>'
        f'<rect x="{left}" y="{top}" width="{right}" height="{_HEIGHT}" rx="3" fill="{colour}"/>'
        f'<rect x="{left}" y="{top}" width="4" height="{_HEIGHT}" fill="{colour}"/>'
        + "".join(texts)
    )


def _width(text: str) -> int:
    """Return about how many pixels wide `text` is in Verdana at 11 pixels."""
    return round(sum(_character(each) for each in text))


def _character(character: str) -> float:
    if character in "ijl.,:;'|!()[]/ -":
        return 4.0
    if character in "mwMW@%":
        return 10.5
    return 8.0 if character.isupper() or ord(character) > 0x2E7F else 6.8
