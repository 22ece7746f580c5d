"""Exceptions travel as in a sequential program: up the calls, then out of `run`.

An exception that leaves a coroutine is raised in its caller, at the `yield` that called it: the
same object, with its arguments, its cause and a traceback through every coroutine on its way.
`finally` blocks run from the innermost outwards, and since the thread lives on while they do, they
may yield.

A thread has no caller. What leaves one, the root or any other, was caught by nobody, and ends the
run: every other thread is closed (see the chapter on closing), and `run` raises the exception.

Left open: a thread that raises `GeneratorExit`; `StopIteration`, which Python itself turns into
`RuntimeError` when it leaves a generator. A generator that was spawned and then called is refused
(chapters on `spawn` and `call`), so nobody is both its caller and not.
"""

import sys
import traceback
import warnings

from bluelet_spec.clause import Implementation, may, must, should
from bluelet_spec.probe import Coroutine, raised_by


@must()
def from_root(bluelet: Implementation) -> None:
    """An exception that leaves the root MUST be raised by `run`, as the same object.

    It may leave it before the first `yield`.

    Source: README, The "Echo" Server: code that "looks sequential"; the workers of cluster-workers
    catch what `run` raises, and beets' `bpd` ends by it.
    """
    error = LookupError("nobody catches it", 42)

    def root(yields: int) -> Coroutine:
        for _ in range(yields):
            yield bluelet.null()
        raise error

    raised = [raised_by(bluelet.run, root(yields)) for yields in (1, 0)]

    assert [one is error for one in raised] == [True, True]
    assert error.args == ("nobody catches it", 42)


@should("exceptions.from-root", "spawn.both-run")
def from_a_spawned_thread(bluelet: Implementation) -> None:
    """An exception that leaves a spawned thread SHOULD be raised by `run`, even if others live.

    Source: ruling: an exception that no thread catches ends `run`; observed in nearly all known
    implementations.
    """
    error = LookupError("nobody catches it")
    seen: list[str] = []

    def child() -> Coroutine:
        yield bluelet.null()
        seen.append("child raises")
        raise error

    def root() -> Coroutine:
        yield bluelet.spawn(child())
        for _ in range(20):
            yield bluelet.null()

    raised = raised_by(bluelet.run, root())

    assert seen == ["child raises"]
    assert raised is error


@should("exceptions.from-a-spawned-thread", "run.waits-for-every-thread")
def of_a_disconnects_class(bluelet: Implementation) -> None:
    """An exception that a program raises itself SHOULD be raised by `run`, a `BrokenPipeError` too.

    Its class is that of a peer's disconnect, which a spawned thread need not catch. But that one is
    raised at the `yield` of an operation on a connection, and not by the program's own code.

    Source: ruling: what ends a thread quietly is a peer's disconnect, and an exception that no
    thread catches ends `run`.
    """
    errors = [BrokenPipeError("own code"), ConnectionResetError(), ConnectionAbortedError()]
    seen: list[str] = []

    def child(error: OSError) -> Coroutine:
        yield bluelet.null()
        seen.append("child raises")
        raise error

    def root(error: OSError) -> Coroutine:
        yield bluelet.spawn(child(error))

    raised = [raised_by(bluelet.run, root(error)) for error in errors]

    assert seen == ["child raises"] * 3
    assert raised == errors


@must("exceptions.from-root")
def through_a_call(bluelet: Implementation) -> None:
    """An exception that leaves a callee MUST be raised at its caller's `yield`, the same object.

    Its arguments and cause are untouched, and the caller may catch it and go on. It may leave the
    callee before its first `yield`.

    Source: README, Basic Usage, `call`: "much like calling a function in ordinary Python code".
    """

    class Demanding(Exception):
        def __init__(self, one: int, other: int) -> None:
            super().__init__(one, other)

    cause = KeyError("the cause")
    error = Demanding(1, 2)
    seen: list[object] = []

    def callee(yields: int) -> Coroutine:
        for _ in range(yields):
            yield bluelet.null()
        raise error from cause

    def root() -> Coroutine:
        for yields in (1, 0):
            try:
                yield bluelet.call(callee(yields))
            except Demanding as caught:
                seen.append(caught)
        seen.append("caller goes on")

    escaped = raised_by(bluelet.run, root())

    assert escaped is None
    assert seen == [error, error, "caller goes on"]
    assert error.args == (1, 2)
    assert error.__cause__ is cause


