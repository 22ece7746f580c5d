"""curio."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

import curio

from benchmarks.peers import BUSY, FOREVER, MOMENT, Laps, allow_depth, main, resident


def switch(size: int, laps: Laps) -> float:
    """Let `size` tasks give the others a turn, again and again."""

    async def other() -> None:
        while True:
            await curio.sleep(0)

    async def leader() -> None:
        async with curio.TaskGroup() as group:
            for _ in range(size - 1):
                await group.spawn(other)
            for lap in laps:
                for _ in lap:
                    await curio.sleep(0)
            await group.cancel_remaining()

    curio.run(leader)
    return laps.rate * size


def call(size: int, laps: Laps) -> None:
    """Await a coroutine that returns, while `size` - 1 others wait for the caller to return."""
    allow_depth(size)

    async def leaf() -> None:
        return

    async def descend(depth: int) -> None:
        if depth > 1:
            await descend(depth - 1)
        else:
            for lap in laps:
                for _ in lap:
                    await leaf()

    curio.run(descend, size)


def deep_switch(size: int, laps: Laps) -> None:
    """Give the others a turn while `size` callers wait."""
    allow_depth(size)

    async def descend(depth: int) -> None:
        if depth:
            await descend(depth - 1)
        else:
            for lap in laps:
                for _ in lap:
                    await curio.sleep(0)

    curio.run(descend, size)


def spawn(_: int, laps: Laps) -> None:
    """Spawn a task, and join it."""

    async def nothing() -> None:
        return

    async def root() -> None:
        for lap in laps:
            for _ in lap:
                child = await curio.spawn(nothing)
                await child.join()

    curio.run(root)


def kill(_: int, laps: Laps) -> None:
    """Spawn a task, let it go to sleep, and cancel it, which waits for its end."""

    async def root() -> None:
        for lap in laps:
            for _ in lap:
                child = await curio.spawn(curio.sleep, FOREVER)
                await curio.sleep(0)
                await child.cancel()

    curio.run(root)


def timers(size: int, laps: Laps) -> None:
    """Let some tasks wake and sleep, while the others of `size` are asleep."""
    wakes = laps.one_by_one()

    async def busy() -> None:
        for _ in wakes:
            await curio.sleep(MOMENT)

    async def root() -> None:
        idle = await spawn_all(partial(curio.sleep, FOREVER), size - BUSY)
        async with curio.TaskGroup() as group:
            for _ in range(BUSY):
                await group.spawn(busy)
        for task in idle:
            await task.cancel()

    curio.run(root)


def start(_: int, laps: Laps) -> None:
    """Run a program that does nothing."""

    async def nothing() -> None:
        return

    for lap in laps:
        for _ in lap:
            curio.run(nothing)


def memory_sleep(size: int, _: Laps) -> float:
    """Tell the bytes of `size` tasks that sleep."""

    async def idle() -> None:
        await curio.sleep(FOREVER)

    return float(curio.run(_memory, idle, size))


def memory_join(size: int, _: Laps) -> float:
    """Tell the bytes of `size` tasks that wait for another."""

    async def root() -> float:
        awaited = await curio.spawn(curio.sleep, FOREVER)

        async def idle() -> None:
            await awaited.wait()

        grown = await _memory(idle, size)
        await awaited.cancel()
        return grown

    return float(curio.run(root))


async def _memory(idle: Callable[[], Coroutine[Any, Any, None]], size: int) -> float:
    await curio.sleep(0.01)
    before = resident()
    tasks = await spawn_all(idle, size)
    grown = resident() - before
    for task in tasks:
        await task.cancel()
    return grown


async def spawn_all(idle: Callable[[], Coroutine[Any, Any, Any]], size: int) -> list[Any]:
    """Spawn many tasks, some at a time, until all are idle; return them.

    With many that are ready, curio takes long to find that one more is not among them.
    """
    tasks = []
    for number in range(size):
        tasks.append(await curio.spawn(idle))
        if number % 100 == 0:
            await curio.sleep(0)
    await curio.sleep(0.1)
    return tasks


PROGRAMS = {
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

if __name__ == "__main__":
    main(PROGRAMS)
