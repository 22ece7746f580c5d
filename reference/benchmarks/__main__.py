"""Measure the reference, and what a user would pick instead, in turns on this machine.

Without a CASE all are measured, which takes a while: each case is measured at each of its sizes for
every peer, round after round. A peer that is not installed is left out.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks import memory, scheduling
from benchmarks.cases import PEERS, REFERENCE, Case, missing
from benchmarks.machine import machine
from benchmarks.pairing import Result, compare
from benchmarks.table import into_readme, markdown, significant

HERE = Path(__file__).parent
README = HERE / "README.md"
PLOTS = HERE / "plots"

INTERRUPTED = 130
"""The status with which shells report what Ctrl-C has ended."""


def cases() -> dict[str, Case]:
    """Return all cases by name."""
    modules: list[Any] = [scheduling, memory]
    if (HERE / "sockets.py").exists():
        modules.append(import_module("benchmarks.sockets"))
    return {case.name: case for module in modules for case in module.CASES}


class Progress:
    """Tells on stderr what is being measured: on a terminal in one line, that is written anew."""

    def __init__(self, turns: int) -> None:
        self._turns = turns
        self._done = 0
        self._began = time.monotonic()
        self._is_terminal = sys.stderr.isatty()

    def turn(self, what: str) -> None:
        """Say whose turn begins."""
        if self._is_terminal:
            left = ""
            if self._done:
                passed = time.monotonic() - self._began
                left = (
                    f", about {passed / self._done * (self._turns - self._done) / 60:.0f} min left"
                )
            self._write(f"\r\x1b[K[{self._done}/{self._turns}{left}] {what}")
        self._done += 1

    def say(self, line: str) -> None:
        """Write a line that stays."""
        self._write(f"\r\x1b[K{line}\n" if self._is_terminal else f"{line}\n")

    @staticmethod
    def _write(text: str) -> None:
        sys.stderr.write(text)
        sys.stderr.flush()


def main() -> int:
    """Do what the command line says; return the exit status."""
    known = cases()
    parser = _parser(known)
    options = parser.parse_args()
    if options.list:
        for case in known.values():
            sizes = ", ".join(f"{size:,}" for size in case.sizes)
            print(f"{case.name:16} {case.title}\n{'':16} {case.size_is}: {sizes}")
        return 0
    if options.record:
        try:
            record = joined([_read(parser, file) for file in options.record])
        except ValueError as error:
            parser.error(str(error))
        interrupted = False
    else:
        record, interrupted = _measure([known[name] for name in options.cases or known], options)
    return _report(parser, record, options) or (INTERRUPTED if interrupted else 0)


def _parser(known: dict[str, Case]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "cases", nargs="*", metavar="CASE", type=_among(known, "case"), help="see --list"
    )
    parser.add_argument("--list", action="store_true", help="list the cases, and end")
    parser.add_argument(
        "--peers",
        metavar="A,B",
        type=_peers,
        default=list(PEERS),
        help="measure these beside the reference (default: all)",
    )
    parser.add_argument(
        "--sizes", metavar="N,N", type=_sizes, help="measure these sizes only, of those of a case"
    )
    parser.add_argument(
        "--rounds", metavar="N", type=_count, default=9, help="rounds (default: %(default)s)"
    )
    parser.add_argument(
        "--seconds",
        metavar="S",
        type=_seconds,
        default=1.0,
        help="how long each turn of a round measures (default: %(default)s)",
    )
    parser.add_argument(
        "--from",
        dest="record",
        metavar="FILE.json",
        type=Path,
        nargs="+",
        help="measure nothing, but show what earlier runs wrote, on one machine",
    )
    parser.add_argument(
        "--json", metavar="FILE", type=Path, help="write all figures and the machine here"
    )
    parser.add_argument(
        "--table", metavar="FILE.md", type=Path, help="write the table here, as Markdown"
    )
    parser.add_argument("--plots", metavar="DIR", type=Path, help="write the plots here, as SVG")
    parser.add_argument(
        "--readme",
        action="store_true",
        help="put the table into the README beside this, and the plots next to it",
    )
    return parser


def _among(known: Any, kind: str) -> Any:
    """Return a type of option: a name among `known`."""

    def checked(name: str) -> str:
        if name not in known:
            raise argparse.ArgumentTypeError(
                f"there is no {kind} {name!r}; there are {', '.join(known)}"
            )
        return name

    return checked


def _peers(text: str) -> list[str]:
    chosen = {_among(PEERS, "peer")(name.strip()) for name in text.split(",")}
    return [peer for peer in PEERS if peer == REFERENCE or peer in chosen]


def _sizes(text: str) -> set[int]:
    try:
        return {int(size) for size in text.split(",")}
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"sizes are numbers such as 10,100, not {text!r}"
        ) from None


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"takes a number from 1 on, not {text!r}")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < 3600:
        raise argparse.ArgumentTypeError(f"takes seconds, up to an hour, not {text!r}")
    return seconds


def _measure(chosen: list[Case], options: argparse.Namespace) -> tuple[dict[str, Any], bool]:
    """Measure; return the record, and whether it was interrupted and so is not whole."""
    plan = [
        (case, size, [peer for peer in options.peers if peer in case.peers])
        for case in chosen
        for size in case.sizes
        if not options.sizes or size in options.sizes
    ]
    record: dict[str, Any] = {
        "format": 1,
        "machine": machine(),
        "rounds": options.rounds,
        "seconds": options.seconds,
        "results": [],
    }
    progress = Progress(sum(len(peers) for _, _, peers in plan) * options.rounds)
    for peer in options.peers:
        if reason := missing(peer):
            progress.say(f"{peer} is left out: {reason}")
    try:
        for case, size, peers in plan:
            what = f"{case.name}, {size:,} {case.size_is}"

            def tell(peer: str, round_number: int, what: str = what) -> None:
                progress.turn(f"{what}: {peer}, round {round_number + 1} of {options.rounds}")

            result = compare(case, size, peers, options.rounds, options.seconds, tell)
            record["results"].append(result.as_json())
            progress.say(f"{what}: {_summary(result)}")
    except KeyboardInterrupt:
        progress.say("interrupted; what was measured until now is kept")
        return record, True
    return record, False


def _summary(result: Result) -> str:
    """Tell a result in a line: the reference's figure, the ratios to others, who is left out."""
    own = result.figures(REFERENCE)
    parts = [] if own is None else [f"{own.median:,.0f} {result.unit}"]
    for peer in result.peers:
        ratio = result.ratio(peer)
        if ratio and peer != REFERENCE:
            parts.append(f"×{significant(ratio.median)} {peer}")
    for peer, reason in result.left_out.items():
        if missing(peer) is None:
            parts.append(f"without {peer}: {reason}")
    return ", ".join(parts)