@must("exceptions.through-a-call")
def caught_midway(bluelet: Implementation) -> None:
    """A caller several levels up MUST be able to catch an exception; only what it skips ends.

    Source: README, Basic Usage, `call`: "much like calling a function in ordinary Python code".
    """
    seen: list[object] = []

    def leaf() -> Coroutine:
        yield bluelet.null()
        raise LookupError("from the leaf")

    def skipped() -> Coroutine:
        yield bluelet.call(leaf())
        seen.append("skipped goes on")

    def catching() -> Coroutine:
        try:
            yield bluelet.call(skipped())
        except LookupError as error:
            yield bluelet.null()
            seen.append(error.args)

    def root() -> Coroutine:
        yield bluelet.call(catching())
        seen.append("root goes on")

    bluelet.run(root())

    assert seen == [("from the leaf",), "root goes on"]


@should("exceptions.through-a-call")
def replaced_midway(bluelet: Implementation) -> None:
    """An exception raised in place of a caught one SHOULD travel on, with the first as its context.

    Source: ruling, from the README's "much like calling a function in ordinary Python code".
    """
    first = LookupError("from the leaf")
    second = OSError("from the middle")
    seen: list[object] = []

    def leaf() -> Coroutine:
        yield bluelet.null()
        raise first

    def middle() -> Coroutine:
        try:
            yield bluelet.call(leaf())
        except LookupError:
            raise second  # noqa: B904

    def root() -> Coroutine:
        try:
            yield bluelet.call(middle())
        except OSError as error:
            seen.append(error)

    bluelet.run(root())

    assert seen == [second]
    assert second.__context__ is first


@must("exceptions.through-a-call")
def finally_innermost_first(bluelet: Implementation) -> None:
    """An exception MUST run the `finally` blocks on its way, callees before callers.

    Source: README, Basic Usage, `call`: "much like calling a function in ordinary Python code".
    """
    seen: list[str] = []

    def leaf() -> Coroutine:
        try:
            yield bluelet.null()
            raise LookupError("from the leaf")
        finally:
            seen.append("leaf")

    def middle() -> Coroutine:
        try:
            yield bluelet.call(leaf())
        finally:
            seen.append("middle")

    def root() -> Coroutine:
        try:
            yield bluelet.call(middle())
        except LookupError:
            seen.append("caught")

    bluelet.run(root())

    assert seen == ["leaf", "middle", "caught"]


@must("exceptions.through-a-call")
def finally_may_yield(bluelet: Implementation) -> None:
    """Events yielded in a `finally` block while an exception passes MUST be carried out.

    Source: README, Basic Usage: `yield` is for "anything that blocks", and clean-up may.
    """
    seen: list[object] = []

    def helper() -> Coroutine:
        yield bluelet.null()
        seen.append("help")

    def callee() -> Coroutine:
        try:
            yield bluelet.null()
            raise LookupError("from the callee")
        finally:
            yield bluelet.sleep(0.001)
            yield bluelet.call(helper())

    def root() -> Coroutine:
        try:
            yield bluelet.call(callee())
        except LookupError as error:
            seen.append(error.args[0])

    bluelet.run(root())

    assert seen == ["help", "from the callee"]


@should("exceptions.through-a-call", "exceptions.from-root")
def traceback_through_every_call(bluelet: Implementation) -> None:
    """The traceback of an exception SHOULD lead through every coroutine on its way, in order.

    Source: ruling, from the README's "much like calling a function in ordinary Python code".
    """

    def leaf() -> Coroutine:
        yield bluelet.null()
        raise LookupError("from the leaf")

    def middle() -> Coroutine:
        yield bluelet.call(leaf())

    def root() -> Coroutine:
        yield bluelet.call(middle())

    error = raised_by(bluelet.run, root())

    assert error is not None
    names = [entry.name for entry in traceback.extract_tb(error.__traceback__)]
    assert [name for name in names if name in ("leaf", "middle", "root")] == [
        "root",
        "middle",
        "leaf",
    ]


