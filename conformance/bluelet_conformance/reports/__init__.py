"""Reports in files: JSON for tools, Markdown for a pull request, HTML to read, SVG for a badge.

What a file is follows from its name's end. A file is written as a whole or not at all.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from bluelet_conformance import targets
from bluelet_conformance.reports import badge, changes, data, markdown, page
from bluelet_conformance.reports.changes import Changes, compare
from bluelet_conformance.reports.result import Report, Result

__all__ = ["BadTarget", "Changes", "Report", "Result", "compare", "earlier", "target", "write"]

_FORMATS: dict[str, Callable[[Report], str]] = {
    ".json": data.render,
    ".md": markdown.render,
    ".html": page.render,
    ".svg": badge.render,
}


class BadTarget(ValueError):
    """A place where no report can go; the message says why."""


def target(name: str) -> Path:
    """Return where the report goes that the command line calls `name`.

    Raises:
        BadTarget: it cannot go there.
    """
    path = Path(name)
    if path.suffix not in _FORMATS:
        *most, last = _FORMATS
        raise BadTarget(f"--report={name}: name a file that ends in {', '.join(most)} or {last}.")
    try:
        return targets.to_write(path)
    except targets.BadPath as error:
        raise BadTarget(f"--report={name}: {error}") from None


def earlier(paths: list[Path]) -> dict[str, Mapping[str, str]]:
    """Return the verdicts of an earlier run whose report is among `paths`, to be replaced.

    They come by implementation and clause; from the first, if there are several reports.

    Raises:
        BadTarget: a file is in the way that is no such report.
    """
    found: dict[str, Mapping[str, str]] = {}
    for path in paths:
        if path.suffix == ".json" and path.exists():
            try:
                found = {**changes.read(path), **found}
            except changes.NoReport as error:
                raise BadTarget(f"--report={path.name}: {error}; name another file.") from None
    return found


def write(path: Path, report: Report) -> None:
    """Write a report to `path`, in the format that its name says.

    What was there before is there until the report is complete, and no signal comes between.

    Raises:
        OSError: it cannot be written there.
    """
    text = _FORMATS[path.suffix](report).encode(errors="backslashreplace")
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    held = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        beside.write_bytes(text)
        os.replace(beside, path)
    finally:
        with suppress(FileNotFoundError):
            beside.unlink()
        signal.pthread_sigmask(signal.SIG_SETMASK, held)
