"""The timers against a list that is sorted anew each time: any order of adding and cancelling."""

from __future__ import annotations

from bluelet_reference.thread import Thread
from bluelet_reference.timers import Timer, Timers
from hypothesis import given
from hypothesis import strategies as st

steps = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.integers(0, 9)),
        st.tuples(st.just("cancel"), st.integers(0, 999)),
        st.tuples(st.just("pop"), st.integers(0, 9)),
    ),
    max_size=200,
)


def thread() -> Thread:
    return Thread(None for _ in ())  # type: ignore[arg-type]


@given(steps)
def test_sleepers_are_popped_by_deadline_then_by_age(steps: list[tuple[str, int]]) -> None:
    timers = Timers()
    asleep: list[tuple[int, int, Timer, Thread]] = []
    for age, (step, number) in enumerate(steps):
        if step == "add":
            sleeper = thread()
            asleep.append((number, age, timers.add(number, sleeper), sleeper))
        elif step == "cancel" and asleep:
            asleep.pop(number % len(asleep))[2].cancel()
        elif step == "pop":
            due = sorted(entry for entry in asleep if entry[0] <= number)
            expected = due[0] if due else None
            assert timers.pop_due(number) is (expected[3] if expected else None)
            if expected:
                asleep.remove(expected)
    assert timers.next_deadline() == min((entry[0] for entry in asleep), default=None)
