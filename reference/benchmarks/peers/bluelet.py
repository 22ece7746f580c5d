"""bluelet 0.2.0; and what the programs for any bluelet are, of which the reference is one."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import suppress
from functools import partial
from typing import Any

from benchmarks.cases import LeftOut
from benchmarks.peers import BUSY, FOREVER, MOMENT, Done, Laps, Program, main, resident

Coroutine = Generator[Any, Any, Any]


def programs(bluelet: Any) -> dict[str, Program]:
    """Return the programs by case, for `bluelet`."""
    of_any = {
        "switch": switch,
        "call": call,
        "deep-switch": deep_switch,
        "spawn": spawn,
        "kill": kill,
        "timers": timers,
        "start": start,
        "memory-sleep": memory_sleep,
        "memory-join": memory_join,
    }
    return {case: partial(program, bluelet) for case, program in of_any.items()}


def switch(bluelet: Any, size: int, laps: Laps) -> float:
    """Let `size` threads give the others a turn, again and again."""

    def other() -> Coroutine:
        while True:
            yield bluelet.null()

    def leader() -> Coroutine:
        yield from spawn_all(bluelet, [other() for _ in range(size - 1)])
        for lap in laps:
            for _ in lap:
                yield bluelet.null()
        raise Done

    with suppress(Done):
        bluelet.run(leader())
    return laps.rate * size


def call(bluelet: Any, size: int, laps: Laps) -> None:
    """Call a coroutine that returns, while `size` - 1 others wait for the caller to return."""

    def leaf() -> Coroutine:
        yield bluelet.end()

    def descend(depth: int) -> Coroutine:
        if depth > 1:
            yield descend(depth - 1)
        else:
            for lap in laps:
                for _ in lap:
                    yield leaf()

    bluelet.run(descend(size))


def deep_switch(bluelet: Any, size: int, laps: Laps) -> None:
    """Give the others a turn while `size` callers wait."""

    def descend(depth: int) -> Coroutine:
        if depth:
            yield descend(depth - 1)
        else:
            for lap in laps:
                for _ in lap:
                    yield bluelet.null()

    bluelet.run(descend(size))


def spawn(bluelet: Any, _: int, laps: Laps) -> None:
    """Spawn a thread, and join it."""

    def nothing() -> Coroutine:
        return
        yield

    def root() -> Coroutine:
        for lap in laps:
            for _ in lap:
                child = nothing()
                yield bluelet.spawn(child)
                yield bluelet.join(child)

    bluelet.run(root())


def kill(bluelet: Any, _: int, laps: Laps) -> None:
    """Spawn a thread, let it go to sleep, and kill it."""

    def sleeper() -> Coroutine:
        yield bluelet.sleep(FOREVER)

    def root() -> Coroutine:
        for lap in laps:
            for _ in lap:
                child = sleeper()
                yield bluelet.spawn(child)
                yield bluelet.null()
                yield bluelet.kill(child)

    bluelet.run(root())


def timers(bluelet: Any, size: int, laps: Laps) -> None:
    """Let some threads wake and sleep, while the others of `size` are asleep."""
    wakes = laps.one_by_one()

    def idle() -> Coroutine:
        yield bluelet.sleep(FOREVER)

    def busy() -> Coroutine:
        for _ in wakes:
            yield bluelet.sleep(MOMENT)
        raise Done

    def root() -> Coroutine:
        yield from spawn_all(bluelet, [idle() for _ in range(size - BUSY)])
        for _ in range(BUSY):
            yield bluelet.spawn(busy())

    with suppress(Done):
        bluelet.run(root())


def start(bluelet: Any, _: int, laps: Laps) -> None:
    """Run a program that does nothing."""

    def nothing() -> Coroutine:
        return
        yield

    for lap in laps:
        for _ in lap:
            bluelet.run(nothing())


def memory_sleep(bluelet: Any, size: int, _: Laps) -> float:
    """Tell the bytes of `size` threads that sleep."""

    def idle() -> Coroutine:
        yield bluelet.sleep(FOREVER)

    return _memory(bluelet, idle, size)


def memory_join(bluelet: Any, size: int, _: Laps) -> float:
    """Tell the bytes of `size` threads that join another."""

    def sleeper() -> Coroutine:
        yield bluelet.sleep(FOREVER)

    joined = sleeper()

    def idle() -> Coroutine:
        yield bluelet.join(joined)

    return _memory(bluelet, idle, size, joined)


def _memory(bluelet: Any, idle: Any, size: int, *first: Coroutine) -> float:
    grown = 0

    def root() -> Coroutine:
        nonlocal grown
        for coro in first:
            yield bluelet.spawn(coro)
        yield bluelet.sleep(0.01)
        before = resident()
        yield from spawn_all(bluelet, [idle() for _ in range(size)])
        grown = resident() - before
        raise Done

    with suppress(Done):
        bluelet.run(root())
    return grown


def spawn_all(bluelet: Any, coros: list[Coroutine]) -> Coroutine:
    """Spawn many threads, by many threads, until all have begun.

    bluelet 0.2.0 looks at all threads between any two steps of one, which would make a loop that
    spawns them take hours. This is over before anything is measured.
    """
    waiting = len(coros)

    def spawn_some(coros: list[Coroutine]) -> Coroutine:
        nonlocal waiting
        while len(coros) > 2:
            half = len(coros) // 2
            yield bluelet.spawn(spawn_some(coros[half:]))
            del coros[half:]
        for coro in coros:
            yield bluelet.spawn(coro)
        yield bluelet.null()
        waiting -= len(coros)

    yield from spawn_some(coros)
    while waiting:
        yield bluelet.null()


def deepest(program: Program, depth: int) -> Program:
    """Return `program` for depths that bluelet 0.2.0 reaches in a few seconds."""

    def limited(size: int, laps: Laps) -> float | None:
        if size > depth:
            raise LeftOut("each step looks at all callers: to get so deep takes half a minute")
        return program(size, laps)

    return limited


if __name__ == "__main__":
    import bluelet

    of_bluelet = programs(bluelet)
    for case in ("call", "deep-switch"):
        of_bluelet[case] = deepest(of_bluelet[case], 1000)
    main(of_bluelet)
