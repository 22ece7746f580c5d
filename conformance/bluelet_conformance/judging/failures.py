"""How a failure is told: in the same words wherever, and with whatever options, a clause is judged.

Reports are compared with one another, and expectations with what is seen. So nothing is told that
is another in each process, as an address of memory is; and pytest's own account of an assertion,
which follows the verbosity, the colours, the version, and whether a server runs it, is replaced.
It is of bounded cost, too: the difference of two megabytes may take pytest longer than the clause.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import suppress

import pytest
from bluelet_spec import Clause

DETAIL, ACCOUNT = 2_000, 20_000
"""How many characters the two texts about a failure may have."""

_GLIMPSE = 20
"""How many bytes or characters are shown from the first one on that differs."""

_DOCSTRING = re.compile(r'^ *"""(?s:.*?)"""\n', re.MULTILINE)


def explain_assertions() -> None:
    """Have the assertions that fail in this process from now on be explained in this module's way.

    The names are pytest's own, not public; with a pytest that has them no longer it explains them.
    """
    with suppress(ImportError, AttributeError):
        from _pytest.assertion import rewrite, util

        show = rewrite._saferepr

        def compared(operator: str, left: object, right: object) -> str | None:
            if operator != "==":
                return None
            try:
                where = _difference(left, right, show)
            except Exception:  # What an implementation's objects say when they are compared.
                return None
            return f"{show(left)} == {show(right)}{where}".replace("%", "%%")

        util._config = None
        util._reprcompare = compared


def described(clause: Clause, error: BaseException) -> tuple[str, str]:
    """Return what a clause's program raised, in a line or a few, and the lines where it did.

    What cannot be shown, as it is nested too deep or raises when it is, is named.
    """
    try:
        return _described(clause, error)
    except BaseException as failure:
        return f"{type(error).__name__}, which cannot be shown: {type(failure).__name__}", ""


def _described(clause: Clause, error: BaseException) -> tuple[str, str]:
    info = pytest.ExceptionInfo.from_exception(error)
    entries = info.traceback.cut(path=clause.path)
    info.traceback = type(entries)(
        [
            entry if entry.path == clause.path else entry.with_repr_style("short")
            for entry in entries
        ]
    )
    account = str(info.getrepr(style="long", funcargs=False, chain=False, abspath=False))
    return (
        shortened(_as_in_any_process(info.exconly(tryshort=True)), DETAIL),
        shortened(_DOCSTRING.sub("", account, count=1), ACCOUNT),
    )


def shortened(text: str, length: int) -> str:
    """Return `text`, or its two ends where it is longer than `length` characters."""
    if len(text) <= length:
        return text
    half = length // 2
    return f"{text[:half]} … {len(text) - 2 * half} characters … {text[-half:]}"


def _as_in_any_process(text: str) -> str:
    """Return `text` without what is another in each process: addresses of memory, and free ports.

    An address may stand behind the dots with which pytest shortens a value.
    """
    text = re.sub(r" at 0x[0-9a-f]+", "", text)
    text = re.sub(r"\.\.\.[0-9a-f]{4,}(?=>)", "...", text)
    text = re.sub(r"(\bNone|'localhost'\]?), \d{4,5}\b", r"\1, …", text)
    return re.sub(r"\b127(?:\.\d+){3}(:|', )\d+", r"127.0.0.1\1…", text)


def _difference(seen: object, due: object, show: Callable[[object], str]) -> str:
    """Return a line that says where a sequence is not what was due, or nothing."""
    if not (isinstance(seen, Sequence) and isinstance(due, Sequence) and type(seen) is type(due)):
        return ""
    at, end = 0, min(len(seen), len(due)) + 1
    while end - at > 1:  # What comes before `at` is the same.
        middle = (at + end) // 2
        if seen[at:middle] == due[at:middle]:
            at = middle
        else:
            end = middle
    if at == len(seen) == len(due):
        return ""  # Every item is the same: it is the sequences that say otherwise.
    here, there = _glimpse(seen, at, show), _glimpse(due, at, show)
    there = "another that looks so" if there == here else there  # As two NaN do.
    return f"\n~At index {at}: {here}, where {there} was due."


def _glimpse(sequence: Sequence[object], index: int, show: Callable[[object], str]) -> str:
    if index == len(sequence):
        return "the end"
    is_text = isinstance(sequence, str | bytes)
    return show(sequence[index : index + _GLIMPSE] if is_text else sequence[index])
