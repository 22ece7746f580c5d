"""The load: another process that speaks to a server, in C so that it is no bottleneck.

`load.c`, which says what it can do, is compiled when it is first needed, into a folder that goes
when this process does. That a figure is the server's and not the load's is told by the part of its
core that the load used: where that is nearly all, a warning goes to stderr. `python -m
benchmarks.load` shows what the load reaches with a server that is written in C as well, which does
nothing but echo.
"""

from __future__ import annotations

import argparse
import atexit
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import NamedTuple

from benchmarks.cases import LeftOut

_SOURCE = Path(__file__).with_name("load.c")

_BUSY = 0.9
"""The part of its core from which on the load may be what limits the figure."""

_GRACE = 60.0
"""Seconds that the load may take to open its connections."""


class Report(NamedTuple):
    """What the load has counted."""

    rate: float
    """Of what was counted, a second."""
    busy_fraction: float
    """The CPU time of the load, as a part of the time that passed."""


def measure(mode: str, port: int, *numbers: int, seconds: float) -> Report:
    """Count for `seconds`, after a quarter of them to warm up; `load.c` explains the rest.

    Raises:
        LeftOut: the load cannot be compiled, or the server did not do its part.
    """
    command = [compiled(), mode, str(port), *map(str, numbers), str(seconds / 4), str(seconds)]
    try:
        # A session of its own, for Ctrl-C to be told to this process only, which then kills it.
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=2 * seconds + _GRACE,
            start_new_session=True,
        )
    except subprocess.TimeoutExpired:
        raise LeftOut("the load has not come to an end") from None
    if done.returncode:
        raise LeftOut(done.stderr.strip() or f"the load failed with status {done.returncode}")
    report = Report(**json.loads(done.stdout))
    if report.busy_fraction > _BUSY:
        print(
            f"warning: the load used {report.busy_fraction:.0%} of its core; "
            "the server may be able to do more",
            file=sys.stderr,
        )
    return report


@contextmanager
def held(port: int, connections: int) -> Iterator[None]:
    """Keep idle connections open, each of which has echoed one message."""
    with subprocess.Popen(
        [compiled(), "hold", str(port), str(connections)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stderr is not None
            if not process.stdout.readline():
                raise LeftOut(process.stderr.read().strip())
            yield
        finally:
            process.kill()


@cache
def compiled() -> str:
    """Return the path of the program, compiled.

    Raises:
        LeftOut: there is no C compiler, or the system is not Linux, for which the program is.
    """
    compiler = shutil.which("cc")
    if compiler is None:
        raise LeftOut("the load has to be compiled, and there is no C compiler named cc")
    if sys.platform != "linux":
        raise LeftOut("the load is written for Linux, and its epoll")
    folder = tempfile.mkdtemp(prefix="bluelet-load-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    program = f"{folder}/load"
    command = [compiler, "-O2", "-o", program, str(_SOURCE)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise LeftOut(f"{compiler} cannot compile the load:\n{done.stderr.strip()}")
    return program


def main() -> None:
    """Show what the load reaches with a server that costs next to nothing."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.load",
        description="Show what the load reaches with a server in C, and what of its core it uses.",
    )
    parser.add_argument("--seconds", type=float, default=2.0, help="for each figure (%(default)s)")
    seconds = parser.parse_args().seconds
    with subprocess.Popen(
        [compiled(), "serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        port = int(server.stdout.readline())
        for busy, idle in ((1, 0), (100, 0), (1000, 0), (1000, 9000)):
            report = measure("echo", port, busy, idle, seconds=seconds)
            print(
                f"echo, {busy:,} busy and {idle:,} idle connections: {report.rate:,.0f}/s; "
                f"the load used {report.busy_fraction:.0%} of its core",
                flush=True,
            )


if __name__ == "__main__":
    try:
        main()
    except LeftOut as reason:
        sys.exit(f"error: {reason}")
    except KeyboardInterrupt:
        sys.exit(130)
