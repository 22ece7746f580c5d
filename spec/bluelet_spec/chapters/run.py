"""`run` is the gateway: it takes one generator, the *root*, and runs it and all it starts.

From the outside `run` is an ordinary function that returns when everything is done. Inside, one
loop gives turns to threads. The root is a thread like the others, except that nobody spawned it.
When it ends, the run goes on for as long as another thread lives: a program whose root spawns its
workers and returns is a whole program.

Where every thread waits for another, none can ever run again. Such a program has no result, and
`run` says so instead of waiting forever.

Left open: what `run` does with a generator that was advanced by hand, or that belongs to another
run that is still going on. No promise covers them and no program has a use for them. What a run
costs is a matter for benchmarks, not for clauses.
"""

import gc
import re
import threading
import time
from typing import Any

from bluelet_spec.clause import Implementation, must, should
from bluelet_spec.probe import Coroutine, after, block, finished, raised_by
from bluelet_spec.wire import close, connected


@must()
def drives_root(bluelet: Implementation) -> None:
    """`run` MUST run the generator that it is given to its end.

    Source: README, Basic Usage: `run` takes a generator "and runs it to completion".
    """
    seen: list[str] = []

    def root() -> Coroutine:
        seen.append("begins")
        yield bluelet.null()
        yield bluelet.null()
        seen.append("ends")

    bluelet.run(root())

    assert seen == ["begins", "ends"]


@must("spawn.both-run")
def waits_for_every_thread(bluelet: Implementation) -> None:
    """`run` MUST NOT return before every thread has finished, even if the root finished first.

    Source: README, Basic Usage, `spawn`: "Both coroutines remain in the thread scheduler", and
    `run` goes on "to completion"; the root of its crawler does nothing but spawn.
    """
    seen: list[str] = []

    def child() -> Coroutine:
        for _ in range(10):
            yield bluelet.null()
        yield bluelet.sleep(0.01)
        seen.append("child ends")

    def root() -> Coroutine:
        yield bluelet.spawn(child())
        seen.append("root ends")

    bluelet.run(root())

    assert seen == ["root ends", "child ends"]


@must("spawn.both-run")
def in_one_os_thread(bluelet: Implementation) -> None:
    """`run` MUST run all its threads in the one thread of the operating system that called it.

    Source: README, crawler: they "run concurrently but they use a single thread in a single
    process".
    """
    caller = threading.get_ident()
    in_caller: list[bool] = []

    def callee() -> Coroutine:
        in_caller.append(threading.get_ident() == caller)
        yield bluelet.sleep(0.001)
        in_caller.append(threading.get_ident() == caller)

    def root() -> Coroutine:
        in_caller.append(threading.get_ident() == caller)
        yield bluelet.spawn(callee())
        yield bluelet.call(callee())
        while len(in_caller) < 5:
            yield bluelet.null()
        in_caller.append(threading.get_ident() == caller)

    bluelet.run(root())

    assert in_caller == [True] * 6


@must("spawn.both-run")
def one_thread_at_a_time(bluelet: Implementation) -> None:
    """Between two `yield`s of a thread, the other threads of its run MUST NOT do anything.

    So a program needs no locks around what it does without a `yield`.

    Source: README, The "Echo" Server: "everywhere it says `yield`, it temporarily suspends its
    execution", and so nowhere else; its crawler takes no locks for what its threads share.
    """
    seen: list[str] = []

    def worker(name: str) -> Coroutine:
        for _ in range(3):
            seen.append(f"{name} begins a step")
            block(0.01)
            seen.append(f"{name} ends a step")
            yield bluelet.null()

    def root() -> Coroutine:
        yield bluelet.spawn(worker("one"))
        yield bluelet.spawn(worker("other"))
        while len(seen) < 12:
            yield bluelet.null()

    bluelet.run(root())

    assert len(seen) == 12
    steps = list(zip(seen[::2], seen[1::2], strict=True))
    assert all(end == begin.replace("begins", "ends") for begin, end in steps)


