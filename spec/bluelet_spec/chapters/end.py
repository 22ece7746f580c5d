"""`end` leaves the coroutine that yields it and hands a value to the caller: it is `return`.

bluelet is older than `return` with a value in generators, so it has an event for it. The README
calls it analogous to `return` in ordinary Python, and that decides all that it leaves unsaid: code
after it does not run; `finally` and `with` blocks around it do, before the caller sees the value;
a `finally` block may do what it may do after a `return`, namely raise, or yield further events.
Nowadays `return value` works in generators, and means the same.

Left open: what happens to a coroutine that catches `GeneratorExit`, or everything, around its
`end`; what the `__exit__` of a `with` block around it is told, since nobody can have a generator
return from outside; an exception that is on its way when a `finally` block yields `end` (on the
reference the `end` takes its place, as a `return` does in Python); what the caller gets of a
coroutine that is killed while its `finally` blocks run after an `end` (on the reference None, as of
any that is killed); and what is seen of all that by code that looks at the generator itself.
"""

import gc
from threading import Barrier
from weakref import ref

from bluelet_spec.clause import Implementation, may, must, should
from bluelet_spec.probe import Coroutine, raised_by


@must()
def value_to_caller(bluelet: Implementation) -> None:
    """The value given to `end` MUST be what the caller's `yield` returns.

    Source: README, Basic Usage, `end`: "return the specified value to it".
    """
    results: list[object] = []

    def callee() -> Coroutine:
        yield bluelet.null()
        yield bluelet.end("a value")

    def root() -> Coroutine:
        results.append((yield bluelet.call(callee())))

    bluelet.run(root())

    assert results == ["a value"]


@must()
def default_none(bluelet: Implementation) -> None:
    """`end` without a value MUST hand None to the caller.

    Source: README, Basic Usage: `end(value=None)`.
    """
    results: list[object] = []

    def callee() -> Coroutine:
        yield bluelet.end()

    def root() -> Coroutine:
        results.append((yield bluelet.call(callee())))
        results.append("went on")

    bluelet.run(root())

    assert results == [None, "went on"]


@must("end.value-to-caller")
def value_as_keyword(bluelet: Implementation) -> None:
    """`end` MUST accept its value under the name `value`.

    Source: README, Basic Usage: `end(value=None)`.
    """
    results: list[object] = []

    def callee() -> Coroutine:
        yield bluelet.end(value="a value")

    def root() -> Coroutine:
        results.append((yield bluelet.call(callee())))

    bluelet.run(root())

    assert results == ["a value"]


@must("end.value-to-caller")
def value_untouched(bluelet: Implementation) -> None:
    """The value given to `end` MUST arrive as the same object, even if it is an event or generator.

    Source: README, Basic Usage, `end`: it is "the specified value" that is returned, not carried
    out.
    """
    sent: list[object] = []
    received: list[object] = []

    def never_run() -> Coroutine:
        received.append("was carried out")
        yield bluelet.null()

    def callee(value: object) -> Coroutine:
        yield bluelet.end(value)

    def root() -> Coroutine:
        sent.extend([never_run(), bluelet.sleep(60), bluelet.end(1), LookupError(), [], False])
        for value in sent:
            received.append((yield bluelet.call(callee(value))))

    bluelet.run(root())

    assert len(sent) == len(received) == 6
    is_the_same = [one is other for one, other in zip(sent, received, strict=True)]
    assert is_the_same == [True] * 6


@must("end.value-to-caller")
def value_goes_up_one_level(bluelet: Implementation) -> None:
    """Through several levels of call, each `end` MUST end its own coroutine and answer its caller.

    Source: README, Basic Usage, `end`: "Terminate the current coroutine", and return the value to
    the one that called it.
    """
    seen: list[object] = []

    def leaf() -> Coroutine:
        yield bluelet.end("leaf")

    def middle() -> Coroutine:
        seen.append((yield bluelet.call(leaf())))
        yield bluelet.end("middle")

    def top() -> Coroutine:
        seen.append((yield bluelet.call(middle())))
        yield bluelet.end("top")

    def root() -> Coroutine:
        seen.append((yield bluelet.call(top())))

    bluelet.run(root())

    assert seen == ["leaf", "middle", "top"]


