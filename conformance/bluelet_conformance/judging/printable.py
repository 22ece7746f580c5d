r"""What a port prints and says, made into text that can be read and does nothing else.

A port's text reaches a terminal, a CI system's log, and reports. There it could do more than be
read: move the cursor, turn the direction of writing, hide, or be no text at all that the encoding
knows. So each character that cannot be seen is shown as Python writes it in a string, `\x1b` or
`\u202e`. Python's own rule says which those are, `str.isprintable`; to them are added the few that
it takes for printable although nothing is seen of them.

And a CI system takes some lines of a log for commands, with which a port could mark a file as
wrong, set variables, or hide what follows. Their first character is written in the same way,
`\x3a:error::` for one, so that it is seen what the port printed:

- `::name::`, of GitHub Actions, at the beginning of a line. Its runner drops white space before it
  looks, so an indentation would not help;
- `##[name]`, of GitHub's runner and of Azure; `##vso[name]`, of Azure; `##teamcity[name]`. They
  are looked for anywhere in a line, so nothing that stands before them would help.

Text that has been made visible is left as it is when that is done again.
"""

from __future__ import annotations

import re
from typing import Any

_DOUBTFUL = re.compile(r"[^\n\t -~]")
"""What is looked at more closely."""

_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
"""Printable as Python sees it, and nothing is seen of them; some programs pass over them, too."""

_COMMAND = re.compile(r"(?im)^[ \t]*::|##(?=\[|vso\[|teamcity\[)")


def visible(text: str) -> str:
    """Return `text`, which may have several lines, so that it can be seen and commands nothing."""
    return _COMMAND.sub(_defused, _DOUBTFUL.sub(_shown, text))


def in_a_line(text: str, most: int | None = None) -> str:
    """Return `text` made visible in one line, of `most` characters if it would be longer.

    Where it is made shorter it was for a glance, and white space is no more than a space.
    """
    if most is not None:
        text = " ".join(text[: 10 * most].split())
    line = visible(text).replace("\n", r"\n").replace("\t", r"\t")
    return line if most is None or len(line) <= most else f"{line[: most - 1]}…"


def all_visible(value: Any) -> Any:
    """Return a value of JSON's types with each text in it made visible, but for the names."""
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, dict):
        return {name: all_visible(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(map(all_visible, value))
    return value


def _shown(match: re.Match[str]) -> str:
    character = match.group()
    if character.isprintable() and not _UNSEEN.match(character):
        return character
    return ascii(character)[1:-1]


def _defused(match: re.Match[str]) -> str:
    command = match.group()
    first = command.lstrip()[0]
    return command.replace(first, f"\\x{ord(first):02x}", 1)