@should()
def returns_none(bluelet: Implementation) -> None:
    """`run` SHOULD return None, whatever the root returns or gives to `end`.

    Source: observed: so do all known implementations. The README names no value.
    """
    seen: list[str] = []

    def returning() -> Coroutine:
        seen.append("returning")
        yield bluelet.null()
        return "a value"

    def ending() -> Coroutine:
        seen.append("ending")
        yield bluelet.end("a value")

    results = [bluelet.run(returning()), bluelet.run(ending())]

    assert seen == ["returning", "ending"]
    assert results == [None, None]


@should()
def finished_generator(bluelet: Implementation) -> None:
    """`run` SHOULD return at once when its generator has finished already.

    Source: observed: so do all known implementations.
    """
    seen: list[str] = []

    def root() -> Coroutine:
        seen.append("ran")
        yield bluelet.null()

    coro = root()
    bluelet.run(coro)
    assert finished(coro)

    bluelet.run(coro)

    assert seen == ["ran"]


@should("join.waits")
def twice_in_a_row(bluelet: Implementation) -> None:
    """Each `run` SHOULD start afresh, knowing nothing of the runs before it.

    A run that ended by an exception has left nothing behind either.

    Source: observed: so do all known implementations.
    """
    seen: list[str] = []

    def worker(name: str) -> Coroutine:
        yield bluelet.null()
        seen.append(name)

    def failing() -> Coroutine:
        yield bluelet.spawn(worker("abandoned"))
        raise LookupError("the first run fails")

    def root(name: str) -> Coroutine:
        thread = worker(name)
        yield bluelet.spawn(thread)
        yield bluelet.join(thread)

    raised_by(bluelet.run, failing())
    del seen[:]
    bluelet.run(root("second"))
    bluelet.run(root("third"))

    assert seen == ["second", "third"]


@should("run.waits-for-every-thread")
def inside_a_thread(bluelet: Implementation) -> None:
    """A thread SHOULD be able to call `run` on another generator, which holds up its own run.

    Source: observed: so do all known implementations.
    """
    seen: list[str] = []

    def inner() -> Coroutine:
        yield bluelet.null()
        seen.append("inner")
        yield bluelet.sleep(0.01)

    def sibling() -> Coroutine:
        yield bluelet.null()
        seen.append("sibling")

    def root() -> Coroutine:
        yield bluelet.spawn(sibling())
        bluelet.run(inner())
        seen.append("root")
        yield bluelet.null()

    bluelet.run(root())

    assert seen.index("inner") < seen.index("root")
    assert sorted(seen) == ["inner", "root", "sibling"]


