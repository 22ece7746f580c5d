"""One joiner of many threads, and many joiners of one.

A thread may join others in any order, whichever completes first. A thread may be joined by any
number of others, each of which goes on once. All who do not join it run meanwhile.
"""

from bluelet_spec.clause import Implementation, may, must
from bluelet_spec.probe import TURNS, Coroutine


@must("join.waits", "join.after-finish")
def each_in_turn(bluelet: Implementation) -> None:
    """A thread MUST be able to join many threads in turn, in whatever order they complete.

    Source: README, Basic Usage, `join`: "Suspends the current coroutine until a given thread …
    completes", each of them.
    """
    seen: list[int] = []

    def child(number: int) -> Coroutine:
        for _ in range(10 - number):
            yield bluelet.null()
        seen.append(number)

    def root() -> Coroutine:
        threads = [child(number) for number in range(10)]
        for thread in threads:
            yield bluelet.spawn(thread)
        for thread in threads:
            yield bluelet.join(thread)
        seen.append(-1)

    bluelet.run(root())

    assert sorted(seen[:10]) == list(range(10))
    assert seen[10:] == [-1]


@must("join.suspends-only-the-joiner", "run.waits-for-every-thread")
def several_joiners(bluelet: Implementation) -> None:
    """Every thread that joins the same thread MUST go on once it has completed, and only once.

    One that was resumed twice would be woken too early from what it waits for next.

    Source: README, Basic Usage, `join`: "Suspends the current coroutine until a given thread …
    completes", whoever else waits for it.
    """
    seen: list[str] = []

    def child() -> Coroutine:
        while len(seen) < 3:
            yield bluelet.null()
        yield bluelet.null()
        seen.append("child ends")

    def later() -> Coroutine:
        while "child ends" not in seen:
            yield bluelet.null()
        for _ in range(TURNS):
            yield bluelet.null()
        seen.append("later ends")

    def joiner(name: str, thread: Coroutine, other: Coroutine) -> Coroutine:
        seen.append(f"{name} waits")
        yield bluelet.join(thread)
        seen.append(f"{name} goes on")
        yield bluelet.join(other)
        seen.append(f"{name} ends")

    def root() -> Coroutine:
        thread, other = child(), later()
        yield bluelet.spawn(thread)
        yield bluelet.spawn(other)
        for name in ("a", "b", "c"):
            yield bluelet.spawn(joiner(name, thread, other))

    bluelet.run(root())

    assert sorted(seen[:3]) == ["a waits", "b waits", "c waits"]
    assert seen[3] == "child ends"
    assert sorted(seen[4:7]) == ["a goes on", "b goes on", "c goes on"]
    assert seen[7] == "later ends"
    assert sorted(seen[8:]) == ["a ends", "b ends", "c ends"]


@may(
    "in the order of their joins",
    "in the order of their spawns",
    "in another order",
    presupposes=("join.several-joiners",),
)
def order_of_joiners(bluelet: Implementation) -> str:
    """Several threads that join the same thread MAY go on in any order.

    Source: observed: the original resumes them in the order in which they were spawned.
    """
    waiting: list[str] = []
    seen: list[str] = []

    def child() -> Coroutine:
        while len(waiting) < 3:
            yield bluelet.null()
        for _ in range(5):
            yield bluelet.null()

    def joiner(name: str, place: int, thread: Coroutine) -> Coroutine:
        while len(waiting) < place:
            yield bluelet.null()
        waiting.append(name)
        yield bluelet.join(thread)
        seen.append(name)

    def root() -> Coroutine:
        thread = child()
        yield bluelet.spawn(thread)
        for name, place in (("a", 2), ("b", 1), ("c", 0)):
            yield bluelet.spawn(joiner(name, place, thread))

    bluelet.run(root())

    if seen == ["c", "b", "a"]:
        return "in the order of their joins"
    if seen == ["a", "b", "c"]:
        return "in the order of their spawns"
    assert sorted(seen) == ["a", "b", "c"]
    return "in another order"


@must("join.waits")
def suspends_only_the_joiner(bluelet: Implementation) -> None:
    """While a thread waits in `join`, the others MUST run on.

    Source: README, Basic Usage, `join`: it suspends "the current coroutine".
    """
    seen: list[str] = []

    def child() -> Coroutine:
        while "other" not in seen:
            yield bluelet.null()
        seen.append("child ends")

    def other() -> Coroutine:
        while "joiner waits" not in seen:
            yield bluelet.null()
        yield bluelet.null()
        seen.append("other")

    def root() -> Coroutine:
        thread = child()
        yield bluelet.spawn(thread)
        yield bluelet.spawn(other())
        seen.append("joiner waits")
        yield bluelet.join(thread)
        seen.append("joined")

    bluelet.run(root())

    assert seen == ["joiner waits", "other", "child ends", "joined"]
