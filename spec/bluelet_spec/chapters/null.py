"""`null` does nothing but give the others a turn.

A thread that yields `null()` stays ready, and goes on when those before it have had theirs. Ready
threads stand in a queue, first in, first out, so where all only yield `null()` they take turns.
The chapter on fairness says what a turn is, what *in time* means, and what becomes of sleepers
meanwhile.

Left open: how many turns of others an event other than `null` takes.
"""

from bluelet_spec.clause import Implementation, must, should
from bluelet_spec.probe import TURNS, Coroutine


@must()
def returns_none(bluelet: Implementation) -> None:
    """`yield null()` MUST return None.

    Source: README, Basic Usage, `null`: "without doing anything special".
    """
    results: list[object] = []

    def root() -> Coroutine:
        results.append((yield bluelet.null()))
        results.append((yield bluelet.null()))

    bluelet.run(root())

    assert results == [None, None]


@must("spawn.both-run")
def lets_others_run(bluelet: Implementation) -> None:
    """While a thread keeps yielding `null()`, the other ready ones MUST have turns in time.

    Source: README, Basic Usage, `null`: it "makes it possible to let another coroutine run if one
    is waiting to".
    """
    steps: list[int] = []
    turns: dict[str, list[int]] = {"one": [], "other": []}

    def worker(name: str) -> Coroutine:
        for _ in range(5):
            turns[name].append(len(steps))
            yield bluelet.null()

    def root() -> Coroutine:
        yield bluelet.spawn(worker("one"))
        yield bluelet.spawn(worker("other"))
        while any(len(taken) < 5 for taken in turns.values()) and len(steps) < 6 * TURNS:
            steps.append(len(steps))
            yield bluelet.null()

    bluelet.run(root())

    for taken in turns.values():
        assert len(taken) == 5
        gaps = [later - earlier for earlier, later in zip([0, *taken], taken, strict=False)]
        assert max(gaps) < TURNS


@should("null.lets-others-run", "run.waits-for-every-thread", "run.one-thread-at-a-time")
def round_robin(bluelet: Implementation) -> None:
    """Threads that only yield `null()` SHOULD take turns, each having one in every round.

    The order within a round may be any, which `fairness.first-in-first-out` does not allow. So a
    thread that has had its turn is ahead of another that has not, and by one turn more where it
    began in a round before the other.

    Source: ruling: ready threads run first in, first out; observed in all known implementations.
    """
    seen: list[str] = []
    begun: set[str] = set()

    def worker(name: str) -> Coroutine:
        begun.add(name)
        while len(begun) < 3:
            yield bluelet.null()
        for _ in range(20):
            seen.append(name)
            yield bluelet.null()

    def root() -> Coroutine:
        for name in ("a", "b", "c"):
            yield bluelet.spawn(worker(name))

    bluelet.run(root())

    assert len(seen) == 60
    for length in range(60):
        turns = [seen[:length].count(name) for name in ("a", "b", "c")]
        assert max(turns) - min(turns) <= 2
