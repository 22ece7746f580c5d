"""A mistake is answered where it is made, in words that say what it was.

A wrong argument raises in the thread that passed it: in the expression that makes the event or at
its `yield`, as the port likes, so a program that catches it there catches it either way. The
exception is a `TypeError` or a `ValueError` whose message names what was given. No other thread
notices anything. A mistake with a thread that has the right type but the wrong state (never
spawned, scheduled already) is in the chapter of the event.

Left open: `async def` coroutines, iterators and other objects that resemble generators. A port may
accept them.
"""

from bluelet_spec.clause import Implementation, should
from bluelet_spec.probe import TURNS, Coroutine, finished, raised_by


@should("call.runs-callee-to-its-end")
def not_an_event(bluelet: Implementation) -> None:
    """To yield what is neither an event nor a generator SHOULD raise `TypeError` at that `yield`.

    Source: ruling: bad arguments raise in the thread that made them.
    """
    refused: list[object] = []
    mistakes = [42, "null", None, print, [], object()]

    def careless(mistake: object) -> Coroutine:
        try:
            yield mistake
        except TypeError:
            refused.append(mistake)

    def root() -> Coroutine:
        for mistake in mistakes:
            yield bluelet.call(careless(mistake))

    bluelet.run(root())

    assert refused == mistakes


@should("arguments.not-an-event")
def not_an_event_says_so(bluelet: Implementation) -> None:
    """The message for what is not an event SHOULD name it, by its value or its type.

    Source: ruling: with a message that says what was wrong.
    """
    messages: list[str] = []

    class Paperclip:
        pass

    def root() -> Coroutine:
        try:
            yield Paperclip()
        except TypeError as error:
            messages.append(str(error))

    bluelet.run(root())

    [message] = messages
    assert "Paperclip" in message


@should("arguments.not-an-event", "run.waits-for-every-thread")
def not_an_event_spares_others(bluelet: Implementation) -> None:
    """A thread that yields what is not an event SHOULD affect no other thread, if it catches that.

    Source: ruling: bad arguments raise in the thread that made them.
    """
    seen: list[str] = []

    def careless() -> Coroutine:
        for mistake in (42, [0]):
            try:
                yield mistake
            except TypeError:
                seen.append("refused")

    def bystander() -> Coroutine:
        while seen.count("refused") < 2:
            yield bluelet.null()
        yield bluelet.sleep(0.001)
        seen.append("bystander")

    def root() -> Coroutine:
        yield bluelet.spawn(bystander())
        yield bluelet.spawn(careless())

    bluelet.run(root())

    assert seen == ["refused", "refused", "bystander"]


@should("spawn.both-run", "arguments.not-an-event")
def mistakes_starve_nobody(bluelet: Implementation) -> None:
    """While a thread makes one mistake after another, every other ready one SHOULD have its turns.

    It has one before the first has made a thousand more.

    Source: ruling: nothing that is always ready may starve other threads.
    """
    mistakes: list[int] = []
    turns: list[int] = []

    def other() -> Coroutine:
        while len(turns) < 3:
            turns.append(len(mistakes))
            yield bluelet.null()

    def root() -> Coroutine:
        thread = other()
        yield bluelet.spawn(thread)
        while not finished(thread) and len(mistakes) < 4 * TURNS:
            try:
                yield 42
            except TypeError:
                mistakes.append(len(mistakes))

    bluelet.run(root())

    assert len(turns) == 3
    gaps = [later - earlier for earlier, later in zip([0, *turns], turns, strict=False)]
    assert max(gaps) < TURNS


@should()
def bare_event(bluelet: Implementation) -> None:
    """To yield a bare `Event`, which says nothing to do, SHOULD raise `TypeError` at that `yield`.

    Source: ruling: bad arguments raise in the thread that made them.
    """
    seen: list[str] = []

    def root() -> Coroutine:
        try:
            yield bluelet.Event()
        except TypeError:
            seen.append("refused")

    bluelet.run(root())

    assert seen == ["refused"]


@should("spawn.both-run")
def spawn_of_a_non_generator(bluelet: Implementation) -> None:
    """`spawn` of what is not a generator SHOULD raise `TypeError` or `ValueError` in its thread.

    A function that was not called is the usual mistake.

    Source: observed: so do all known implementations.
    """
    refused: list[object] = []

    def child() -> Coroutine:
        yield bluelet.null()

    mistakes: list[object] = [child, 42, None, [child]]

    def root() -> Coroutine:
        for mistake in mistakes:
            try:
                yield bluelet.spawn(mistake)
            except (TypeError, ValueError):
                refused.append(mistake)

    bluelet.run(root())

    assert refused == mistakes


@should()
def call_of_a_non_generator(bluelet: Implementation) -> None:
    """`call` of what is not a generator SHOULD raise `TypeError` or `ValueError` in its thread.

    Source: observed: so do all known implementations.
    """
    refused: list[object] = []

    def callee() -> Coroutine:
        yield bluelet.null()

    mistakes: list[object] = [callee, 42, None, [callee]]

    def root() -> Coroutine:
        for mistake in mistakes:
            try:
                yield bluelet.call(mistake)
            except (TypeError, ValueError):
                refused.append(mistake)

    bluelet.run(root())

    assert refused == mistakes


