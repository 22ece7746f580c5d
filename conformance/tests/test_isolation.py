"""Isolation: whatever a task does, this process learns how it ended, and nothing is left of it."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from bluelet_conformance.judging.isolation import Ended, Ending, isolated

judged = partial(isolated, seconds=0.5, cpu_seconds=1)


def spin() -> None:
    while True:
        pass


def spin_whatever_comes() -> None:
    for number in (signal.SIGXCPU, signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    while True:
        try:
            spin()
        except BaseException:
            continue


def close_everything_and_wait() -> None:
    os.closerange(3, 1000)
    signal.pause()


def leave_by_exception() -> None:
    raise SystemExit(0)


def test_a_task_returns_what_json_can_hold() -> None:
    assert judged(lambda: {"a": [1, None, "ü" * 100_000]}) == Ended(
        Ending.RETURNED, {"a": [1, None, "ü" * 100_000]}, ""
    )


@pytest.mark.parametrize(
    ("task", "ending", "detail"),
    [
        (signal.pause, Ending.HANG, "still waiting after 0.5 s"),
        (close_everything_and_wait, Ending.HANG, "still waiting after 0.5 s"),
        (spin, Ending.SPIN, "still computing after 1 s of CPU time"),
        (spin_whatever_comes, Ending.SPIN, "still computing after 1 s of CPU time"),
        (lambda: os._exit(0), Ending.CRASH, "the process left with exit status 0"),
        (lambda: os._exit(3), Ending.CRASH, "the process left with exit status 3"),
        (leave_by_exception, Ending.CRASH, "the process left with exit status 0"),
        (os.abort, Ending.CRASH, "the process was killed by SIGABRT"),
        (partial(ctypes.string_at, 0), Ending.CRASH, "the process was killed by SIGSEGV"),
    ],
)
def test_a_task_that_does_not_return(
    task: Callable[[], Any], ending: Ending, detail: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert judged(task) == Ended(ending, None, detail)


def test_a_task_that_works_late_on_a_slow_machine_is_waited_for() -> None:
    def work() -> str:
        until = time.monotonic() + 1.0
        while time.monotonic() < until:
            pass
        return "done"

    assert isolated(work, seconds=0.2, cpu_seconds=5).value == "done"


def test_what_a_task_starts_goes_down_with_it() -> None:
    def start() -> int:
        return subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"]).pid

    pid = judged(start).value
    until = time.monotonic() + 10
    while Path(f"/proc/{pid}/stat").exists() and time.monotonic() < until:
        if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
            break
        time.sleep(0.01)
    else:
        assert not Path(f"/proc/{pid}").exists()


def test_what_hides_from_the_process_group_goes_down_with_it() -> None:
    def start() -> int:
        read, write = os.pipe()
        if os.fork() == 0:
            os.setsid()
            pid = os.fork()
            if pid:
                os.write(write, str(pid).encode())
                os._exit(0)
            signal.pause()
        return int(os.read(read, 100))

    pid = judged(start).value
    stat = Path(f"/proc/{pid}/stat")
    until = time.monotonic() + 10
    while stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z":
        assert time.monotonic() < until
        time.sleep(0.01)


def test_a_task_that_forks_answers_once() -> None:
    def fork() -> int:
        os.fork()
        return 7

    assert judged(fork).value == 7


def test_what_is_written_to_others_descriptors_is_no_answer() -> None:
    def write() -> int:
        for descriptor in range(3, 300):
            with suppress(OSError):
                os.write(descriptor, b'{"answer": 1}\n')
        return 7

    assert judged(write).ending in (Ending.RETURNED, Ending.CRASH)
    assert judged(write).value in (7, None)


def test_what_a_task_does_to_its_process_does_not_reach_this_one() -> None:
    def meddle() -> None:
        time.sleep = None  # type: ignore[assignment]
        os.chdir("/")
        signal.signal(signal.SIGTERM, signal.SIG_IGN)

    here, handler = Path.cwd(), signal.getsignal(signal.SIGTERM)
    judged(meddle)
    time.sleep(0)
    assert Path.cwd() == here
    assert signal.getsignal(signal.SIGTERM) is handler


def test_no_descriptor_is_left_open() -> None:
    before = sorted(os.listdir("/proc/self/fd"))
    judged(lambda: 1)
    judged(lambda: os._exit(1))
    judged(signal.pause)
    assert sorted(os.listdir("/proc/self/fd")) == before


def test_a_task_goes_down_with_its_parent(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    program = f"""
import os, pathlib, signal
from bluelet_conformance.judging.isolation import isolated
def task():
    pathlib.Path({str(pid_file)!r}).write_text(str(os.getpid()) + " ")
    signal.pause()
isolated(task, seconds=60, cpu_seconds=60)
"""
    parent = subprocess.Popen([sys.executable, "-c", program])
    while not pid_file.exists() or not pid_file.read_text().endswith(" "):
        time.sleep(0.01)
    pid = int(pid_file.read_text())
    parent.kill()
    parent.wait()
    stat = Path(f"/proc/{pid}/stat")
    until = time.monotonic() + 10
    while stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z":
        assert time.monotonic() < until
        time.sleep(0.01)


def test_an_interrupt_in_the_middle_of_a_fork_is_not_lost() -> None:
    program = """
import os, signal
from bluelet_conformance.judging.isolation import isolated
os.register_at_fork(after_in_parent=lambda: os.kill(os.getpid(), signal.SIGINT))
try:
    isolated(signal.pause, seconds=1, cpu_seconds=1)
except KeyboardInterrupt:
    print("interrupted")
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("interrupted\n", "")


def test_what_a_task_starts_cannot_hide_in_this_process_s_group() -> None:
    group = os.getpgrp()

    def hide() -> int:
        read, write = os.pipe()
        if os.fork() == 0:
            with suppress(OSError):
                os.setpgid(0, group)
            os.write(write, str(os.getpgrp()).encode())
            os._exit(0)
        return int(os.read(read, 100))

    assert judged(hide).value != group
