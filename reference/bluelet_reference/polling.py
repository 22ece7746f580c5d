"""Readiness: which threads wait for which descriptors.

The poller knows nothing of I/O. A thread that waits leaves a *step* with it, a function that does
the work without blocking, and raises `BlockingIOError` when it comes too early, if it is one that
may be tried. When the descriptor is ready the thread is *due*: it gets a turn, which begins with
the step. Nothing is done for a thread but in its own turn, so one that is killed before has taken
nothing that is then lost (``recv.killed-as-data-comes``); and where a step may be tried, a report
of readiness that turns out to be empty is no more than a step that did not come far, after which
the thread waits on.

Threads that wait for the same descriptor and direction stand in a queue, so that what one is
sending is whole before the next begins, and who came first receives first. Only the first of them
is ever due. While a thread is, nobody is asked what else is ready: what is not done yet would be
reported again.

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
"""Does I/O and returns its result; one that may be tried raises `BlockingIOError` if in vain."""


class Source(Protocol):
    """What has a descriptor."""

    def fileno(self) -> int:
        """Return the descriptor."""


class Watch:
    """The wait of one thread for one or several descriptors."""

    __slots__ = ("_may_try", "_poller", "_queues", "_what", "step", "thread")

    def __init__(
        self, poller: Poller, thread: Thread, step: Step, what: str, may_try: bool
    ) -> None:
        self._poller = poller
        self._queues: list[tuple[_Channel, int]] = []
        self._what = what
        self._may_try = may_try
        self.thread = thread
        self.step = step

    def stand_in(self, channel: _Channel, direction: int) -> None:
        """Join the queue of a descriptor."""
        channel.queues[direction].append(self)
        self._queues.append((channel, direction))

    def cancel(self) -> None:
        """Stand in no queue any longer."""
        poller = self._poller
        poller.waiting -= 1
        if self.thread.due is not None:
            poller.due -= 1
        for channel, direction in self._queues:
            queue = channel.queues[direction]
            was_first = queue[0] is self
            queue.remove(self)
            if queue and was_first and queue[0]._may_try:
                queue[0].make_due()  # What it waits for may have been received already.
            if not channel.is_kept:
                poller.leave(channel, direction)

    def make_due(self) -> None:
        """Let the thread take its step when its turn comes."""
        if self.thread.due is None:
            self.thread.due = self.resume
            self._poller.due += 1
            self._poller.make_ready(self.thread)

    def resume(self) -> bool:
        """Take the step, in the turn of the thread that is due; return whether it came far enough.

        What the step returns or raises is then what the thread's `yield` will.
        """
        thread = self.thread
        try:
            thread.value = self.step()
        except Exception as error:
            if self._may_try and isinstance(error, BlockingIOError | InterruptedError):
                thread.due = None
                self._poller.due -= 1
                return False
            thread.error = error
        self.cancel()
        thread.wait = thread.due = None
        return True

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

    def __init__(
        self, make_ready: Callable[[Thread], None], rouse: Callable[[Thread], None]
    ) -> None:
        self.make_ready = make_ready
        self._rouse = rouse
        self._selector: selectors.BaseSelector | None = None
        self._channels: dict[int, _Channel] = {}
        self.waiting = 0
        """How many threads wait."""
        self.due = 0
        """How many of them are due."""

    def is_queued(self, source: Source, direction: int) -> bool:
        """Return whether a thread waits for `source` already, and is to be served first."""
        channel = self._channels.get(source.fileno())
        return (
            channel is not None and channel.source() is source and bool(channel.queues[direction])
        )

    def wait(
        self,
        thread: Thread,
        sources: list[tuple[Source | int, int]],
        step: Step,
        what: str,
        *,
        may_try: bool = False,
    ) -> None:
        """Park `thread` until `step`, taken whenever one of `sources` is ready, has done its work.

        Each source is given with the direction, `READ` or `WRITE`. If the step `may_try`, it is
        also taken when the one before it in the queue has left, ready or not, and where it raises
        `BlockingIOError` the thread waits on. Any other is taken once, and whatever it raises is
        raised.

        Raises:
            PermissionError: the system does not report on such a descriptor; it never blocks.
            OSError, ValueError: a descriptor is not open.
        """
        channels = [(self._channel(source), direction) for source, direction in sources]
        try:
            for channel, direction in channels:
                self._set_interest(channel, channel.interest | direction)
        except BaseException:
            for channel, direction in channels:
                self.leave(channel, direction)
            raise
        thread.wait = watch = Watch(self, thread, step, what, may_try)
        for channel, direction in channels:
            watch.stand_in(channel, direction)
        self.waiting += 1

    def select(self, timeout: float | None) -> list[tuple[_Channel, int]]:
        """Wait up to `timeout` seconds, None for any time; return what is ready, for `serve`."""
        if self._selector is None:
            return []
        return [(key.data, events) for key, events in self._selector.select(timeout)]

    def serve(self, ready: list[tuple[_Channel, int]]) -> None:
        """Make ready the first of the threads that wait for each of what is ready."""
        for channel, events in ready:
            for direction in (READ, WRITE):
                if not events & direction:
                    continue
                queue = channel.queues[direction]
                if not queue:
                    self.leave(channel, direction)
                else:
                    queue[0].make_due()

    def leave(self, channel: _Channel, direction: int) -> None:
        """Ask for no more reports on a descriptor, if nobody waits for them."""
        if channel.queues[direction]:
            return
        self._set_interest(channel, channel.interest & ~direction)
        if not channel.interest and self._channels.get(channel.fd) is channel:
            del self._channels[channel.fd]  # A file that its program lets go of may close.

    def forget(self, source: Source, error: Exception) -> None:
        """Raise `error` in all who wait for `source`, which is about to be closed."""
        channel = self._channels.get(source.fileno())
        if channel is None or channel.source() is not source:
            return
        for queue in channel.queues.values():
            while queue:
                queue[0].thread.error = error
                self._rouse(queue[0].thread)
        self._drop(channel)

    def close(self) -> None:
        """Give the operating system back what it lent."""
        if self._selector is not None:
            self._selector.close()

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