@should()
def run_of_a_non_generator(bluelet: Implementation) -> None:
    """`run` of what is not a generator SHOULD raise `TypeError` or `ValueError`.

    Source: ruling, as for `spawn` and `call`.
    """

    def root() -> Coroutine:
        yield bluelet.null()

    mistakes: list[object] = [root, 42, None, [root]]

    errors = [raised_by(bluelet.run, mistake) for mistake in mistakes]

    assert [isinstance(error, TypeError | ValueError) for error in errors] == [True] * 4


@should("arguments.spawn-of-a-non-generator", "arguments.call-of-a-non-generator")
def names_the_culprit(bluelet: Implementation) -> None:
    """The message for a wrong argument of `spawn` or `call` SHOULD name it, by value or type.

    Source: ruling: with a message that says what was wrong.
    """
    messages: list[str] = []

    class Paperclip:
        pass

    def root() -> Coroutine:
        for make in (bluelet.spawn, bluelet.call):
            try:
                yield make(Paperclip())
            except (TypeError, ValueError) as error:
                messages.append(str(error))

    bluelet.run(root())

    assert len(messages) == 2
    assert all("Paperclip" in message for message in messages)


@should("call.runs-callee-to-its-end")
def join_of_a_non_thread(bluelet: Implementation) -> None:
    """`join` of what is not a generator SHOULD raise `TypeError` or `ValueError` in its thread.

    Source: ruling: bad arguments raise in the thread that made them.
    """
    refused: list[object] = []
    mistakes: list[object] = [42, None, "thread", []]

    def careless(mistake: object) -> Coroutine:
        try:
            yield bluelet.join(mistake)
        except (TypeError, ValueError):
            refused.append(mistake)

    def root() -> Coroutine:
        for mistake in mistakes:
            yield bluelet.call(careless(mistake))

    bluelet.run(root())

    assert refused == mistakes


@should("run.waits-for-every-thread")
def kill_of_a_non_thread_spares_others(bluelet: Implementation) -> None:
    """`kill` of what is not a thread SHOULD NOT affect any other thread.

    Source: ruling: bad arguments raise in the thread that made them, and disturb no other.
    """
    seen: list[str] = []

    def killer(mistake: object) -> Coroutine:
        seen.append("killer")
        try:
            yield bluelet.kill(mistake)
        except Exception:
            pass

    def bystander() -> Coroutine:
        while seen.count("killer") < 2:
            yield bluelet.null()
        for _ in range(10):
            yield bluelet.null()
        seen.append("bystander")

    def root() -> Coroutine:
        yield bluelet.spawn(bystander())
        yield bluelet.spawn(killer(42))
        yield bluelet.spawn(killer([0]))

    bluelet.run(root())

    assert seen == ["killer", "killer", "bystander"]


@should("arguments.kill-of-a-non-thread-spares-others")
def kill_of_a_non_thread(bluelet: Implementation) -> None:
    """`kill` of what is not a generator SHOULD raise `TypeError` or `ValueError` in its thread.

    Source: ruling: bad arguments raise in the thread that made them.
    """
    refused: list[object] = []
    mistakes: list[object] = [42, None, "thread", []]

    def root() -> Coroutine:
        for mistake in mistakes:
            try:
                yield bluelet.kill(mistake)
            except (TypeError, ValueError):
                refused.append(mistake)

    bluelet.run(root())

    assert refused == mistakes


@should()
def sleep_of_no_number(bluelet: Implementation) -> None:
    """`sleep` of what is not a number SHOULD raise `TypeError` or `ValueError` in its thread.

    Source: observed: so do all known implementations.
    """
    refused: list[object] = []
    mistakes: list[object] = [None, "1", []]

    def root() -> Coroutine:
        for mistake in mistakes:
            try:
                yield bluelet.sleep(mistake)
            except (TypeError, ValueError):
                refused.append(mistake)

    bluelet.run(root())

    assert refused == mistakes


@should("join.suspends-only-the-joiner", "kill.sleeping")
def sleep_of_nan_spares_others(bluelet: Implementation) -> None:
    """`sleep` of NaN SHOULD NOT affect any other thread.

    Source: ruling: bad arguments raise in the thread that made them, and disturb no other.
    """
    seen: list[str] = []

    def sleeper() -> Coroutine:
        seen.append("sleeper")
        try:
            yield bluelet.sleep(float("nan"))
        except Exception:
            pass

    def bystander() -> Coroutine:
        yield bluelet.sleep(0.01)
        seen.append("bystander")

    def root() -> Coroutine:
        thread = sleeper()
        other = bystander()
        yield bluelet.spawn(thread)
        yield bluelet.spawn(other)
        yield bluelet.join(other)
        yield bluelet.kill(thread)

    raised_by(bluelet.run, root())

    assert seen == ["sleeper", "bystander"]
