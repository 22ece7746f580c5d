"""The record of a run as Markdown, and the place in the README where it goes.

For each case a table has a row for each peer and a column for each size. A cell has the median of
the peer's own figures, and below it the median of the ratios, in bold, with the quartiles.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from benchmarks.cases import PEERS, REFERENCE
from benchmarks.pairing import Result, Spread

BEGIN = "<!-- what follows is written by `python -m benchmarks --readme` -->"
END = "<!-- up to here -->"


def markdown(record: dict[str, Any], plots: dict[str, str] | None = None) -> str:
    """Return the record of a run, as `__main__` makes it; `plots` has a case's plot, to link to."""
    parts = [_machine(record)]
    results = [Result(**result) for result in record["results"]]
    for case, of_case in groupby(results, key=lambda result: result.case):
        parts += _case(list(of_case))
        if plots and case in plots:
            parts.append(f"![{case}: cost against size]({plots[case]})")
    return "\n\n".join(parts) + "\n"


def into_readme(readme: Path, text: str) -> None:
    """Put `text` between the two marks in `readme`.

    Raises:
        ValueError: it does not have both marks, in order.
    """
    before, begin, rest = readme.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{readme} has no place for the figures, between {BEGIN!r} and {END!r}")
    readme.write_text(f"{before}{begin}\n\n{text}\n{end}{after}", encoding="utf-8")


def _machine(record: dict[str, Any]) -> str:
    machine = record["machine"]
    versions = ", ".join(f"{name} {number}" for name, number in _versions(machine["peers"]))
    return (
        f"{machine['processor']}, {machine['cores']} cores, {machine['kernel']}, "
        f"{machine['python']}{'; ' if versions else ''}{versions}. "
        f"{_span(record['rounds'])} rounds, of {_span(record['seconds'])} s each turn."
    )


def _span(values: float | Sequence[float]) -> str:
    """Return a number, or the least and the greatest of a record that was made in several runs."""
    if isinstance(values, Sequence):
        return f"{values[0]:g} to {values[1]:g}"
    return f"{values:g}"


def _versions(peers: dict[str, str]) -> Iterable[tuple[str, str]]:
    """Return names and versions, of those whose name does not tell the version."""
    return ((name, number) for name, number in peers.items() if number not in name)


def _case(results: Sequence[Result]) -> list[str]:
    """Return the heading of a case, its table, and what was left out of it."""
    first = results[0]
    better = "more is better" if first.unit == "/s" else "less is better"
    unit = {"/s": "per second", "s": "in seconds"}.get(first.unit, f"in {first.unit}")
    heading = f"### {first.case}\n\n{first.title[0].upper()}{first.title[1:]}; {unit}, {better}."
    if len(results) > 1:
        columns = [f"{result.size:,}" for result in results]
        columns[-1] += f" {first.size_is}"
    else:
        columns = ["" if first.size == 1 else f"{first.size:,} {first.size_is}"]
    lines = ["| " + " | ".join(["", *columns]) + " |", "| --- |" + " ---: |" * len(columns)]
    known = {peer for result in results for peer in result.peers}
    for peer in PEERS:
        if peer in known:
            cells = [_cell(result, peer) for result in results]
            lines.append("| " + " | ".join([peer, *cells]) + " |")
    parts = [heading, "\n".join(lines)]
    left_out = _left_out(results)
    if left_out:
        parts.append("Left out: " + "; ".join(left_out) + ".")
    return parts


def _cell(result: Result, peer: str) -> str:
    own = result.figures(peer)
    if own is None:
        return "–"
    text = number(own.median)
    ratio = None if peer == REFERENCE else result.ratio(peer)
    return f"{text}<br>{_ratio(ratio)}" if ratio else text


def _ratio(ratio: Spread) -> str:
    low, median, high = (significant(figure) for figure in ratio)
    return f"**×{median}** ({low}–{high})"


def _left_out(results: Sequence[Result]) -> list[str]:
    """Return one line for each peer and reason, with the sizes it is for."""
    sizes: dict[tuple[str, str], list[str]] = {}
    for result in results:
        for peer, reason in result.left_out.items():
            sizes.setdefault((peer, reason), []).append(f"{result.size:,}")
    return [
        f"{peer}, {reason}" if len(of) == len(results) else f"{peer} at {', '.join(of)}, {reason}"
        for (peer, reason), of in sizes.items()
    ]


def number(figure: float) -> str:
    """Return `figure` with three digits, and a letter for thousands or more."""
    for factor, letter in ((1e9, " G"), (1e6, " M"), (1e3, " k")):
        if abs(figure) >= 0.9995 * factor:
            return significant(figure / factor) + letter
    return significant(figure)


def significant(figure: float) -> str:
    """Return `figure` with three digits, and no more than it takes to tell them."""
    if abs(figure) >= 99.95:
        return f"{figure:,.0f}"
    if abs(figure) >= 9.995:
        return f"{figure:.1f}"
    return f"{figure:.2f}" if abs(figure) >= 0.0995 else f"{figure:.2g}"
