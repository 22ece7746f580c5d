"""Whatever a thread does, the others have their turns.

Two words mean the same in all chapters. A thread has a *turn* each time that it goes on after a
`yield`, whether it has waited there or what it yielded was done at once. What is ready, or due, has
its turn *in time* if it has it before any one other thread has had a thousand more.

*Fairness has that bound, and it is the same for every event.* An implementation does far better
where it looks at the clock more often; a thousand is where starvation begins. The bound counts
turns, not time, so no check of it depends on how fast the machine is: where a sleeper is to be due,
the loop is blocked on purpose until it is.

The events that complete at once are where an implementation goes wrong, because it is tempting to
carry them out before anything else: `null`, `call` and `end`, `spawn`, a `join` or `kill` of what
has finished, a `sleep` of no time. That `null` lets other *ready* threads run is in its own
chapter, and what a thread costs the others that only makes mistakes in that on arguments.
"""

from bluelet_spec.clause import Implementation, must, should
from bluelet_spec.probe import TURNS, Coroutine, block, finished


@must("spawn.both-run", "sleep.never-early")
def nulls_starve_no_sleeper(bluelet: Implementation) -> None:
    """While a thread keeps yielding `null()`, a sleeper that is due MUST have its turn in time.

    The loop is blocked on purpose, so that the sleeper is due before the first of them.

    Source: README, Basic Usage, `sleep`: resuming "at the earliest opportunity after the interval
    has passed"; `null`: "give other green threads a chance to get work done".
    """
    seen: list[str] = []
    steps: list[int] = []

    def sleeper() -> Coroutine:
        seen.append("sleeps")
        yield bluelet.sleep(0.01)
        seen.append("wakes")

    def root() -> Coroutine:
        yield bluelet.spawn(sleeper())
        while "sleeps" not in seen:
            yield bluelet.null()
        block(0.05)
        while "wakes" not in seen and len(steps) < TURNS:
            steps.append(len(steps))
            yield bluelet.null()

    bluelet.run(root())

    assert "wakes" in seen
    assert len(steps) < TURNS


@must("fairness.nulls-starve-no-sleeper", "spawn.many-children")
def many_threads_starve_no_sleeper(bluelet: Implementation) -> None:
    """However many threads keep yielding `null()`, a due sleeper MUST have its turn in time.

    Source: README, Basic Usage, `sleep`: "at the earliest opportunity after the interval has
    passed".
    """
    seen: list[str] = []
    steps = [0] * 50

    def sleeper() -> Coroutine:
        seen.append("sleeps")
        yield bluelet.sleep(0.01)
        seen.append("wakes")

    def busy(number: int) -> Coroutine:
        while "wakes" not in seen and steps[number] < TURNS:
            steps[number] += 1
            yield bluelet.null()

    def root() -> Coroutine:
        yield bluelet.spawn(sleeper())
        while "sleeps" not in seen:
            yield bluelet.null()
        block(0.05)
        for number in range(len(steps)):
            yield bluelet.spawn(busy(number))

    bluelet.run(root())

    assert "wakes" in seen
    assert max(steps) < TURNS


@must("fairness.nulls-starve-no-sleeper")
def calls_starve_no_sleeper(bluelet: Implementation) -> None:
    """While a thread makes one call after another, a due sleeper MUST have its turn in time.

    Source: README, Basic Usage, `sleep`: resuming "at the earliest opportunity after the interval
    has passed".
    """
    seen: list[str] = []
    calls: list[int] = []

    def sleeper() -> Coroutine:
        seen.append("sleeps")
        yield bluelet.sleep(0.01)
        seen.append("wakes")

    def nothing() -> Coroutine:
        return
        yield

    def root() -> Coroutine:
        yield bluelet.spawn(sleeper())
        while "sleeps" not in seen:
            yield bluelet.null()
        block(0.05)
        while "wakes" not in seen and len(calls) < TURNS:
            calls.append(len(calls))
            yield bluelet.call(nothing())

    bluelet.run(root())

    assert "wakes" in seen
    assert len(calls) < TURNS


