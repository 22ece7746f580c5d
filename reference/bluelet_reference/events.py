"""Events: what a thread yields, each with the method that carries it out.

An event is a description and nothing more. To make one has no effect
(``events.construction-has-no-effect``); the scheduler carries it out when it is yielded, by
whichever thread yields it. `Event.perform` is given the scheduler and the yielding thread, and
returns whether the thread goes on at once: then the thread's `value` or `error` is what its
`yield` returns or raises. Otherwise `perform` has seen to what makes it ready again. An
`Exception` that `perform` raises is raised at the thread's `yield` (chapter ``arguments``).

Below each class stands the function with bluelet's own name that programs call.
"""

from __future__ import annotations

from collections.abc import Generator
from math import isnan
from numbers import Real
from time import monotonic
from types import GeneratorType
from typing import TYPE_CHECKING, Any

from bluelet_reference.errors import describe, expect_coroutine
from bluelet_reference.thread import Coroutine, Thread

if TYPE_CHECKING:
    from bluelet_reference.scheduler import Scheduler


class Event:
    """What a coroutine may yield, besides a generator."""

    __slots__ = ()

    def perform(self, scheduler: Scheduler, thread: Thread) -> bool:
        """Carry the event out for `thread`; return whether the thread goes on at once."""
        raise TypeError(f"a bare {type(self).__name__} says nothing that could be carried out")


class Null(Event):
    """See `null`."""

    __slots__ = ()

    def perform(self, scheduler: Scheduler, thread: Thread) -> bool:
        """Send the thread to the end of the queue: null.round-robin."""
        scheduler.ready.append(thread)
        thread.again = thread.stack[-1].send
        return False


NULL = Null()


def null() -> Event:
    """Return the event that does nothing but let every other ready thread have a turn."""
    return NULL


class Sleep(Event):
    """See `sleep`."""

    __slots__ = ("duration",)

    def __init__(self, duration: float) -> None:
        self.duration = duration

    def perform(self, scheduler: Scheduler, thread: Thread) -> bool:
        """Park the thread until the interval, counted from now, has passed."""
        if self.duration <= 0:  # sleep.zero-or-less
            scheduler.ready.append(thread)
        else:
            thread.wait = scheduler.timers.add(monotonic() + self.duration, thread)
        return False


def sleep(duration: float) -> Event:
    """Return the event that resumes its thread once `duration` seconds have passed, not before.

    The interval begins when the event is yielded. Zero or less lets the other ready threads have
    a turn, like `null`; infinity waits until the thread is killed.

    Raises:
        TypeError: `duration` is not a real number (``arguments.sleep-of-no-number``).
        ValueError: `duration` is not a number in the other sense, NaN.
    """
    if not isinstance(duration, Real):
        raise TypeError(f"sleep() takes a number of seconds, not {describe(duration)}")
    duration = float(duration)
    if isnan(duration):
        raise ValueError("sleep() takes a number of seconds, not NaN")
    return Sleep(duration)


class Spawn(Event):
    """See `spawn`."""

    __slots__ = ("coro",)

    def __init__(self, coro: Coroutine) -> None:
        self.coro = coro

    def perform(self, scheduler: Scheduler, thread: Thread) -> bool:
        """Queue the child and let the parent go on: spawn.parent-first."""
        scheduler.start(self.coro)
        return True


def spawn(coro: Generator[Any, Any, Any]) -> Event:
    """Return the event that starts `coro` as a thread of its own. Its `yield` returns None.

    At the `yield`, `ValueError` is raised if `coro` is scheduled already
    (``spawn.scheduled-coroutine-raises``).

    Raises:
        TypeError: `coro` is not a generator (``arguments.spawn-of-a-non-generator``).
    """
    return Spawn(coro if type(coro) is GeneratorType else expect_coroutine("spawn", coro))


class Call(Event):
    """See `call`."""

    __slots__ = ("coro",)

    def __init__(self, coro: Coroutine) -> None:
        self.coro = coro

    def perform(self, scheduler: Scheduler, thread: Thread) -> bool:
        """Put the callee on top of its caller; it runs next, within the same turn."""
        scheduler.push(thread, self.coro)
        return True


