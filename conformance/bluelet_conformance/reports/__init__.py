"""Reports in files: JSON for tools, Markdown for a pull request, HTML to read, SVG for a badge.

What a file is follows from its name's end.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bluelet_conformance.reports import badge, changes, data, markdown, page, targets
from bluelet_conformance.reports.changes import Changes, Earlier, compare
from bluelet_conformance.reports.result import Report, Result, demanded

__all__ = [
    "BadTarget",
    "Changes",
    "Earlier",
    "Report",
    "Result",
    "compare",
    "demanded",
    "earlier",
    "target",
    "write",
]

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


def earlier(paths: list[Path]) -> dict[str, Earlier]:
    """Return what an earlier run found out, whose report is among `paths`, to be replaced.

    It comes by implementation; from the first, if there are several reports.

    Raises:
        BadTarget: a file is in the way that is no such report.
    """
    found: dict[str, Earlier] = {}
    for path in paths:
        if path.suffix == ".json" and path.exists():
            try:
                found = {**changes.read(path), **found}
            except changes.NoReport as error:
                raise BadTarget(f"--report={path.name}: {error}; name another file.") from None
    return found


def write(path: Path, report: Report) -> None:
    """Write a report to `path`, in the format that its name says.

    Raises:
        OSError: it cannot be written there.
    """
    targets.replace(path, _FORMATS[path.suffix](report).encode(errors="backslashreplace"))
