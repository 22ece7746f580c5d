"""Compare what it costs to judge, in a revision and in HEAD: `python judging.py REVISION`.

Without a CASE all are measured. In each round of a case both builds have a turn, the old one first;
then a table tells the medians, the ratios, and what was aimed at. Ctrl-C ends that early, and what
was measured until then is shown.

A case is *warm* where a run finds all bytecode, as every run but the first does. In one that is
*cold* a run finds none of this project's, and writes none: it is removed before each turn, and so
is what pytest keeps of the modules that it rewrites. The bytecode of other packages stays there as
pip has compiled it; with `--bare` that is removed, too.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import sys
import xml.etree.ElementTree as xml
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from builds import INTERRUPTED, Build, NoBuild, both, clean_environment, positive, tell
from comparing import Figures, LeftOut, Quantity, Result, Target, markdown, take_turns
from measuring import Cost, TookTooLong, run

PORTS = Path(__file__).resolve().parent / "ports"

MEGABYTE = 1_000_000

PAIRS = 20
"""How often a run that has nothing to do with us is measured, with the plugin and without it."""

JUDGED = (0, 1)
"""The exit statuses of runs that came to their end, whether or not the port is conformant."""

SUITE = ("-p", "no:cacheprovider", "-q")

REFERENCE = ("conformance", "--impl=reference", "--strict")


@dataclass(frozen=True)
class Turn:
    """A build whose turn it is, and how its commands are run."""

    build: Build
    limit: float
    """Seconds that each of them may take."""
    is_bare: bool = False
    """Whether there is no bytecode at all where a case is cold."""

    def cold(self, *arguments: str, sampled: bool = False) -> Cost:
        """Run the suite in the clone, where it finds no bytecode."""
        remove_bytecode(self.build, self.is_bare)
        none = {"PYTHONDONTWRITEBYTECODE": "1"}
        return self._run([*SUITE, *arguments], self.build.clone, sampled=sampled, env=none)

    def warm(self, *arguments: str, due: Collection[int] = (0,)) -> Cost:
        """Run the suite in the clone, where it finds all bytecode."""
        self.warm_up()
        return self._run([*SUITE, *arguments], self.build.clone, due)

    def warm_up(self) -> None:
        """Have all bytecode written, if it is not there."""
        if not any(self.build.clone.rglob("__pycache__")):
            self._run([*SUITE, *REFERENCE], self.build.clone)

    def unrelated(self, *arguments: str) -> Cost:
        """Run a test that has nothing to do with us, in a directory of its own."""
        place = self.build.folder / "unrelated"
        place.mkdir(exist_ok=True)
        (place / "test_one.py").write_text("def test_one():\n    assert True\n")
        return self._run(["-q", "test_one.py", *arguments], place)

    def _run(
        self,
        arguments: Sequence[str],
        cwd: Path,
        due: Collection[int] = (0,),
        sampled: bool = False,
        env: Mapping[str, str] = MappingProxyType({}),
    ) -> Cost:
        """Run pytest, which has to end with a status that is due: no cost of a failure counts."""
        command = [self.build.pytest, *arguments]
        try:
            cost = run(command, cwd, clean_environment(**env), self.limit, sampled)
        except TookTooLong as error:
            raise LeftOut(str(error)) from None
        if cost.status not in due:
            said = cost.output.strip().splitlines() or ["nothing"]
            raise LeftOut(f"it ended with status {cost.status}, and said last: {said[-1]}")
        return cost


def remove_bytecode(build: Build, of_packages: bool) -> None:
    """Remove this project's bytecode, what pytest keeps of rewritten modules, and all if asked."""
    for folder in list(build.clone.rglob("__pycache__")):
        shutil.rmtree(folder)
    for compiled in list(build.environment.rglob("*.pyc")):
        if of_packages or "-pytest-" in compiled.name:
            compiled.unlink()


def _times(cost: Cost) -> Figures:
    return {"time": cost.seconds, "CPU time": cost.cpu_seconds}


def _cold(turn: Turn) -> Figures:
    return _times(turn.cold(*REFERENCE))


def _warm(turn: Turn) -> Figures:
    return _times(turn.warm(*REFERENCE))


def _bluelet(turn: Turn) -> Figures:
    return _times(turn.warm("conformance", "--impl=bluelet", "--strict", due=JUDGED))


def _port(name: str) -> Callable[[Turn], Figures]:
    def measure(turn: Turn) -> Figures:
        # A copy, for bytecode of it is written beside it.
        port = shutil.copy(PORTS / f"{name}.py", turn.build.folder)
        return _times(turn.warm("conformance", f"--impl={port}", due=JUDGED))

    return measure


def _memory(turn: Turn) -> Figures:
    cost = turn.cold(*REFERENCE, sampled=True)
    return {"PSS": cost.pss / MEGABYTE, "RSS": cost.rss / MEGABYTE}


def _programs(turn: Turn) -> Figures:
    report, items = (turn.build.folder / name for name in ("programs.json", "programs.xml"))
    report.unlink(missing_ok=True)  # Else the run would say what has changed since the last turn.
    cost = turn.warm(
        *("programs", "--impl=reference", "--effort=quick"),
        *(f"--report={report}", f"--junitxml={items}"),
    )
    return {"rate": programs_a_second(report, items), "CPU time": cost.cpu_seconds}