@must()
def code_after_does_not_run(bluelet: Implementation) -> None:
    """Code after `end` MUST NOT run, except for `finally` and `with` blocks around it.

    Source: README, Basic Usage, `end`: "Terminate the current coroutine."
    """
    seen: list[str] = []

    def callee() -> Coroutine:
        seen.append("before")
        yield bluelet.end()
        seen.append("after")

    def root() -> Coroutine:
        yield bluelet.call(callee())
        yield bluelet.null()
        seen.append("caller")
        yield bluelet.end()
        seen.append("after")

    bluelet.run(root())

    assert seen == ["before", "caller"]


@must("end.code-after-does-not-run")
def passes_handlers(bluelet: Implementation) -> None:
    """A handler for `Exception` around an `end` MUST NOT run, as none does at a `return`.

    Source: README, Basic Usage, `end`: "Analogous to `return` in ordinary Python."
    """
    seen: list[str] = []

    def callee() -> Coroutine:
        try:
            yield bluelet.end("a value")
        except Exception:
            seen.append("handler")

    def root() -> Coroutine:
        yield bluelet.call(callee())
        seen.append("caller")

    bluelet.run(root())

    assert seen == ["caller"]


@must("end.code-after-does-not-run", "call.runs-callee-to-its-end")
def runs_finally(bluelet: Implementation) -> None:
    """Pending `finally` and `with` blocks around an `end` MUST run before the caller goes on.

    Who holds a reference to the callee must make no difference: here the caller does.

    Source: README, Basic Usage, `end`: "Analogous to `return` in ordinary Python."
    """
    seen: list[str] = []

    def callee() -> Coroutine:
        try:
            try:
                yield bluelet.end()
            finally:
                seen.append("inner finally")
        finally:
            seen.append("outer finally")

    def root() -> Coroutine:
        coro = callee()
        yield bluelet.call(coro)
        seen.append("caller")
        coro.close()

    bluelet.run(root())

    assert seen == ["inner finally", "outer finally", "caller"]


@must("end.code-after-does-not-run", "join.waits")
def runs_finally_in_a_thread(bluelet: Implementation) -> None:
    """`finally` blocks around an `end` MUST run before those who joined the thread go on.

    Source: README, Basic Usage: `end` is "analogous to `return`", and `join` waits until the
    thread "completes".
    """
    seen: list[str] = []

    def child() -> Coroutine:
        try:
            yield bluelet.null()
            yield bluelet.null()
            yield bluelet.end()
        finally:
            seen.append("finally")

    def root() -> Coroutine:
        thread = child()
        yield bluelet.spawn(thread)
        yield bluelet.join(thread)
        seen.append("joined")
        thread.close()

    bluelet.run(root())

    assert seen == ["finally", "joined"]


@must("end.code-after-does-not-run")
def runs_finally_in_root(bluelet: Implementation) -> None:
    """`finally` blocks around an `end` in the root MUST have run when `run` returns.

    Source: README, Basic Usage, `end`: "Analogous to `return` in ordinary Python."
    """
    seen: list[str] = []

    def root() -> Coroutine:
        try:
            yield bluelet.end()
        finally:
            seen.append("finally")

    coro = root()
    bluelet.run(coro)
    seen.append("run returned")
    coro.close()

    assert seen == ["finally", "run returned"]


