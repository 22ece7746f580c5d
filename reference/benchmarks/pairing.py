"""Several peers measured in turns, and how they compare.

A machine is not the same all the time: it gets warm, and others use it, too. So two figures are
compared only if they were taken one after the other. In each round every peer has one turn, and the
next round begins with the next peer, so that none always comes first. Of each round the *ratio* is
taken, the reference's figure over the peer's; what is told is the median of the ratios, and the
quartiles, between which half of them lie. The ratio of the medians would be another thing: where
both were slow in the same round, it would not know.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple

from benchmarks.cases import REFERENCE, Case, LeftOut, missing


class Spread(NamedTuple):
    """Where figures lie: half of them between `low` and `high`."""

    low: float
    median: float
    high: float


@dataclass
class Result:
    """What was measured of one case at one size."""

    case: str
    title: str
    unit: str
    size_is: str
    size: int
    rounds: list[dict[str, float]] = field(default_factory=list)
    """For each round, the figure of each peer that had one."""
    left_out: dict[str, str] = field(default_factory=dict)
    """The peers that could not be measured, or not in all rounds, and why."""

    @property
    def peers(self) -> list[str]:
        """Those that have figures, in the order of the first round."""
        return list(dict.fromkeys(peer for figures in self.rounds for peer in figures))

    def figures(self, peer: str) -> Spread | None:
        """Return where the figures of `peer` lie; None if it has none."""
        return spread(figures[peer] for figures in self.rounds if peer in figures)

    def ratio(self, peer: str) -> Spread | None:
        """Return where the ratios of the reference to `peer` lie; None if they share no round."""
        return spread(
            figures[REFERENCE] / figures[peer]
            for figures in self.rounds
            if REFERENCE in figures and figures.get(peer)
        )

    def as_json(self) -> dict[str, Any]:
        """Return this as `json` takes it; `Result(**…)` makes it anew."""
        return asdict(self)


def spread(figures: Iterable[float]) -> Spread | None:
    """Return the quartiles of `figures`, between two of them where need be; None if there are none.

    They are those of the figures themselves, not of what the figures may be a sample of.
    """
    known = list(figures)
    if not known:
        return None
    if len(known) == 1:
        return Spread(known[0], known[0], known[0])
    return Spread(*statistics.quantiles(known, n=4, method="inclusive"))


def turns(peers: Sequence[str], round_number: int) -> list[str]:
    """Return the order of a round: that of `peers`, begun one later each time."""
    first = round_number % len(peers) if peers else 0
    return [*peers[first:], *peers[:first]]


def compare(
    case: Case,
    size: int,
    peers: Sequence[str],
    rounds: int,
    seconds: float,
    tell: Callable[[str, int], None] = lambda peer, round_number: None,
) -> Result:
    """Measure `peers` in so many rounds, of `seconds` each turn; who fails has no turn any more.

    `tell` is called before each turn, with whose it is and the number of the round, from 0.
    """
    result = Result(case.name, case.title, case.unit, case.size_is, size)
    for peer in peers:
        if reason := missing(peer):
            result.left_out[peer] = reason
    for round_number in range(rounds):
        figures: dict[str, float] = {}
        for peer in turns(peers, round_number):
            tell(peer, round_number)
            if peer in result.left_out:
                continue
            try:
                figures[peer] = case.measure(peer, size, seconds)
            except LeftOut as reason:
                result.left_out[peer] = str(reason)
        result.rounds.append({peer: figures[peer] for peer in peers if peer in figures})
    return result
