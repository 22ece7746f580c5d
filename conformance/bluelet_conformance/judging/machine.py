"""What this machine lacks, so that the port is not blamed for it.

It is tried out once in a run, before and without any port, by a child process that uses each
facility that clauses use: it connects over the loopback, writes a temporary file, has a timer ring.
So this process keeps nothing of it, and is not held up where the system gives no answer. A clause
that uses what failed is not judged, and one sentence says why.

Some things are needed to judge any clause at all: processes, some descriptors, memory, CPU time.
"""

from __future__ import annotations

import mmap
import os
import resource
import select
import signal
import socket
import tempfile
import warnings
from collections.abc import Callable, Collection
from contextlib import suppress
from functools import cache
from threading import Event, Thread
from typing import NoReturn

from bluelet_spec.clause import Clause
from bluelet_spec.facilities import Facility, facilities
from bluelet_spec.wire import loopback

from bluelet_conformance.judging import processes

DESCRIPTORS, CROWD_OF_DESCRIPTORS = 64, 256
"""How many files a process must be allowed to have open, for any clause and for a crowd."""

MEMORY, MUCH_MEMORY = 2**26, 2**28
"""How many bytes a process must be able to get, for any clause and for one with much data."""

CPU_SECONDS = 2
"""How much CPU time a process must be allowed, for any clause."""

FILE = 2**20
"""How many bytes a temporary file must have room for."""

_AT_ONCE = 4
"""How many processes and threads a process must be able to start; each counts for the system."""

MACHINE = "this machine"
"""How a sentence begins that says what the machine lacks."""

_PATIENCE = 5.0
"""Seconds to wait for the system to answer."""


class Unfit(Exception):
    """Raised where the machine lacks something; the message says what, and how that was seen."""


def keeps_from_judging(clause: Clause, lacks: Collection[str] = ()) -> str:
    """Return one sentence on what this machine lacks of what `clause` needs, or nothing.

    `lacks` has the names that the implementation does not have.
    """
    found = missing()
    if not found:
        return ""
    needed = [*ALWAYS, *facilities(clause, frozenset(lacks))]
    return next((sentence for name, sentence in found.items() if name in needed), "")


def unfit() -> str:
    """Return one sentence on what this machine lacks of what every clause needs, or nothing."""
    return next((sentence for name, sentence in missing().items() if name in ALWAYS), "")


@cache
def missing() -> dict[str, str]:
    """Return what this machine lacks, each with a sentence, in the order in which to tell it."""
    found: dict[str, str] = {}
    ahead = [*_ATTEMPTS]
    while ahead:
        try:
            answers = _answers(ahead)
        except OSError as error:  # Without a process, there is no more to be found out.
            return {"processes": f"{MACHINE} starts no process ({error.strerror})"}
        told = dict(zip(ahead, answers, strict=False))
        found |= {name: f"{MACHINE} {answer}" for name, answer in told.items() if answer}
        ahead = ahead[len(told) :]
    return found


def _answers(names: list[str]) -> list[str]:
    """Return how the machine fails each of some attempts (empty: not at all), as far as it answers.

    The last answer may be that it does not.

    Raises:
        OSError: no process can be started.
    """
    # No signal comes between the start of the child and its end.
    with processes.interrupts(signal.SIG_BLOCK), warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Of threads; the child has none.
        receiver, sender = os.pipe()
        try:
            if (pid := os.fork()) == 0:
                _be_the_child(names, sender)
        except OSError:
            os.close(receiver)
            raise
        finally:
            os.close(sender)
        try:
            text = _listen(receiver)
        finally:
            os.close(receiver)
            _end(pid)
    answers = text.decode().split("\n")[:-1]
    if len(answers) < len(names):
        failure = _ATTEMPTS[names[len(answers)]][0]
        answers.append(f"{failure} (no answer)")
    return answers


def _listen(receiver: int) -> bytes:
    """Return all that is sent until nothing comes for a while, or will any more."""
    text = b""
    while select.select([receiver], [], [], _PATIENCE)[0]:
        chunk = os.read(receiver, 65536)
        if not chunk:
            break
        text += chunk
    return text


