"""`call` runs another coroutine as a function is called: the caller waits for its value.

To yield a generator is to call it. The callee belongs to the caller's thread: the thread is a
stack of generators of which only the innermost runs, and while it waits the other threads go on.
What `end` hands back is in the chapter on `end`; what an exception does, in that on exceptions.

A generator can be in one place only. To call one that is already scheduled, as a thread or as
somebody's callee, is a mistake: it raises where it is made, and the coroutine in question notices
nothing. Above all its own wait goes on, and its value goes to its first caller.

Left open: to call a generator that was advanced by hand. What a call costs at depth is a matter
for benchmarks.
"""

import sys
from time import monotonic

from bluelet_spec.clause import Implementation, may, must, should
from bluelet_spec.probe import TURNS, Coroutine, finished, raised_by


@must()
def runs_callee_to_its_end(bluelet: Implementation) -> None:
    """`call` MUST run the callee to its end before the caller goes on.

    Source: README, Basic Usage, `call`: "when `coro` finishes, Bluelet returns control to the
    current coroutine".
    """
    seen: list[str] = []

    def callee() -> Coroutine:
        seen.append("callee begins")
        yield bluelet.null()
        yield bluelet.sleep(0.001)
        seen.append("callee ends")

    def root() -> Coroutine:
        seen.append("caller")
        yield bluelet.call(callee())
        seen.append("caller again")

    bluelet.run(root())

    assert seen == ["caller", "callee begins", "callee ends", "caller again"]


@must("end.value-to-caller", "exceptions.through-a-call")
def yielding_a_generator(bluelet: Implementation) -> None:
    """To yield a generator MUST be the same as to yield `call` of it.

    Source: README, Basic Usage: "Just yielding any generator object is equivalent to using
    `bluelet.call`."
    """
    seen: list[object] = []

    def callee() -> Coroutine:
        yield bluelet.null()
        seen.append("callee")
        yield bluelet.end("a value")

    def failing() -> Coroutine:
        yield bluelet.null()
        raise LookupError("from the callee")

    def root() -> Coroutine:
        seen.append((yield callee()))
        try:
            yield failing()
        except LookupError:
            seen.append("caught")

    bluelet.run(root())

    assert seen == ["callee", "a value", "caught"]


@must("call.yielding-a-generator")
def any_generator(bluelet: Implementation) -> None:
    """Any generator object that nobody has started MUST do as a callee, a generator expression too.

    One that is scheduled already is in one place, and not to be called from another.

    Source: README, Basic Usage: "Just yielding *any* generator object".
    """
    turns: list[int] = []
    seen: list[str] = []

    def turn(number: int) -> object:
        turns.append(number)
        return bluelet.null()

    def root() -> Coroutine:
        yield (turn(number) for number in range(3))
        yield bluelet.call(turn(number) for number in range(3))
        seen.append("caller goes on")

    bluelet.run(root())

    assert turns == [0, 1, 2, 0, 1, 2]
    assert seen == ["caller goes on"]


@must()
def none_without_end(bluelet: Implementation) -> None:
    """A callee that ends without giving a value MUST give None, even if it never yields.

    A value is given by `end`, or by `return` where that is the same (`end.return-is-end`).

    Source: README, Basic Usage: the value is what the callee gave to `end`; this one gave none.
    """
    results: list[object] = []

    def falls_off() -> Coroutine:
        yield bluelet.null()

    def never_yields() -> Coroutine:
        if results is None:
            yield

    def root() -> Coroutine:
        results.append((yield bluelet.call(falls_off())))
        results.append((yield bluelet.call(never_yields())))

    bluelet.run(root())

    assert results == [None, None]


@must("spawn.both-run", "call.runs-callee-to-its-end")
def suspends_only_its_thread(bluelet: Implementation) -> None:
    """While a caller waits for its callee, the other threads MUST run on.

    Source: README, Basic Usage, `call`: it is "the current coroutine" that is suspended.
    """
    seen: list[str] = []

    def other() -> Coroutine:
        yield bluelet.null()
        seen.append("other")

    def callee() -> Coroutine:
        while "other" not in seen:
            yield bluelet.null()
        seen.append("callee")

    def root() -> Coroutine:
        yield bluelet.spawn(other())
        yield bluelet.call(callee())
        seen.append("caller")

    bluelet.run(root())

    assert seen == ["other", "callee", "caller"]


@should("call.runs-callee-to-its-end")
def deeper_than_the_stack(bluelet: Implementation) -> None:
    """Calls SHOULD nest deeper than Python's own limit on recursion.

    Source: observed: so do all known implementations.
    """
    depth = 500
    ended: list[int] = []

    def callee(level: int) -> Coroutine:
        if level > 0:
            yield bluelet.call(callee(level - 1))
        ended.append(level)

    def root() -> Coroutine:
        yield bluelet.call(callee(depth))

    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(300)
    try:
        bluelet.run(root())
    finally:
        sys.setrecursionlimit(limit)

    assert ended == list(range(depth + 1))


@should("call.runs-callee-to-its-end")
def finished_generator(bluelet: Implementation) -> None:
    """To call a generator that has finished SHOULD return None or raise, and not wait.

    Source: ruling; all known implementations return None.
    """
    seen: list[object] = []

    def callee() -> Coroutine:
        seen.append("callee")
        yield bluelet.null()

    def root() -> Coroutine:
        coro = callee()
        yield bluelet.call(coro)
        try:
            seen.append((yield bluelet.call(coro)))
        except Exception:
            seen.append(None)

    bluelet.run(root())

    assert seen == ["callee", None]


