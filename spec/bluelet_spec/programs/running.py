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
from types import SimpleNamespace, TracebackType
from typing import Any, Self, TypeAlias

from bluelet_spec.clause import Implementation
from bluelet_spec.programs.language import PEERS, ROOT, TICKS, Program
from bluelet_spec.programs.writing import Coroutine, compiled

Entry: TypeAlias = tuple[str, int, str]
"""A coroutine, the number of one of its statements, from 1, and what became of it there."""

TICK = 0.0002
"""How many seconds a tick is."""

RETURNS, ERROR, HANGS, CRASHES = "returns", "raises an error", "does not return", "crashes"
"""Ways in which `run` ends, besides that it raises an exception of the program's own."""

BEGINS, NONE, GOES_ON, EARLY, BLOCKS = "begins", "gets None", "goes on", "wakes early", "blocks"
CLOSES = "closes"
"""Some of what is noted."""

_PERSISTENCE = 5
"""How often a generator that yields on is closed."""

_PLAIN = (int, type(None), bytes)

_sleep = sleep  # As it is before an implementation comes that replaces it.
_UNSET = object()


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


def observe(bluelet: Implementation, program: Program, seen: Observation) -> Observation:
    """Run a program on an implementation, and fill in what is seen, as it is seen."""
    trace: list[Entry] = seen.trace
    append = trace.append

    def note(me: str, number: int, what: str | Exception) -> None:
        append((me, number, what if isinstance(what, str) else raised(what)))

    class At:
        """Takes note of what a `yield` gives or raises."""

        __slots__ = ("began", "me", "number", "seconds", "value")

        def __init__(self, me: str, number: int, seconds: float = 0.0) -> None:
            self.me, self.number, self.seconds = me, number, seconds
            self.value: Any = _UNSET

        def __enter__(self) -> Self:
            self.began = monotonic()
            return self

        def __exit__(
            self,
            kind: type[BaseException] | None,
            error: BaseException | None,
            traceback: TracebackType | None,
        ) -> None:
            if error is None:
                early = self.seconds > 0 and monotonic() - self.began < self.seconds
                append((self.me, self.number, EARLY if early else _given(self.value)))
            elif isinstance(error, Exception):
                append((self.me, self.number, raised(error)))

    the = SimpleNamespace()
    with connected(bluelet, program) as ends:
        for name, body in program.bodies:
            function = compiled(body)
            setattr(the, name, function(name, bluelet, the, ends, At, note, _block, Oops, TICK))
        try:
            bluelet.run(getattr(the, ROOT))
            seen.ending = RETURNS
        except Exception as error:
            seen.ending = raised(error)
        finally:
            seen.trace = list(trace)  # What is noted from now on is not of the run.
            dispose(vars(the).values())
            vars(the).clear()
    return seen


def connects(bluelet: Implementation) -> bool:
    """Return whether an implementation makes connections of sockets."""
    one, other = socket.socketpair()
    with one, other:
        try:
            bluelet.Connection(one, "one end")
        except Exception:
            return False
    return True


@contextmanager
def connected(bluelet: Implementation, program: Program) -> Iterator[SimpleNamespace]:
    """Connect an implementation's connections for a program, and close them when it is over."""
    sockets: list[socket.socket] = []
    ends = SimpleNamespace()
    try:
        for name in program.connections():
            if not hasattr(ends, name):
                pair = socket.socketpair()
                sockets += pair
                for end, sock in zip((name, PEERS[name]), pair, strict=True):
                    setattr(ends, end, bluelet.Connection(sock, end))
        yield ends
    finally:
        for connection in vars(ends).values():
            with suppress(Exception):
                connection.close()
        vars(ends).clear()
        for sock in sockets:
            sock.close()


def dispose(coroutines: Iterable[Coroutine]) -> None:
    """Close coroutines for good, whatever they raise, and though they may yield on."""
    for coroutine in coroutines:
        for _ in range(_PERSISTENCE):
            with suppress(Exception):
                coroutine.close()
                break


def _block() -> None:
    _sleep((TICKS + 1) * TICK)


def _given(value: Any) -> str:
    if value is _UNSET:  # spawn.value: programs cannot rely on it.
        return GOES_ON
    return f"gets {value}" if type(value) in _PLAIN else "gets something else"