def call(coro: Generator[Any, Any, Any]) -> Event:
    """Return the event that runs `coro` to its end; its `yield` returns what that gave to `end`.

    To yield the generator itself is the same. An exception that leaves `coro` is raised at the
    `yield`, unchanged (``exceptions.through-a-call``). `ValueError` is raised there if `coro` is
    scheduled already (``call.scheduled-coroutine-raises``).

    Raises:
        TypeError: `coro` is not a generator (``arguments.call-of-a-non-generator``).
    """
    return Call(coro if type(coro) is GeneratorType else expect_coroutine("call", coro))


class Ending(BaseException):
    """What `end` raises in the coroutine that yields it, to unwind it.

    It is no `GeneratorExit`, at which a `yield from` closes what it delegates to, which then could
    not yield any more (``end.finally-below-a-yield-from``).
    """


def forget_ending(error: BaseException) -> None:
    """Take out of an exception's context what `end` raised: end.finally-raises-as-after-return."""
    seen = {id(error)}  # A program may have closed the chain to a ring.
    while (context := error.__context__) is not None and id(context) not in seen:
        if isinstance(context, Ending):
            error.__context__ = context.__context__
            return
        seen.add(id(context))
        error = context


class End(Event):
    """See `end`."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def perform(self, scheduler: Scheduler, thread: Thread) -> bool:
        """Unwind the coroutine as `return` would, `finally` blocks first: end.runs-finally."""
        scheduler.ending[thread.stack[-1]] = self.value
        thread.error = Ending()
        return True


def end(value: Any = None) -> Event:
    """Return the event that ends the coroutine that yields it and hands `value` to its caller.

    It is `return` in all respects: pending `finally` and `with` blocks run before the caller goes
    on, and may themselves yield events (``end.finally-may-yield``).
    """
    return End(value)


class Join(Event):
    """See `join`."""

    __slots__ = ("coro",)

    def __init__(self, coro: Coroutine) -> None:
        self.coro = coro

    def perform(self, scheduler: Scheduler, thread: Thread) -> bool:
        """Go on at once if the thread has finished (join.after-finish); wait for it otherwise."""
        target = scheduler.find("join", self.coro)
        if target is None:
            return True
        if target is thread:  # join.itself
            raise ValueError(f"{thread} joins itself, and would wait forever")
        scheduler.await_end(thread, self.coro)
        return False


def join(coro: Generator[Any, Any, Any]) -> Event:
    """Return the event that waits until the thread of `coro` has finished, in whatever way.

    Its `yield` returns None. At the `yield`, `ValueError` is raised if `coro` is no thread of this
    run (``join.never-spawned``), or the thread that yields it (``join.itself``).

    Raises:
        TypeError: `coro` is not a generator (``arguments.join-of-a-non-thread``).
    """
    return Join(coro if type(coro) is GeneratorType else expect_coroutine("join", coro))


class Kill(Event):
    """See `kill`."""

    __slots__ = ("coro",)

    def __init__(self, coro: Coroutine) -> None:
        self.coro = coro

    def perform(self, scheduler: Scheduler, thread: Thread) -> bool:
        """Close the thread before the killer goes on: closing.before-the-killer-goes-on."""
        victim = scheduler.find("kill", self.coro)
        if victim is not None:
            error = scheduler.kill(victim, self.coro)
            if error is not None and not thread.stack:
                raise error
            thread.error = error
        return bool(thread.stack)  # kill.itself: it goes on only as the caller of what it killed


def kill(coro: Generator[Any, Any, Any]) -> Event:
    """Return the event that stops the thread of `coro` at once, whatever it is doing.

    The thread's generators are closed, innermost first, before the `yield` returns None; what
    their clean-up raises is raised there. A thread that has finished is left alone
    (``kill.finished-thread``). To kill a coroutine that is being called stops it and what it calls;
    its caller goes on with None. At the `yield`, `ValueError` is raised if `coro` is no thread of
    this run (``kill.never-spawned``).

    Raises:
        TypeError: `coro` is not a generator (``arguments.kill-of-a-non-thread``).
    """
    return Kill(coro if type(coro) is GeneratorType else expect_coroutine("kill", coro))
