"""`spawn` starts a thread: a coroutine that runs on beside the one that started it.

The thread is known by its generator, which is what `join` and `kill` take. It is nobody's child
once it has been started: that its spawner ends, is killed, or was itself only a callee makes no
difference to it.

The parent goes on before its child starts, and children start in the order in which they were
spawned: programs may be written that way, and a port that wants to be trusted keeps it.

A generator can be in one place only, as for `call`: to spawn one that is scheduled already raises,
and it notices nothing.

Left open: to spawn a generator that was advanced by hand; when exactly, after the parent's next
event, a child starts; what becomes of a *ready* thread that is spawned a second time where that is
not refused, and how many turns it then has.
"""

import gc
import weakref
from time import monotonic

from bluelet_spec.clause import Implementation, may, must, should
from bluelet_spec.probe import TURNS, Coroutine, finished


@must()
def both_run(bluelet: Implementation) -> None:
    """After `spawn`, parent and child MUST both run on.

    Each here needs the other to have come so far.

    Source: README, Basic Usage, `spawn`: "Both coroutines remain in the thread scheduler."
    """
    seen: list[str] = []

    def child() -> Coroutine:
        seen.append("child begins")
        while "parent" not in seen:
            yield bluelet.null()
        seen.append("child ends")

    def root() -> Coroutine:
        yield bluelet.spawn(child())
        while "child begins" not in seen:
            yield bluelet.null()
        seen.append("parent")
        while "child ends" not in seen:
            yield bluelet.null()
        seen.append("parent ends")

    bluelet.run(root())

    assert seen == ["child begins", "parent", "child ends", "parent ends"]


@must("run.waits-for-every-thread")
def many_children(bluelet: Implementation) -> None:
    """Every one of many spawned threads MUST run to its end, once.

    Source: README, Basic Usage, `spawn`: how to "handle multiple network connections at once".
    """
    finished_children: list[int] = []

    def child(number: int) -> Coroutine:
        yield bluelet.null()
        finished_children.append(number)

    def root() -> Coroutine:
        for number in range(300):
            yield bluelet.spawn(child(number))

    bluelet.run(root())

    assert sorted(finished_children) == list(range(300))


@must("run.waits-for-every-thread")
def grandchildren(bluelet: Implementation) -> None:
    """A spawned thread MUST be able to spawn threads of its own.

    Source: README, Basic Usage, `spawn`: it "makes the child coroutine run concurrently", as
    its parent does, which may spawn.
    """
    seen: list[str] = []

    def grandchild() -> Coroutine:
        yield bluelet.null()
        seen.append("grandchild")

    def child() -> Coroutine:
        yield bluelet.spawn(grandchild())
        seen.append("child")

    def root() -> Coroutine:
        yield bluelet.spawn(child())
        seen.append("root")

    bluelet.run(root())

    assert sorted(seen) == ["child", "grandchild", "root"]


@should("run.one-thread-at-a-time", "run.waits-for-every-thread")
def parent_first(bluelet: Implementation) -> None:
    """The parent SHOULD go on before its new child starts.

    Source: ruling; observed in all known implementations.
    """
    seen: list[str] = []

    def child(name: str) -> Coroutine:
        seen.append(name)
        yield bluelet.null()

    def root() -> Coroutine:
        yield bluelet.spawn(child("first child"))
        seen.append("parent")
        yield bluelet.null()
        while "first child" not in seen:
            yield bluelet.null()
        yield bluelet.spawn(child("second child"))
        seen.append("parent")

    bluelet.run(root())

    assert seen == ["parent", "first child", "parent", "second child"]


@should("spawn.many-children")
def in_order(bluelet: Implementation) -> None:
    """Threads SHOULD start in the order in which they were spawned.

    Who else has a turn before them is not said here, but by `fairness.first-in-first-out`.

    Source: ruling: ready threads run first in, first out; observed in all known implementations.
    """
    seen: list[int] = []

    def child(number: int) -> Coroutine:
        seen.append(number)
        yield bluelet.null()

    def root() -> Coroutine:
        for number in range(50):
            yield bluelet.spawn(child(number))

    bluelet.run(root())

    assert seen == list(range(50))


