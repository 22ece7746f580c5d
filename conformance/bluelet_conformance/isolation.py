"""A task in a process of its own, so that nothing it does can hold up or end the run.

The task runs in a fork, gives back one JSON value over a pipe, and is gone. If it gives back
nothing, the way it ended says why:

- it used up its CPU time: it *spins*. The system itself sets that limit, so the task cannot catch
  its way out, and a machine that is busy with other things only makes it later;
- it has spent its time on the clock waiting: it *hangs*. Time in which it ran, or was ready to and
  the machine was busy with others, does not count, up to `PATIENCE` times as much;
- it died: it *crashed*.

What it sends counts only if it is what was agreed: a task may write to every descriptor, or fork
and have its child do the work as well. Of this process's descriptors it has the standard ones
alone. It may write files, or print, up to `OUTPUT` bytes. Whatever processes it started go down
with it, on Linux even those that hide from its process group; and there it goes down with its
parent, however that dies.
"""

from __future__ import annotations

import ctypes
import faulthandler
import fcntl
import gc
import json
import os
import resource
import select
import signal
import sys
import time
import warnings
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

PATIENCE = 8
"""How many times its time on the clock a task may take that is at work all the while."""

OUTPUT = 16 * 2**20
"""How many bytes a task may write to a file, and so print."""

_OUT_OF_THE_WAY = 200
"""The lowest descriptor to send by, which a task spares that closes the first few."""

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36

_GLANCE = 0.1
"""Seconds between two looks at how a task is doing."""


class Ending(StrEnum):
    """How a task ended."""

    RETURNED = "returned"
    HANG = "hang"
    SPIN = "spin"
    CRASH = "crash"


@dataclass(frozen=True)
class Ended:
    """What became of a task."""

    ending: Ending
    value: Any
    """What the task returned; None if it did not return."""
    detail: str
    """For people: how it ended, if it did not return."""


def isolated(task: Callable[[], Any], *, seconds: float, cpu_seconds: int) -> Ended:
    """Run `task` in a process of its own; return what it returned, or how it ended.

    The task returns what JSON can hold. `seconds` limits its time on the clock, `cpu_seconds` its
    CPU time. What the task prints goes where this process prints.
    """
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    receiver, sender = os.pipe()
    password = os.urandom(16).hex()
    held = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        pid = _fork()
    except OSError:
        signal.pthread_sigmask(signal.SIG_SETMASK, held)
        raise
    if pid == 0:
        os.close(receiver)
        _be_the_child(task, sender, password, cpu_seconds)
    os.close(sender)
    try:
        signal.pthread_sigmask(signal.SIG_SETMASK, held)
        message, late = _listen(receiver, pid, seconds)
    finally:
        os.close(receiver)
        status, cpu_used = _end(pid)
    if message.endswith(b"\n"):
        try:
            sent = json.loads(message)
            return Ended(Ending.RETURNED, sent[password], "")
        except (ValueError, TypeError, KeyError):
            return Ended(Ending.CRASH, None, "it wrote to a descriptor that it does not own")
    if late == Ending.HANG:
        return Ended(Ending.HANG, None, f"still waiting after {seconds:g} s")
    signalled = os.WTERMSIG(status) if os.WIFSIGNALED(status) else None
    used_up = signalled == signal.SIGKILL and cpu_used >= cpu_seconds
    if late or used_up or signalled == signal.SIGXCPU:
        return Ended(Ending.SPIN, None, f"still computing after {cpu_seconds} s of CPU time")
    if signalled is not None:
        name = signal.Signals(signalled).name
        return Ended(Ending.CRASH, None, f"the process was killed by {name}")
    code = os.waitstatus_to_exitcode(status)
    return Ended(Ending.CRASH, None, f"the process left with exit status {code}")


def _fork() -> int:
    """Fork, with SIGINT blocked: what is raised in the functions that a fork calls is lost."""
    with warnings.catch_warnings():  # Of threads, which a fork has none of. It needs none.
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()


