"""Figures of two builds, taken in turns, and the table that shows them.

A machine is not the same all the time, so two figures are compared only if they were taken one
after the other: of each round the *ratio* is taken, the new build's figure over the old one's. The
table has the median of the figures of each build, the median of the ratios, and what was aimed at.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

BUILDS = ("old", "new")
"""The two builds, in the order of their turns."""

Figures: TypeAlias = dict[str, float]
"""What one turn gave, by the name of the quantity."""


class LeftOut(Exception):
    """A build has no figure for a case; the message says why."""


@dataclass(frozen=True)
class Target:
    """What was aimed at: a ratio, or the new build's own figure."""

    bound: float
    is_ratio: bool = True
    is_lower: bool = False
    """Whether the figure has to be at least the bound, and not at most."""

    def is_met(self, new: float | None, ratio: float | None) -> bool | None:
        """Return whether it is met; None if nothing was measured."""
        figure = ratio if self.is_ratio else new
        if figure is None:
            return None
        return figure >= self.bound if self.is_lower else figure <= self.bound


@dataclass(frozen=True)
class Quantity:
    """One of the figures of a case."""

    name: str
    unit: str
    target: Target | None = None
    is_compared: bool = True
    """Whether the ratio of two such figures says something."""

    def shown(self, figure: float | None) -> str:
        """Return a figure of it, as it is told."""
        return "–" if figure is None else f"{figure:,.4g} {self.unit}"


@dataclass
class Result:
    """What was measured of a case."""

    case: str
    quantities: Sequence[Quantity]
    rounds: list[dict[str, Figures]] = field(default_factory=list)
    """Of each round, the figures of the builds that had some."""
    left_out: dict[str, str] = field(default_factory=dict)
    """The builds that have no turn any more, and why."""

    def median(self, build: str, quantity: str) -> float | None:
        """Return the median of a build's figures."""
        return _median(figures[build][quantity] for figures in self.rounds if build in figures)

    def ratio(self, quantity: str) -> float | None:
        """Return the median of the ratios, new to old, of the rounds that have both."""
        pairs = (figures for figures in self.rounds if figures.keys() == set(BUILDS))
        of_quantity = ((each["new"][quantity], each["old"][quantity]) for each in pairs)
        return _median(new / old for new, old in of_quantity if old > 0)


def take_turns(result: Result, rounds: int, measure: Callable[[str, int], Figures]) -> None:
    """Measure both builds in so many rounds; one that fails has no turn any more.

    `measure` is given the build and the number of the round, from 0.
    """
    for number in range(rounds):
        figures: dict[str, Figures] = {}
        result.rounds.append(figures)
        for build in BUILDS:
            if build not in result.left_out:
                try:
                    figures[build] = measure(build, number)
                except LeftOut as reason:
                    result.left_out[build] = str(reason)


def markdown(results: Iterable[Result]) -> str:
    """Return the table, and below it why a figure is missing."""
    lines = ["| | old | new | new/old | target |", "| --- | ---: | ---: | ---: | ---: |"]
    missing = []
    for result in results:
        lines += [_row(result, quantity) for quantity in result.quantities]
        missing += [
            f"{result.case}, {build}: {reason}." for build, reason in result.left_out.items()
        ]
    return "\n".join(lines) + "\n" + "".join(f"\n- {each}" for each in missing)


def _row(result: Result, quantity: Quantity) -> str:
    old, new = (result.median(build, quantity.name) for build in BUILDS)
    ratio = result.ratio(quantity.name) if quantity.is_compared else None
    cells = [
        f"{result.case}: {quantity.name}",
        quantity.shown(old),
        quantity.shown(new),
        f"{ratio:.2f}" if ratio is not None else "–",
        _aim(quantity, new, ratio),
    ]
    return f"| {' | '.join(cells)} |"


def _aim(quantity: Quantity, new: float | None, ratio: float | None) -> str:
    target = quantity.target
    if target is None:
        return ""
    bound = f"{target.bound:.3g}" + ("" if target.is_ratio else f" {quantity.unit}")
    came = {True: ", met", False: ", **missed**", None: ""}[target.is_met(new, ratio)]
    return f"{'≥' if target.is_lower else '≤'} {bound}{came}"


def _median(figures: Iterable[float]) -> float | None:
    known = list(figures)
    return statistics.median(known) if known else None
