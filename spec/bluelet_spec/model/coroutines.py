"""The coroutines of the model: those that an implementation runs, with something else around them.

Their events are the statements themselves, for the rules to carry out. What they take note of has
to be what the trace says.
"""

from __future__ import annotations

from types import SimpleNamespace, TracebackType
from typing import Any, Protocol, Self

from bluelet_spec.programs.language import (
    Call,
    End,
    Join,
    Kill,
    Null,
    Program,
    ReadLine,
    Receive,
    Send,
    SendAll,
    Sleep,
    Spawn,
)
from bluelet_spec.programs.running import GOES_ON, TICK, Oops
from bluelet_spec.programs.writing import Coroutine, compiled


class Noting(Protocol):
    """What takes note of what the coroutines do."""

    number: dict[str, int]
    """The statement at which each coroutine stands."""
    outcome: str
    """What the `yield` of the coroutine that acts gives or raises."""

    def note(self, name: str, number: int, what: str | Exception) -> None:
        """Take note of what a coroutine sees."""

    def use_connection(self, name: str) -> None:
        """Take note that a coroutine is about to send or to receive."""

    def close_connection(self, name: str) -> None:
        """Close a connection: that is no event, and done at once."""


class _Asks:
    """What is a bluelet to the coroutines."""

    null = Null
    call = Call
    spawn = Spawn
    join = Join
    kill = Kill
    end = End

    @staticmethod
    def sleep(duration: float) -> Sleep:
        return Sleep(round(duration / TICK))


class _Connection:
    """What is a connection to the coroutines."""

    def __init__(self, name: str, notes: Noting) -> None:
        self._name, self._notes = name, notes

    def send(self, data: bytes) -> Send:
        self._notes.use_connection(self._name)
        return Send(self._name, data.decode())

    def sendall(self, data: bytes) -> SendAll:
        self._notes.use_connection(self._name)
        return SendAll(self._name, data.decode())

    def recv(self, size: int) -> Receive:
        self._notes.use_connection(self._name)
        return Receive(self._name, size)

    def readline(self) -> ReadLine:
        self._notes.use_connection(self._name)
        return ReadLine(self._name)

    def close(self) -> None:
        self._notes.close_connection(self._name)


def made(program: Program, notes: Noting) -> dict[str, Coroutine]:
    """Return the coroutines of a program, none of which has begun."""

    class At:
        """Where a coroutine stands."""

        __slots__ = ("me", "number", "value")

        def __init__(self, me: str, number: int, seconds: float = 0.0) -> None:
            self.me, self.number = me, number
            self.value: Any = GOES_ON

        def __enter__(self) -> Self:
            notes.number[self.me] = self.number
            return self

        def __exit__(
            self,
            kind: type[BaseException] | None,
            error: BaseException | None,
            traceback: TracebackType | None,
        ) -> None:
            if error is None or isinstance(error, Exception):
                notes.note(self.me, self.number, notes.outcome)

    the = SimpleNamespace(**{name: name for name, _ in program.bodies})
    ends = SimpleNamespace(**{name: _Connection(name, notes) for name in program.connections()})
    return {
        name: compiled(body)(name, _Asks, the, ends, At, notes.note, _block, Oops, TICK)
        for name, body in program.bodies
    }


def _block() -> None:
    """Take no time: that all sleeps are overdue now follows from what is noted."""
