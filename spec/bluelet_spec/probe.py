"""The few things that the programs of the clauses need besides bluelet itself.

They make the programs independent of the wall clock. Nothing here sleeps and hopes: to have
deadlines pass, a program blocks the loop on purpose (`block`); to have a thread finished, it waits
for that (`finished`); to interrupt a program that waits, it waits until it does (`when_idle`).
"""

from __future__ import annotations

import functools
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from types import FrameType, GeneratorType
from typing import Any, TypeAlias

from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from hypothesis.strategies import SearchStrategy

Coroutine: TypeAlias = Generator[Any, Any, Any]
"""What a program is made of: a generator that yields events."""

TURNS = 1000
"""The fairness bound: what is ready is resumed before another thread has had so many turns."""

_TICK = 0.01
"""Seconds between two looks at whether a program is idle."""

_sleep = time.sleep  # As it is before an implementation comes that replaces it.

_EXAMPLES = settings(
    database=None,
    deadline=None,
    derandomize=True,
    max_examples=25,
    phases=(Phase.generate, Phase.shrink),
    print_blob=False,
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
    verbosity=Verbosity.quiet,
)

_to_replay: Mapping[str, Any] = {}


def for_any(**data: SearchStrategy[Any]) -> Callable[[Callable[..., None]], Callable[[], None]]:
    """Make a program that holds for any data of those kinds into a function without arguments.

    It runs the program on the same few examples every time, none of which takes long. Where one
    fails, the exception says by which, the simplest that is found: in a note, and as the text that
    it has for its `counterexample`, `sizes=[1], text=b"a"`. A clause has one such program.
    """

    def decorate(program: Callable[..., None]) -> Callable[[], None]:
        failed = ""

        @functools.wraps(program)  # The examples follow from the program's own text.
        def example(**drawn: Any) -> None:
            __tracebackhide__ = True
            nonlocal failed
            shown = ", ".join(f"{name}={value!r}" for name, value in drawn.items())
            try:
                program(**drawn)
            except BaseException:
                failed = shown
                raise

        def run() -> None:
            __tracebackhide__ = True
            try:
                if _to_replay:
                    example(**_to_replay)
                _EXAMPLES(given(**data)(example))()
            except BaseException as error:
                error.add_note(f"with {failed}")
                error.counterexample = failed  # type: ignore[attr-defined]
                raise

        return run

    return decorate


@contextmanager
def replaying(data: Mapping[str, Any]) -> Iterator[None]:
    """Have the programs of `for_any` be run on `data` first, and on nothing else if that fails."""
    global _to_replay
    before, _to_replay = _to_replay, data
    try:
        yield
    finally:
        _to_replay = before


def raised_by(function: Callable[..., object], *args: object) -> BaseException | None:
    """Call `function(*args)`; return the exception that it raised, or None."""
    try:
        function(*args)
    except BaseException as error:
        return error
    return None


def finished(coro: Coroutine) -> bool:
    """Return whether a generator has returned, raised, or been closed."""
    return isinstance(coro, GeneratorType) and coro.gi_frame is None


class Stop(BaseException):
    """What a program raises to end its run, and no `except Exception` holds up."""


class NotJudged(Exception):
    """Raised by a program whose run could not tell whether the clause is met; it says why.

    It is raised after the run, and says what in the port is such, in words that others may share:
    "the port resolves names by itself".
    """


def block(seconds: float) -> None:
    """Hold up the whole scheduler for that long, as a computation would."""
    _sleep(seconds)


@contextmanager
def after(seconds: float, error: BaseException) -> Iterator[None]:
    """Raise `error`, from a signal handler, if the program still runs after that long."""

    def ring(signum: int, frame: FrameType | None) -> None:
        raise error

    with _alarm(ring, seconds, 0):
        yield


@contextmanager
def when_idle() -> Iterator[list[bool]]:
    """Interrupt the program as Ctrl-C does, by SIGINT, once it waits in the operating system.

    A timer's signal, whose handler only looks, comes every few milliseconds. Where the process has
    used next to no CPU time from one to the next, several times in a row, it is idle: it may wait
    all the time, or for many short times. The time in which it wanted a CPU that others had does
    not count. The interrupt comes a moment later, from another thread of the system's, and so never
    while a handler runs. It comes once, and the list that the context gives is then no longer
    empty.
    """
    main = threading.main_thread()
    interrupted: list[bool] = []
    seen = _clocks()
    idle = 0.0

    def interrupt() -> None:
        interrupted.append(True)
        signal.pthread_kill(main.ident or 0, signal.SIGINT)

    timer = threading.Timer(_TICK, interrupt)

    def tick(signum: int, frame: FrameType | None) -> None:
        nonlocal seen, idle
        before, seen = seen, _clocks()
        real, used, queued = (now - then for now, then in zip(seen, before, strict=True))
        idle = idle + real - queued if used < (real - queued) / 5 else 0.0
        if idle >= 5 * _TICK:
            signal.setitimer(signal.ITIMER_REAL, 0)
            timer.start()

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with _alarm(tick, _TICK, _TICK):
            yield interrupted
    finally:
        signal.signal(signal.SIGINT, lambda *_: None)
        timer.cancel()
        if timer.ident is not None:
            timer.join()
        signal.signal(signal.SIGINT, before)


def _clocks() -> tuple[float, float, float]:
    """Return seconds: of real time, used on a CPU, and in which the main thread wanted a CPU.

    Where the system does not tell the last, it is 0.
    """
    try:
        with open("/proc/self/schedstat", encoding="ascii") as file:
            queued = int(file.read().split()[1]) / 1e9
    except (OSError, ValueError, IndexError):
        queued = 0.0
    return time.monotonic(), time.process_time(), queued


@contextmanager
def clock_to_set() -> Iterator[Callable[[float], None]]:
    """Give what sets the computer's clock, forward by so many seconds, until the end.

    So it is for whatever looks at the clock by `time.time`, under any name in any module.
    """
    real_time = time.time
    ahead = 0.0

    def set_time() -> float:
        return real_time() + ahead

    def set_clock(seconds: float) -> None:
        nonlocal ahead
        ahead = seconds

    with replaced(real_time, set_time):
        yield set_clock


@contextmanager
def replaced(function: Callable[..., Any], other: Callable[..., Any]) -> Iterator[None]:
    """Have `other` be called in place of a module's function, under any name in any module."""
    names = [
        (space, name)
        for space in [getattr(module, "__dict__", {}) for module in list(sys.modules.values())]
        for name, value in list(space.items())
        if value is function
    ]
    for space, name in names:
        space[name] = other
    try:
        yield
    finally:
        for space, name in names:
            space[name] = function


@contextmanager
def no_descriptors_left() -> Iterator[None]:
    """Let the process open no file or socket meanwhile."""
    import resource  # There are systems without it, and the specification is read there, too.

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    lowest_free = os.dup(0)
    os.close(lowest_free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (lowest_free, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@contextmanager
def signals(interval: float, act: Callable[[], object] = lambda: None) -> Iterator[None]:
    """Interrupt the program every `interval` seconds by a signal whose handler calls `act`."""

    def handle(signum: int, frame: FrameType | None) -> None:
        act()

    with _alarm(handle, interval, interval):
        yield


@contextmanager
def _alarm(
    handler: Callable[[int, FrameType | None], None], delay: float, interval: float
) -> Iterator[None]:
    before = signal.signal(signal.SIGALRM, handler)
    signal.setitimer(signal.ITIMER_REAL, delay, interval)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
