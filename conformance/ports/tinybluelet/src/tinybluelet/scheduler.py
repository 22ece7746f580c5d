"""Threads that take turns: every `yield` ends one, and that is all there is to being fair.

A thread is a stack of generators, the callee above its caller. While it does not run, it has one
turn to come, a `Turn`, held by whatever it waits for: the queue, a timer, a thread that it joins,
a descriptor. `Loop.go` queues a turn. A turn that is no longer its thread's next one, because the
thread was killed or something else came first, is void. So what holds a turn need not be told.
"""

from __future__ import annotations

import logging
import math
import select
from collections import deque
from collections.abc import Callable, Generator, Iterable
from functools import wraps
from heapq import heappop, heappush
from itertools import count
from time import monotonic
from types import GeneratorType
from typing import Any, Concatenate, ParamSpec, TypeAlias
from weakref import WeakSet

P = ParamSpec("P")
Coroutine: TypeAlias = Generator[Any, Any, Any]
Source: TypeAlias = Any
"""A descriptor, or what has a `fileno`."""

_DISCONNECTS = (BrokenPipeError, ConnectionResetError, ConnectionAbortedError)
_DAY = 86_400.0
_log = logging.getLogger(__name__)


class Event:
    """What a thread may yield, besides a generator."""


class WaitableEvent(Event):
    """Waits for descriptors, and then fires; made to be subclassed."""

    def waitables(self) -> tuple[Iterable[Source], Iterable[Source], Iterable[Source]]:
        """Return what is to become readable, writable, or to have urgent data."""
        return (), (), ()

    def fire(self) -> Any:
        """Act, once one of them is ready; the `yield` returns what this does."""


class _Step(Event):
    """An event of the scheduler's own, as the function that carries it out."""

    def __init__(self, carry_out: Callable[[Loop, Turn], None]) -> None:
        self.carry_out = carry_out


def _event(carry_out: Callable[Concatenate[Loop, Turn, P], None]) -> Callable[P, Event]:
    """Make what carries an event out into what makes one."""

    @wraps(carry_out)
    def make(*args: P.args, **kwargs: P.kwargs) -> Event:
        return _Step(lambda loop, turn: carry_out(loop, turn, *args, **kwargs))

    return make


class _End(BaseException):
    """Leaves a coroutine that has yielded `end`, through its `finally` blocks."""

    def __init__(self, value: Any) -> None:
        self.value = value


class Thread:
    """The generators of a thread, and its next turn."""

    def __init__(self, coro: Coroutine) -> None:
        self.stack = [coro]
        self.turn: Turn | None = None


class Turn:
    """A thread's next turn, and what its `yield` will raise then, if anything."""

    def __init__(self, thread: Thread, error: BaseException | None = None) -> None:
        self.thread = thread
        self.error = error
        self.queued = False
        thread.turn = self

    @property
    def is_void(self) -> bool:
        """Return whether the thread will not take it."""
        return self.thread.turn is not self


def run(root: Coroutine) -> None:
    """Run `root` and all threads that it spawns to their ends; raise what none of them catches."""
    loop = Loop(root)
    try:
        loop.run()
    finally:
        for thread in dict.fromkeys(loop.threads.values()):
            loop.unwind(thread, 0)


