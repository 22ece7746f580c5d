"""Readiness: which threads wait for which descriptors.

The poller knows nothing of I/O. A thread that waits leaves a *step* with it, a function that does
the work without blocking, or raises `BlockingIOError` when there is nothing to be done yet. When
the descriptor is ready the poller takes the step in the scheduler's stead; a report of readiness
that turns out to be empty is then no more than a step that did not come far.

Threads that wait for the same descriptor and direction stand in a queue, so that what one is
sending is whole before the next begins, and who came first receives first.

A descriptor stays registered with the operating system as long as it is useful: a connection whose
reader has gone off to work will soon be read from again. Only when it reports readiness that
nobody waits for is it unregistered, once; so an I/O event costs one system call to wait and one to
act, however many connections are idle, and nothing is ever reported twice in vain.
"""

from __future__ import annotations

import selectors
import socket
import weakref
from collections import deque
from collections.abc import Callable
from typing import Any, Protocol, TypeAlias

from bluelet_reference.thread import Thread

READ = selectors.EVENT_READ
WRITE = selectors.EVENT_WRITE

Step: TypeAlias = Callable[[], Any]
"""Does I/O and returns its result, or raises `BlockingIOError` if that is not possible yet."""


class Source(Protocol):
    """What has a descriptor."""

    def fileno(self) -> int:
        """Return the descriptor."""


class Watch:
    """The wait of one thread for one or several descriptors."""

    __slots__ = ("_poller", "_queues", "_what", "step", "thread")

    def __init__(self, poller: Poller, thread: Thread, step: Step, what: str) -> None:
        self._poller = poller
        self._queues: list[tuple[_Channel, int]] = []
        self._what = what
        self.thread = thread
        self.step = step

    def stand_in(self, channel: _Channel, direction: int) -> None:
        """Join the queue of a descriptor."""
        channel.queues[direction].append(self)
        self._queues.append((channel, direction))

    def cancel(self) -> None:
        """Stand in no queue any longer."""
        self._poller.waiting -= 1
        for channel, direction in self._queues:
            channel.queues[direction].remove(self)
            if not channel.is_kept:
                self._poller.leave(channel, direction)

    def __str__(self) -> str:
        return self._what


class _Channel:
    """A descriptor, who waits for it, and what the operating system has been asked to report."""

    __slots__ = ("fd", "interest", "is_kept", "queues", "source")

    def __init__(self, fd: int, source: Callable[[], Source | int | None], is_kept: bool) -> None:
        self.fd = fd
        self.source = source
        self.is_kept = is_kept
        """Whether it stays registered: only of a socket can it be told when it is another."""
        self.interest = 0
        self.queues: dict[int, deque[Watch]] = {READ: deque(), WRITE: deque()}


class Poller:
    """The threads of one run that wait for descriptors."""

    def __init__(self, resume: Callable[[Thread], None]) -> None:
        self._resume = resume
        self._selector: selectors.BaseSelector | None = None
        self._channels: dict[int, _Channel] = {}
        self.waiting = 0
        """How many threads wait."""

    def is_queued(self, source: Source, direction: int) -> bool:
        """Return whether a thread waits for `source` already, and is to be served first."""
        channel = self._channels.get(source.fileno())
        return (
            channel is not None and channel.source() is source and bool(channel.queues[direction])
        )

    def wait(
        self, thread: Thread, sources: list[tuple[Source | int, int]], step: Step, what: str
    ) -> None:
        """Park `thread` until `step`, taken whenever one of `sources` is ready, has done its work.

        Each source is given with the direction, `READ` or `WRITE`.

        Raises:
            PermissionError: the system does not report on such a descriptor; it never blocks.
            OSError, ValueError: a descriptor is not open.
        """
        channels = [(self._channel(source), direction) for source, direction in sources]
        for channel, direction in channels:
            self._set_interest(channel, channel.interest | direction)
        thread.wait = watch = Watch(self, thread, step, what)
        for channel, direction in channels:
            watch.stand_in(channel, direction)
        self.waiting += 1

    def select(self, timeout: float | None) -> list[tuple[_Channel, int]]:
        """Wait up to `timeout` seconds, None for any time; return what is ready, for `serve`."""
        if self._selector is None:
            return []
        return [(key.data, events) for key, events in self._selector.select(timeout)]

    def serve(self, ready: list[tuple[_Channel, int]]) -> None:
        """Take the steps of the threads that wait for what is ready."""
        for channel, events in ready:
            for direction in (READ, WRITE):
                if events & direction:
                    if channel.queues[direction]:
                        self._serve(channel.queues[direction])
                    else:
                        self.leave(channel, direction)

    def leave(self, channel: _Channel, direction: int) -> None:
        """Ask for no more reports on a descriptor, if nobody waits for them."""
        if not channel.queues[direction]:
            self._set_interest(channel, channel.interest & ~direction)

    def forget(self, source: Source, error: Exception) -> None:
        """Raise `error` in all who wait for `source`, which is about to be closed."""
        channel = self._channels.get(source.fileno())
        if channel is None or channel.source() is not source:
            return
        for queue in channel.queues.values():
            while queue:
                self._finish(queue[0], None, error)
        self._drop(channel)

    def close(self) -> None:
        """Give the operating system back what it lent."""
        if self._selector is not None:
            self._selector.close()

    def _serve(self, queue: deque[Watch]) -> None:
        while queue:
            watch = queue[0]
            try:
                value = watch.step()
            except (BlockingIOError, InterruptedError):
                return
            except Exception as error:
                self._finish(watch, None, error)
            else:
                self._finish(watch, value, None)

    def _finish(self, watch: Watch, value: Any, error: Exception | None) -> None:
        watch.cancel()
        watch.thread.value, watch.thread.error = value, error
        self._resume(watch.thread)

    def _channel(self, source: Source | int) -> _Channel:
        """Return the channel of `source`, which may have the number of one closed behind us."""
        fd = source if isinstance(source, int) else source.fileno()
        channel = self._channels.get(fd)
        if channel is not None:
            if channel.source() == source:
                return channel
            self._drop(channel)
        if isinstance(source, socket.socket):
            # A connection that its program lets go of is not kept open by having been waited for.
            channel = _Channel(fd, weakref.ref(source), is_kept=True)
        else:
            channel = _Channel(fd, lambda: source, is_kept=False)
        self._channels[fd] = channel
        return channel

    def _drop(self, channel: _Channel) -> None:
        self._set_interest(channel, 0)
        del self._channels[channel.fd]

    def _set_interest(self, channel: _Channel, interest: int) -> None:
        if self._selector is None:
            self._selector = selectors.DefaultSelector()
        before = channel.interest
        if interest == before:
            return
        try:
            if not interest:
                self._selector.unregister(channel.fd)
            elif before:
                self._selector.modify(channel.fd, interest, channel)
            else:
                self._selector.register(channel.fd, interest, channel)
        except (KeyError, OSError):
            if interest:
                raise
        channel.interest = interest