@should(
    "call.suspends-only-its-thread", "join.suspends-only-the-joiner", "run.waits-for-every-thread"
)
def leaves_a_scheduled_coroutine_alone(bluelet: Implementation) -> None:
    """To call a coroutine that is scheduled already SHOULD NOT cut short what it waits for.

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

    def meddler(thread: Coroutine) -> Coroutine:
        try:
            yield bluelet.call(thread)
        except Exception:
            seen.append("refused")

    def root() -> Coroutine:
        thread = slow()
        waiting = joiner(thread)
        yield bluelet.spawn(thread)
        yield bluelet.spawn(waiting)
        while "joiner waits" not in seen:
            yield bluelet.null()
        yield bluelet.spawn(meddler(waiting))
        for _ in range(20):
            yield bluelet.null()
        release.append(True)

    bluelet.run(root())

    order = [event for event in seen if event != "refused"]
    assert order == ["joiner waits", "slow ends", "joiner goes on"]


@should(
    "call.suspends-only-its-thread",
    "run.waits-for-every-thread",
    "run.one-thread-at-a-time",
    "sleep.never-early",
)
def leaves_a_sleeper_alone(bluelet: Implementation) -> None:
    """To call a coroutine that sleeps SHOULD NOT wake it early.

    Source: ruling: to schedule a scheduled coroutine raises, and disturbs nothing.
    """
    seen: list[str] = []
    slept_enough: list[bool] = []

    def sleeper() -> Coroutine:
        began = monotonic()
        seen.append("sleeps")
        yield bluelet.sleep(0.1)
        slept_enough.append(monotonic() - began >= 0.1)

    def meddler(thread: Coroutine) -> Coroutine:
        try:
            yield bluelet.call(thread)
        except Exception:
            pass

    def root() -> Coroutine:
        thread = sleeper()
        yield bluelet.spawn(thread)
        while "sleeps" not in seen:
            yield bluelet.null()
        yield bluelet.null()
        yield bluelet.spawn(meddler(thread))

    bluelet.run(root())

    assert slept_enough == [True]


@should("call.suspends-only-its-thread", "run.one-thread-at-a-time", "end.value-to-caller")
def answers_its_first_caller(bluelet: Implementation) -> None:
    """A second call of a coroutine SHOULD NOT keep its value from the first caller.

    The second caller may get the value, an exception, or nothing at all. So both are killed when
    the first has had time enough to go on.

    Source: ruling: to schedule a scheduled coroutine raises, and disturbs nothing.
    """
    seen: list[object] = []

    def callee() -> Coroutine:
        seen.append("callee begins")
        while "second calls" not in seen:
            yield bluelet.null()
        yield bluelet.null()
        seen.append("callee ends")
        yield bluelet.end("a value")

    def first(coro: Coroutine) -> Coroutine:
        seen.append(("first", (yield bluelet.call(coro))))

    def second(coro: Coroutine) -> Coroutine:
        seen.append("second calls")
        try:
            yield bluelet.call(coro)
        except Exception:
            pass

    def root() -> Coroutine:
        coro = callee()
        callers = [first(coro), second(coro)]
        yield bluelet.spawn(callers[0])
        while "callee begins" not in seen:
            yield bluelet.null()
        yield bluelet.spawn(callers[1])
        while "callee ends" not in seen:
            yield bluelet.null()
        for _ in range(TURNS):
            yield bluelet.null()
        for caller in callers:
            if not finished(caller):
                yield bluelet.kill(caller)

    raised_by(bluelet.run, root())

    assert ("first", "a value") in seen


@should("call.leaves-a-scheduled-coroutine-alone")
def scheduled_coroutine_raises(bluelet: Implementation) -> None:
    """To call a coroutine that is a thread, or somebody's callee, already SHOULD raise.

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
                yield bluelet.call(coro)
            except Exception:
                seen.append("refused")
            else:
                seen.append("accepted")

    bluelet.run(root())

    assert seen == ["refused", "refused"]


@should("call.scheduled-coroutine-raises")
def itself_raises(bluelet: Implementation) -> None:
    """A coroutine that calls itself, or one of its callers, SHOULD get an exception.

    Beyond `call.scheduled-coroutine-raises`, the coroutine is of the same thread: it waits for the
    very call, or makes it, and is neither ready nor waiting for what a scheduler keeps a list of.

    Source: ruling: scheduling a scheduled coroutine raises.
    """
    seen: list[str] = []

    def attempt(coros: list[Coroutine]) -> Coroutine:
        try:
            yield bluelet.call(coros[0])
        except Exception:
            seen.append("refused")
        else:
            seen.append("accepted")

    def outer(coros: list[Coroutine]) -> Coroutine:
        yield bluelet.call(attempt(coros))

    def root() -> Coroutine:
        itself: list[Coroutine] = []
        itself.append(attempt(itself))
        yield bluelet.call(itself[0])
        ancestor: list[Coroutine] = []
        ancestor.append(outer(ancestor))
        yield bluelet.call(ancestor[0])

    bluelet.run(root())

    assert seen == ["refused", "refused"]


@may("runs at once", "others first", presupposes=("spawn.both-run",))
def callee_begins(bluelet: Implementation) -> str:
    """A callee MAY begin at once, or after other ready threads had a turn.

    Source: observed: the original gives the others a turn; the README does not say.
    """
    seen: list[str] = []
    done: list[bool] = []

    def other() -> Coroutine:
        while not done:
            seen.append("other")
            yield bluelet.null()

    def callee() -> Coroutine:
        seen.append("callee")
        done.append(True)
        yield bluelet.end()

    def root() -> Coroutine:
        yield bluelet.spawn(other())
        yield bluelet.null()
        yield bluelet.null()
        seen.append("caller")
        yield bluelet.call(callee())

    bluelet.run(root())

    between = seen[seen.index("caller") + 1 : seen.index("callee")]
    return "others first" if between else "runs at once"