class Loop:
    """One run: its threads, and the turns that they wait for."""

    def __init__(self, root: Coroutine) -> None:
        self.threads: dict[Coroutine, Thread] = {}
        self.killed: WeakSet[Coroutine] = WeakSet()
        self.queue: deque[Turn] = deque()
        self.joiners: dict[Coroutine, list[Turn]] = {}
        self.timers: list[tuple[float, int, Turn]] = []
        self.watches: list[tuple[Turn, Source, int]] = []
        self.numbers = count()
        self.root = self.start(root)

    def run(self) -> None:
        """Give turns until no thread is left."""
        while self.threads:
            now = monotonic()
            while self.timers and (self.timers[0][0] <= now or self.timers[0][2].is_void):
                self.go(heappop(self.timers)[2])
            self.watch(self.timers[0][0] - now if self.timers else None)
            for _ in range(len(self.queue)):
                turn = self.queue.popleft()
                if not turn.is_void:
                    self.take(turn)

    def go(self, turn: Turn) -> None:
        """Queue a turn, unless it is void or queued already."""
        if not turn.is_void and not turn.queued:
            turn.queued = True
            self.queue.append(turn)

    def take(self, turn: Turn) -> None:
        """Resume a thread, up to its next event."""
        thread, error = turn.thread, turn.error
        value: Any = None
        while thread.stack:
            coro = thread.stack[-1]
            try:
                event = coro.send(value) if error is None else coro.throw(error)
            except StopIteration as stop:
                value, error = stop.value, None
            except _End as end:
                value, error = end.value, None
            except BaseException as raised:
                value, error = None, raised
            else:
                self.carry_out(event, Turn(thread))
                return
            thread.stack.pop()
            self.forget(coro)
        if error is not None and (thread is self.root or not isinstance(error, _DISCONNECTS)):
            raise error

    def carry_out(self, event: object, turn: Turn) -> None:
        """Do what an event says; if that cannot be, raise at the `yield`."""
        if isinstance(event, WaitableEvent):
            event = _fired(event)
        try:
            step = call(event) if isinstance(event, GeneratorType) else event
            if not isinstance(step, _Step):
                raise TypeError(f"a thread yields events and generators, and not {event!r}")
            step.carry_out(self, turn)
        except Exception as error:
            turn.error = error
            self.go(turn)

    def start(self, coro: Coroutine) -> Thread:
        """Make `coro` a thread, ready after all others."""
        thread = Thread(coro)
        self.claim(coro, thread)
        self.go(Turn(thread))
        return thread

    def claim(self, coro: Coroutine, thread: Thread) -> None:
        """Have `coro` belong to `thread`, if it belongs to none."""
        if _checked(coro) in self.threads:
            raise ValueError(f"{_name(coro)} is scheduled already")
        self.threads[coro] = thread

    def find(self, coro: Coroutine) -> Thread | None:
        """Return the thread that `coro` belongs to, or None if it has finished."""
        is_known = coro in self.threads or coro in self.killed
        if _checked(coro).gi_frame is not None and not is_known:
            raise ValueError(f"{_name(coro)} is no thread of this run")
        return self.threads.get(coro)

    def forget(self, coro: Coroutine) -> None:
        """Let those go on who have joined `coro`, which has finished."""
        del self.threads[coro]
        for turn in self.joiners.pop(coro, ()):
            self.go(turn)

    def unwind(self, thread: Thread, height: int) -> None:
        """Close the generators of a thread above `height`, callees first."""
        thread.turn = None
        while len(thread.stack) > height:
            coro = thread.stack.pop()
            self.killed.add(coro)  # It may yield on, and still be there.
            try:
                coro.close()
            except Exception:
                _log.exception("%s failed in its clean-up", _name(coro))
            finally:
                self.forget(coro)

    def watch(self, timeout: float | None) -> None:
        """Queue who waits for a descriptor that is ready; rest meanwhile if nobody else can run.

        Of those who wait for the same, the first goes first, and the others look again. An
        interrupt while all rest is the root's.
        """
        poll = select.poll()
        masks: dict[int, int] = {}
        live = [watch for watch in self.watches if not watch[0].is_void and not watch[0].queued]
        for turn, source, mask in live:
            number = _number(source)
            if number < 0:
                self.go(turn)  # It was closed; the thread will see.
            else:
                masks[number] = masks.get(number, 0) | mask
                poll.register(number, masks[number])
        if self.queue:
            timeout = 0
        elif timeout is None and not live:
            raise RuntimeError(self.who_waits())
        self.watches = live
        try:
            ready = dict(poll.poll(None if timeout is None else min(timeout, _DAY) * 1000))
        except BaseException as interrupt:
            if self.queue or not self.root.stack:
                raise
            self.go(Turn(self.root, interrupt))
            return
        for turn, source, mask in live:
            number = _number(source)
            if ready.get(number, 0) & (mask | select.POLLERR | select.POLLHUP | select.POLLNVAL):
                self.go(turn)
                ready[number] &= ~mask & (select.POLLIN | select.POLLOUT | select.POLLPRI)

    def who_waits(self) -> str:
        """Name the threads that wait for each other."""
        waits = [(turn, coro) for coro, turns in self.joiners.items() for turn in turns]
        names = [
            (_name(turn.thread.stack[0]), _name(coro)) for turn, coro in waits if not turn.is_void
        ]
        return "deadlock: " + "; ".join(f"{one} waits to join {other}" for one, other in names)