@must("end.runs-finally")
def finally_may_yield(bluelet: Implementation) -> None:
    """Events yielded in a `finally` block around an `end` MUST be carried out, as after `return`.

    A block that says goodbye on a connection before it closes it does just this.

    Source: README, Basic Usage, `end`: "Analogous to `return` in ordinary Python."
    """
    seen: list[object] = []

    def helper() -> Coroutine:
        yield bluelet.null()
        yield bluelet.end("help")

    def callee() -> Coroutine:
        try:
            yield bluelet.end("a value")
        finally:
            yield bluelet.sleep(0.01)
            seen.append((yield bluelet.call(helper())))

    def root() -> Coroutine:
        seen.append((yield bluelet.call(callee())))

    bluelet.run(root())

    assert seen == ["help", "a value"]


@should("end.runs-finally", "exceptions.through-a-call")
def finally_may_raise(bluelet: Implementation) -> None:
    """What a `finally` block around an `end` raises SHOULD be raised in the caller.

    Source: ruling, from the README's "analogous to `return`".
    """
    seen: list[object] = []
    error = LookupError("from the finally block")

    def callee() -> Coroutine:
        try:
            yield bluelet.end("a value")
        finally:
            raise error

    def root() -> Coroutine:
        try:
            yield bluelet.call(callee())
        except LookupError as caught:
            seen.append(caught)

    escaped = raised_by(bluelet.run, root())

    assert escaped is None
    assert seen == [error]


@should("end.runs-finally", "end.return-is-end", "end.finally-may-raise")
def finally_may_return(bluelet: Implementation) -> None:
    """A `return` in a `finally` block around an `end` SHOULD take its place, as it does in Python.

    Source: ruling, from the README's "analogous to `return`".
    """
    seen: list[object] = []

    def callee() -> Coroutine:
        try:
            yield bluelet.end("the first value")
        finally:
            return "the last value"  # noqa: B012

    def root() -> Coroutine:
        seen.append((yield bluelet.call(callee())))

    bluelet.run(root())

    assert seen == ["the last value"]


@must("run.waits-for-every-thread")
def ends_only_its_own_thread(bluelet: Implementation) -> None:
    """`end` in one thread, the root too, MUST leave the other threads running.

    Source: README, Basic Usage, `end`: "Terminate the *current* coroutine."
    """
    seen: list[str] = []

    def child() -> Coroutine:
        yield bluelet.null()
        yield bluelet.null()
        seen.append("child")

    def brief() -> Coroutine:
        yield bluelet.end()

    def root() -> Coroutine:
        yield bluelet.spawn(brief())
        yield bluelet.spawn(child())
        yield bluelet.end()

    bluelet.run(root())

    assert seen == ["child"]


@should("end.value-to-caller", "call.yielding-a-generator")
def return_is_end(bluelet: Implementation) -> None:
    """`return value` in a generator SHOULD mean what `yield end(value)` means.

    Source: ruling. The README predates `return` with a value in generators; a language in which
    `return` loses the value that is returned would surprise everybody.
    """
    results: list[object] = []

    def callee() -> Coroutine:
        yield bluelet.null()
        return "a value"

    def immediate() -> Coroutine:
        return "at once"
        yield

    def root() -> Coroutine:
        results.append((yield bluelet.call(callee())))
        results.append((yield immediate()))

    bluelet.run(root())

    assert results == ["a value", "at once"]


@should("end.value-to-caller")
def ends_a_yield_from_whole(bluelet: Implementation) -> None:
    """`end` inside a `yield from` SHOULD end the coroutine that was called, not the part alone.

    `yield from` is Python's own and invisible to the scheduler.

    Source: observed: so do all known implementations.
    """
    seen: list[object] = []

    def part() -> Coroutine:
        yield bluelet.end("a value")
        seen.append("part goes on")

    def callee() -> Coroutine:
        yield from part()
        seen.append("callee goes on")

    def root() -> Coroutine:
        seen.append((yield bluelet.call(callee())))

    bluelet.run(root())

    assert seen == ["a value"]


