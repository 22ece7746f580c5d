"""Judge the known implementations, and keep what was seen in `spec/docs/reports`.

    python -m bluelet_docs.refresh [NAME …]

Without names, all of them. Those that are distributions are found where they are installed, for
which `pip install --no-deps bluelet==0.2.0 beets==2.5.1` will do; what is not there is skipped.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, distribution, entry_points
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bluelet_conformance.programs.findings import Finding

from bluelet_docs.known import KNOWN, REPORTS, ROOT, Known, path_of

SOURCES = ("spec", "reference", "conformance")
"""Where this repository's packages are."""


_PORT = re.compile(r"\b(?:3[3-9]|4\d|5\d|60)\d{3}\b|\b32(?:7[7-9]|[89]\d)\d\b|\b3276[89]\b")
"""A number that the system gives to ports: 32768 to 60999."""


class NotThere(Exception):
    """An implementation that cannot be judged; the message says why."""


def refresh(known: Known) -> str:
    """Judge an implementation and write its report; return in short what came of it.

    Raises:
        NotThere: it is not installed, or cannot be judged at all.
        RuntimeError: the suite wrote no report.
    """
    implementation = _located(known)
    with TemporaryDirectory() as directory:
        path = Path(directory) / "report.json"
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
        if "bluelet_conformance" not in _plugins():
            command += ["-p", "bluelet_conformance.plugin"]
        command += ["conformance/suite", f"--impl={implementation}", f"--report={path}"]
        if known.expect:
            command.append(f"--expect={known.expect}")
        sources = [known.source, *SOURCES] if known.source else SOURCES
        places = [str(ROOT / each) for each in sources] + [os.environ.get("PYTHONPATH", "")]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, places))}
        ran = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
        if not path.exists():
            raise RuntimeError(f"{known.name}: the suite wrote no report\n{ran.stdout}{ran.stderr}")
        whole = json.loads(path.read_text(encoding="utf-8"))
    REPORTS.mkdir(exist_ok=True)
    path_of(known).write_text(lasting(whole, implementation, known.name), encoding="utf-8")
    return ran.stdout.strip().rpartition("\n")[2]


def lasting(whole: dict[str, Any], implementation: str, name: str) -> str:
    """Return what is kept of the suite's report on one implementation, as JSON.

    Times, paths and the numbers of ports are not, for they differ between any two runs.
    """
    [judged] = whole["implementations"]
    kept = {
        "name": name,
        "spec": whole["spec"],
        "python": whole["python"].rpartition(".")[0],
        "choices": judged["choices"],
        "clauses": {
            clause: {"verdict": seen["verdict"], "detail": seen["detail"]}
            if seen["detail"]
            else {"verdict": seen["verdict"]}
            for clause, seen in judged["clauses"].items()
        },
        "findings": [
            _in_short(Finding(**found)) for found in judged.get("programs", {}).get("findings", ())
        ],
    }
    text = json.dumps(kept, indent=1, ensure_ascii=False)
    if "/" in implementation:
        text = text.replace(implementation, name)
    return _PORT.sub("PORT", text) + "\n"


def _in_short(finding: Finding) -> dict[str, Any]:
    """Return what the site shows of a fault; its trace can be thousands of entries long."""
    return {
        "clause": finding.clause,
        "program": finding.program,
        "seen": finding.seen(),
        "due": finding.due(),
    }


def _located(known: Known) -> str:
    """Return what `--impl` is to be given.

    Raises:
        NotThere: it is not installed, or cannot be judged at all.
    """
    if known.unusable:
        raise NotThere(known.unusable)
    if not known.requirement:
        return known.target
    name, _, version = known.requirement.partition("==")
    try:
        found = distribution(name)
    except PackageNotFoundError:
        raise NotThere(f"it is not installed: pip install --no-deps {known.requirement}") from None
    if found.version != version:
        raise NotThere(f"{name} {found.version} is installed: pip install {known.requirement}")
    return str(found.locate_file(known.target))


def _plugins() -> set[str]:
    """Return the plugins that pytest finds by itself."""
    return {each.name for each in entry_points(group="pytest11")}


def main() -> None:
    """Refresh the reports of the implementations that the command line names, or of all."""
    there_are = {each.name: each for each in KNOWN}
    their_names = ", ".join(map(repr, there_are))
    parser = argparse.ArgumentParser(
        prog="python -m bluelet_docs.refresh",
        description="Judge the known implementations, and keep what was seen in spec/docs/reports. "
        "It takes a minute or two for each; what is not installed is skipped.",
        epilog=f"NAME is one of {their_names}.",
    )
    parser.add_argument("names", metavar="NAME", nargs="*", help="only this one (default: all)")
    names = parser.parse_args().names
    for name in names:
        if name not in there_are:
            parser.error(f"no known implementation is called {name!r}; there are {their_names}")
    for known in [there_are[each] for each in names or there_are]:
        print(f"{known.name}: ", end="", flush=True)
        try:
            print(refresh(known))
        except NotThere as why:
            print(f"skipped. {why}")
        except RuntimeError as failure:
            sys.exit(str(failure))
        except KeyboardInterrupt:
            sys.exit("interrupted: its report and those after it are as they were")


if __name__ == "__main__":
    main()