def programs_a_second(report: Path, items: Path) -> float:
    """Return how many programs were run each second, by the clock, of what a run has written.

    The time is that of the items that run programs, without what pytest needs to start.

    Raises:
        LeftOut: no programs were run.
    """
    [judged] = json.loads(report.read_text())["implementations"]
    cases = xml.parse(items).iter("testcase")
    seconds = sum(float(case.attrib["time"]) for case in cases if _runs_programs(case))
    if "programs" not in judged or not seconds:
        raise LeftOut("no programs were run")
    return float(judged["programs"]["programs"]) / seconds


def _runs_programs(case: xml.Element) -> bool:
    return case.attrib["name"].startswith("programs[")


def _unrelated(turn: Turn) -> Figures:
    turn.warm_up()
    with_us, without = turn.unrelated(), turn.unrelated("-p", "no:bluelet_conformance")
    return {
        "time": (with_us.seconds - without.seconds) * 1000,
        "CPU time": (with_us.cpu_seconds - without.cpu_seconds) * 1000,
    }


@dataclass(frozen=True)
class Case:
    """Something that is measured."""

    text: str
    measure: Callable[[Turn], Figures]
    quantities: tuple[Quantity, ...]
    rounds: int | None = None
    """How many, where one turn takes so little that it needs more than others."""


def _timed(target: Target) -> tuple[Quantity, ...]:
    return (Quantity("time", "s", target), Quantity("CPU time", "s"))


CASES = {
    "cold": Case("the reference, strictly, without bytecode", _cold, _timed(Target(0.33))),
    "warm": Case("the reference, strictly, with bytecode", _warm, _timed(Target(0.40))),
    "bluelet": Case("bluelet 0.2.0", _bluelet, _timed(Target(0.28))),
    "hangs": Case(
        "a port on which no socket, file or thread makes a thread ready",
        _port("nothing_goes_on"),
        _timed(Target(1 / 6)),
    ),
    "threads": Case(
        "a port each of whose runs leaves a thread of the system",
        _port("threads_are_left"),
        _timed(Target(40, is_ratio=False)),
    ),
    "programs": Case(
        "programs on the reference, by the clock",
        _programs,
        (Quantity("rate", "/s", Target(2.5, is_lower=True)), Quantity("CPU time", "s")),
    ),
    "memory": Case(
        "the highest sum over all processes, in the case `cold`",
        _memory,
        (Quantity("PSS", "MB", Target(2.0)), Quantity("RSS", "MB", Target(2.0))),
    ),
    "unrelated": Case(
        "what a pytest run that has nothing to do with us takes longer for the plugin",
        _unrelated,
        (
            Quantity("time", "ms", Target(30, is_ratio=False), is_compared=False),
            Quantity("CPU time", "ms", is_compared=False),
        ),
        PAIRS,
    ),
}


def main(arguments: Sequence[str]) -> int:
    """Measure, and print the table; return the exit status."""
    options = _parsed(arguments)
    heading, results, status = "", list[Result](), 0
    try:
        with both(options.revision) as builds:
            heading = _heading(*builds)
            for name in options.case or CASES:
                results.append(Result(name, CASES[name].quantities))
                _measure(results[-1], options, {build.name: build for build in builds})
    except NoBuild as error:
        print(f"judging.py: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        tell("interrupted")
        status = INTERRUPTED
    if results:
        print(f"\n{heading}\n\n{markdown(results)}")
    return status


def _measure(result: Result, options: argparse.Namespace, builds: dict[str, Build]) -> None:
    case = CASES[result.case]
    rounds = options.rounds if case.rounds is None or options.quick else case.rounds

    def measure(build: str, number: int) -> Figures:
        figures = case.measure(Turn(builds[build], options.limit, options.bare))
        shown = ", ".join(
            f"{each.name} {each.shown(figures[each.name])}" for each in case.quantities
        )
        tell(f"{result.case}, round {number + 1} of {rounds}, {build}: {shown}")
        return figures

    tell(f"{result.case}: {case.text}")
    if result.case in options.only_new:
        result.left_out["old"] = "not measured, as the command says"
    take_turns(result, rounds, measure)


def _heading(old: Build, new: Build) -> str:
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"Old {old.commit[:10]}, new {new.commit[:10]}; {python}, {os.cpu_count()} cores."


def _parsed(arguments: Sequence[str]) -> argparse.Namespace:
    cases = "\n".join(f"  {name:10} {case.text}" for name, case in CASES.items())
    parser = argparse.ArgumentParser(
        prog="judging.py",
        description="Compare what it costs to judge, in a revision and in HEAD.",
        epilog=f"cases:\n{cases}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("revision", metavar="REVISION", help="what HEAD is compared with")
    parser.add_argument("case", metavar="CASE", nargs="*", help="what to measure (default: all)")
    parser.add_argument("--rounds", type=positive, default=5, metavar="N", help="default: 5")
    parser.add_argument(
        "--quick", action="store_true", help="one round of each case, to see that all of it works"
    )
    parser.add_argument(
        "--bare",
        action="store_true",
        help="where there is no bytecode of ours, have none of other packages, either",
    )
    parser.add_argument(
        "--limit",
        type=positive,
        default=600,
        metavar="SECONDS",
        help="what one run may take; a build that takes longer is left out of the case "
        "(default: 600)",
    )
    parser.add_argument(
        "--only-new",
        action="append",
        default=[],
        metavar="CASE",
        help="measure CASE on the new build alone, where the old one takes too long; repeatable",
    )
    options = parser.parse_args(arguments)
    for name in (*options.case, *options.only_new):
        if name not in CASES:
            parser.error(f"there is no case {name!r}, but {', '.join(CASES)}")
    if options.quick:
        options.rounds = 1
    return options


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
