"""asyncio; and what the programs for any of its event loops are, of which uvloop has one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import partial
from typing import Any

from benchmarks.peers import (
    BUSY,
    FOREVER,
    MOMENT,
    Laps,
    Program,
    allow_depth,
    main,
    resident,
)

Run = Callable[[Coroutine[Any, Any, Any]], Any]


def programs(run: Run) -> dict[str, Program]:
    """Return the programs by case, to be run by `run`."""
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
    return {case: partial(program, run) for case, program in of_any.items()}


def switch(run: Run, size: int, laps: Laps) -> float:
    """Let `size` tasks give the others a turn, again and again."""

    async def other() -> None:
        while True:
            await asyncio.sleep(0)

    async def leader() -> None:
        others = [asyncio.create_task(other()) for _ in range(size - 1)]
        for lap in laps:
            for _ in lap:
                await asyncio.sleep(0)
        for task in others:
            task.cancel()

    run(leader())
    return laps.rate * size


def call(run: Run, size: int, laps: Laps) -> None:
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

    run(descend(size))


def deep_switch(run: Run, size: int, laps: Laps) -> None:
    """Give the others a turn while `size` callers wait."""
    allow_depth(size)

    async def descend(depth: int) -> None:
        if depth:
            await descend(depth - 1)
        else:
            for lap in laps:
                for _ in lap:
                    await asyncio.sleep(0)

    run(descend(size))


def spawn(run: Run, _: int, laps: Laps) -> None:
    """Create a task, and await it."""

    async def nothing() -> None:
        return

    async def root() -> None:
        for lap in laps:
            for _ in lap:
                await asyncio.create_task(nothing())

    run(root())


def kill(run: Run, _: int, laps: Laps) -> None:
    """Create a task, let it go to sleep, cancel it, and await its end."""

    async def root() -> None:
        for lap in laps:
            for _ in lap:
                child = asyncio.create_task(asyncio.sleep(FOREVER))
                await asyncio.sleep(0)
                child.cancel()
                with suppress(asyncio.CancelledError):
                    await child

    run(root())


def timers(run: Run, size: int, laps: Laps) -> None:
    """Let some tasks wake and sleep, while the others of `size` are asleep."""
    wakes = laps.one_by_one()

    async def busy() -> None:
        for _ in wakes:
            await asyncio.sleep(MOMENT)

    async def root() -> None:
        idle = [asyncio.create_task(asyncio.sleep(FOREVER)) for _ in range(size - BUSY)]
        await asyncio.sleep(0.1)  # So that all of them are asleep.
        async with asyncio.TaskGroup() as group:
            for _ in range(BUSY):
                group.create_task(busy())
        for task in idle:
            task.cancel()

    run(root())


def start(run: Run, _: int, laps: Laps) -> None:
    """Run a program that does nothing."""

    async def nothing() -> None:
        return

    for lap in laps:
        for _ in lap:
            run(nothing())


def memory_sleep(run: Run, size: int, _: Laps) -> float:
    """Tell the bytes of `size` tasks that sleep."""

    async def idle() -> None:
        await asyncio.sleep(FOREVER)

    async def root() -> float:
        return await _memory(idle, size)

    return float(run(root()))


def memory_join(run: Run, size: int, _: Laps) -> float:
    """Tell the bytes of `size` tasks that wait for another."""

    async def root() -> float:
        awaited = asyncio.create_task(asyncio.sleep(FOREVER))

        async def idle() -> None:
            await asyncio.wait([awaited])

        return await _memory(idle, size)

    return float(run(root()))


async def _memory(idle: Callable[[], Coroutine[Any, Any, None]], size: int) -> float:
    await asyncio.sleep(0.01)
    before = resident()
    tasks = [asyncio.create_task(idle()) for _ in range(size)]
    await asyncio.sleep(0.1)
    grown = resident() - before
    for task in tasks:
        task.cancel()
    return grown


if __name__ == "__main__":
    main(programs(asyncio.run))