@should("end.ends-a-yield-from-whole", "end.finally-may-yield")
def finally_below_a_yield_from(bluelet: Implementation) -> None:
    """Events in a `finally` block around an `end` below a `yield from` SHOULD be carried out, too.

    A generator that is told of its end by `GeneratorExit` closes what it has delegated to, and
    Python refuses to have that yield.

    Source: ruling, from the README's "analogous to `return`".
    """
    seen: list[object] = []

    def part() -> Coroutine:
        try:
            yield bluelet.end("a value")
        finally:
            yield bluelet.null()
            seen.append("part's finally")

    def callee() -> Coroutine:
        yield from part()
        seen.append("callee goes on")

    def root() -> Coroutine:
        seen.append((yield bluelet.call(callee())))

    error = raised_by(bluelet.run, root())

    assert error is None
    assert seen == ["part's finally", "a value"]


@may("goes on at once", "others first", presupposes=("spawn.both-run", "end.value-to-caller"))
def caller_resumes(bluelet: Implementation) -> str:
    """When a callee ends, its caller MAY go on at once, or after other ready threads had a turn.

    Source: observed: the original gives the others a turn; the README does not say.
    """
    seen: list[str] = []
    done: list[bool] = []

    def other() -> Coroutine:
        while not done:
            seen.append("other")
            yield bluelet.null()

    def callee() -> Coroutine:
        yield bluelet.null()
        seen.append("callee")
        yield bluelet.end()

    def root() -> Coroutine:
        yield bluelet.spawn(other())
        yield bluelet.null()
        yield bluelet.call(callee())
        seen.append("caller")
        done.append(True)

    bluelet.run(root())

    between = seen[seen.index("callee") + 1 : seen.index("caller")]
    return "others first" if between else "goes on at once"


@may(
    "at once",
    "others first",
    presupposes=("end.runs-finally-in-a-thread", "run.waits-for-every-thread"),
)
def finally_runs(bluelet: Implementation) -> str:
    """The `finally` blocks around an `end` MAY run at once, or after other threads had a turn.

    Source: observed: implementations differ; the README does not say.
    """
    seen: list[str] = []

    def other() -> Coroutine:
        for _ in range(10):
            seen.append("other")
            yield bluelet.null()

    def ending() -> Coroutine:
        try:
            yield bluelet.null()
            seen.append("ends")
            yield bluelet.end()
        finally:
            seen.append("finally")

    def root() -> Coroutine:
        yield bluelet.spawn(other())
        yield bluelet.spawn(ending())

    bluelet.run(root())

    between = seen[seen.index("ends") + 1 : seen.index("finally")]
    return "others first" if between else "at once"


@should("end.finally-may-raise")
def finally_raises_as_after_return(bluelet: Implementation) -> None:
    """What a `finally` around an `end` raises SHOULD have the context that it has after a `return`.

    By that context a traceback says "during handling of the above exception", where none was.

    Source: ruling, from the README's "analogous to `return`".
    """
    error = LookupError("from the clean-up")

    def callee() -> Coroutine:
        try:
            yield bluelet.end()
        finally:
            raise error

    def root() -> Coroutine:
        yield bluelet.call(callee())

    raised = raised_by(bluelet.run, root())

    assert raised is error
    assert error.__context__ is None


@should("end.value-to-caller")
def lets_go_of_its_value(bluelet: Implementation) -> None:
    """`run` SHOULD let go of the value that an `end` was given once its caller has gone on.

    A value may be large, or a file that closes when nobody refers to it any longer.

    Source: ruling: a value that was returned belongs to whom it was returned to.
    """
    kept: list[object] = []

    def callee() -> Coroutine:
        yield bluelet.null()
        yield bluelet.end(Barrier(1))

    def root() -> Coroutine:
        value = yield bluelet.call(callee())
        value = ref(value)
        yield bluelet.null()
        gc.collect()
        kept.append(value())

    bluelet.run(root())

    assert kept == [None]
