"""`sleep` waits for a while, and only its own thread waits.

A sleep may last longer than it was asked to: another thread may be in the middle of its turn. It
is never shorter, and not much longer where nobody holds it up. Threads that have become due in the
meantime go on in the order of their deadlines, and where these are equal, of their going to sleep.

A duration is an interval, not a time of day. Setting the computer's clock makes no difference to
it, and neither does a signal.

Left open: how late a sleeper may be where other threads run, in seconds; the bound is in turns, in
the chapter on fairness. Whether the interval begins when the event is made or when it is yielded is
a free choice, which a program that yields its events at once never meets.
"""

from time import monotonic

from bluelet_spec.clause import Implementation, may, must, should
from bluelet_spec.probe import (
    TURNS,
    Coroutine,
    block,
    clock_to_set,
    finished,
    raised_by,
    signals,
    when_idle,
)


@must()
def never_early(bluelet: Implementation) -> None:
    """`sleep` MUST NOT resume its thread before `duration` seconds have passed.

    Here nobody sets the computer's clock meanwhile, and no signal comes: for these there are
    `sleep.clock-set-forward` and `sleep.survives-signals`.

    Source: README, Basic Usage, `sleep`: "resuming it at the earliest opportunity *after* the
    interval has passed".
    """
    slept: list[tuple[float, float]] = []

    def root() -> Coroutine:
        for duration in (0.001, 0.01, 0.03, 0.0205):
            began = monotonic()
            yield bluelet.sleep(duration)
            slept.append((duration, monotonic() - began))

    bluelet.run(root())

    assert len(slept) == 4
    assert all(took >= duration for duration, took in slept)


@must("sleep.never-early")
def approximately(bluelet: Implementation) -> None:
    """A sleep that no thread holds up MUST last about `duration` seconds, less than a quarter more.

    A machine that stands still for a while proves nothing, and neither does a clock that ticks
    slowly. So it is enough that of several sleeps, each longer than the one before, one does.

    Source: README, Basic Usage, `sleep`: "Suspend the current coroutine for approximately
    `duration` seconds".
    """
    is_punctual: list[bool] = []

    def root(duration: float) -> Coroutine:
        began = monotonic()
        yield bluelet.sleep(duration)
        is_punctual.append(monotonic() - began < duration * 1.25)

    for duration in (0.05, 0.1, 0.2, 0.4, 0.8):
        bluelet.run(root(duration))
        if True in is_punctual:
            break

    assert True in is_punctual


@should()
def returns_none(bluelet: Implementation) -> None:
    """`yield sleep(duration)` SHOULD return None.

    Source: observed: so do all known implementations. The README names no value.
    """
    results: list[object] = []

    def root() -> Coroutine:
        results.append((yield bluelet.sleep(0.001)))
        results.append((yield bluelet.sleep(0)))

    bluelet.run(root())

    assert results == [None, None]


@should()
def duration_as_keyword(bluelet: Implementation) -> None:
    """`sleep` SHOULD accept its argument under the name `duration`, be it an int or a float.

    Source: ruling: the name is the README's, in `sleep(duration)`, which does not say that it
    can be given by name.
    """
    seen: list[str] = []

    def root() -> Coroutine:
        yield bluelet.sleep(duration=0.001)
        yield bluelet.sleep(duration=0)
        seen.append("awake")

    bluelet.run(root())

    assert seen == ["awake"]


@must("spawn.both-run", "sleep.never-early")
def suspends_only_its_thread(bluelet: Implementation) -> None:
    """While a thread sleeps, the others MUST run on.

    A machine that stands still for as long as the sleep proves nothing, so then the program is run
    again with a longer one.

    Source: README, Basic Usage, `sleep`: "Suspend the *current* coroutine".
    """
    seen: list[str] = []

    def worker() -> Coroutine:
        for _ in range(5):
            seen.append("works")
            yield bluelet.null()

    def root(duration: float) -> Coroutine:
        yield bluelet.spawn(worker())
        yield bluelet.sleep(duration)
        seen.append("awake")

    for duration in (0.02, 0.1, 1.0):
        del seen[:]
        bluelet.run(root(duration))
        if seen[-1:] == ["awake"]:
            break

    assert seen == [*["works"] * 5, "awake"]


@must("spawn.many-children", "sleep.suspends-only-its-thread", "fairness.naps-starve-nobody")
def concurrent_sleeps_overlap(bluelet: Implementation) -> None:
    """The intervals of threads that sleep at once MUST overlap, and not follow one another.

    The loop is blocked on purpose until all of them have passed. Then all threads have their turn
    in time, as the chapter on fairness says.

    Source: README, Basic Usage, `sleep`: "at the earliest opportunity after the interval".
    """
    asleep: list[int] = []
    awake: list[int] = []
    naps: list[int] = []

    def sleeper(number: int) -> Coroutine:
        asleep.append(number)
        yield bluelet.sleep(0.1)
        awake.append(number)

    def root() -> Coroutine:
        for number in range(30):
            yield bluelet.spawn(sleeper(number))
        while len(asleep) < 30:
            yield bluelet.null()
        yield bluelet.null()
        block(0.15)
        while len(awake) < 30 and len(naps) < TURNS:
            naps.append(len(naps))
            yield bluelet.sleep(0)

    bluelet.run(root())

    assert sorted(awake) == list(range(30))
    assert len(naps) < TURNS


