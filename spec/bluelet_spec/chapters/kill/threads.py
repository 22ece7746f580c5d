"""What a thread is doing when it is killed.

It may be ready, asleep, waiting for another, deep in a chain of calls, or not yet started: it does
not go on, and all that it is calling stops with it. For threads that wait on a connection, see
the chapters on what they wait for.
"""

from collections.abc import Callable

from bluelet_spec.clause import Implementation, may, must, should
from bluelet_spec.probe import Coroutine, block, raised_by


@must("run.one-thread-at-a-time", "sleep.suspends-only-its-thread")
def sleeping(bluelet: Implementation) -> None:
    """A thread killed in `sleep` MUST NOT go on, not even when its time has come.

    Source: README, Basic Usage, `kill`: "Aborts and unschedules a previously-spawned thread."
    """
    seen: list[str] = []

    def victim() -> Coroutine:
        seen.append("sleeps")
        yield bluelet.sleep(0.02)
        seen.append("wakes")

    def root() -> Coroutine:
        thread = victim()
        yield bluelet.spawn(thread)
        while "sleeps" not in seen:
            yield bluelet.null()
        yield bluelet.kill(thread)
        block(0.05)
        yield bluelet.sleep(0.01)
        yield bluelet.null()
        seen.append("killer ends")

    bluelet.run(root())

    assert seen == ["sleeps", "killer ends"]


@must("kill.sleeping")
def passes_handlers(bluelet: Implementation) -> None:
    """A killed thread MUST NOT run a handler for `Exception`, be it asleep or ready.

    Such a handler is there for what goes wrong, and would take the kill for that and go on.

    Source: README, Basic Usage, `kill`: "Aborts and unschedules a previously-spawned thread."
    """
    seen: list[str] = []

    def victim(pause: Callable[[], object]) -> Coroutine:
        seen.append("victim")
        for _ in range(100):
            try:
                yield pause()
            except Exception:
                seen.append("handler")
                return

    def root() -> Coroutine:
        threads = [victim(lambda: bluelet.sleep(2)), victim(bluelet.null)]
        for thread in threads:
            yield bluelet.spawn(thread)
        while len(seen) < 2:
            yield bluelet.null()
        for thread in threads:
            yield bluelet.kill(thread)
        for _ in range(10):
            yield bluelet.null()
        seen.append("killer ends")

    bluelet.run(root())

    assert seen == ["victim", "victim", "killer ends"]


@must("run.one-thread-at-a-time")
def ready(bluelet: Implementation) -> None:
    """A thread killed while it is ready to run MUST NOT go on.

    Source: README, Basic Usage, `kill`: "Aborts and unschedules a previously-spawned thread."
    """
    seen: list[str] = []

    def victim() -> Coroutine:
        seen.append("victim begins")
        for _ in range(10):
            yield bluelet.null()
            if "killed" in seen:
                seen.append("victim runs on")

    def root() -> Coroutine:
        thread = victim()
        yield bluelet.spawn(thread)
        while "victim begins" not in seen:
            yield bluelet.null()
        yield bluelet.kill(thread)
        seen.append("killed")
        for _ in range(20):
            yield bluelet.null()

    bluelet.run(root())

    assert seen == ["victim begins", "killed"]


@must("run.one-thread-at-a-time")
def not_yet_started(bluelet: Implementation) -> None:
    """A thread killed before its first step MUST NOT begin.

    Where the child goes first, it has begun when it is killed, and must not go on.

    Source: README, Basic Usage, `kill`: "Aborts and unschedules a previously-spawned thread."
    """
    seen: list[str] = []
    when_killed: list[str] = []

    def victim() -> Coroutine:
        seen.append("victim begins")
        yield bluelet.null()
        seen.append("victim runs on")

    def root() -> Coroutine:
        thread = victim()
        yield bluelet.spawn(thread)
        when_killed.extend(seen)
        yield bluelet.kill(thread)
        for _ in range(5):
            yield bluelet.null()
        seen.append("killer ends")

    bluelet.run(root())

    assert seen == [*when_killed, "killer ends"]


@must("join.suspends-only-the-joiner")
def joining(bluelet: Implementation) -> None:
    """A thread killed in `join` MUST NOT go on, not even when the other completes.

    Source: README, Basic Usage, `kill`: "Aborts and unschedules a previously-spawned thread."
    """
    seen: list[str] = []

    def other() -> Coroutine:
        while "killed" not in seen:
            yield bluelet.null()
        yield bluelet.null()
        seen.append("other ends")

    def victim(thread: Coroutine) -> Coroutine:
        seen.append("joins")
        yield bluelet.join(thread)
        seen.append("joined")

    def root() -> Coroutine:
        thread = other()
        joiner = victim(thread)
        yield bluelet.spawn(thread)
        yield bluelet.spawn(joiner)
        while "joins" not in seen:
            yield bluelet.null()
        for _ in range(3):
            yield bluelet.null()
        yield bluelet.kill(joiner)
        seen.append("killed")
        for _ in range(20):
            yield bluelet.null()

    raised_by(bluelet.run, root())

    assert seen == ["joins", "killed", "other ends"]


