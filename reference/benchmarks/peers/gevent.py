"""gevent, which needs no `await`: a call is Python's own, and a greenlet has a stack."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import gevent

from benchmarks.peers import BUSY, FOREVER, MOMENT, Laps, allow_depth, main, resident


def switch(size: int, laps: Laps) -> float:
    """Let `size` greenlets give the others a turn, again and again."""

    def other() -> None:
        while True:
            gevent.sleep(0)

    def leader() -> None:
        for lap in laps:
            for _ in lap:
                gevent.sleep(0)

    others = [gevent.spawn(other) for _ in range(size - 1)]
    gevent.spawn(leader).join()
    gevent.killall(others)
    return laps.rate * size


def call(size: int, laps: Laps) -> None:
    """Call a function that returns, while `size` - 1 others wait for the caller to return."""
    allow_depth(size)

    def leaf() -> None:
        return

    def descend(depth: int) -> None:
        if depth > 1:
            descend(depth - 1)
        else:
            for lap in laps:
                for _ in lap:
                    leaf()

    gevent.spawn(descend, size).get()


def deep_switch(size: int, laps: Laps) -> None:
    """Give the others a turn while `size` callers wait."""
    allow_depth(size)

    def descend(depth: int) -> None:
        if depth:
            descend(depth - 1)
        else:
            for lap in laps:
                for _ in lap:
                    gevent.sleep(0)

    gevent.spawn(descend, size).get()


def spawn(_: int, laps: Laps) -> None:
    """Spawn a greenlet, and join it."""

    def nothing() -> None:
        return

    def root() -> None:
        for lap in laps:
            for _ in lap:
                gevent.spawn(nothing).join()

    gevent.spawn(root).join()


def kill(_: int, laps: Laps) -> None:
    """Spawn a greenlet, let it go to sleep, and kill it, which waits for its end."""

    def root() -> None:
        for lap in laps:
            for _ in lap:
                child = gevent.spawn(gevent.sleep, FOREVER)
                gevent.sleep(0)
                child.kill()

    gevent.spawn(root).join()


def timers(size: int, laps: Laps) -> None:
    """Let some greenlets wake and sleep, while the others of `size` are asleep."""
    wakes = laps.one_by_one()

    def busy() -> None:
        for _ in wakes:
            gevent.sleep(MOMENT)

    idle = spawn_all(partial(gevent.sleep, FOREVER), size - BUSY)
    gevent.joinall([gevent.spawn(busy) for _ in range(BUSY)])
    gevent.killall(idle)


def memory_sleep(size: int, _: Laps) -> float:
    """Tell the bytes of `size` greenlets that sleep."""

    def idle() -> None:
        gevent.sleep(FOREVER)

    return _memory(idle, size)


def memory_join(size: int, _: Laps) -> float:
    """Tell the bytes of `size` greenlets that join another."""
    joined = gevent.spawn(gevent.sleep, FOREVER)

    def idle() -> None:
        joined.join()

    return _memory(idle, size)


def _memory(idle: Callable[[], None], size: int) -> float:
    gevent.sleep(0.01)
    before = resident()
    greenlets = spawn_all(idle, size)
    grown = resident() - before
    gevent.killall(greenlets)
    return grown


def spawn_all(idle: Callable[[], None], size: int) -> list[gevent.Greenlet]:
    """Spawn many greenlets, and give them the time to become idle, which they do some at a time."""
    greenlets = [gevent.spawn(idle) for _ in range(size)]
    gevent.sleep(0.1 + size * 2e-5)
    return greenlets


PROGRAMS = {
    "switch": switch,
    "call": call,
    "deep-switch": deep_switch,
    "spawn": spawn,
    "kill": kill,
    "timers": timers,
    "memory-sleep": memory_sleep,
    "memory-join": memory_join,
}

if __name__ == "__main__":
    main(PROGRAMS)
