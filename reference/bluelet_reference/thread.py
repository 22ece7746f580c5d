"""Threads: a thread is a stack of generators.

Calling a coroutine does not nest one Python call in another: it puts the callee's generator on
top of its caller's in a list, and only the top one is ever resumed. Depth therefore costs nothing
(``call.deeper-than-the-stack``), and an exception, a kill or the end of a run can walk the chain
innermost first.

A thread is in one of four states, and nothing else needs to be stored about them: *ready*, in the
scheduler's queue with what it will be sent (`value`) or thrown (`error`), or with how to find that
out (`due`); *running*, the one whose turn it is; *waiting*, with the `Wait` that will make it ready
and that can undo itself; *finished*, with no generators left.
"""

from __future__ import annotations

from collections.abc import Callable
from types import GeneratorType
from typing import Any, Protocol, TypeAlias

Coroutine: TypeAlias = "GeneratorType[Any, Any, Any]"
"""What bluelet schedules: a generator that yields events."""


class Wait(Protocol):
    """What a waiting thread waits for."""

    def cancel(self) -> None:
        """Forget the thread: it is to be killed, or interrupted."""

    def __str__(self) -> str:
        """Say what is waited for, to finish the sentence "root() waits …"."""


class Thread:
    """One thread of a run: its stack of generators, and how it goes on."""

    __slots__ = ("again", "due", "error", "stack", "value", "wait")

    def __init__(self, coro: Coroutine) -> None:
        self.stack: list[Coroutine] = [coro]
        """The generators, callee after caller; empty once the thread has finished."""
        self.value: Any = None
        """What the top generator's `yield` will return."""
        self.error: BaseException | None = None
        """What the top generator's `yield` will raise instead."""
        self.wait: Wait | None = None
        """What the thread waits for; None while it is ready or running, unless it is due."""
        self.again: Callable[[None], Any] | None = None
        """The way to resume it that there is while it is ready, and has nothing to be told."""
        self.due: Callable[[], bool] | None = None
        """What ends its wait when its turn comes, or returns False: then it waits on."""

    def take_error(self) -> BaseException:
        """Return what is to be thrown, and forget it: who remembers it keeps it in a cycle."""
        assert self.error is not None
        error, self.error = self.error, None
        return error

    def __str__(self) -> str:
        """Name the thread, and the callee that it is in, for a message."""
        outermost, innermost = name(self.stack[0]), name(self.stack[-1])
        return outermost if len(self.stack) == 1 else f"{outermost} in a call of {innermost}"


def name(coro: Coroutine) -> str:
    """Name `coro` for a message: its function and the line it is at, or began at."""
    code, frame = coro.gi_code, coro.gi_frame
    line = code.co_firstlineno if frame is None else frame.f_lineno
    return f"{coro.__qualname__}() ({code.co_filename}:{line})"
