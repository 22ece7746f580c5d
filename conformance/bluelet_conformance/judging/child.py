"""A child of the fork server: it prepares itself, runs one task, gives its answer, and ends.

The task runs a port's code, and that may do anything to its process. So the child shares with its
server only what cannot be hurt by accident: three files without names, for the answer and for what
is printed, and a page of memory, for the moment at which the task began and for how far it is. The
answer counts only behind a key that the server has put into the file beforehand. So a task that
writes to every descriptor has not answered, but destroyed the key.

What is needed after the task is held here since before any port was imported: a port that replaces
`os._exit` or a built-in function does not keep its process from ending, or from telling.
"""

from __future__ import annotations

import builtins
import fcntl
import json
import math
import mmap
import os
import resource
import signal
import struct
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib import import_module
from traceback import format_exc
from typing import Any, NoReturn

from bluelet_conformance.judging import limits, processes
from bluelet_conformance.judging.registry import Candidate

IMPORT_SECONDS = 10
"""How long the import of an implementation may take, by the clock; and how much CPU time."""

UNABLE_TO_ANSWER = 113
"""The exit status of a child that has lost the file to answer in."""

_OUT_OF_THE_WAY = 200
"""The lowest descriptor to answer by, which a task spares that closes the first few."""

_KEY = 32
"""How many bytes a key has."""

_BUILTINS = {name: value for name, value in vars(builtins).items() if name != "_"}
_exit, _fstat, _getpid, _pwrite = os._exit, os.fstat, os.getpid, os.pwrite
_dumps, _monotonic, _pack, _format_exc = json.dumps, time.monotonic, struct.pack_into, format_exc


@dataclass(frozen=True)
class Order:
    """A task, and what it may use."""

    task: str
    """`package.module:function`, a function of a `Port` and the arguments."""
    arguments: dict[str, Any]
    """What else it is given, by name; of JSON's types, as what it returns."""
    seconds: float
    """How long it may wait, from when the implementation is imported, or it began its time anew."""
    cpu_seconds: int | None
    """How much CPU time it may use; None if it sees to that itself."""

    def as_json(self) -> dict[str, Any]:
        """Return it as what JSON has."""
        return asdict(self)


