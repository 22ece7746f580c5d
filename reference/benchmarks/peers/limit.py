"""The limit: what the same takes in Python without any scheduler around it.

The loops know nothing but what their one case needs: who is next, who called, who wakes first. They
have no events, no errors, no fairness and no other way to wait; so nothing that has can be as fast.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator
from heapq import heappop, heappush
from time import monotonic, sleep
from typing import Any

from benchmarks.peers import BUSY, FOREVER, MOMENT, Done, Laps, main, resident

Coroutine = Generator[Any, Any, Any]


def switch(size: int, laps: Laps) -> float:
    """Resume `size` generators in turn."""

    def other() -> Coroutine:
        while True:
            yield

    def leader() -> Coroutine:
        for lap in laps:
            for _ in lap:
                yield

    ready = deque([leader(), *(other() for _ in range(size - 1))])
    while True:
        coro = ready.popleft()
        try:
            coro.send(None)
        except StopIteration:
            return laps.rate * size
        ready.append(coro)


def call(size: int, laps: Laps) -> None:
    """Resume the innermost of a stack of generators, each of which has called the next."""

    def leaf() -> Coroutine:
        return
        yield

    def descend(depth: int) -> Coroutine:
        if depth > 1:
            yield descend(depth - 1)
        else:
            for lap in laps:
                for _ in lap:
                    yield leaf()

    stack = [descend(size)]
    value = None
    while stack:
        try:
            callee = stack[-1].send(value)
        except StopIteration as stop:
            stack.pop()
            value = stop.value
        else:
            stack.append(callee)
            value = None


def timers(size: int, laps: Laps) -> None:
    """Resume generators at the times in a heap."""
    wakes = laps.one_by_one()

    def idle() -> Coroutine:
        yield FOREVER

    def busy() -> Coroutine:
        for _ in wakes:
            yield MOMENT
        raise Done

    heap: list[tuple[float, int, Coroutine]] = []
    count = 0
    for coro in [*(idle() for _ in range(size - BUSY)), *(busy() for _ in range(BUSY))]:
        heappush(heap, (monotonic() + coro.send(None), count, coro))
        count += 1
    try:
        while True:
            deadline, _, coro = heappop(heap)
            now = monotonic()
            if deadline > now:
                sleep(deadline - now)
            heappush(heap, (monotonic() + coro.send(None), count, coro))
            count += 1
    except Done:
        pass


def memory_bare(size: int, _: Laps) -> float:
    """Tell the bytes of `size` generators that have been started, with nothing around them."""

    def idle() -> Coroutine:
        yield

    before = resident()
    coros = [idle() for _ in range(size)]
    for coro in coros:
        coro.send(None)
    return resident() - before


PROGRAMS = {"switch": switch, "call": call, "timers": timers, "memory-bare": memory_bare}

if __name__ == "__main__":
    main(PROGRAMS)
