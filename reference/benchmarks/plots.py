"""The record of a run as plots: what one operation costs, against how much else there is.

Both axes are logarithmic, so that a cost that grows with the size is a line that rises, and one
that is twice another's lies as far above it everywhere; sizes that begin at none have an axis as
all know it. A line is the medians, the band around it
the quartiles. The background is transparent and all text a grey that can be read on white and on
black; a peer has one colour throughout.
"""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import Any

from benchmarks.cases import PEERS, REFERENCE
from benchmarks.pairing import Result, Spread

COLOURS = {
    REFERENCE: "#d1495b",
    "bluelet 0.2.0": "#e58e26",
    "asyncio": "#3d85c6",
    "asyncio sock_*": "#4fb0c6",
    "uvloop": "#8e6bbf",
    "trio": "#2a9d8f",
    "curio": "#b5892e",
    "gevent": "#5a9e3e",
    "limit": "#808080",
}
_GREY = "#808080"

_STYLE = {
    "svg.fonttype": "none",
    "svg.hashsalt": "benchmarks",  # The same figures make the same file.
    "font.family": "sans-serif",
    "font.size": 10,
    "text.color": _GREY,
    "axes.labelcolor": _GREY,
    "axes.edgecolor": _GREY,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": _GREY,
    "ytick.color": _GREY,
    "grid.color": _GREY,
    "grid.alpha": 0.25,
    "legend.frameon": False,
}


def draw(record: dict[str, Any], folder: Path) -> dict[str, Path]:
    """Write `CASE.svg` into `folder` for each case of several sizes; return the files by case.

    Raises:
        ImportError: matplotlib is not installed.
    """
    from matplotlib import pyplot

    folder.mkdir(parents=True, exist_ok=True)
    files = {}
    results = [Result(**result) for result in record["results"]]
    for case, grouped in groupby(results, key=lambda result: result.case):
        of_case = list(grouped)
        if len(of_case) < 2:
            continue
        files[case] = folder / f"{case}.svg"
        with pyplot.rc_context(_STYLE):
            figure = _figure(of_case)
            figure.savefig(files[case], transparent=True, metadata={"Date": None})
            pyplot.close(figure)
    return files


def _figure(results: list[Result]) -> Any:
    """Return the plot of one case."""
    from matplotlib import pyplot
    from matplotlib.ticker import FuncFormatter, LogLocator

    figure, axes = pyplot.subplots(figsize=(7, 3.6), layout="constrained")
    for peer in PEERS:
        points = [(result.size, _cost(result, peer)) for result in results]
        known = [(size, cost) for size, cost in points if cost is not None]
        if not known:
            continue
        sizes = [size for size, _ in known]
        colour = COLOURS[peer]
        axes.plot(
            sizes,
            [cost.median for _, cost in known],
            color=colour,
            label=peer,
            marker="o",
            markersize=4 if peer == REFERENCE else 3,
            linewidth=2.5 if peer == REFERENCE else 1.3,
            linestyle="--" if peer == "limit" else "-",
            zorder=3 if peer == REFERENCE else 2,
        )
        axes.fill_between(
            sizes,
            [cost.low for _, cost in known],
            [cost.high for _, cost in known],
            color=colour,
            alpha=0.2,
            linewidth=0,
        )
    axes.set_xscale("linear" if results[0].size == 0 else "log")
    axes.set_yscale("log")
    axes.set_xticks([result.size for result in results])
    axes.xaxis.set_major_formatter(FuncFormatter(lambda size, _: f"{size:,.0f}"))
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5), numticks=20))
    axes.minorticks_off()
    axes.yaxis.set_major_formatter(FuncFormatter(lambda cost, _: _label(cost, results[0].unit)))
    axes.set_xlabel(results[0].size_is)
    axes.set_title(results[0].title, fontsize=11, loc="left")
    axes.grid(axis="y")
    figure.legend(loc="outside right upper")
    return figure


def _cost(result: Result, peer: str) -> Spread | None:
    """Return what is drawn: bytes, or seconds for one operation."""
    figures = result.figures(peer)
    if figures is None or result.unit != "/s":
        return figures
    return Spread(*(1 / figure for figure in reversed(figures)))


def _label(cost: float, unit: str) -> str:
    """Return a tick's text, with the unit that makes the number short."""
    if unit == "bytes":
        scales = [(1e6, "MB"), (1e3, "KB"), (1.0, "B")]
    else:
        scales = [(1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns")]
    for factor, name in scales:
        if cost >= 0.999 * factor:
            return f"{cost / factor:g} {name}"
    return f"{cost:g}"
