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

A forked child has a copy of all this, but shares with its parent what the operating system keeps of
it: so it begins anew with a selector of its own, before it does anything else.
"""

from __future__ import annotations

import errno
import os
import select
import socket
import weakref
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache
from typing import Any, Protocol, TypeAlias

from bluelet_reference.errors import SocketClosedError
from bluelet_reference.selecting import READ as READ
from bluelet_reference.selecting import URGENT as URGENT
from bluelet_reference.selecting import WRITE as WRITE
from bluelet_reference.selecting import Selector
from bluelet_reference.thread import Thread

_ALL = READ, URGENT, WRITE
_DIRECTIONS = {
    events: tuple(direction for direction in _ALL if events & direction)
    for events in range(1, sum(_ALL) + 1)
}
"""What an event of `epoll` says; any other, an error or the end, is for all directions."""

_FEW = 64
"""So few who have left a queue are never worth to make it anew."""

Step: TypeAlias = Callable[[], Any]
"""Does I/O and returns its result; one that may be tried raises `BlockingIOError` if in vain."""


class Source(Protocol):
    """What has a descriptor."""

    def fileno(self) -> int:
        """Return the descriptor."""


class Watch:
    """The wait of one thread for one or several descriptors."""

    __slots__ = ("_may_try", "_places", "_poller", "_what", "step", "thread")

    def __init__(
        self,
        poller: Poller,
        thread: Thread,
        places: Sequence[tuple[Channel, int]],
        step: Step,
        what: str,
        may_try: bool,
    ) -> None:
        self._poller = poller
        self._places = places
        self._what = what
        self._may_try = may_try
        self.thread = thread
        self.step = step

    def cancel(self) -> None:
        """Stand in no queue any longer."""
        poller = self._poller
        poller.waiting -= 1
        if self.thread.due is not None:
            poller.due -= 1
        for channel, direction in self._places:
            queue = channel.queues[direction]
            if queue[0] is not self:
                self.step = _has_left
                channel.husk(queue)
            else:
                del queue[0]
                while queue and queue[0].step is _has_left:
                    del queue[0]
                    channel.husks -= 1
                if queue and queue[0]._may_try:
                    queue[0].make_due()  # What it waits for may have been received already.
            if not channel.is_kept:
                poller.leave(channel, direction)

    def make_due(self) -> None:
        """Let the thread take its step when its turn comes."""
        thread, poller = self.thread, self._poller
        if thread.due is None:
            thread.due = self.resume
            poller.due += 1
            poller.make_ready(thread)

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


def _has_left() -> None:
    """Stand for the step of one that waits no more, but still stands in a queue."""


class Channel:
    """A descriptor, who waits for it, and what the operating system has been asked to report."""

    __slots__ = ("fd", "husks", "interest", "is_kept", "poller", "queues", "source")

    def __init__(
        self, poller: Poller, fd: int, source: Callable[[], Source | int | None], is_kept: bool
    ) -> None:
        self.poller: Poller | None = poller
        """The poller that it is of; None once that has dropped it."""
        self.fd = fd
        self.source = source
        self.is_kept = is_kept
        """Whether it stays registered: only of a socket can it be told when it is another."""
        self.interest = 0
        self.queues: dict[int, list[Watch]] = {READ: [], URGENT: [], WRITE: []}
        """Who waits for it, by direction: hardly ever more than one. The first has not left."""
        self.husks = 0
        """How many of them have left without having been the first."""

    def husk(self, queue: list[Watch]) -> None:
        """Take note that one has left a queue from within.

        To take it out would cost the more the longer the queue is; so when those are the greater
        part, all are.
        """
        self.husks += 1
        if self.husks > _FEW and self.husks * 2 > len(queue):
            self.husks = 0
            for each in self.queues.values():
                each[:] = [watch for watch in each if watch.step is not _has_left]


_with_selector: weakref.WeakSet[Poller] = weakref.WeakSet()
"""Those whose selector a forked child would share."""


def _renew_all() -> None:
    for poller in list(_with_selector):
        poller.renew()


@cache
def in_each_child(act: Callable[[], None]) -> None:
    """Have `act` called in every forked child from now on, once however often this is asked for.

    It is asked for when there is something to share, for an import is to change nothing.
    """
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=act)


class Poller:
    """The threads of one run that wait for descriptors."""

    def __init__(
        self, make_ready: Callable[[Thread], None], rouse: Callable[[Thread], None]
    ) -> None:
        self.make_ready = make_ready
        self._rouse = rouse
        self._selector: Any = None
        self._channels: dict[int, Channel] = {}
        self.waiting = 0
        """How many threads wait."""
        self.due = 0
        """How many of them are due."""
        self._is_resting = False
        self._waker: socket.socket | None = None

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

        Each source is given with the direction, `READ`, `URGENT` or `WRITE`. If the step `may_try`,
        it is also taken when the one before it in the queue has left, ready or not, and where it
        raises `BlockingIOError` the thread waits on. Any other is taken once, and whatever it
        raises is raised.

        Raises:
            PermissionError: the system does not report on such a descriptor; it never blocks.
            OSError, ValueError: a descriptor is not open.
        """
        places = [(self.channel(source), direction) for source, direction in sources]
        try:
            for channel, direction in places:
                if not channel.interest & direction:
                    self._set_interest(channel, channel.interest | direction)
        except BaseException:
            for channel, direction in places:
                self.leave(channel, direction)
            raise
        thread.wait = watch = Watch(self, thread, places, step, what, may_try)
        for channel, direction in places:
            channel.queues[direction].append(watch)
        self.waiting += 1

    def wait_on(
        self, thread: Thread, channel: Channel, direction: int, step: Step, what: str
    ) -> None:
        """Do what `wait` does, for one channel that is known already and a step that may be tried.

        Raises:
            OSError, ValueError: the descriptor is not open.
        """
        if not channel.interest & direction:
            self._set_interest(channel, channel.interest | direction)
        thread.wait = watch = Watch(self, thread, ((channel, direction),), step, what, True)
        channel.queues[direction].append(watch)
        self.waiting += 1

    def select(self, timeout: float | None) -> list[tuple[int, int]]:
        """Wait up to `timeout` seconds, None for any time; return what is ready, for `serve`."""
        if self._selector is None:
            return []
        if timeout == 0:
            return self._selector.poll(0)  # type: ignore[no-any-return]
        self._is_resting = True
        try:
            return self._selector.poll(timeout)  # type: ignore[no-any-return]
        finally:
            self._is_resting = False
            if self._waker is not None:
                self._selector.unregister(self._waker.fileno())
                self._waker.close()
                self._waker = None

    def _wake(self) -> None:
        """Have a `select` end that goes on: a signal handler, say, has made somebody ready.

        The system takes up a call again that a handler has interrupted. So it is given something
        to report on.
        """
        if self._is_resting and self._waker is None:
            ours, theirs = socket.socketpair()
            theirs.close()
            self._selector.register(ours.fileno(), READ)
            self._waker = ours

    def serve(self, ready: list[tuple[int, int]]) -> None:
        """Make ready the first of the threads that wait for each descriptor that is ready."""
        for fd, events in ready:
            channel = self._channels.get(fd)
            if channel is None:
                continue
            for direction in _DIRECTIONS.get(events, _ALL):
                if queue := channel.queues[direction]:
                    queue[0].make_due()
                else:
                    self.leave(channel, direction)

    def leave(self, channel: Channel, direction: int) -> None:
        """Ask for no more reports on a descriptor, if nobody waits for them."""
        if channel.queues[direction]:
            return
        self._set_interest(channel, channel.interest & ~direction)
        if not channel.is_kept and not channel.interest and channel.poller is not None:
            self._drop(channel)  # A file that its program lets go of may close.

    def forget(self, source: Source, error: Exception) -> None:
        """Raise `error` in all who wait for `source`, which is about to be closed."""
        channel = self._channels.get(source.fileno())
        if channel is not None and channel.source() is source:
            self._lose(channel, error)

    def forget_closed(self) -> None:
        """Raise in whoever waits for what has been closed without a word to us."""
        for channel in list(self._channels.values()):
            if any(channel.queues.values()) and not self._is_open(channel):
                self._lose(channel)

    def _lose(self, channel: Channel, error: Exception | None = None) -> None:
        """Drop a channel, and raise `error`, or what fits its source, in all who wait for it."""
        if error is None:
            error = OSError(errno.EBADF, f"{os.strerror(errno.EBADF)}: it was closed meanwhile")
            if isinstance(channel.source(), socket.socket):
                error = SocketClosedError()
        for queue in channel.queues.values():
            while queue:
                queue[0].thread.error = error
                self._rouse(queue[0].thread)
                self._wake()
        if channel.poller is not None:  # Of a file, the last who leaves drops it.
            self._drop(channel)

    def close(self) -> None:
        """Give the operating system back what it lent."""
        for channel in self._channels.values():
            channel.poller = None
        self._channels.clear()
        if self._selector is not None:
            self._selector.close()
            self._selector = None
        # They lead back to the scheduler; without that cycle, `run` takes two thirds of the time.
        del self.make_ready, self._rouse

    def renew(self) -> None:
        """Have a selector of one's own, in a forked child: close.in-a-forked-child."""
        if self._selector is not None:
            with suppress(OSError):  # A kqueue is not inherited.
                self._selector.close()
            self._selector = None
        for channel in self._channels.values():
            interest, channel.interest = channel.interest, 0
            if self._is_open(channel):
                self._set_interest(channel, interest)

    def channel(self, source: Source | int) -> Channel:
        """Return the channel of `source`, which may have the number of one closed behind us.

        Or else it is another name of the same descriptor: its number, or a file that has it.
        """
        fd = source if isinstance(source, int) else source.fileno()
        channel = self._channels.get(fd)
        if channel is not None:
            if channel.source() == source:
                return channel
            if self._is_open(channel):
                if isinstance(source, socket.socket):
                    channel.source, channel.is_kept = weakref.ref(source), True
                return channel
            self._lose(channel)
        if isinstance(source, socket.socket):
            # A connection that its program lets go of is not kept open by having been waited for.
            channel = Channel(self, fd, weakref.ref(source), is_kept=True)
        else:
            channel = Channel(self, fd, lambda: source, is_kept=False)
        self._channels[fd] = channel
        return channel

    def _is_open(self, channel: Channel) -> bool:
        """Return whether a channel's descriptor is still that which was registered."""
        source = channel.source()
        try:
            if source is None or (not isinstance(source, int) and source.fileno() != channel.fd):
                return False
            if channel.interest:
                self._selector.modify(channel.fd, channel.interest)
        except (KeyError, OSError, ValueError):  # Of a file that is closed, a ValueError.
            return False
        return True

    def _drop(self, channel: Channel) -> None:
        self._set_interest(channel, 0)
        channel.poller = None
        del self._channels[channel.fd]

    def _set_interest(self, channel: Channel, interest: int) -> None:
        if self._selector is None:
            self._selector = (
                # By itself: a selector would cost as much again for each event as the system does.
                select.epoll() if hasattr(select, "epoll") else Selector()
            )
            in_each_child(_renew_all)
            _with_selector.add(self)
        before = channel.interest
        if interest == before:
            return
        try:
            if not interest:
                self._selector.unregister(channel.fd)
            elif before:
                self._selector.modify(channel.fd, interest)
            else:
                self._selector.register(channel.fd, interest)
        except (KeyError, OSError):
            if interest:
                raise
        channel.interest = interest