def _read(parser: argparse.ArgumentParser, file: Path) -> dict[str, Any]:
    try:
        record = json.loads(file.read_text(encoding="utf-8"))
        for result in record["results"]:
            Result(**result)
    except (OSError, ValueError, TypeError, KeyError) as error:
        parser.error(f"{file} is no record of a run: {error}")
    return dict(record)


def joined(records: list[dict[str, Any]]) -> dict[str, Any]:
    """Return several records as one; of rounds and seconds it has the least and the greatest.

    Raises:
        ValueError: they are of different machines, or of different versions of a peer.
    """
    first, *others = records
    if any(other["machine"] != first["machine"] for other in others):
        raise ValueError("records of different machines or versions cannot be shown as one")
    spans = {
        key: values[0] if values[0] == values[-1] else [values[0], values[-1]]
        for key in ("rounds", "seconds")
        if (values := sorted(record[key] for record in records))
    }
    results = [result for record in records for result in record["results"]]
    return {**first, **spans, "results": results}


def _report(
    parser: argparse.ArgumentParser, record: dict[str, Any], options: argparse.Namespace
) -> int:
    """Write what was asked for, or else the table to the standard output; return the status."""
    if options.json:
        options.json.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    plots: dict[str, Path] = {}
    try:
        if options.plots or options.readme:
            from benchmarks.plots import draw

            if options.plots:
                plots = draw(record, options.plots)
            if options.readme:
                drawn = draw(record, PLOTS)
                links = {case: f"{PLOTS.name}/{file.name}" for case, file in drawn.items()}
                into_readme(README, markdown(record, links))
    except ImportError as error:
        parser.exit(1, f"no plots: {error}; the extra `benchmarks` has what they need\n")
    if options.table:
        base = options.table.resolve().parent
        links = {case: os.path.relpath(file, base) for case, file in plots.items()}
        options.table.write_text(markdown(record, links), encoding="utf-8")
    if not (options.json or options.table or options.plots or options.readme):
        print(markdown(record), end="")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