class Shared:
    """What a child and its server share."""

    def __init__(self) -> None:
        self.answer, self.output, self.errors = (nameless_file() for _ in range(3))
        self._page = mmap.mmap(-1, 16)
        self._key = os.urandom(_KEY // 2).hex().encode()
        os.pwrite(self.answer, self._key, 0)

    @property
    def began(self) -> float:
        """When the task's time began, by the monotonic clock; 0 if the import is not over."""
        return float(struct.unpack_from("d", self._page, 0)[0])

    @property
    def mark(self) -> int:
        """How far the task said that it was."""
        return int(struct.unpack_from("q", self._page, 8)[0])

    def begin(self) -> None:
        """Note, in the child, that the task's time begins."""
        _pack("d", self._page, 0, _monotonic())

    def set_mark(self, number: int) -> None:
        """Note, in the child, how far the task is."""
        _pack("q", self._page, 8, number)

    def told(self) -> list[dict[str, Any]] | None:
        """Return what the child has told, the answer last; None if somebody else has written there.

        What it could not tell to the end, as it died, is left out.
        """
        text = os.pread(self.answer, os.fstat(self.answer).st_size, 0)
        if not text.startswith(self._key):
            return None
        *lines, _ = text[_KEY:].split(b"\n")
        try:
            return [json.loads(line) for line in lines]
        except (ValueError, RecursionError):
            return None

    def close(self) -> None:
        """Close it, in the server."""
        for descriptor in (self.answer, self.output, self.errors):
            os.close(descriptor)
        self._page.close()


class Port:
    """The implementation that a task is about."""

    def __init__(self, candidate: Candidate, loaded: Any, order: Order, shared: Shared) -> None:
        self.candidate = candidate
        self._loaded, self._order, self._shared = loaded, order, shared
        if loaded is not None:
            limits.limit_cpu(order.cpu_seconds)
            shared.begin()
        elif order.cpu_seconds is not None:
            limits.limit_cpu(IMPORT_SECONDS + order.cpu_seconds)

    def load(self) -> Any:
        """Return the implementation, imported here where that was not done before.

        Raises:
            BadHook: its hook cannot be used.
            Exception: whatever the import raises.
        """
        if self._loaded is None:
            self._loaded = self.candidate.load()
            if self._order.cpu_seconds is not None:
                used = resource.getrusage(resource.RUSAGE_SELF)
                used_up = math.ceil(used.ru_utime + used.ru_stime)
                limits.limit_cpu(used_up + self._order.cpu_seconds)
            self._shared.begin()
        return self._loaded

    def begin_anew(self) -> None:
        """Have the time that the task may wait begin anew."""
        self._shared.begin()

    def mark(self, number: int) -> None:
        """Let the server know how far the task is, should this process die."""
        self._shared.set_mark(number)

    def note(self, value: Any) -> None:
        """Let the server know something before the task is over, should this process die."""
        _tell(self._shared.answer, {"note": value})


def name_of(task: Callable[..., Any]) -> str:
    """Return how an order names a task: a function at the top of a module."""
    return f"{task.__module__}:{task.__qualname__}"


def run(order: Order, shared: Shared, candidate: Candidate, loaded: Any, memory: int) -> NoReturn:
    """Run a task in this process, which is a child, and end it.

    `loaded` is the implementation if it has been imported already, and `memory` what the process
    has for data, in bytes.
    """
    leave, pid_now, tell = _exit, _getpid, _tell  # A port may find this module, but not these.
    pid = pid_now()
    try:
        os.setsid()  # A process of another session cannot hide in the parent's group.
        processes.go_down_with_parent()
        processes.adopt_orphans()
        _reset_signals()
        _take_over(shared)
        limits.limit_size(memory)
        module, _, name = order.task.partition(":")
        task = getattr(import_module(module), name)
        value = task(Port(candidate, loaded, order, shared), **order.arguments)
        restore_builtins()
        told = {"value": value}
        _dumps(told)
    except BaseException:  # The task tells what a port raises; what comes here is our own fault.
        restore_builtins()
        limits.use_headroom()
        told = {"failed": _format_exc()}
    try:
        for stream in (sys.stdout, sys.stderr):
            with suppress(Exception):  # They are the task's, who may have replaced them.
                stream.flush()
        limits.use_headroom()
        if pid_now() == pid:  # What a task has forked does not answer in its place.
            tell(shared.answer, told)
    except BaseException:
        leave(UNABLE_TO_ANSWER)
    finally:
        leave(0)


def restore_builtins() -> bool:
    """Undo what an import or a task has replaced of the built-in functions, and say if it has."""
    present = {**builtins.__dict__}
    builtins.__dict__.update(_BUILTINS)
    return any(present.get(name) is not value for name, value in _BUILTINS.items())


def _tell(descriptor: int, told: dict[str, Any]) -> None:
    """Add a line to what the server is told."""
    line = memoryview(_dumps(told).encode() + b"\n")
    at = _fstat(descriptor).st_size
    while line:
        written = _pwrite(descriptor, line, at)
        line, at = line[written:], at + written


def _reset_signals() -> None:
    """Undo what the server has set up for itself."""
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGALRM, signal.SIGTERM, signal.SIGXCPU, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _take_over(shared: Shared) -> None:
    """Make the files this process's own, and close the server's descriptors."""
    sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__
    os.dup2(shared.output, 1)
    os.dup2(shared.errors, 2)
    lowest = min(_OUT_OF_THE_WAY, max(3, limits.room_for_descriptors() - 8))
    shared.answer = fcntl.fcntl(shared.answer, fcntl.F_DUPFD_CLOEXEC, lowest)
    close_all_but(shared.answer)


def close_all_but(descriptor: int) -> None:
    """Close all descriptors but the standard ones and one other."""
    os.closerange(3, descriptor)
    os.closerange(descriptor + 1, limits.room_for_descriptors())


def nameless_file() -> int:
    """Return the descriptor of a file without a name, in memory where the system has such."""
    if hasattr(os, "memfd_create"):
        return os.memfd_create("bluelet-conformance")
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())