def _listen(receiver: int, pid: int, seconds: float) -> tuple[bytes, Ending | None]:
    """Return what the task sent; and if its time ran out before that was all, on what."""
    began = time.monotonic()
    message = b""
    channel = [receiver]
    while not message.endswith(b"\n"):
        ended = _has_ended(pid)  # Asked first: what it sent before it ended is there to be read.
        ready, _, _ = select.select(channel, [], [], 0 if ended else _GLANCE)
        if ready:
            chunk = os.read(receiver, 65536)
            message += chunk
            if not chunk:  # It has ended, or will: it may have closed what it does not own.
                channel = []
            continue
        if ended:
            return message, None
        took = time.monotonic() - began
        waited = took - _busy_time(pid) if took > seconds else 0.0
        if waited > seconds:
            return message, Ending.HANG
        if took > seconds * PATIENCE:
            return message, Ending.HANG if waited > took / 2 else Ending.SPIN
    return message, None


def _has_ended(pid: int) -> bool:
    """Return whether a child has ended, and leave it to be reaped."""
    flags = os.WEXITED | os.WNOHANG | os.WNOWAIT
    return os.waitid(os.P_PID, pid, flags) is not None


def _busy_time(pid: int) -> float:
    """Return for how many seconds a process ran, or was ready to; 0 if the system does not tell."""
    try:
        ran, stood_in_line, _ = Path(f"/proc/{pid}/schedstat").read_text().split()
    except (OSError, ValueError):
        return 0.0
    return (int(ran) + int(stood_in_line)) / 1e9


def _end(pid: int) -> tuple[int, float]:
    """Kill a task and all that it started; return its status and the CPU time it used."""
    for process in _descendants(pid):
        _kill(os.kill, process)
    _kill(os.killpg, pid)
    _kill(os.kill, pid)
    _, status, usage = os.wait4(pid, 0)
    return status, usage.ru_utime + usage.ru_stime


def _kill(kill: Callable[[int, int], None], pid: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        kill(pid, signal.SIGKILL)


def _descendants(pid: int) -> list[int]:
    """Return the processes that a task started, on Linux, parents first."""
    found = [pid]
    for process in found:
        for thread in Path(f"/proc/{process}/task").glob("*/children"):
            with suppress(OSError):
                found += map(int, thread.read_text().split())
    return found[1:]


def _be_the_child(task: Callable[[], Any], sender: int, password: str, cpu_seconds: int) -> None:
    """Run the task, send what it returns, and never return."""
    try:
        os.setpgid(0, 0)
        _prepare(cpu_seconds)
        sender = _keep_only(sender)
        pid = os.getpid()
        message = json.dumps({password: task()}).encode() + b"\n"
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):
                stream.flush()
        while message and os.getpid() == pid:
            message = message[os.write(sender, message) :]
        if os.getpid() == pid:
            signal.pause()  # To be ended with all that it started, and before that is orphaned.
    finally:
        os._exit(os.EX_OK)


def _keep_only(sender: int) -> int:
    """Close the parent's descriptors, but for the standard ones; return that of `sender`."""
    sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__
    sender = fcntl.fcntl(sender, fcntl.F_DUPFD_CLOEXEC, _OUT_OF_THE_WAY)
    os.closerange(3, sender)
    os.closerange(sender + 1, os.sysconf("SC_OPEN_MAX"))
    return sender


def _prepare(cpu_seconds: int) -> None:
    """Set the limits, and undo what the parent has set up for itself."""
    if sys.platform == "linux":
        prctl = ctypes.CDLL(None).prctl
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        prctl(_PR_SET_CHILD_SUBREAPER, 1)
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (OUTPUT, OUTPUT))
    for number in (signal.SIGALRM, signal.SIGTERM, signal.SIGXCPU):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = f"{os.devnull}/none"  # It would leave files.
    faulthandler.enable(2, all_threads=False)
    gc.freeze()  # The parent's objects are no business of the task's.