@must("spawn.both-run")
def calls_starve_no_thread(bluelet: Implementation) -> None:
    """While a thread makes one call after another, the other ready ones MUST have turns in time.

    Source: README, The "Echo" Server: code that "acts concurrent".
    """
    calls: list[int] = []
    turns: list[int] = []

    def nothing() -> Coroutine:
        return
        yield

    def other() -> Coroutine:
        while len(turns) < 3:
            turns.append(len(calls))
            yield bluelet.null()

    def root() -> Coroutine:
        thread = other()
        yield bluelet.spawn(thread)
        while not finished(thread) and len(calls) < 4 * TURNS:
            calls.append(len(calls))
            yield bluelet.call(nothing())

    bluelet.run(root())

    assert len(turns) == 3
    gaps = [later - earlier for earlier, later in zip([0, *turns], turns, strict=False)]
    assert max(gaps) < TURNS


@must("fairness.nulls-starve-no-sleeper", "spawn.grandchildren")
def spawns_starve_no_sleeper(bluelet: Implementation) -> None:
    """While each thread spawns the next, a due sleeper MUST have its turn before a thousand begin.

    Source: README, Basic Usage, `sleep`: "at the earliest opportunity after the interval has
    passed".
    """
    seen: list[str] = []
    links: list[int] = []

    def sleeper() -> Coroutine:
        seen.append("sleeps")
        yield bluelet.sleep(0.01)
        seen.append("wakes")

    def link() -> Coroutine:
        if "wakes" not in seen and len(links) < TURNS:
            links.append(len(links))
            yield bluelet.spawn(link())

    def root() -> Coroutine:
        yield bluelet.spawn(sleeper())
        while "sleeps" not in seen:
            yield bluelet.null()
        block(0.05)
        yield bluelet.spawn(link())

    bluelet.run(root())

    assert "wakes" in seen
    assert len(links) < TURNS


@must("spawn.many-children")
def spawns_starve_no_thread(bluelet: Implementation) -> None:
    """While a thread spawns one after another, the other ready ones MUST have turns in time.

    Source: README, The "Echo" Server: code that "acts concurrent".
    """
    spawns: list[int] = []
    turns: list[int] = []

    def child() -> Coroutine:
        yield bluelet.null()

    def other() -> Coroutine:
        while len(turns) < 3:
            turns.append(len(spawns))
            yield bluelet.null()

    def root() -> Coroutine:
        thread = other()
        yield bluelet.spawn(thread)
        while not finished(thread) and len(spawns) < 4 * TURNS:
            spawns.append(len(spawns))
            yield bluelet.spawn(child())

    bluelet.run(root())

    assert len(turns) == 3
    gaps = [later - earlier for earlier, later in zip([0, *turns], turns, strict=False)]
    assert max(gaps) < TURNS


@must("join.after-finish", "fairness.nulls-starve-no-sleeper")
def joins_starve_no_sleeper(bluelet: Implementation) -> None:
    """While a thread keeps joining finished threads, a due sleeper MUST have its turn in time.

    Source: README, Basic Usage, `sleep`: "at the earliest opportunity after the interval has
    passed".
    """
    seen: list[str] = []
    joins: list[int] = []

    def sleeper() -> Coroutine:
        seen.append("sleeps")
        yield bluelet.sleep(0.01)
        seen.append("wakes")

    def child() -> Coroutine:
        yield bluelet.null()

    def root() -> Coroutine:
        thread = child()
        yield bluelet.spawn(thread)
        yield bluelet.spawn(sleeper())
        while not finished(thread) or "sleeps" not in seen:
            yield bluelet.null()
        block(0.05)
        while "wakes" not in seen and len(joins) < TURNS:
            joins.append(len(joins))
            yield bluelet.join(thread)

    bluelet.run(root())

    assert "wakes" in seen
    assert len(joins) < TURNS


@must("join.after-finish")
def joins_starve_no_thread(bluelet: Implementation) -> None:
    """While a thread keeps joining finished threads, the other ready ones MUST have turns in time.

    Source: README, The "Echo" Server: code that "acts concurrent".
    """
    joins: list[int] = []
    turns: list[int] = []

    def child() -> Coroutine:
        yield bluelet.null()

    def other() -> Coroutine:
        while len(turns) < 3:
            turns.append(len(joins))
            yield bluelet.null()

    def root() -> Coroutine:
        done, thread = child(), other()
        yield bluelet.spawn(done)
        while not finished(done):
            yield bluelet.null()
        yield bluelet.spawn(thread)
        while not finished(thread) and len(joins) < 4 * TURNS:
            joins.append(len(joins))
            yield bluelet.join(done)

    bluelet.run(root())

    assert len(turns) == 3
    gaps = [later - earlier for earlier, later in zip([0, *turns], turns, strict=False)]
    assert max(gaps) < TURNS


