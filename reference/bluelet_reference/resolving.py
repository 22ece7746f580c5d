"""Names of hosts are resolved in threads of the operating system.

The one function that resolves them blocks. So each name that is not an address already goes to a
thread of its own, and the run goes on. When the thread has an answer, it closes its end of a pair
of sockets, and the poller, which watches the other end, is told.

Nothing can stop that function. Where nobody waits for the answer any longer, the pair is closed at
once, and the thread ends when it will. All it does then is to close its end again, which has no
effect: it never touches a descriptor by its number, which another may have by then.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from bluelet_reference.events import Event
from bluelet_reference.polling import READ, Poller
from bluelet_reference.thread import Thread

if TYPE_CHECKING:
    from bluelet_reference.scheduler import Scheduler


class _Resolve(Event):
    __slots__ = ("answer", "host", "pair", "poller", "port")

    def __init__(self, host: str, port: int) -> None:
        self.host = host
        self.port = port
        self.pair: tuple[socket.socket, socket.socket] | None = None
        """The run's end and the thread's, once the name has gone to a thread."""
        self.poller: Poller | None = None
        """The poller of the run, which watches its end."""
        self.answer: list[Any] = []
        """What the thread has found, or the exception that it was answered with."""

    def perform(self, scheduler: Scheduler, thread: Thread) -> bool:
        """Look whether it is an address; if it is a name, have it resolved elsewhere."""
        try:
            thread.value = self.look_up(socket.AI_NUMERICHOST)
        except socket.gaierror:
            pass
        else:
            return True
        self.poller = scheduler.poller
        self.pair = ours, theirs = socket.socketpair()
        ours.setblocking(False)

        def work() -> None:
            try:
                self.answer.append(self.look_up(0))
            except Exception as error:
                self.answer.append(error)
            finally:
                theirs.close()

        def step() -> Any:
            ours.recv(1)  # Nothing comes but the end, when the other has closed its side.
            answer = self.answer.pop()
            if not isinstance(answer, Exception):
                return answer
            try:
                raise answer
            finally:
                del answer

        threading.Thread(target=work, name=f"resolve {self.host}", daemon=True).start()
        what = f"for the address of {self.host}"
        self.poller.wait(thread, [(ours, READ)], step, what, may_try=True)
        return False

    def look_up(self, flags: int) -> list[Any]:
        """Return the addresses, in the order in which to try them."""
        return look_up(self.host, self.port, flags)

    def close(self) -> None:
        """Wait for no answer any longer."""
        if self.poller is None or self.pair is None:
            return
        ours, theirs = self.pair
        self.poller.forget(ours, OSError("the search for an address has been given up"))
        ours.close()
        theirs.close()


def look_up(host: str, port: int, flags: int) -> list[Any]:
    """Return the addresses of `host`, as `socket.getaddrinfo` does, which may block.

    Raises:
        OSError: it has none, or is not even what a name can be (``connect.not-a-name``).
    """
    try:
        return socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM, 0, flags)
    except UnicodeError:
        reason = f"{host!r} is not a name that a host can have"
        raise socket.gaierror(socket.EAI_NONAME, reason) from None


def resolve(host: str, port: int) -> Generator[Any, Any, list[Any]]:
    """Return the event that gives the addresses of `host`, as `socket.getaddrinfo` does."""
    search = _Resolve(host, port)
    try:
        addresses: list[Any] = yield search
        return addresses
    finally:
        search.close()
