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
alone. It may write files, or print, up to `OUTPUT` bytes, and take up to `MEMORY` bytes. Whatever
processes it started go down with it, on Linux even those that hide from its process group; and
there it goes down with its parent, however that dies.
"""

from __future__ import annotations

import faulthandler
import fcntl
import gc
import json
import logging
import math
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
from typing import Any

from bluelet_conformance.judging import processes

PATIENCE = 8
"""How many times its time on the clock a task may take that is at work all the while."""

OUTPUT = 2**20
"""How many bytes a task may write to a file, and so print."""

MEMORY = 2**29
"""How many bytes of memory a task may take, where the system tells how many it has, as Linux."""

_HEADROOM = 2**26
"""Bytes left to a task that has run out of memory, to say so."""

_OUT_OF_THE_WAY = 200
"""The lowest descriptor to send by, which a task spares that closes the first few."""

_UNABLE_TO_ANSWER = 113
"""The exit status of a task that has lost the descriptor to send by."""

_ANSWER = 2**20
"""How many bytes a task may send; its texts are shortened, so that none comes near."""

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


def isolated(task: Callable[[], Any], *, seconds: float, cpu_seconds: int | None) -> Ended:
    """Run `task` in a process of its own; return what it returned, or how it ended.

    The task returns what JSON can hold. `seconds` limits its time on the clock, `cpu_seconds` its
    CPU time, unless that is None: to a system that keeps count of it, many short alarms may cost as
    much as the task itself. What the task prints goes where this process prints.
    """
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    password = os.urandom(16).hex()
    # While a process is forked or ended no signal comes: what its handler raised in a function that
    # a fork calls would be lost, and what it raised before the end would leave the process.
    with processes.interrupts(signal.SIG_BLOCK), processes.adopted():
        receiver, sender = os.pipe()
        try:
            pid = _fork()
        except OSError:
            os.close(receiver)
            os.close(sender)
            raise
        if pid == 0:
            os.close(receiver)
            _be_the_child(task, sender, password, cpu_seconds)
        os.close(sender)
        try:
            with processes.interrupts(signal.SIG_UNBLOCK):
                message, late = _listen(receiver, pid, seconds)
        finally:
            os.close(receiver)
            status, cpu_used = processes.end(pid)
    if message.endswith(b"\n"):
        try:
            sent = json.loads(message)
            return Ended(Ending.RETURNED, sent[password], "")
        except (ValueError, TypeError, KeyError, RecursionError):
            return Ended(Ending.CRASH, None, "it wrote to a descriptor that it does not own")
    if late == Ending.HANG:
        return Ended(Ending.HANG, None, f"still waiting after {seconds:g} s")
    signalled = os.WTERMSIG(status) if os.WIFSIGNALED(status) else None
    used_up = signalled == signal.SIGKILL and cpu_used >= (cpu_seconds or math.inf)
    if late or used_up or signalled == signal.SIGXCPU:
        return Ended(
            Ending.SPIN, None, f"still computing after {cpu_seconds or seconds:g} s of CPU time"
        )
    if signalled is not None:
        name = signal.Signals(signalled).name
        return Ended(Ending.CRASH, None, f"the process was killed by {name}")
    code = os.waitstatus_to_exitcode(status)
    if code == _UNABLE_TO_ANSWER:
        return Ended(Ending.CRASH, None, "it closed a descriptor that it does not own")
    return Ended(Ending.CRASH, None, f"the process left with exit status {code}")


def _fork() -> int:
    with warnings.catch_warnings():  # Of threads, which a fork has none of. It needs none.
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()


def _listen(receiver: int, pid: int, seconds: float) -> tuple[bytes, Ending | None]:
    """Return what the task sent; and if its time ran out before that was all, on what."""
    began = time.monotonic()
    message = bytearray()
    channel = [receiver]
    while not message.endswith(b"\n"):
        ended = processes.has_ended(pid)  # Asked first: what it sent before is there to be read.
        ready, _, _ = select.select(channel, [], [], 0 if ended else _GLANCE)
        if ready:
            chunk = os.read(receiver, 65536)
            message += chunk
            if len(message) > _ANSWER:
                return b"it goes on and on\n", None
            if not chunk:  # It has ended, or will: it may have closed what it does not own.
                channel = []
            continue
        if ended:
            return bytes(message), None
        took = time.monotonic() - began
        waited = took - processes.busy_time(pid) if took > seconds else 0.0
        if waited > seconds:
            return bytes(message), Ending.HANG
        if took > seconds * PATIENCE:
            return bytes(message), Ending.HANG if waited > took / 2 else Ending.SPIN
    return bytes(message), None


def _be_the_child(
    task: Callable[[], Any], sender: int, password: str, cpu_seconds: int | None
) -> None:
    """Run the task, send what it returns, and never return."""
    try:
        os.setsid()  # A process of another session cannot hide in the parent's group.
        _prepare(cpu_seconds)
        sender = _keep_only(sender)
        pid = os.getpid()
        message = json.dumps({password: task()}).encode() + b"\n"
        for stream in (sys.stdout, sys.stderr):
            with suppress(Exception):  # They are the task's, who may have replaced them.
                stream.flush()
        while message and os.getpid() == pid:
            try:
                message = message[os.write(sender, message) :]
            except OSError:
                os._exit(_UNABLE_TO_ANSWER)
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


def _prepare(cpu_seconds: int | None) -> None:
    """Set the limits, and undo what the parent has set up for itself."""
    processes.go_down_with_parent()
    if cpu_seconds is not None:
        resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (OUTPUT, OUTPUT))
    if data := processes.data_size():
        resource.setrlimit(resource.RLIMIT_DATA, (data + MEMORY, data + MEMORY + _HEADROOM))
    for number in (signal.SIGALRM, signal.SIGTERM, signal.SIGXCPU):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, processes.INTERRUPTS)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = f"{os.devnull}/none"  # It would leave files.
    faulthandler.enable(2, all_threads=False)
    logging.getLogger().handlers.clear()  # pytest's keep what they get, and what hangs on it.
    gc.freeze()  # The parent's objects are no business of the task's.


def use_headroom() -> None:
    """Let a task that has failed, maybe for want of memory, have a little more to tell of it."""
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (hard, hard))