@must("run.waits-for-every-thread", "sleep.concurrent-sleeps-overlap")
def shorter_first(bluelet: Implementation) -> None:
    """A sleeper MUST be resumed before another whose deadline is later, unless both are overdue.

    A machine that stands still past both deadlines proves nothing, so then the program is run
    again with longer ones.

    Source: README, Basic Usage, `sleep`: "at the earliest opportunity after the interval".
    """
    seen: list[str] = []
    woke: list[float] = []

    def sleeper(name: str, duration: float) -> Coroutine:
        yield bluelet.sleep(duration)
        seen.append(name)
        woke.append(monotonic())

    def root(scale: float) -> Coroutine:
        yield bluelet.spawn(sleeper("long", 10 * scale))
        yield bluelet.spawn(sleeper("short", scale))

    for scale in (0.01, 0.05, 0.2):
        del seen[:], woke[:]
        began = monotonic()
        bluelet.run(root(scale))
        if woke and woke[0] < began + 10 * scale:
            break

    assert seen == ["short", "long"]


@should("sleep.concurrent-sleeps-overlap")
def overdue_order(bluelet: Implementation) -> None:
    """Sleepers that have become due together SHOULD be resumed in the order of their deadlines.

    The loop is blocked on purpose until the last of them is due. A machine so slow that they do
    not all go to sleep within one unit of time proves nothing; then the unit is made longer.

    Source: ruling: among threads due together, the earlier deadline resumes first.
    """
    asleep: list[int] = []
    awake: list[int] = []

    def sleeper(place: int, unit: float) -> Coroutine:
        asleep.append(place)
        yield bluelet.sleep(unit * place)
        awake.append(place)

    def root(unit: float) -> Coroutine:
        for place in (8, 3, 10, 5, 1, 6, 2, 9, 4, 7):
            yield bluelet.spawn(sleeper(place, unit))
        while len(asleep) < 10:
            yield bluelet.null()
        yield bluelet.null()
        lasted.append(monotonic() - began)
        block(unit * 11)

    for unit in (0.01, 0.05, 0.1):
        del asleep[:], awake[:]
        lasted: list[float] = []
        began = monotonic()
        bluelet.run(root(unit))
        if lasted and lasted[0] < unit:
            break

    assert sorted(asleep) == list(range(1, 11))
    in_order = awake == sorted(asleep)
    assert in_order


@should("spawn.in-order", "sleep.overdue-order", "run.one-thread-at-a-time")
def same_duration(bluelet: Implementation) -> None:
    """Of sleepers for the same duration, the one that went to sleep first SHOULD be resumed first.

    On a clock that ticks slowly their deadlines are equal.

    Source: ruling: ready threads run first in, first out.
    """
    asleep: list[int] = []
    awake: list[int] = []

    def sleeper(number: int) -> Coroutine:
        asleep.append(number)
        yield bluelet.sleep(0.05)
        awake.append(number)

    def root() -> Coroutine:
        for number in range(20):
            yield bluelet.spawn(sleeper(number))
        while len(asleep) < 20:
            yield bluelet.null()
        yield bluelet.null()
        block(0.1)

    bluelet.run(root())

    assert len(awake) == 20
    in_order = awake == asleep
    assert in_order


@should("run.waits-for-every-thread", "null.round-robin")
def zero_or_less(bluelet: Implementation) -> None:
    """`sleep` of zero, or of a negative duration, SHOULD give the others a turn and nothing more.

    Source: ruling; observed in all known implementations.
    """
    seen: list[str] = []

    def other() -> Coroutine:
        seen.append("other")
        yield bluelet.null()

    def root() -> Coroutine:
        for duration in (0, -1, -3600.5):
            yield bluelet.spawn(other())
            yield bluelet.sleep(duration)
            seen.append("goes on")

    bluelet.run(root())

    assert seen == ["other", "goes on"] * 3


@should("sleep.never-early")
def clock_set_forward(bluelet: Implementation) -> None:
    """A sleep SHOULD NOT be cut short when the computer's clock is set forward.

    Source: ruling: times are monotonic.
    """
    slept_enough: list[bool] = []

    def meddler() -> Coroutine:
        set_clock(3600)
        yield bluelet.null()

    def root() -> Coroutine:
        began = monotonic()
        yield bluelet.spawn(meddler())
        yield bluelet.sleep(0.1)
        slept_enough.append(monotonic() - began >= 0.1)

    with clock_to_set() as set_clock:
        bluelet.run(root())

    assert slept_enough == [True]


