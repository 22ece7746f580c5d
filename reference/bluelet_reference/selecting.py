"""What the operating system is asked, and how: in the terms of `epoll`, which most systems lack."""

from __future__ import annotations

import selectors

READ = 1
URGENT = 2
WRITE = 4
"""Directions, and what `epoll` calls them. Of urgent data only Linux tells by itself."""


class Selector:
    """Behaves like `select.epoll`, on systems that have none."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()

    def register(self, fd: int, directions: int) -> None:
        """Report on `fd`."""
        self._selector.register(fd, self._events(directions))

    def modify(self, fd: int, directions: int) -> None:
        """Report something else on `fd`."""
        self._selector.modify(fd, self._events(directions))

    def unregister(self, fd: int) -> None:
        """Report on `fd` no longer."""
        self._selector.unregister(fd)

    def poll(self, timeout: float | None) -> list[tuple[int, int]]:
        """Wait up to `timeout` seconds, None for any time; return descriptors with directions."""
        found = self._selector.select(timeout)
        return [
            (
                key.fd,
                (READ | URGENT if events & selectors.EVENT_READ else 0)
                | (WRITE if events & selectors.EVENT_WRITE else 0),
            )
            for key, events in found
        ]

    def close(self) -> None:
        """Give the operating system back what it lent."""
        self._selector.close()

    def _events(self, directions: int) -> int:
        return (selectors.EVENT_READ if directions & (READ | URGENT) else 0) | (
            selectors.EVENT_WRITE if directions & WRITE else 0
        )