@must("spawn.grandchildren")
def outlives_its_spawner(bluelet: Implementation) -> None:
    """A thread MUST run on after its spawner ended, be that a thread or only a callee.

    Source: README, Basic Usage, `spawn`: both "remain in the thread scheduler", each for itself.
    """
    seen: list[str] = []

    def child(name: str, spawner: Coroutine) -> Coroutine:
        while not finished(spawner):
            yield bluelet.null()
        yield bluelet.null()
        seen.append(name)

    def spawner(name: str, itself: list[Coroutine]) -> Coroutine:
        yield bluelet.spawn(child(name, itself[0]))

    def root() -> Coroutine:
        thread: list[Coroutine] = []
        thread.append(spawner("a thread's child", thread))
        callee: list[Coroutine] = []
        callee.append(spawner("a callee's child", callee))
        yield bluelet.spawn(thread[0])
        yield bluelet.call(callee[0])

    bluelet.run(root())

    assert sorted(seen) == ["a callee's child", "a thread's child"]


@must("spawn.grandchildren", "kill.sleeping")
def outlives_its_killed_spawner(bluelet: Implementation) -> None:
    """A thread MUST run on after its spawner was killed.

    Source: README, Basic Usage, `kill`: it aborts "a previously-spawned thread", not others.
    """
    seen: list[str] = []

    def child() -> Coroutine:
        while "killed" not in seen:
            yield bluelet.null()
        yield bluelet.null()
        seen.append("child ends")

    def spawner() -> Coroutine:
        yield bluelet.spawn(child())
        seen.append("spawned")
        yield bluelet.sleep(2)

    def root() -> Coroutine:
        thread = spawner()
        yield bluelet.spawn(thread)
        while "spawned" not in seen:
            yield bluelet.null()
        yield bluelet.kill(thread)
        seen.append("killed")

    bluelet.run(root())

    assert seen == ["spawned", "killed", "child ends"]


@should("join.suspends-only-the-joiner", "run.waits-for-every-thread")
def leaves_a_scheduled_coroutine_alone(bluelet: Implementation) -> None:
    """To spawn a coroutine that is scheduled already SHOULD NOT cut short what it waits for.

    Source: ruling: to schedule a scheduled coroutine raises, and disturbs nothing.
    """
    seen: list[str] = []
    release: list[bool] = []

    def slow() -> Coroutine:
        while not release:
            yield bluelet.null()
        seen.append("slow ends")

    def joiner(thread: Coroutine) -> Coroutine:
        seen.append("joiner waits")
        yield bluelet.join(thread)
        seen.append("joiner goes on")

    def root() -> Coroutine:
        thread = slow()
        waiting = joiner(thread)
        yield bluelet.spawn(thread)
        yield bluelet.spawn(waiting)
        while "joiner waits" not in seen:
            yield bluelet.null()
        yield bluelet.null()
        try:
            yield bluelet.spawn(waiting)
        except Exception:
            pass
        for _ in range(20):
            yield bluelet.null()
        release.append(True)

    bluelet.run(root())

    assert seen == ["joiner waits", "slow ends", "joiner goes on"]


@should("run.waits-for-every-thread", "run.one-thread-at-a-time", "sleep.never-early")
def leaves_a_sleeper_alone(bluelet: Implementation) -> None:
    """To spawn a coroutine that sleeps SHOULD NOT wake it early.

    Source: ruling: to schedule a scheduled coroutine raises, and disturbs nothing.
    """
    seen: list[str] = []
    slept_enough: list[bool] = []

    def sleeper() -> Coroutine:
        began = monotonic()
        seen.append("sleeps")
        yield bluelet.sleep(0.1)
        slept_enough.append(monotonic() - began >= 0.1)

    def root() -> Coroutine:
        thread = sleeper()
        yield bluelet.spawn(thread)
        while "sleeps" not in seen:
            yield bluelet.null()
        yield bluelet.null()
        try:
            yield bluelet.spawn(thread)
        except Exception:
            pass

    bluelet.run(root())

    assert slept_enough == [True]


