"""Runs that are ended from outside: whenever that is, nothing is left of them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import uuid
from contextlib import suppress
from functools import partial
from pathlib import Path
from random import Random

import pytest
from support import Port

HIDES_PROCESSES = """
import os, time
from bluelet_reference import run as _run
def run(root):
    if os.fork() == 0:
        os.setsid()
        time.sleep(1000)
    _run(root)
    time.sleep(1000)
"""


def processes_marked(mark: str) -> list[str]:
    """Return what runs with `mark` in its environment."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if mark.encode() in (process / "environ").read_bytes():
                found.append((process / "cmdline").read_text())
    return found


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize(
    ("seed", "workers"), [*((seed, []) for seed in range(10)), (1, ["-n2"]), (2, ["-n2"])]
)
def test_a_run_that_is_ended_leaves_nothing_behind(
    tmp_path: Path, port: Port, number: signal.Signals, seed: int, workers: list[str]
) -> None:
    option, mark = port(HIDES_PROCESSES), uuid.uuid4().hex
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *workers]
    running = subprocess.Popen(
        [*command, option, "--pyargs", "bluelet_conformance"],
        cwd=tmp_path,
        env={**os.environ, "MARK": mark, "TMPDIR": str(temporary)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    )
    assert running.stdout
    begun = running.stdout.read(20) if seed else b""  # Once it may be at any point before.
    time.sleep(Random(seed).uniform(0.0, 3.0))
    running.send_signal(number)
    output, _ = running.communicate(timeout=60)

    assert running.returncode != 0
    if seed:
        assert b"Traceback" not in output
    until = time.monotonic() + 30
    while left := processes_marked(mark):
        assert time.monotonic() < until, (left, (begun + output).decode())
        time.sleep(0.05)
    left = [path.name for path in temporary.iterdir() if not path.name.startswith("pytest-of-")]
    assert left == []  # But for what pytest itself keeps, with workers.
