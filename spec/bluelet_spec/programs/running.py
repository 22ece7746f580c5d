"""What a program does: its traces.

A program takes note of all that it can see: that a coroutine begins, what each of its `yield`s
gave or raised, that it came to a `log`, an `except` or a `finally`. Since every `yield` is noted
when it is over, nothing that a thread does in a turn goes unseen; and the notes of a run in their
order, with the way in which `run` ended, are all there is to judge by.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from time import monotonic, sleep
from typing import Any, TypeAlias

from bluelet_spec.clause import Implementation
from bluelet_spec.programs.language import (
    NAMING,
    PEERS,
    ROOT,
    TICKS,
    Block,
    Close,
    End,
    Log,
    Null,
    Program,
    Raise,
    ReadLine,
    Receive,
    Sleep,
    Spawn,
    Statement,
    Yield,
)
from bluelet_spec.programs.writing import Coroutine, made

Entry: TypeAlias = tuple[str, int, str]
"""A coroutine, the number of one of its statements, from 1, and what became of it there."""

TICK = 0.0002
"""How many seconds a tick is."""

RETURNS, ERROR, HANGS, CRASHES = "returns", "raises an error", "does not return", "crashes"
"""Ways in which `run` ends, besides that it raises an exception of the program's own."""

BEGINS, NONE, GOES_ON, EARLY, BLOCKS = "begins", "gets None", "goes on", "wakes early", "blocks"
LOGS, CLOSES = "logs", "closes"
"""Some of what is noted."""

_PERSISTENCE = 5
"""How often a generator that yields on is closed."""

_PLAIN = (int, type(None), bytes)

_sleep = sleep  # As it is before an implementation comes that replaces it.


class Oops(Exception):
    """What a program raises."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def raised(error: BaseException) -> str:
    """Return what is noted where `error` is raised."""
    return f"raises {error.number}" if isinstance(error, Oops) else ERROR


@dataclass
class Observation:
    """What was seen of a run."""

    trace: list[Entry] = field(default_factory=list)
    ending: str = HANGS


class Acting:
    """What the coroutines of a program run in, as far as that is the same in the model."""

    def note(self, me: str, number: int, what: str | Exception) -> None:
        """Take note of what a coroutine has come to."""
        raise NotImplementedError

    def block(self) -> None:
        """Hold up the run."""
        raise NotImplementedError

    def close_connection(self, name: str) -> None:
        """Close a connection."""
        raise NotImplementedError

    def do(self, me: str, number: int, statement: Statement) -> None:
        """Carry out a statement that yields nothing."""
        match statement:
            case Raise(which):
                raise Oops(which)
            case Log():
                self.note(me, number, LOGS)
            case Block():
                self.block()
                self.note(me, number, BLOCKS)
            case Close(connection):
                self.close_connection(connection)
                self.note(me, number, CLOSES)


class Run(Acting):
    """What they run in on an implementation."""

    def __init__(self, bluelet: Implementation, trace: list[Entry]) -> None:
        self.bluelet = bluelet
        self.append = trace.append
        self.the: dict[str, Coroutine] = {}
        """The coroutines, by name."""
        self.ends: dict[str, Any] = {}
        """The connections, by name."""
        self.began: dict[str, float] = {}
        """When each coroutine went to sleep."""

    def note(self, me: str, number: int, what: str | Exception) -> None:
        """Take note of what a coroutine has come to."""
        self.append((me, number, what if isinstance(what, str) else raised(what)))

    def block(self) -> None:
        """Hold up the run until all sleeps are overdue."""
        _sleep((TICKS + 1) * TICK)

    def close_connection(self, name: str) -> None:
        """Close a connection."""
        self.ends[name].close()

    def event(self, me: str, number: int, statement: Any) -> Any:
        """Return the event of a statement."""
        kind = type(statement)
        if kind in NAMING:
            coroutine = self.the[statement.name]
            return coroutine if kind is Yield else getattr(self.bluelet, kind.word)(coroutine)
        if kind is Null:
            return self.bluelet.null()
        if kind is Sleep:
            self.began[me] = monotonic()
            return self.bluelet.sleep(statement.ticks * TICK)
        if kind is End:
            return self.bluelet.end(statement.value)
        transfer = getattr(self.ends[statement.connection], kind.word)
        if kind is Receive:
            return transfer(statement.size)
        return transfer() if kind is ReadLine else transfer(statement.data.encode())

    def gives(self, me: str, number: int, statement: Any, value: Any) -> None:
        """Take note of what a `yield` gives."""
        kind = type(statement)
        if kind is Spawn or kind is End:  # spawn.value: programs cannot rely on it.
            given = GOES_ON
        elif kind is Sleep and statement.ticks > 0 and self._is_early(me, statement.ticks):
            given = EARLY
        else:
            given = f"gets {value}" if type(value) in _PLAIN else "gets something else"
        self.append((me, number, given))

    def _is_early(self, me: str, ticks: int) -> bool:
        return monotonic() - self.began[me] < ticks * TICK

    raises = note


def observe(bluelet: Implementation, program: Program, seen: Observation) -> Observation:
    """Run a program on an implementation, and fill in what is seen, as it is seen."""
    trace: list[Entry] = seen.trace
    run = Run(bluelet, trace)
    with connected(bluelet, program, run.ends):
        for name, body in program.bodies:
            run.the[name] = made(name, body, run)
        try:
            bluelet.run(run.the[ROOT])
            seen.ending = RETURNS
        except Exception as error:
            seen.ending = raised(error)
        finally:
            seen.trace = list(trace)  # What is noted from now on is not of the run.
            dispose(run.the.values())
            run.the.clear()
    return seen


def connects(bluelet: Implementation) -> bool:
    """Return whether an implementation makes connections of sockets that can be closed."""
    one, other = socket.socketpair()
    with one, other:
        try:
            return hasattr(bluelet.Connection(one, "one end"), "close")
        except Exception:
            return False


@contextmanager
def connected(bluelet: Implementation, program: Program, ends: dict[str, Any]) -> Iterator[None]:
    """Connect an implementation's connections for a program, and close them when it is over."""
    sockets: list[socket.socket] = []
    try:
        for name in program.connections():
            if name not in ends:
                pair = socket.socketpair()
                sockets += pair
                for end, sock in zip((name, PEERS[name]), pair, strict=True):
                    ends[end] = bluelet.Connection(sock, end)
        yield
    finally:
        for connection in ends.values():
            with suppress(Exception):
                connection.close()
        ends.clear()
        for sock in sockets:
            sock.close()


def dispose(coroutines: Iterable[Coroutine]) -> None:
    """Close coroutines for good, whatever they raise, and though they may yield on."""
    for coroutine in coroutines:
        for _ in range(_PERSISTENCE):
            try:
                coroutine.close()
            except Exception:
                continue
            break
