"""Names of hosts are resolved in threads of the operating system.

The one function that resolves them blocks. So each name that is not an address already goes to a
thread of its own, and the run goes on. When the thread has an answer, it writes a byte to a pair
of sockets that the poller watches.
"""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING, Any

from bluelet_reference.events import Event
from bluelet_reference.polling import READ
from bluelet_reference.thread import Thread

if TYPE_CHECKING:
    from bluelet_reference.scheduler import Scheduler


class _Resolve(Event):
    __slots__ = ("host", "port")

    def __init__(self, host: str, port: int) -> None:
        self.host = host
        self.port = port

    def perform(self, scheduler: Scheduler, thread: Thread) -> bool:
        """Look whether it is an address; if it is a name, have it resolved elsewhere."""
        try:
            thread.value = self.look_up(socket.AI_NUMERICHOST)
        except socket.gaierror:
            pass
        else:
            return True
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        answer: list[Any] = []

        def work() -> None:
            with theirs:
                try:
                    answer.append(self.look_up(0))
                except Exception as error:
                    answer.append(error)

        def step() -> Any:
            ours.recv(1)  # Nothing comes but the end, when the other has closed its side.
            ours.close()
            if isinstance(answer[0], Exception):
                raise answer[0]
            return answer[0]

        threading.Thread(target=work, name=f"resolve {self.host}", daemon=True).start()
        scheduler.poller.wait(thread, [(ours, READ)], step, f"for the address of {self.host}")
        return False

    def look_up(self, flags: int) -> list[Any]:
        """Return the addresses, in the order in which to try them."""
        return socket.getaddrinfo(self.host, self.port, 0, socket.SOCK_STREAM, 0, flags)


def resolve(host: str, port: int) -> Event:
    """Return the event that gives the addresses of `host`, as `socket.getaddrinfo` does."""
    return _Resolve(host, port)