@should("run.waits-for-every-thread")
def in_several_os_threads(bluelet: Implementation) -> None:
    """Runs in different threads of the operating system SHOULD be independent of each other.

    Each of the two runs here goes on only when the other has, so both must be under way at once.

    Source: observed: so do all known implementations.
    """
    meeting = threading.Barrier(2, timeout=2)
    seen: list[str] = []

    def child(name: str) -> Coroutine:
        meeting.wait()
        yield bluelet.null()
        seen.append(name)

    def root(name: str) -> Coroutine:
        meeting.wait()
        yield bluelet.spawn(child(name))
        yield bluelet.null()

    workers = [
        threading.Thread(target=raised_by, args=(bluelet.run, root(name)), daemon=True)
        for name in ("one", "other")
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sorted(seen) == ["one", "other"]


@should()
def idle_uses_no_cpu(bluelet: Implementation) -> None:
    """While every thread waits, `run` SHOULD rest in the operating system instead of polling.

    Source: observed: so do all known implementations while a thread sleeps.
    """
    slept: list[float] = []

    def root() -> Coroutine:
        began = time.monotonic()
        yield bluelet.sleep(0.3)
        slept.append(time.monotonic() - began)

    used = time.process_time()
    bluelet.run(root())
    used = time.process_time() - used

    rested = [used < 0.1 * seconds for seconds in slept]
    assert rested == [True]


@should("run.idle-uses-no-cpu")
def idle_wakes_seldom(bluelet: Implementation) -> None:
    """While every thread waits, `run` SHOULD wake up less than a hundred times a second.

    To wake is what costs a battery: a loop that looks every few milliseconds uses next to no time.

    Source: ruling: what waits leaves the machine alone.
    """
    import resource

    woken: list[float] = []

    def root() -> Coroutine:
        began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_nvcsw
        yield bluelet.sleep(0.3)
        after_it = resource.getrusage(resource.RUSAGE_SELF).ru_nvcsw
        woken.append((after_it - before) / (time.monotonic() - began))

    bluelet.run(root())

    assert [each < 100 for each in woken] == [True]


@should(
    "run.idle-uses-no-cpu",
    "recv.suspends-only-its-thread",
    "join.waits",
    "sleep.suspends-only-its-thread",
)
def idle_beside_what_is_ready(bluelet: Implementation) -> None:
    """What has come on a connection that no thread waits on SHOULD NOT keep an idle `run` busy.

    Data may have come, or the peer may have gone, while a handler works: what the system reports of
    the connection is of no use to anybody just then.

    Source: ruling; observed in servers: a core is busy while a handler waits for something else.
    """
    slept: list[float] = []
    used: list[float] = []

    def reader(connection: Any) -> Coroutine:
        yield connection.recv(1)
        began, before = time.monotonic(), time.process_time()
        yield bluelet.sleep(0.3)
        slept.append(time.monotonic() - began)
        used.append(time.process_time() - before)

    def bystander(connection: Any) -> Coroutine:
        yield connection.recv(1)

    def root() -> Coroutine:
        quiet, speaker = yield from connected(bluelet)
        waiting = bystander(quiet)
        yield bluelet.spawn(waiting)
        connections, peers = [quiet], [speaker]
        for _ in range(2):
            connection, peer = yield from connected(bluelet)
            connections.append(connection)
            peers.append(peer)
            yield bluelet.spawn(reader(connection))
        for _ in range(3):
            yield bluelet.null()
        for peer in peers[1:]:
            peer.sendall(b"more than one byte")
        peers[1].close()
        while len(slept) < 2:
            yield bluelet.sleep(0.3)
        speaker.sendall(b"x")
        yield bluelet.join(waiting)
        for connection in connections:
            close(connection)
        for peer in peers:
            peer.close()

    bluelet.run(root())

    rested = [cpu < 0.2 * seconds for cpu, seconds in zip(used, slept, strict=True)]
    assert rested == [True] * 2


@must("run.waits-for-every-thread", "join.waits", "spawn.grandchildren")
def holds_its_threads(bluelet: Implementation) -> None:
    """A thread that waits MUST go on, though its run alone refers to it, after a full collection.

    Source: README, Basic Usage, `run`: it runs its coroutine, and all it spawns, "to completion".
    """
    seen: list[str] = []

    def sleeper() -> Coroutine:
        yield bluelet.sleep(0.01)
        seen.append("sleeper")

    def joiner() -> Coroutine:
        thread = sleeper()
        yield bluelet.spawn(thread)
        yield bluelet.join(thread)
        seen.append("joiner")

    def caller() -> Coroutine:
        yield bluelet.call(sleeper())
        seen.append("caller")

    def root() -> Coroutine:
        for coro in (sleeper, joiner, caller):
            yield bluelet.spawn(coro())
        for _ in range(3):
            yield bluelet.null()
        gc.collect()

    bluelet.run(root())

    assert sorted(seen) == ["caller", "joiner", "sleeper", "sleeper", "sleeper"]


@must("run.waits-for-every-thread", "join.suspends-only-the-joiner")
def deadlock_never_returns(bluelet: Implementation) -> None:
    """When no thread can ever run again, `run` MUST NOT return as if all had finished.

    Whether it raises, or waits for an interrupt, another clause says. Here an interrupt comes, so
    that either way `run` has to raise.

    Source: README, Basic Usage: `run` runs "to completion", and these threads did not complete.
    """
    seen: list[str] = []

    def waits_for(threads: list[Coroutine], other: int) -> Coroutine:
        seen.append("waits")
        while len(seen) < 2:
            yield bluelet.null()
        yield bluelet.join(threads[other])
        seen.append("goes on")

    threads: list[Coroutine] = []
    threads += [waits_for(threads, 1), waits_for(threads, 0)]

    def root() -> Coroutine:
        yield bluelet.spawn(threads[0])
        yield bluelet.spawn(threads[1])

    with after(0.5, KeyboardInterrupt()):
        error = raised_by(bluelet.run, root())

    assert seen == ["waits", "waits"]
    assert error is not None


@should("run.deadlock-never-returns")
def deadlock_raises(bluelet: Implementation) -> None:
    """When no thread can ever run again, `run` SHOULD raise an exception.

    To wait would be to wait forever, and to do so in a busy loop, as is usual, takes a processor.

    Source: ruling: a deadlock raises.
    """
    seen: list[str] = []

    def waits_for(threads: list[Coroutine], other: int) -> Coroutine:
        seen.append("waits")
        while len(seen) < 2:
            yield bluelet.null()
        yield bluelet.join(threads[other])
        seen.append("goes on")

    threads: list[Coroutine] = []
    threads += [waits_for(threads, 1), waits_for(threads, 0)]

    def root() -> Coroutine:
        yield bluelet.spawn(threads[0])
        yield bluelet.spawn(threads[1])

    error = raised_by(bluelet.run, root())

    assert seen == ["waits", "waits"]
    assert isinstance(error, Exception)


@should("run.deadlock-raises", "run.twice-in-a-row")
def deadlock_names_who_waits(bluelet: Implementation) -> None:
    """The message for a deadlock SHOULD name every waiting thread and what it waits for.

    So two deadlocks of the same threads, in which each waits for another one than in the other,
    have different messages.

    Source: ruling: `run` raises an error that names who waits for what.
    """

    def deadlock(waits: dict[str, str]) -> str:
        threads: dict[str, Coroutine] = {}
        begun: list[str] = []

        def waiting(name: str) -> Coroutine:
            begun.append(name)
            while len(begun) < 3:
                yield bluelet.null()
            yield bluelet.join(threads[waits[name]])

        def romeo() -> Coroutine:
            yield from waiting("romeo")

        def juliet() -> Coroutine:
            yield from waiting("juliet")

        def rosaline() -> Coroutine:
            yield from waiting("rosaline")

        def root() -> Coroutine:
            for lover in (romeo, juliet, rosaline):
                threads[lover.__name__] = lover()
            for thread in threads.values():
                yield bluelet.spawn(thread)

        return re.sub("0x[0-9a-fA-F]+", "", str(raised_by(bluelet.run, root())))

    messages = [
        deadlock({"romeo": "juliet", "juliet": "rosaline", "rosaline": "romeo"}),
        deadlock({"romeo": "rosaline", "rosaline": "juliet", "juliet": "romeo"}),
    ]

    for message in messages:
        assert "romeo" in message
        assert "juliet" in message
        assert "rosaline" in message
    assert messages[0] != messages[1]


@should("join.waits")
def deadlock_only_when_nobody_can_run(bluelet: Implementation) -> None:
    """`run` SHOULD NOT call it a deadlock while a thread sleeps that could wake the others.

    Source: ruling: a deadlock is where nothing can *ever* run again.
    """
    seen: list[str] = []

    def sleeper() -> Coroutine:
        yield bluelet.sleep(0.05)
        seen.append("slept")

    def root() -> Coroutine:
        thread = sleeper()
        yield bluelet.spawn(thread)
        block(0.01)
        yield bluelet.join(thread)
        seen.append("joined")

    bluelet.run(root())

    assert seen == ["slept", "joined"]
