"""The exceptions of the scheduler, and the sentences that say what was wrong.

A wrong argument raises in the thread that passed it, at once (chapter ``arguments``): `TypeError`
for a value of the wrong kind, `ValueError` for one of the right kind that cannot be used here.
"""

from __future__ import annotations

from types import FunctionType, GeneratorType, MethodType
from typing import Any

from bluelet_reference.thread import Coroutine

DISCONNECTS = BrokenPipeError, ConnectionResetError, ConnectionAbortedError
"""What an operation on a connection raises when the peer has gone away."""


def is_of_an_operation(error: BaseException) -> bool:
    """Return whether it was an operation of ours that raised `error`, and not a program's own code.

    Either may raise an exception of the same class (``exceptions.of-a-disconnects-class``). The
    traceback begins where the exception was caught, which is here in any case.
    """
    entry = error.__traceback__
    while entry is not None and (entry := entry.tb_next) is not None:
        if entry.tb_frame.f_globals.get("__package__") == __package__:
            return True
    return False


class SocketClosedError(Exception):
    """Raised by an operation on a connection or listener that has been closed by this program."""


class LineTooLongError(ValueError):
    """Raised by a `readline` with a limit, at a line that is longer.

    What has come of the line is not lost: the connection can go on to receive it.
    """


class DeadlockError(RuntimeError):
    """Raised by `run` when every thread waits for another (``run.deadlock-raises``)."""


def expect_coroutine(operation: str, given: Any) -> Coroutine:
    """Return `given` if it is a generator.

    Raises:
        TypeError: it is not one (``arguments.spawn-of-a-non-generator`` and its like).
    """
    if isinstance(given, GeneratorType):
        return given
    hint = ""
    if isinstance(given, FunctionType | MethodType):
        hint = f"; to start it, call it: {operation}({given.__name__}())"
    raise TypeError(f"{operation}() takes a generator, not {describe(given)}{hint}")


def describe(given: Any) -> str:
    """Return `given` and its type, briefly, for a message."""
    if given is None:
        return "None"
    text = repr(given)
    return f"{text if len(text) <= 60 else text[:57] + '...'} of type {type(given).__name__}"
