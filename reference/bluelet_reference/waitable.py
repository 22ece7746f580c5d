"""Events of a program's own making: descriptors to wait for, and what to do when one is ready.

A program subclasses `WaitableEvent`. Its `fire` is not like the steps of a connection, which may
be taken in vain: it may block when nothing is ready, and what it does may not bear repetition. So
it is never called before the system has reported readiness; it is called once, however many
descriptors are ready; and whatever it raises, `BlockingIOError` too, is its answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeAlias

from bluelet_reference.events import Event
from bluelet_reference.polling import READ, URGENT, WRITE, Source
from bluelet_reference.thread import Thread

if TYPE_CHECKING:
    from bluelet_reference.scheduler import Scheduler

Waitable: TypeAlias = "int | Source"
"""A descriptor, or what has one."""


class WaitableEvent(Event):
    """An event that waits for descriptors; a program overrides both methods."""

    def waitables(self) -> tuple[Iterable[Waitable], Iterable[Waitable], Iterable[Waitable]]:
        """Return what to wait for: to be readable, to be writable, to have urgent data.

        What is waited for to have urgent data is also ready when it fails or is hung up. Only
        Linux tells urgent data from others; elsewhere any data will do.
        """
        return (), (), ()

    def fire(self) -> Any:
        """Act, now that one is ready; what this returns or raises, the thread's `yield` does."""

    def perform(self, scheduler: Scheduler, thread: Thread) -> bool:
        """Wait for the descriptors; a file that is always ready is waited for no longer."""
        reading, writing, urgent = self.waitables()
        sources: list[tuple[Waitable, int]] = [(source, READ) for source in reading]
        sources += [(source, WRITE) for source in writing]
        sources += [(source, URGENT) for source in urgent]
        if not sources:
            raise TypeError(f"a {type(self).__name__} has to have something to wait for")

        try:
            scheduler.poller.wait(thread, sources, self.fire, f"for a {type(self).__name__}")
        except PermissionError:  # What the system calls a file of which it cannot report readiness.
            pass
        else:
            return False
        thread.value = self.fire()
        return True