@should("kill.sleeping", "fairness.naps-starve-nobody")
def clock_set_back(bluelet: Implementation) -> None:
    """A sleep SHOULD NOT be drawn out when the computer's clock is set back.

    Source: ruling: times are monotonic.
    """
    seen: list[str] = []

    def sleeper() -> Coroutine:
        seen.append("sleeps")
        yield bluelet.sleep(0.01)
        seen.append("wakes")

    def root() -> Coroutine:
        thread = sleeper()
        yield bluelet.spawn(thread)
        while "sleeps" not in seen:
            yield bluelet.null()
        yield bluelet.null()
        set_clock(-3600)
        block(0.05)
        for _ in range(TURNS):
            if not finished(thread):
                yield bluelet.sleep(0)
        yield bluelet.kill(thread)

    with clock_to_set() as set_clock:
        raised_by(bluelet.run, root())

    assert seen == ["sleeps", "wakes"]


@should("sleep.never-early")
def survives_signals(bluelet: Implementation) -> None:
    """A signal whose handler does nothing SHOULD neither cut a sleep short nor end the run.

    Source: observed: so do all known implementations; PEP 475.
    """
    slept_enough: list[bool] = []

    def root() -> Coroutine:
        began = monotonic()
        yield bluelet.sleep(0.1)
        slept_enough.append(monotonic() - began >= 0.1)

    with signals(interval=0.01):
        bluelet.run(root())

    assert slept_enough == [True]


@should(
    "interrupts.are-not-lost",
    "interrupts.after-root",
    "exceptions.ends-the-run",
    "join.suspends-only-the-joiner",
)
def very_long_spares_others(bluelet: Implementation) -> None:
    """A sleep longer than the system can wait SHOULD NOT affect other threads.

    The thread may be refused such a sleep. If it is not, it sleeps, and here all wait until an
    interrupt comes, or to sleep for ever is a deadlock.

    Source: ruling, as for arguments that are wrong: they disturb no other thread.
    """
    seen: list[str] = []

    def sleeper(duration: float) -> Coroutine:
        seen.append("sleeps")
        try:
            yield bluelet.sleep(duration)
        except Exception:
            seen.append("refused")

    def root(duration: float) -> Coroutine:
        thread = sleeper(duration)
        yield bluelet.spawn(thread)
        yield bluelet.join(thread)
        seen.append("joined")

    for duration in (1e10, 1e300, float("inf")):
        del seen[:]
        with when_idle() as interrupts:
            error = raised_by(bluelet.run, root(duration))

        if "refused" in seen:
            assert seen == ["sleeps", "refused", "joined"]
        else:
            assert seen == ["sleeps"]
            is_deadlock = duration == float("inf") and isinstance(error, Exception)
            assert interrupts or is_deadlock, f"before any interrupt, run raised {error!r}"


@may("when it is yielded", "when it is made", presupposes=("sleep.never-early",))
def interval_begins(bluelet: Implementation) -> str:
    """The interval of a `sleep` MAY begin when the event is made, or when it is yielded.

    Source: observed: when it is made; the README does not say.
    """
    waited: list[float] = []

    def root() -> Coroutine:
        for _ in range(3):
            event = bluelet.sleep(0.05)
            block(0.06)
            began = monotonic()
            yield event
            waited.append(monotonic() - began)

    bluelet.run(root())

    assert len(waited) == 3
    return "when it is yielded" if min(waited) >= 0.05 else "when it is made"


@may(
    "the sleeper first",
    "the ready first",
    presupposes=(
        "fairness.nulls-starve-no-sleeper",
        "sleep.suspends-only-its-thread",
        "run.one-thread-at-a-time",
    ),
)
def due_or_ready_first(bluelet: Implementation) -> str:
    """A sleeper that is due MAY have its turn before threads that are ready already, or after.

    Source: ruling: only the bound is fixed, in the chapter on fairness.
    """
    seen: list[str] = []

    def sleeper() -> Coroutine:
        seen.append("sleeps")
        yield bluelet.sleep(0.01)
        seen.append("wakes")

    def other() -> Coroutine:
        while "wakes" not in seen:
            seen.append("other")
            yield bluelet.null()

    def root() -> Coroutine:
        yield bluelet.spawn(sleeper())
        yield bluelet.spawn(other())
        while not {"sleeps", "other"} <= set(seen):
            yield bluelet.null()
        seen.append("blocks")
        block(0.05)
        yield bluelet.null()

    bluelet.run(root())

    first = seen[seen.index("blocks") + 1]
    return "the sleeper first" if first == "wakes" else "the ready first"
