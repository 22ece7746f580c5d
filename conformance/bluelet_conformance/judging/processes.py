"""Processes as the system sees them: whether one has ended, what it does, and what it started.

Where there is no `/proc`, nothing is known of what a process started, and to kill its group has to
be enough.
"""

from __future__ import annotations

import ctypes
import os
import re
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_PR_GET_CHILD_SUBREAPER = 37

INTERRUPTS = frozenset({signal.SIGINT, signal.SIGTERM})
"""What a user ends a run with."""


@contextmanager
def interrupts(how: int) -> Iterator[None]:
    """Block (`signal.SIG_BLOCK`) or unblock, for a while, what a user ends a run with."""
    before = signal.pthread_sigmask(how, INTERRUPTS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def has_ended(pid: int) -> bool:
    """Return whether a child has ended, and leave it to be reaped."""
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def busy_time(pid: int) -> float:
    """Return for how many seconds a process ran, or was ready to; 0 if the system does not tell."""
    try:
        ran, stood_in_line, _ = Path(f"/proc/{pid}/schedstat").read_text().split()
    except (OSError, ValueError):
        return 0.0
    return (int(ran) + int(stood_in_line)) / 1e9


def data_size() -> int:
    """Return how many bytes of memory this process has for data; 0 if the system does not tell."""
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return 0
    found = re.search(r"^VmData:\s+(\d+) kB$", status, re.MULTILINE)
    return int(found[1]) * 1024 if found else 0


def descendants(pid: int) -> list[int]:
    """Return the processes that a process started, directly or not, parents first."""
    found = [pid]
    for process in found:
        found += children(process)
    return found[1:]


def children(pid: int) -> list[int]:
    """Return the processes whose parent a process is now."""
    found: list[int] = []
    for thread in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            found += map(int, thread.read_text().split())
    return found


def end(pid: int) -> tuple[int, float]:
    """Kill a child, its group and all that it started; return its status and the CPU time it used.

    The CPU time is in seconds.
    """
    for process in descendants(pid):
        _kill(process)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    _kill(pid)
    _, status, usage = os.wait4(pid, 0)
    return status, usage.ru_utime + usage.ru_stime


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.kill(pid, signal.SIGKILL)


@contextmanager
def adopted() -> Iterator[None]:
    """Become the parent of what a child leaves behind when it ends, and kill that afterwards.

    A child's processes go down with it in `end`; but what had left its group is only found as long
    as the child is there. If it died first, its orphans come to this process, which is told from
    its own children by their groups: they are in none of its group.
    """
    if sys.platform != "linux":
        yield
        return
    prctl = ctypes.CDLL(None).prctl
    before = set(children(os.getpid()))
    was = ctypes.c_int()
    prctl(_PR_GET_CHILD_SUBREAPER, ctypes.byref(was))
    prctl(_PR_SET_CHILD_SUBREAPER, 1)
    try:
        yield
    finally:
        while orphans := _orphans(before):
            for orphan in orphans:
                _kill(orphan)
                with suppress(ChildProcessError):
                    os.waitpid(orphan, 0)
        prctl(_PR_SET_CHILD_SUBREAPER, was.value)


def _orphans(before: set[int]) -> list[int]:
    """Return the children that are new, and not in this process's group."""
    orphans = []
    for pid in children(os.getpid()):
        with suppress(ProcessLookupError):
            if pid not in before and os.getpgid(pid) != os.getpgrp():
                orphans.append(pid)
    return orphans


def go_down_with_parent() -> None:
    """Have this process killed when its parent ends; its own orphans come to it."""
    be_killed_with_parent()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)


def be_killed_with_parent() -> None:
    """Have this process killed when its parent ends, if that has not ended yet."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