def _end(pid: int) -> None:
    with suppress(ProcessLookupError, ChildProcessError):  # Reaped, where SIGCHLD is ignored.
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def _be_the_child(names: list[str], sender: int) -> NoReturn:
    try:
        for name in names:
            failure, attempt = _ATTEMPTS[name]
            try:
                attempt()
            except Exception as error:
                reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
                os.write(sender, f"{failure} ({' '.join(reason.split())})\n".encode())
            else:
                os.write(sender, b"\n")
    finally:
        os._exit(os.EX_OK)


def _processes() -> None:
    """Start threads: the system counts them like processes, and they are had in no time."""
    over = Event()
    threads = [Thread(target=over.wait) for _ in range(_AT_ONCE)]
    try:
        for thread in threads:
            thread.start()
    finally:
        over.set()


def _descriptors(least: int) -> Callable[[], None]:
    def attempt() -> None:
        limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        if 0 <= limit < least:  # Less than nothing is no limit.
            raise Unfit(f"the limit is {limit}, and {least} are needed")

    return attempt


def _cpu_time() -> None:
    _, limit = resource.getrlimit(resource.RLIMIT_CPU)
    if 0 <= limit < CPU_SECONDS:
        raise Unfit(f"the limit is {limit} s, and {CPU_SECONDS} are needed")


def _memory(size: int) -> Callable[[], None]:
    def attempt() -> None:
        mmap.mmap(-1, size, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS).close()

    return attempt


def _loopback() -> None:
    for host in dict.fromkeys(("127.0.0.1", loopback())):
        _connect(host, host)


def _localhost() -> None:
    _connect("localhost", "localhost")
    _connect("127.0.0.1", "localhost")


def _ipv6() -> None:
    _connect("::1", "::1", socket.AF_INET6)


def _connect(listening_at: str, host: str, family: int = socket.AF_INET) -> None:
    try:
        with socket.create_server((listening_at, 0), family=family) as listening:
            port = listening.getsockname()[1]
            socket.create_connection((host, port), _PATIENCE / 2).close()
    except OSError as error:
        raise Unfit(f"connecting to {host}: {error.strerror or error}") from error


def _socket_pair() -> None:
    for sock in socket.socketpair():
        sock.close()


def _temporary_file() -> None:
    with tempfile.TemporaryFile() as file:
        file.write(bytes(FILE))
        file.flush()


def _alarm() -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
    signal.setitimer(signal.ITIMER_REAL, 0.001)
    signal.sigwait({signal.SIGALRM})


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, resource.getrlimit(resource.RLIMIT_NOFILE))


_ATTEMPTS: dict[str, tuple[str, Callable[[], None]]] = {
    "descriptors": ("lets a process open too few files", _descriptors(DESCRIPTORS)),
    "CPU time": ("lets a process compute for too short a time", _cpu_time),
    "memory": ("gives a process too little memory", _memory(MEMORY)),
    "processes": ("starts too few processes and threads", _processes),
    Facility.SOCKET_PAIRS: ("has no pairs of connected sockets", _socket_pair),
    Facility.LOOPBACK: ("has no IPv4 loopback", _loopback),
    Facility.LOCALHOST: ("does not know localhost for its IPv4 loopback", _localhost),
    Facility.IPV6: ("has no IPv6 loopback", _ipv6),
    Facility.TEMPORARY_FILES: ("has no room for temporary files", _temporary_file),
    Facility.ALARMS: ("has no timer that sends signals", _alarm),
    Facility.LIMITS: ("limits no process's descriptors", _limit),
    Facility.CROWDS: (
        "lets a process open too few files for a crowd of clients",
        _descriptors(CROWD_OF_DESCRIPTORS),
    ),
    Facility.MUCH_MEMORY: (
        "gives a process too little memory for much data",
        _memory(MUCH_MEMORY),
    ),
}
"""By what a clause needs: what to say where it is not there, and what fails then."""

ALWAYS = ("descriptors", "CPU time", "memory", "processes")
"""What is needed to judge any clause."""