@must("kill.not-yet-started", "fairness.nulls-starve-no-sleeper", "spawn.many-children")
def kills_starve_no_sleeper(bluelet: Implementation) -> None:
    """While a thread kills others one after another, a due sleeper MUST have its turn in time.

    Source: README, Basic Usage, `sleep`: "at the earliest opportunity after the interval has
    passed".
    """
    seen: list[str] = []
    kills: list[int] = []

    def sleeper() -> Coroutine:
        seen.append("sleeps")
        yield bluelet.sleep(0.01)
        seen.append("wakes")

    def victim() -> Coroutine:
        yield bluelet.null()

    def root() -> Coroutine:
        yield bluelet.spawn(sleeper())
        while "sleeps" not in seen:
            yield bluelet.null()
        block(0.05)
        while "wakes" not in seen and len(kills) < TURNS:
            thread = victim()
            kills.append(len(kills))
            yield bluelet.spawn(thread)
            yield bluelet.kill(thread)

    bluelet.run(root())

    assert "wakes" in seen
    assert len(kills) < TURNS


@must("kill.not-yet-started", "spawn.many-children")
def kills_starve_no_thread(bluelet: Implementation) -> None:
    """While a thread kills others one after another, the other ready ones MUST have turns in time.

    Source: README, The "Echo" Server: code that "acts concurrent".
    """
    kills: list[int] = []
    turns: list[int] = []

    def victim() -> Coroutine:
        yield bluelet.null()

    def other() -> Coroutine:
        while len(turns) < 3:
            turns.append(len(kills))
            yield bluelet.null()

    def root() -> Coroutine:
        thread = other()
        yield bluelet.spawn(thread)
        while not finished(thread) and len(kills) < 4 * TURNS:
            killed = victim()
            kills.append(len(kills))
            yield bluelet.spawn(killed)
            yield bluelet.kill(killed)

    bluelet.run(root())

    assert len(turns) == 3
    gaps = [later - earlier for earlier, later in zip([0, *turns], turns, strict=False)]
    assert max(gaps) < TURNS


@must("spawn.both-run")
def naps_starve_nobody(bluelet: Implementation) -> None:
    """While a thread keeps sleeping for no time, all that are ready or due MUST have turns in time.

    Source: README, Basic Usage, `sleep`: "at the earliest opportunity after the interval has
    passed".
    """
    seen: list[str] = []
    naps: list[int] = []

    def sleeper() -> Coroutine:
        seen.append("sleeps")
        yield bluelet.sleep(0.01)
        seen.append("wakes")

    def worker() -> Coroutine:
        for _ in range(3):
            yield bluelet.null()
        seen.append("works")

    def root() -> Coroutine:
        yield bluelet.spawn(sleeper())
        while "sleeps" not in seen:
            yield bluelet.null()
        block(0.05)
        yield bluelet.spawn(worker())
        while not {"wakes", "works"} <= set(seen) and len(naps) < TURNS:
            naps.append(len(naps))
            yield bluelet.sleep(0)

    bluelet.run(root())

    assert "wakes" in seen
    assert "works" in seen
    assert len(naps) < TURNS


@should("spawn.parent-first", "null.round-robin")
def first_in_first_out(bluelet: Implementation) -> None:
    """Ready threads SHOULD have their turns in the order in which they became ready.

    The child is ready before the parent gives way. What needs no wait may go on at once, ahead of
    all; but who gives way stands behind those who were ready before.

    Source: ruling: ready threads run first in, first out.
    """
    seen: list[str] = []

    def child() -> Coroutine:
        seen.append("child")
        yield bluelet.null()
        seen.append("child again")

    def root() -> Coroutine:
        yield bluelet.spawn(child())
        seen.append("parent")
        yield bluelet.null()
        seen.append("parent again")

    bluelet.run(root())

    assert seen == ["parent", "child", "parent again", "child again"]