@should("spawn.leaves-a-scheduled-coroutine-alone", "call.suspends-only-its-thread")
def scheduled_coroutine_raises(bluelet: Implementation) -> None:
    """To spawn a coroutine that is a thread, or somebody's callee, already SHOULD raise.

    Source: ruling: scheduling a scheduled coroutine raises, and disturbs nothing.
    """
    seen: list[str] = []
    begun: list[str] = []

    def worker(name: str) -> Coroutine:
        begun.append(name)
        for _ in range(2 * TURNS):
            if len(seen) < 2:
                yield bluelet.null()

    def caller(coro: Coroutine) -> Coroutine:
        yield bluelet.call(coro)

    def root() -> Coroutine:
        thread, callee = worker("thread"), worker("callee")
        yield bluelet.spawn(thread)
        yield bluelet.spawn(caller(callee))
        while len(begun) < 2:
            yield bluelet.null()
        for coro in (thread, callee):
            try:
                yield bluelet.spawn(coro)
            except Exception:
                seen.append("refused")
            else:
                seen.append("accepted")

    bluelet.run(root())

    assert seen == ["refused", "refused"]


@should("spawn.both-run")
def forgets_finished_threads(bluelet: Implementation) -> None:
    """A run that goes on SHOULD keep nothing of a thread that has finished.

    A server that runs for months starts a thread for every connection.

    Source: observed: so do all known implementations, for threads that end by themselves.
    """
    alive: list[bool] = []

    def child() -> Coroutine:
        yield bluelet.null()

    def start_one() -> Coroutine:
        thread = child()
        yield bluelet.spawn(thread)
        while not finished(thread):
            yield bluelet.null()
        return weakref.ref(thread)

    def root() -> Coroutine:
        reference = yield from start_one()
        yield bluelet.null()
        yield bluelet.null()
        gc.collect()
        alive.append(reference() is not None)

    bluelet.run(root())

    assert alive == [False]


@may("None", "the generator", "something else")
def value(bluelet: Implementation) -> str:
    """`yield spawn(coro)` MAY return anything; programs cannot rely on it.

    Source: observed: most return None, one fork the generator; the README names no value.
    """
    results: list[object] = []
    spawned: list[object] = []

    def child() -> Coroutine:
        yield bluelet.null()

    def root() -> Coroutine:
        coro = child()
        spawned.append(coro)
        results.append((yield bluelet.spawn(coro)))

    bluelet.run(root())

    [result] = results
    if result is None:
        return "None"
    return "the generator" if result is spawned[0] else "something else"


@may("no effect", "raises", presupposes=("spawn.both-run",))
def finished_generator(bluelet: Implementation) -> str:
    """To spawn a generator that has finished MAY do nothing, or raise.

    Source: observed: nothing happens in any known implementation; the README does not say.
    """
    seen: list[str] = []

    def child() -> Coroutine:
        yield bluelet.null()

    def root() -> Coroutine:
        coro = child()
        yield bluelet.spawn(coro)
        while not finished(coro):
            yield bluelet.null()
        try:
            yield bluelet.spawn(coro)
        except Exception:
            seen.append("raises")
        else:
            seen.append("no effect")

    bluelet.run(root())

    [answer] = seen
    return answer


@may("at once", "others first", presupposes=("spawn.both-run",))
def parent_goes_on(bluelet: Implementation) -> str:
    """After `spawn` the parent MAY go on at once, or after other ready threads had a turn.

    Source: observed: the original goes on at once; the README does not say.
    """
    seen: list[str] = []
    done: list[bool] = []

    def other() -> Coroutine:
        while not done:
            seen.append("other")
            yield bluelet.null()

    def child() -> Coroutine:
        yield bluelet.null()

    def root() -> Coroutine:
        yield bluelet.spawn(other())
        while "other" not in seen:
            yield bluelet.null()
        seen.append("spawns")
        yield bluelet.spawn(child())
        seen.append("goes on")
        done.append(True)

    bluelet.run(root())

    between = seen[seen.index("spawns") + 1 : seen.index("goes on")]
    return "others first" if between else "at once"
