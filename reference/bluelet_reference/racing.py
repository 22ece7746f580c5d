"""Which of several addresses answers first, as RFC 8305 has it ("Happy Eyeballs").

An address that does not answer keeps nobody from the next one: where it has not answered after
`DELAY`, or has refused, the next is tried beside it. The first that answers has won, and the others
are closed. The families of addresses take turns, so that one which leads nowhere costs one delay.

Each attempt is a thread of the run. The one that races sleeps from the beginning of one attempt to
that of the next, and an attempt that ends rouses it.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from itertools import zip_longest
from time import monotonic
from typing import TYPE_CHECKING, Any

from bluelet_reference.errors import SocketClosedError
from bluelet_reference.events import Event, spawn
from bluelet_reference.sockets import Connection
from bluelet_reference.thread import Thread

if TYPE_CHECKING:
    from bluelet_reference.scheduler import Scheduler

DELAY = 0.25
"""Seconds from the beginning of an attempt to that of the next, if it is not over before."""

Attempt = tuple[Connection, Event]
"""A connection, and the event that connects it to its address."""


def in_turns(addresses: list[Any]) -> list[Any]:
    """Return addresses as `socket.getaddrinfo` gives them, one of each family after the other."""
    families: dict[int, list[Any]] = {}
    for address in addresses:
        families.setdefault(address[0], []).append(address)
    rounds = zip_longest(*families.values())
    return [address for each in rounds for address in each if address is not None]


class _Rest(Event):
    """Waits until an attempt has ended, or `DELAY` has passed where there is a next one."""

    __slots__ = ("race",)

    def __init__(self, race: _Race) -> None:
        self.race = race

    def perform(self, scheduler: Scheduler, thread: Thread) -> bool:
        """Sleep, unless an attempt has ended already."""
        race = self.race
        if race.has_news:
            race.has_news = False
            return True
        deadline = monotonic() + DELAY if race.has_next else float("inf")
        thread.wait = wait = scheduler.timers.add(deadline, thread)

        def rouse() -> None:
            if thread.wait is wait:
                race.has_news = False
                scheduler.rouse(thread)

        race.rouse = rouse
        return False


def _nobody() -> None:
    """Rouse nobody: who races does not rest."""


class _Race:
    """The attempts that are under way."""

    def __init__(self) -> None:
        self.has_next = True
        self.has_news = False
        self.rouse: Callable[[], None] = _nobody
        self.running: list[Connection] = []
        self.winner: Connection | None = None
        self.failure: Exception | None = None

    def attempt(self, connection: Connection, event: Event) -> Generator[Any, Any, None]:
        """Connect, and tell who races how it went."""
        try:
            yield event
        except (OSError, SocketClosedError) as error:
            self.failure = error
            connection.close()
            self.running.remove(connection)
        else:
            if self.winner is None:
                self.winner = connection
        self.has_news = True
        self.rouse()


def first_of(attempts: Iterable[Callable[[], Attempt]]) -> Generator[Any, Any, Connection]:
    """Return (by `yield from`) the connection that is made first; the others are closed.

    Raises:
        OSError: none can be made; of several failures, the last.
    """
    race = _Race()
    winner: Connection | None = None
    try:
        for begin in attempts:
            try:
                connection, event = begin()
            except OSError as error:
                race.failure = error
                continue
            race.running.append(connection)
            yield spawn(race.attempt(connection, event))
            yield _Rest(race)
            if winner := race.winner:
                return winner
        race.has_next = False
        while race.running:
            yield _Rest(race)
            if winner := race.winner:
                return winner
        try:
            raise race.failure or OSError("there is no address")
        finally:
            race.failure = None
    finally:
        race.rouse = _nobody
        for connection in list(race.running):
            if connection is not winner:
                connection.close()
