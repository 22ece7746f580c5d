"""Names of hosts are resolved in threads of the operating system.

The one function that resolves them blocks. So each name that is not an address already goes to
such a thread, and the run goes on. When the thread has an answer, it closes its end of a pair of
sockets, and the poller, which watches the other end, is told.

There are `_WORKERS` of them at the most, for all runs of the process, and as many as there is work
for: what more there is waits in a queue, and where that is empty, a thread ends.

Nothing can stop that function. Where nobody waits for the answer any longer, the pair is closed at
once, and the thread goes on to the next name when it will. All it does then is to close its end
again, which has no effect: it never touches a descriptor by its number, which another may have by
then. A name whose turn has not come is taken out of the queue.
"""

from __future__ import annotations

import socket
import threading
from collections import deque
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from bluelet_reference.events import Event
from bluelet_reference.polling import READ, Poller, in_each_child
from bluelet_reference.thread import Thread

if TYPE_CHECKING:
    from bluelet_reference.scheduler import Scheduler


_WORKERS = 16
"""How many names are looked up at a time. One that nobody answers for takes half a minute."""


class _Pool:
    """The threads of the operating system that resolve names."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._queue: deque[_Resolve] = deque()
        self._working = 0

    def submit(self, search: _Resolve) -> None:
        """Have it carried out when one of the threads is free.

        Raises:
            RuntimeError: there is no thread, and the system gives none.
        """
        with self._lock:
            self._queue.append(search)
            if self._working >= _WORKERS:
                return
            self._working += 1
        try:
            threading.Thread(target=self._work, name="resolve names", daemon=True).start()
        except RuntimeError:  # Not by an interrupt, at which the thread has begun as a rule.
            with self._lock:
                self._working -= 1
            self.give_up(search)
            raise

    def give_up(self, search: _Resolve) -> None:
        """Do not begin with it, if nobody has."""
        with self._lock:
            if search in self._queue:
                self._queue.remove(search)

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._queue:
                    self._working -= 1
                    return
                search = self._queue.popleft()
            search.work()


_pool = _Pool()


def _renew_pool() -> None:
    """Have threads of one's own, in a forked child, which has none of its parent's."""
    global _pool
    _pool = _Pool()


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
        self.pair = ours, _ = socket.socketpair()
        ours.setblocking(False)

        def step() -> Any:
            ours.recv(1)  # Nothing comes but the end, when the other has closed its side.
            answer = self.answer.pop()
            if not isinstance(answer, Exception):
                return answer
            try:
                raise answer
            finally:
                del answer

        in_each_child(_renew_pool)
        _pool.submit(self)
        what = f"for the address of {self.host}"
        self.poller.wait(thread, [(ours, READ)], step, what, may_try=True)
        return False

    def work(self) -> None:
        """Look the name up, in a thread of the pool, and tell that there is an answer."""
        assert self.pair is not None
        try:
            self.answer.append(self.look_up(0))
        except Exception as error:
            self.answer.append(error)
        finally:
            self.pair[1].close()

    def look_up(self, flags: int) -> list[Any]:
        """Return the addresses, in the order in which to try them."""
        return look_up(self.host, self.port, flags)

    def close(self) -> None:
        """Wait for no answer any longer."""
        if self.poller is None or self.pair is None:
            return
        ours, theirs = self.pair
        _pool.give_up(self)
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