@must("exceptions.through-a-call", "join.waits")
def caught_leaves_others_alone(bluelet: Implementation) -> None:
    """An exception that is caught in its thread MUST NOT affect any other thread.

    Source: README, The "Echo" Server: code that "acts concurrent".
    """
    seen: list[str] = []

    def callee() -> Coroutine:
        yield bluelet.null()
        raise LookupError("caught below")

    def careful() -> Coroutine:
        try:
            yield bluelet.call(callee())
        except LookupError:
            seen.append("caught")

    def sleeper() -> Coroutine:
        yield bluelet.sleep(0.01)
        seen.append("slept")

    def root() -> Coroutine:
        thread = sleeper()
        yield bluelet.spawn(thread)
        yield bluelet.spawn(careful())
        yield bluelet.join(thread)
        seen.append("joined")

    bluelet.run(root())

    assert "caught" in seen
    assert [event for event in seen if event != "caught"] == ["slept", "joined"]


@should("exceptions.through-a-call", "call.deeper-than-the-stack")
def deep(bluelet: Implementation) -> None:
    """An exception SHOULD travel up many calls, each with its `finally` block, like any other.

    Source: observed: so do nearly all known implementations.
    """
    seen: list[int] = []

    def callee(level: int) -> Coroutine:
        try:
            if level == 0:
                yield bluelet.null()
                raise LookupError("from the bottom")
            yield bluelet.call(callee(level - 1))
        finally:
            seen.append(level)

    def root() -> Coroutine:
        try:
            yield bluelet.call(callee(300))
        except LookupError:
            seen.append(-1)

    bluelet.run(root())

    assert seen == [*range(301), -1]


@should("exceptions.from-a-spawned-thread")
def ends_the_run(bluelet: Implementation) -> None:
    """When an exception leaves a thread, `run` SHOULD end and the other threads do nothing more.

    Source: ruling: an exception that no thread catches ends `run`; observed in nearly all known
    implementations.
    """
    seen: list[str] = []

    def child() -> Coroutine:
        yield bluelet.null()
        seen.append("child raises")
        raise LookupError("nobody catches it")

    def root() -> Coroutine:
        yield bluelet.spawn(child())
        while "child raises" not in seen:
            yield bluelet.null()
        seen.append("root goes on")

    raised_by(bluelet.run, root())

    assert seen == ["child raises"]


@may(
    "the one raised first",
    "the other",
    presupposes=("exceptions.from-a-spawned-thread", "run.twice-in-a-row"),
)
def of_two_raised(bluelet: Implementation) -> str:
    """When several threads raise at about the same time, `run` MAY raise the exception of any.

    Source: observed: the first; the README does not say.
    """
    order: list[str] = []

    def child(name: str) -> Coroutine:
        yield bluelet.null()
        try:
            raise LookupError(name)
        finally:
            order.append(name)

    def root() -> Coroutine:
        yield bluelet.spawn(child("one"))
        yield bluelet.spawn(child("other"))
        for _ in range(20):
            yield bluelet.null()

    error = raised_by(bluelet.run, root())

    assert isinstance(error, LookupError)
    return "the one raised first" if error.args == (order[0],) else "the other"


@should("exceptions.through-a-call")
def without_deprecated_calls(bluelet: Implementation) -> None:
    """An exception SHOULD travel unchanged even where Python turns its warnings into errors.

    `throw` with three arguments is deprecated since Python 3.12.

    Source: observed: most known implementations use it.
    """
    error = LookupError("from the callee")
    seen: list[object] = []

    def callee() -> Coroutine:
        yield bluelet.null()
        raise error

    def root() -> Coroutine:
        try:
            yield bluelet.call(callee())
        except Exception as caught:
            seen.append(caught)

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        bluelet.run(root())

    assert seen == [error]


@should("exceptions.through-a-call")
def handled_is_over(bluelet: Implementation) -> None:
    """A thread SHOULD go on without any exception being handled that it does not handle itself.

    Else a bare `raise` raises an old one again, and what it raises next has that for its context.

    Source: README, The "Echo" Server: code that "looks sequential".
    """
    seen: list[object] = []

    def callee() -> Coroutine:
        yield bluelet.null()
        raise LookupError("handled")

    def root() -> Coroutine:
        for _ in range(2):
            try:
                yield bluelet.call(callee())
            except LookupError:
                pass
            seen.append(sys.exc_info()[1])
            yield bluelet.null()
            seen.append(sys.exc_info()[1])

    bluelet.run(root())

    assert seen == [None] * 4