@_event
def null(loop: Loop, turn: Turn) -> None:
    """Let the others have their turns."""
    loop.go(turn)


@_event
def sleep(loop: Loop, turn: Turn, duration: float) -> None:
    """Go on once `duration` seconds have passed."""
    if math.isnan(duration):
        raise ValueError("sleep() takes a number of seconds, and NaN is none")
    if duration <= 0:
        loop.go(turn)
    else:
        heappush(loop.timers, (monotonic() + duration, next(loop.numbers), turn))


@_event
def spawn(loop: Loop, turn: Turn, coro: Coroutine) -> None:
    """Start `coro` as a thread of its own; its parent goes first."""
    loop.go(turn)
    loop.start(coro)


@_event
def call(loop: Loop, turn: Turn, coro: Coroutine) -> None:
    """Run `coro` to its end, and return its value."""
    loop.claim(coro, turn.thread)
    turn.thread.stack.append(coro)
    loop.go(turn)


@_event
def end(loop: Loop, turn: Turn, value: Any = None) -> None:
    """End the coroutine here, and give `value` to its caller."""
    turn.error = _End(value)
    loop.go(turn)


@_event
def join(loop: Loop, turn: Turn, coro: Coroutine) -> None:
    """Wait until `coro` has finished."""
    if loop.find(coro) is None:
        loop.go(turn)
    else:
        loop.joiners.setdefault(coro, []).append(turn)


@_event
def kill(loop: Loop, turn: Turn, coro: Coroutine) -> None:
    """Close `coro` and what it calls, wherever it is; its caller goes on, if it has one."""
    victim = loop.find(coro)
    if victim is not None:
        loop.unwind(victim, victim.stack.index(coro))
        if victim.stack:
            loop.go(Turn(victim))
    loop.go(turn)


@_event
def when_ready(loop: Loop, turn: Turn, *watches: tuple[Source, int]) -> None:
    """Wait until one of some descriptors is ready for what `select.poll` is told to look for."""
    for source, mask in watches:
        _number(source)  # Raises here, and not in the loop, if it has none.
        loop.watches.append((turn, source, mask))


def _fired(event: WaitableEvent) -> Coroutine:
    masks = (select.POLLIN, select.POLLOUT, select.POLLPRI)
    groups = zip(event.waitables(), masks, strict=True)
    yield when_ready(*((source, mask) for sources, mask in groups for source in sources))
    return event.fire()


def _checked(coro: Coroutine) -> GeneratorType[Any, Any, Any]:
    if not isinstance(coro, GeneratorType):
        raise TypeError(f"a thread is made of generators, and not of {coro!r}")
    return coro


def _name(coro: Coroutine) -> str:
    return getattr(coro, "__qualname__", repr(coro))


def _number(source: Source) -> int:
    """Return a descriptor's number, or -1 if it has been closed."""
    try:
        return source if isinstance(source, int) else int(source.fileno())
    except ValueError:
        return -1
