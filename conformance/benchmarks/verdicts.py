"""Compare the verdicts of a revision's suite and of HEAD's: `python verdicts.py REVISION`.

Both judge the same ports: the reference, bluelet 0.2.0, tinybluelet, and all saboteurs. The files
of the ports, the reference included, are those of HEAD for both, so that what differs is due to the
suite or to the specification.

Saboteurs are judged by clauses alone, several in each run; the others one by one, and by programs
too. Where a run ends without a report, its ports are judged once more, each by itself; if there is
no report on a port then, that is told as well.

The exit status is 0 if there is no difference, and 1 if there is one or a port was not compared.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from builds import (
    INTERRUPTED,
    ROOT,
    Build,
    NoBuild,
    both,
    clean_environment,
    committed,
    positive,
    tell,
)
from differences import Comparison, Judged
from measuring import TookTooLong, run

OTHERS = ("reference", "bluelet", "tinybluelet")
"""The ports that are no saboteurs. The last two are modules, not registered."""

SABOTEURS = "conformance/saboteurs/"

AT_ONCE = 12
"""How many saboteurs are judged in one run."""

JUDGED = (0, 1)
"""The exit statuses of runs that came to their end."""


@dataclass(frozen=True)
class Suite:
    """The suite of one build, which judges the ports of HEAD.

    A port is a name, or the path to a file: in the clone of HEAD, or anywhere if it is absolute.
    """

    build: Build
    head: Path
    """The clone of HEAD."""
    limit: float
    """Seconds that a run may take."""

    def judged(self, ports: Sequence[str]) -> tuple[dict[str, Judged], dict[str, str]]:
        """Return what is reported on ports, and why there is no report on the others."""
        reports, failure = self._run(ports)
        missing = [port for port in ports if port not in reports]
        if len(ports) == 1:
            return reports, dict.fromkeys(missing, failure)
        failures: dict[str, str] = {}
        for port in missing:
            tell(f"{port} is judged again, alone, by the {self.build.name} build: {failure}")
            alone, why = self.judged([port])
            reports |= alone
            failures |= why
        return reports, failures

    def _run(self, ports: Sequence[str]) -> tuple[dict[str, Judged], str]:
        """Return what one run reports, and why it has no report, or none on some port."""
        report = self.build.folder / "report.json"
        report.unlink(missing_ok=True)
        names = {self._name(port): port for port in ports}
        command = [self.build.pytest, "-p", "no:cacheprovider", "-q", "--strict"]
        if all(map(is_saboteur, ports)):
            command += ["-n", "2", "-k", "not programs"]
        command += [f"--report={report}", *(f"--impl={name}" for name in names)]
        try:
            cost = run(command, self.build.folder, self._environment(), self.limit)
        except TookTooLong as error:
            return {}, str(error)
        said = cost.output.strip().splitlines() or ["nothing"]
        failure = f"exit status {cost.status}, and last: {said[-1]}"
        if cost.status not in JUDGED or not report.exists():
            return {}, failure
        judged = json.loads(report.read_text())["implementations"]
        return {names[each["name"]]: self._plain(each) for each in judged}, failure

    def _name(self, port: str) -> str:
        return str(self.head / port) if port.endswith(".py") else port

    def _environment(self) -> dict[str, str]:
        """Have both builds find HEAD's reference and tinybluelet, before any of their own."""
        [tinybluelet] = self.head.glob("conformance/*/tinybluelet/src")
        return clean_environment(PYTHONPATH=f"{self.head / 'reference'}:{tinybluelet}")

    def _plain(self, judged: Judged) -> Judged:
        """Return a report on a port without the names of folders that only one build has."""
        text = json.dumps(judged)
        for folder in (self.build.clone, self.head):
            text = text.replace(str(folder), "REPOSITORY")
        plain: Judged = json.loads(text.replace(str(self.build.environment), "ENVIRONMENT"))
        return plain


def is_saboteur(port: str) -> bool:
    """Return whether a port is wrong on purpose, and judged by clauses alone."""
    return port.startswith(SABOTEURS)


def chosen(names: Sequence[str]) -> list[str]:
    """Return the ports that names on the command line stand for; all without any.

    Raises:
        NoBuild: a name stands for no port.
    """
    saboteurs = {Path(path).stem: path for path in committed(SABOTEURS) if path.endswith(".py")}
    if not names:
        return [*OTHERS, *saboteurs.values()]
    ports = []
    for name in names:
        path = Path(name).resolve()
        if name in OTHERS:
            ports.append(name)
        elif name in saboteurs:
            ports.append(saboteurs[name])
        elif name.endswith(".py") and path.is_file():
            ports.append(str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path))
        else:
            raise NoBuild(
                f"{name!r} is neither a saboteur of HEAD, nor a .py file, nor {', '.join(OTHERS)}"
            )
    return list(dict.fromkeys(ports))


def batches(ports: Sequence[str]) -> list[list[str]]:
    """Return the ports of each run: several saboteurs together, and each of the others alone."""
    saboteurs = [port for port in ports if is_saboteur(port)]
    starts = range(0, len(saboteurs), AT_ONCE)
    return [
        *([port] for port in ports if not is_saboteur(port)),
        *(saboteurs[start : start + AT_ONCE] for start in starts),
    ]


def compare(comparison: Comparison, ports: Sequence[str], suites: Sequence[Suite]) -> None:
    """Have both suites judge the ports, one after the other, and compare what they say."""
    (old, not_by_old), (new, not_by_new) = (suite.judged(ports) for suite in suites)
    for port in ports:
        for build, failures in (("old", not_by_old), ("new", not_by_new)):
            if port in failures:
                sentence = f"{port}: the {build} build has no report, {failures[port]}"
                comparison.not_compared.append(sentence)
                tell(sentence)
        if port in old and port in new:
            found = comparison.add(port, old[port], new[port])
            tell(f"{port}: {len(new[port]['clauses'])} verdicts; differences: {len(found)}")


def main(arguments: Sequence[str]) -> int:
    """Compare, and print what differs; return the exit status."""
    options = _parsed(arguments)
    comparison, status = Comparison(), None
    try:
        ports = chosen(options.port)
        with both(options.revision) as builds:
            suites = [Suite(build, builds[1].clone, options.limit) for build in builds]
            for batch in batches(ports):
                compare(comparison, batch, suites)
    except NoBuild as error:
        print(f"verdicts.py: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        tell("interrupted")
        status = INTERRUPTED
    print(comparison)
    return int(not comparison.is_clean) if status is None else status


def _parsed(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="verdicts.py",
        description="Compare the verdicts of a revision's suite and of HEAD's.",
    )
    parser.add_argument("revision", metavar="REVISION", help="what HEAD is compared with")
    parser.add_argument(
        "port",
        metavar="PORT",
        nargs="*",
        help=f"{', '.join(OTHERS)}, the name of a saboteur, or a .py file (default: all but files)",
    )
    parser.add_argument(
        "--limit",
        type=positive,
        default=1800,
        metavar="SECONDS",
        help="what one run may take (default: 1800)",
    )
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
