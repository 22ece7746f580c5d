"""trio."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import trio

from benchmarks.peers import BUSY, FOREVER, MOMENT, Laps, allow_depth, main, resident


def switch(size: int, laps: Laps) -> float:
    """Let `size` tasks give the others a turn, again and again."""

    async def other() -> None:
        while True:
            await trio.lowlevel.checkpoint()

    async def leader() -> None:
        async with trio.open_nursery() as nursery:
            for _ in range(size - 1):
                nursery.start_soon(other)
            for lap in laps:
                for _ in lap:
                    await trio.lowlevel.checkpoint()
            nursery.cancel_scope.cancel()

    trio.run(leader)
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

    trio.run(descend, size)


def deep_switch(size: int, laps: Laps) -> None:
    """Give the others a turn while `size` callers wait."""
    allow_depth(size)

    async def descend(depth: int) -> None:
        if depth:
            await descend(depth - 1)
        else:
            for lap in laps:
                for _ in lap:
                    await trio.lowlevel.checkpoint()

    trio.run(descend, size)


def spawn(_: int, laps: Laps) -> None:
    """Start a task, and wait for its end, which is the end of its nursery."""

    async def nothing() -> None:
        return

    async def root() -> None:
        for lap in laps:
            for _ in lap:
                async with trio.open_nursery() as nursery:
                    nursery.start_soon(nothing)

    trio.run(root)


def kill(_: int, laps: Laps) -> None:
    """Start a task, let it go to sleep, cancel it, and wait for its end."""

    async def root() -> None:
        for lap in laps:
            for _ in lap:
                async with trio.open_nursery() as nursery:
                    nursery.start_soon(trio.sleep, FOREVER)
                    await trio.lowlevel.checkpoint()
                    nursery.cancel_scope.cancel()

    trio.run(root)


def timers(size: int, laps: Laps) -> None:
    """Let some tasks wake and sleep, while the others of `size` are asleep."""
    wakes = laps.one_by_one()

    async def busy() -> None:
        for _ in wakes:
            await trio.sleep(MOMENT)

    async def root() -> None:
        async with trio.open_nursery() as idle:
            for _ in range(size - BUSY):
                idle.start_soon(trio.sleep, FOREVER)
            await trio.sleep(0.1)  # So that all of them are asleep.
            async with trio.open_nursery() as nursery:
                for _ in range(BUSY):
                    nursery.start_soon(busy)
            idle.cancel_scope.cancel()

    trio.run(root)


def start(_: int, laps: Laps) -> None:
    """Run a program that does nothing."""

    async def nothing() -> None:
        return

    for lap in laps:
        for _ in lap:
            trio.run(nothing)


def memory_sleep(size: int, _: Laps) -> float:
    """Tell the bytes of `size` tasks that sleep."""

    async def idle() -> None:
        await trio.sleep(FOREVER)

    return float(trio.run(_memory, idle, size))


def memory_join(size: int, _: Laps) -> float:
    """Tell the bytes of `size` tasks that wait for an event: trio has no join of one task."""

    async def root() -> float:
        event = trio.Event()

        async def idle() -> None:
            await event.wait()

        return await _memory(idle, size)

    return float(trio.run(root))


async def _memory(idle: Callable[[], Awaitable[None]], size: int) -> float:
    await trio.sleep(0.01)
    before = resident()
    async with trio.open_nursery() as nursery:
        for _ in range(size):
            nursery.start_soon(idle)
        await trio.sleep(0.1)
        grown = resident() - before
        nursery.cancel_scope.cancel()
    return grown


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
