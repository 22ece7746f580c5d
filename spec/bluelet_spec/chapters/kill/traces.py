"""What is left of a killed thread, which is nothing.

Neither what it waited for, which could keep the run waiting, nor its generator, of which a long run
would gather more and more.
"""

import gc
import tracemalloc
import weakref

from bluelet_spec.clause import Implementation, should
from bluelet_spec.probe import Coroutine


@should("kill.sleeping")
def sleeper_leaves_no_timer(bluelet: Implementation) -> None:
    """When the last sleeper is killed, `run` SHOULD return without waiting out its sleep.

    Source: observed: so do all known implementations.
    """
    seen: list[str] = []

    def victim() -> Coroutine:
        seen.append("sleeps")
        yield bluelet.sleep(3600)

    def root() -> Coroutine:
        thread = victim()
        yield bluelet.spawn(thread)
        while "sleeps" not in seen:
            yield bluelet.null()
        yield bluelet.null()
        yield bluelet.kill(thread)
        seen.append("killed")

    bluelet.run(root())

    assert seen == ["sleeps", "killed"]


@should("kill.sleeping", "kill.joining", "kill.spares-others")
def forgets_killed_threads(bluelet: Implementation) -> None:
    """A run that goes on SHOULD keep nothing of a killed thread.

    Source: ruling; observed in part: all known implementations keep killed joiners.
    """
    alive: list[str] = []

    def long_lived() -> Coroutine:
        while not alive:
            yield bluelet.null()

    def sleeper() -> Coroutine:
        yield bluelet.sleep(2)

    def joiner(thread: Coroutine) -> Coroutine:
        yield bluelet.join(thread)

    def kill_one(thread: Coroutine) -> Coroutine:
        yield bluelet.spawn(thread)
        for _ in range(5):
            yield bluelet.null()
        yield bluelet.kill(thread)
        return weakref.ref(thread)

    def root() -> Coroutine:
        target = long_lived()
        yield bluelet.spawn(target)
        of_sleeper = yield from kill_one(sleeper())
        of_joiner = yield from kill_one(joiner(target))
        for _ in range(5):
            yield bluelet.null()
        gc.collect()
        alive.append("sleeper kept" if of_sleeper() else "sleeper forgotten")
        alive.append("joiner kept" if of_joiner() else "joiner forgotten")

    bluelet.run(root())

    assert alive == ["sleeper forgotten", "joiner forgotten"]


@should("kill.sleeping", "kill.spares-others")
def forgets_sleeps(bluelet: Implementation) -> None:
    """The memory that a run takes SHOULD NOT grow with the sleepers that it has killed.

    A time-out that is mostly not needed is a thread that sleeps for a minute, and is killed.

    Source: ruling; observed in event loops: a timer stays until its time comes.
    """
    sizes: list[int] = []

    def sleeper(seconds: float) -> Coroutine:
        yield bluelet.sleep(seconds)

    def root() -> Coroutine:
        first = sleeper(60)  # Its time comes before that of all others.
        yield bluelet.spawn(first)
        yield bluelet.null()
        for _ in range(3):
            for _ in range(2000):
                thread = sleeper(3600)
                yield bluelet.spawn(thread)
                yield bluelet.null()
                yield bluelet.kill(thread)
            gc.collect()
            sizes.append(tracemalloc.get_traced_memory()[0])
        yield bluelet.kill(first)

    tracemalloc.start()
    try:
        bluelet.run(root())
    finally:
        tracemalloc.stop()

    assert sizes[2] - sizes[1] < 2000 * 32
