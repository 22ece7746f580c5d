"""A task in a process of its own, so that nothing it does can hold up or end the run.

The task runs in a fork, gives back one JSON value over a pipe, and is gone. If it gives back
nothing, the way it ended says why:

- it used up its CPU time: it *spins*. The system itself sets that limit, so the task cannot catch
  its way out, and a machine that is busy with other things only makes it later;
- it is past its time on the clock and used no CPU for a while: it *hangs*. Where a task is late
  but still at work, the machine is slow and the task is given up to `PATIENCE` times as long;
- it died: it *crashed*.

The task is the leader of a process group, and whatever it started in it goes down with it. On Linux
it goes down with its parent, too, however that dies.
"""

from __future__ import annotations

import ctypes
import faulthandler
import gc
import json
import os
import resource
import select
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

PATIENCE = 8
"""How many times its time on the clock a task may take that is at work all the while."""

_GLANCE = 0.1
"""Seconds between two looks at how a task is doing."""

_STILL = 1.0
"""Seconds without use of the CPU that tell waiting from working."""


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
    pid = os.fork()
    if pid == 0:
        os.close(receiver)
        _be_the_child(task, sender, cpu_seconds)
    os.close(sender)
    try:
        message, late = _listen(receiver, pid, seconds)
    finally:
        os.close(receiver)
        status, cpu_used = _end(pid)
    if message.endswith(b"\n"):
        return Ended(Ending.RETURNED, json.loads(message), "")
    if late and cpu_used < cpu_seconds / 2:
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


def _listen(receiver: int, pid: int, seconds: float) -> tuple[bytes, bool]:
    """Return what the task sent, and whether its time ran out before that was all."""
    began = worked = time.monotonic()
    cpu_before = 0.0
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
            return message, False
        now, cpu = time.monotonic(), _cpu_time(pid)
        if cpu > cpu_before + _GLANCE / 20:
            cpu_before, worked = cpu, now
        took = now - began
        if (took > seconds and now - worked > _STILL) or took > seconds * PATIENCE:
            return message, True
    return message, False


def _has_ended(pid: int) -> bool:
    """Return whether a child has ended, and leave it to be reaped."""
    flags = os.WEXITED | os.WNOHANG | os.WNOWAIT
    return os.waitid(os.P_PID, pid, flags) is not None


def _cpu_time(pid: int) -> float:
    """Return the CPU time a process has used, in seconds; 0 where the system does not tell."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _end(pid: int) -> tuple[int, float]:
    """Kill a task and all in its process group; return its status and the CPU time it used."""
    for kill in (os.killpg, os.kill):
        try:
            kill(pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            continue
    _, status, usage = os.wait4(pid, 0)
    return status, usage.ru_utime + usage.ru_stime


def _be_the_child(task: Callable[[], Any], sender: int, cpu_seconds: int) -> None:
    """Run the task, send what it returns, and never return."""
    try:
        os.setpgid(0, 0)
        _die_with_parent()
        resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        for number in (signal.SIGALRM, signal.SIGTERM, signal.SIGXCPU):
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        faulthandler.enable(2, all_threads=False)
        gc.freeze()  # The parent's objects are no business of the task's.
        message = json.dumps(task()).encode() + b"\n"
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        while message:
            message = message[os.write(sender, message) :]
    finally:
        os._exit(os.EX_OK)


def _die_with_parent() -> None:
    """Ask Linux for a SIGKILL when the parent dies; other systems do not know this."""
    pr_set_pdeathsig = 1
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)