@must("kill.sleeping", "join.suspends-only-the-joiner", "run.waits-for-every-thread")
def spares_others(bluelet: Implementation) -> None:
    """To kill a thread MUST NOT affect any other thread, not even one that it waits for in `join`.

    Others may have joined the same one: they go on when it ends.

    Source: README, Basic Usage, `kill`: "Aborts and unschedules a previously-spawned thread", and
    that one alone.
    """
    seen: list[str] = []

    def other() -> Coroutine:
        while "killed" not in seen:
            yield bluelet.null()
        yield bluelet.sleep(0.001)
        seen.append("other ends")

    def joiner(thread: Coroutine, then: list[str]) -> Coroutine:
        seen.append("joins")
        yield bluelet.join(thread)
        seen.extend(then)

    def root() -> Coroutine:
        thread = other()
        victim = joiner(thread, [])
        yield bluelet.spawn(thread)
        yield bluelet.spawn(victim)
        yield bluelet.spawn(joiner(thread, ["bystander goes on"]))
        while len(seen) < 2:
            yield bluelet.null()
        yield bluelet.null()
        yield bluelet.kill(victim)
        seen.append("killed")

    bluelet.run(root())

    assert seen == ["joins", "joins", "killed", "other ends", "bystander goes on"]


@must("kill.sleeping", "call.suspends-only-its-thread")
def deep_in_calls(bluelet: Implementation) -> None:
    """When a thread that is deep in calls is killed, its coroutines MUST NOT go on.

    Source: README, Basic Usage: `kill` aborts the thread, and a callee is part of its caller's.
    """
    seen: list[str] = []

    def leaf() -> Coroutine:
        seen.append("leaf sleeps")
        yield bluelet.sleep(0.02)
        seen.append("leaf")

    def middle() -> Coroutine:
        yield bluelet.call(leaf())
        seen.append("middle")

    def top() -> Coroutine:
        yield bluelet.call(middle())
        seen.append("top")

    def root() -> Coroutine:
        thread = top()
        yield bluelet.spawn(thread)
        while "leaf sleeps" not in seen:
            yield bluelet.null()
        yield bluelet.kill(thread)
        block(0.05)
        yield bluelet.sleep(0.01)
        seen.append("killer ends")

    bluelet.run(root())

    assert seen == ["leaf sleeps", "killer ends"]


@must("kill.ready", "call.suspends-only-its-thread")
def ready_deep_in_calls(bluelet: Implementation) -> None:
    """When a thread whose innermost callee is ready is killed, its coroutines MUST NOT go on.

    Source: README, Basic Usage: `kill` aborts the thread, and a callee is part of its caller's.
    """
    seen: list[str] = []

    def leaf() -> Coroutine:
        seen.append("leaf begins")
        while "killed" not in seen:
            yield bluelet.null()
        seen.append("leaf")

    def middle() -> Coroutine:
        yield bluelet.call(leaf())
        seen.append("middle")

    def top() -> Coroutine:
        yield bluelet.call(middle())
        seen.append("top")

    def root() -> Coroutine:
        thread = top()
        yield bluelet.spawn(thread)
        while "leaf begins" not in seen:
            yield bluelet.null()
        yield bluelet.kill(thread)
        seen.append("killed")

    bluelet.run(root())

    assert seen == ["leaf begins", "killed"]


@should("kill.sleeping")
def returns_none(bluelet: Implementation) -> None:
    """`yield kill(thread)` SHOULD return None.

    Source: observed: so do all known implementations. The README names no value.
    """
    results: list[object] = []

    def victim() -> Coroutine:
        yield bluelet.sleep(2)

    def root() -> Coroutine:
        thread = victim()
        yield bluelet.spawn(thread)
        yield bluelet.null()
        yield bluelet.null()
        results.append((yield bluelet.kill(thread)))

    bluelet.run(root())

    assert results == [None]


@may("at once", "others first", presupposes=("kill.sleeping",))
def killer_goes_on(bluelet: Implementation) -> str:
    """After `kill` the killer MAY go on at once, or after other ready threads had a turn.

    Source: observed: implementations differ; the README does not say.
    """
    seen: list[str] = []
    done: list[bool] = []

    def other() -> Coroutine:
        while not done:
            seen.append("other")
            yield bluelet.null()

    def victim() -> Coroutine:
        seen.append("sleeps")
        yield bluelet.sleep(2)

    def root() -> Coroutine:
        thread = victim()
        yield bluelet.spawn(thread)
        yield bluelet.spawn(other())
        while "other" not in seen or "sleeps" not in seen:
            yield bluelet.null()
        seen.append("kills")
        yield bluelet.kill(thread)
        seen.append("goes on")
        done.append(True)

    bluelet.run(root())

    between = seen[seen.index("kills") + 1 : seen.index("goes on")]
    return "others first" if between else "at once"
