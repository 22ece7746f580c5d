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
import warnings
from collections.abc import Container, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36

INTERRUPTS = frozenset({signal.SIGINT, signal.SIGTERM})
"""What a user ends a run with."""

_prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None

_IGNORED_BY_PYTHON = frozenset({signal.SIGPIPE, signal.SIGXFSZ})


@contextmanager
def interrupts(how: int) -> Iterator[None]:
    """Block (`signal.SIG_BLOCK`) or unblock, for a while, what a user ends a run with."""
    before = signal.pthread_sigmask(how, INTERRUPTS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def forget_inherited_signals() -> None:
    """Have no signal be blocked, or ignored, because that is how this process was started."""
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        if number not in _IGNORED_BY_PYTHON and signal.getsignal(number) == signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())


def fork() -> int:
    """Fork.

    Raises:
        OSError: the system has no room for another process.
    """
    with warnings.catch_warnings():  # Of threads, which a fork has none of. It needs none.
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()


def woken_by_children() -> int:
    """Return a descriptor that there is something to read from once a child has ended."""
    woken, waker = os.pipe()
    for end in (woken, waker):
        os.set_blocking(end, False)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
    return woken


def has_ended(pid: int) -> bool:
    """Return whether a child has ended, and leave it to be reaped."""
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def how_it_ended(status: int) -> str:
    """Return how a process ended by itself whose status is `status`, as of `os.waitpid`."""
    if os.WIFSIGNALED(status):
        return f"the process was killed by {signal.Signals(os.WTERMSIG(status)).name}"
    return f"the process left with exit status {os.waitstatus_to_exitcode(status)}"


def busy_time(pid: int) -> float:
    """Return for how many seconds a process ran, or was ready to; 0 if the system does not tell."""
    return sum(_times(pid))


def cpu_time(pid: int) -> float:
    """Return for how many seconds a process ran; 0 if the system does not tell."""
    return _times(pid)[0]


def _times(pid: int) -> tuple[float, float]:
    """Return for how many seconds a process ran, and for how many it was ready to."""
    try:
        with open(f"/proc/{pid}/schedstat", "rb") as file:
            ran, stood_in_line, _ = file.read().split()
    except (OSError, ValueError):
        return 0.0, 0.0
    return int(ran) / 1e9, int(stood_in_line) / 1e9


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
    with suppress(OSError):
        for thread in os.listdir(f"/proc/{pid}/task"):
            with suppress(OSError), open(f"/proc/{pid}/task/{thread}/children", "rb") as file:
                found += map(int, file.read().split())
    return found


def end(pid: int) -> tuple[int, float]:
    """Kill a child, its group and all that it started; return its status and the CPU time it used.

    The CPU time is in seconds.
    """
    for process in descendants(pid):
        kill(process)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    kill(pid)
    _, status, usage = os.wait4(pid, 0)
    return status, usage.ru_utime + usage.ru_stime


def kill(pid: int) -> None:
    """Kill a process, if it is there."""
    with suppress(ProcessLookupError, PermissionError):
        os.kill(pid, signal.SIGKILL)


def adopt_orphans() -> None:
    """Become the parent of what this process's children leave behind when they end."""
    if _prctl:
        _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def end_orphans(own: Container[int]) -> None:
    """Kill all children but this process's own: those that had another parent, who has ended."""
    while orphans := [pid for pid in children(os.getpid()) if pid not in own]:
        for orphan in orphans:
            kill(orphan)
            with suppress(ChildProcessError):
                os.waitpid(orphan, 0)


def go_down_with_parent(number: int = signal.SIGKILL) -> None:
    """Have this process get a signal when its parent ends."""
    if _prctl:
        _prctl(_PR_SET_PDEATHSIG, number)
