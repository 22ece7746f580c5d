"""The guardian: the process below pytest that all processes of a run descend from.

It imports the specification once, in a process that has nothing of pytest's but how assertions are
explained, and forks the fork server of each implementation. It runs no port's code itself. Whatever
a port's processes leave behind comes to it to be ended; and when pytest is gone, however that came
about, it ends all of them, and itself.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import socket
import sys
from contextlib import suppress
from types import FrameType
from typing import Any, NoReturn

from bluelet_conformance.judging import processes


class _PytestIsGone(BaseException):
    """Raised where this process is to end."""


def main(descriptor: int) -> NoReturn:
    """Be the guardian, for the process at the other end of the socket that `descriptor` is."""
    control = socket.socket(fileno=descriptor)
    os.setsid()
    processes.forget_inherited_signals()
    signal.signal(signal.SIGTERM, _end)
    processes.go_down_with_parent(signal.SIGTERM)
    processes.adopt_orphans()
    guardian = _Guardian(control)
    try:
        _prepare()
        guardian.watch()
    except _PytestIsGone:
        pass
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        guardian.end_all()
    os._exit(0)


def _end(number: int, frame: FrameType | None) -> None:
    raise _PytestIsGone


def _prepare() -> None:
    """Import all that the fork servers and their children need."""
    from bluelet_conformance.judging import book

    book.open_it()
    gc.collect()
    gc.freeze()


class _Guardian:
    """The guardian at work."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._received = b""
        self._sockets: list[int] = []
        """The descriptors that have come, for servers to be."""
        self._servers: dict[int, int] = {}
        """The fork servers, by pid: the numbers by which pytest's process knows them."""

    def watch(self) -> None:
        """Start and end fork servers, as asked for.

        Raises:
            _PytestIsGone: nobody is there to ask.
        """
        woken = processes.woken_by_children()
        poll = select.poll()
        poll.register(self._control, select.POLLIN)
        poll.register(woken, select.POLLIN)
        while True:
            events = dict(poll.poll())
            if woken in events:
                with suppress(BlockingIOError):
                    os.read(woken, 4096)
            self._tell_of_the_ended()
            if self._control.fileno() in events:
                self._do_what_is_asked()

    def _do_what_is_asked(self) -> None:
        text, descriptors, _, _ = socket.recv_fds(self._control, 65536, 16)
        if not text:
            raise _PytestIsGone
        self._sockets += descriptors
        *lines, self._received = (self._received + text).split(b"\n")
        for line in lines:
            message = json.loads(line)
            if "start" in message:
                self._start(message, self._sockets.pop(0))
            else:
                for pid, number in self._servers.items():
                    if number == message["end"]:
                        processes.kill(pid)

    def _start(self, message: dict[str, Any], descriptor: int) -> None:
        pid = processes.fork()
        if pid:
            os.close(descriptor)
            self._servers[pid] = message["start"]
            return
        try:
            self._become_server(message, descriptor)
        finally:
            os._exit(1)

    def _become_server(self, message: dict[str, Any], descriptor: int) -> NoReturn:
        from bluelet_conformance.judging import child, forkserver
        from bluelet_conformance.judging.channel import Channel
        from bluelet_conformance.judging.registry import Candidate

        os.setsid()
        processes.go_down_with_parent()
        processes.adopt_orphans()
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGTERM, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        for stream in (1, 2):
            os.dup2(child.nameless_file(), stream)
        child.close_all_but(descriptor)
        channel = Channel(socket.socket(fileno=descriptor))
        forkserver.serve(channel, Candidate(**message["candidate"]), warm=message["warm"])

    def _tell_of_the_ended(self) -> None:
        for pid, number in list(self._servers.items()):
            if processes.has_ended(pid):
                status, _ = processes.end(pid)
                del self._servers[pid]
                told = {"ended": number, "status": status}
                with suppress(OSError):
                    self._control.sendall(json.dumps(told).encode() + b"\n")
        processes.end_orphans(self._servers)

    def end_all(self) -> None:
        """End all that descends from this process."""
        for pid in list(self._servers):
            processes.end(pid)
            del self._servers[pid]
        processes.end_orphans(())


if __name__ == "__main__":
    main(int(sys.argv[1]))
