"""Events of a program's own making: descriptors to wait for, and what to do when one is ready.

A program subclasses `WaitableEvent`. Unlike the steps of a connection, its `fire` may block when
nothing is ready, so it is never called before the system has reported readiness, and if several
descriptors are ready, it is called once.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeAlias

from bluelet_reference.events import Event
from bluelet_reference.polling import READ, WRITE, Source
from bluelet_reference.thread import Thread

if TYPE_CHECKING:
    from bluelet_reference.scheduler import Scheduler

Waitable: TypeAlias = "int | Source"
"""A descriptor, or what has one."""


class WaitableEvent(Event):
    """An event that waits for descriptors; a program overrides both methods."""

    def waitables(self) -> tuple[Iterable[Waitable], Iterable[Waitable], Iterable[Waitable]]:
        """Return what to wait for: to be readable, to be writable, to have urgent data."""
        return (), (), ()

    def fire(self) -> Any:
        """Act, now that one of them is ready; what is returned, the thread's `yield` returns."""

    def perform(self, scheduler: Scheduler, thread: Thread) -> bool:
        """Wait for the descriptors; a file that is always ready is waited for no longer."""
        reading, writing, urgent = self.waitables()
        sources = [(source, READ) for source in (*reading, *urgent)]
        sources += [(source, WRITE) for source in writing]
        if not sources:
            raise TypeError(f"a {type(self).__name__} has to have something to wait for")
        try:
            scheduler.poller.wait(thread, sources, self.fire, f"for a {type(self).__name__}")
        except PermissionError:  # What the system calls a file of which it cannot report readiness.
            thread.value = self.fire()
            return True
        return False
