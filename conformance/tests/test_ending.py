"""Runs that are ended from outside: whenever that is, nothing is left of them."""

from __future__ import annotations

import os
import resource
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

HANGS = """
import time
from pathlib import Path
def run(root):
    Path(__file__).with_name("begun").touch()
    time.sleep(1000)
"""

TELLS_OF_ITS_END = """
from pathlib import Path
def pytest_sessionfinish():
    Path("ended in order").touch()
"""


def processes_marked(mark: str) -> list[str]:
    """Return what runs with `mark` in its environment."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if mark.encode() in (process / "environ").read_bytes():
                found.append((process / "cmdline").read_text())
    return found


def wait_until_none_is_left(mark: str, output: str = "") -> None:
    """Wait until nothing runs with `mark` in its environment."""
    until = time.monotonic() + 30
    while left := processes_marked(mark):
        assert time.monotonic() < until, (left, output)
        time.sleep(0.05)


IN_ORDER = (signal.SIGINT, signal.SIGTERM)
"""What ends a run in order; the others leave it no time for that."""


@pytest.mark.parametrize(
    ("number", "seed", "workers"),
    [
        *((number, seed, []) for number in IN_ORDER for seed in range(10)),
        *((number, seed, ["-n2"]) for number in IN_ORDER for seed in (1, 2)),
        *((signal.SIGKILL, seed, []) for seed in range(5)),
        *((number, 3, []) for number in (signal.SIGHUP, signal.SIGQUIT)),
        *((number, 1, ["-n2"]) for number in (signal.SIGKILL, signal.SIGHUP, signal.SIGQUIT)),
    ],
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
    if seed and number in IN_ORDER:
        assert b"Traceback" not in output
    wait_until_none_is_left(mark, (begun + output).decode())
    if number not in IN_ORDER:
        return
    left = [path.name for path in temporary.iterdir() if not path.name.startswith("pytest-of-")]
    assert left == []  # But for what pytest itself keeps, with workers.


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere no system ends them")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGHUP, signal.SIGQUIT])
def test_workers_go_down_with_the_main_process(
    tmp_path: Path, port: Port, number: signal.Signals
) -> None:
    option, mark = port(HANGS), uuid.uuid4().hex
    (tmp_path / "conftest.py").write_text(TELLS_OF_ITS_END)

    def as_from_a_shell() -> None:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # SIGQUIT asks for one.
        for each in (signal.SIGHUP, signal.SIGQUIT):
            signal.signal(each, signal.SIG_DFL)

    running = subprocess.Popen(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-n2", option, "run"],
        cwd=tmp_path,
        env={**os.environ, "MARK": mark},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=as_from_a_shell,
    )
    while not (tmp_path / "begun").exists():
        assert running.poll() is None
        time.sleep(0.05)
    running.send_signal(number)
    assert running.wait(timeout=60) == -number
    wait_until_none_is_left(mark)
    assert not (tmp_path / "ended in order").exists(), "pytest-xdist ended them, after seconds"
