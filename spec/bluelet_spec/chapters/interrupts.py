"""`KeyboardInterrupt` and `SystemExit`: exceptions like all others, from anywhere.

What a thread raises travels as the chapter on exceptions says, whatever its class. These two are no
`Exception`, and a scheduler that catches only that loses them. An interrupt may also arrive while
no thread runs at all, since all of them wait. Then it is raised in the root, at its `yield`, which
is where a program can catch it to shut down in good order.

Left open: in which thread an interrupt is raised that arrives while one runs, since Python raises
it in whatever code is running just then; what else than `KeyboardInterrupt` a signal's handler
raises while all threads wait. The reference raises that in the root, too.
"""

from bluelet_spec.clause import Implementation, must, should
from bluelet_spec.probe import Coroutine, raised_by, when_idle


@must("exceptions.from-root", "spawn.both-run")
def are_not_lost(bluelet: Implementation) -> None:
    """`KeyboardInterrupt` and `SystemExit` that leave a thread MUST be raised by `run`.

    Ctrl-C sends the first, wherever the program is just then. Neither is an `Exception`, so a
    scheduler that catches only those loses them, though it raises all that the root raises.

    Source: README, The "Echo" Server: code that "looks sequential" does not swallow an interrupt;
    beets' `bpd`, a server, is stopped by Ctrl-C, and by `sys.exit` in a handler; the workers of
    cluster-workers catch the first from `run`.
    """
    raised: list[BaseException | None] = []

    def child(error: BaseException) -> Coroutine:
        yield bluelet.null()
        raise error

    def root(error: BaseException) -> Coroutine:
        yield bluelet.spawn(child(error))
        for _ in range(20):
            yield bluelet.null()

    for error in (KeyboardInterrupt(), SystemExit(3)):
        raised.append(raised_by(bluelet.run, root(error)))

    assert [type(error) for error in raised] == [KeyboardInterrupt, SystemExit]


@must("exceptions.through-a-call")
def through_a_call(bluelet: Implementation) -> None:
    """A caller MUST be able to catch `KeyboardInterrupt` and `SystemExit` from its callee.

    Neither is an `Exception`, so a scheduler that hands on only those loses them.

    Source: README, Basic Usage, `call`: "much like calling a function in ordinary Python code".
    """
    caught: list[BaseException] = []

    def callee(error: BaseException) -> Coroutine:
        yield bluelet.null()
        raise error

    def root() -> Coroutine:
        for error in (KeyboardInterrupt(), SystemExit(3)):
            try:
                yield bluelet.call(callee(error))
            except (KeyboardInterrupt, SystemExit) as exception:
                caught.append(exception)

    bluelet.run(root())

    assert [type(error) for error in caught] == [KeyboardInterrupt, SystemExit]


@should(
    "sleep.suspends-only-its-thread",
    "sleep.survives-signals",
    "run.idle-uses-no-cpu",
    "run.in-one-os-thread",
)
def while_idle(bluelet: Implementation) -> None:
    """An interrupt that comes while all threads wait SHOULD be raised in the root, at its `yield`.

    Source: ruling; observed in all known implementations.
    """
    seen: list[str] = []

    def root() -> Coroutine:
        try:
            yield bluelet.sleep(60)
        except KeyboardInterrupt:
            seen.append("root")

    with when_idle():
        raised_by(bluelet.run, root())

    assert seen == ["root"]


@should("interrupts.while-idle", "interrupts.through-a-call")
def while_root_waits_for_a_callee(bluelet: Implementation) -> None:
    """An interrupt that comes while the root waits for a callee SHOULD be raised in that first.

    So it is in plain Python, where the callee is what runs.

    Source: ruling, as for any exception, which goes from the innermost callee outwards.
    """
    seen: list[str] = []

    def callee() -> Coroutine:
        try:
            yield bluelet.sleep(60)
        except KeyboardInterrupt:
            seen.append("callee")
            raise

    def root() -> Coroutine:
        try:
            yield bluelet.call(callee())
        except KeyboardInterrupt:
            seen.append("root")

    with when_idle():
        raised_by(bluelet.run, root())

    assert seen == ["callee", "root"]


@should("interrupts.while-idle", "sleep.concurrent-sleeps-overlap")
def drop_nobody(bluelet: Implementation) -> None:
    """When the root catches an interrupt, the other threads SHOULD go on, or at least be closed.

    Source: ruling: however a run ends, `finally` blocks have run.
    """
    seen: list[str] = []
    kept: list[Coroutine] = []

    def sleeper() -> Coroutine:
        try:
            yield bluelet.sleep(0.3)
        finally:
            seen.append("sleeper's finally")

    def root() -> Coroutine:
        kept.append(sleeper())
        yield bluelet.spawn(kept[0])
        try:
            yield bluelet.sleep(60)
        except KeyboardInterrupt:
            seen.append("root catches")

    with when_idle():
        raised_by(bluelet.run, root())
    when_run_returned = list(seen)

    assert sorted(when_run_returned) == ["root catches", "sleeper's finally"]


@should(
    "sleep.survives-signals",
    "run.idle-uses-no-cpu",
    "run.in-one-os-thread",
    "run.waits-for-every-thread",
)
def after_root(bluelet: Implementation) -> None:
    """An interrupt that comes while all threads wait and the root has finished SHOULD end the run.

    Source: ruling; observed in all known implementations.
    """
    seen: list[str] = []

    def child() -> Coroutine:
        seen.append("child sleeps")
        yield bluelet.sleep(60)
        seen.append("child goes on")

    def root() -> Coroutine:
        yield bluelet.spawn(child())

    with when_idle() as interrupts:
        raised_by(bluelet.run, root())

    assert seen == ["child sleeps"]
    assert interrupts
