"""What the specification leaves to an implementation: what a step costs, and what is kept.

Costs are counted in calls of functions, which are the same on every machine, and never timed.
"""

from __future__ import annotations

import gc
import logging
import sys
from collections.abc import Callable, Generator
from contextlib import suppress
from types import FrameType
from typing import Any

import bluelet_reference as bluelet
import pytest
from bluelet_reference.timers import Timers

Coroutine = Generator[Any, Any, Any]


def calls_in_ten_turns(prepare: Callable[[], Coroutine]) -> int:
    """Count the function calls in ten turns of a thread, after `prepare` has set the scene."""
    counted: list[int] = []

    def count(frame: FrameType, event: str, argument: object) -> None:
        if event in ("call", "c_call"):
            counted[-1] += 1

    def measured() -> Coroutine:
        yield bluelet.null()
        counted.append(0)
        sys.setprofile(count)
        for _ in range(10):
            yield bluelet.null()
        sys.setprofile(None)

    def root() -> Coroutine:
        yield prepare()
        yield measured()
        raise InterruptedError  # The scene, too, is at its end.

    try:
        with pytest.raises(InterruptedError):
            bluelet.run(root())
    finally:
        sys.setprofile(None)
    return counted[0]


def sleepers(number: int) -> Callable[[], Coroutine]:
    def sleeper() -> Coroutine:
        yield bluelet.sleep(3600)

    def prepare() -> Coroutine:
        for _ in range(number):
            yield bluelet.spawn(sleeper())
        yield bluelet.sleep(0)

    return prepare


def joiners(number: int) -> Callable[[], Coroutine]:
    def sleeper() -> Coroutine:
        yield bluelet.sleep(3600)

    def joiner(thread: Coroutine) -> Coroutine:
        yield bluelet.join(thread)

    def prepare() -> Coroutine:
        thread = sleeper()
        yield bluelet.spawn(thread)
        for _ in range(number):
            yield bluelet.spawn(joiner(thread))
        yield bluelet.sleep(0)

    return prepare


@pytest.mark.parametrize("scene", [sleepers, joiners])
def test_a_turn_costs_the_same_however_many_threads_wait(
    scene: Callable[[int], Callable[[], Coroutine]],
) -> None:
    assert calls_in_ten_turns(scene(10)) == calls_in_ten_turns(scene(5000))


def turns_at_depth(depth: int) -> int:
    """Count the function calls in ten turns of a thread that is `depth` calls deep."""
    counted = [0]

    def count(frame: FrameType, event: str, argument: object) -> None:
        if event in ("call", "c_call"):
            counted[0] += 1

    def callee(level: int) -> Coroutine:
        if level:
            yield callee(level - 1)
            return
        yield bluelet.null()
        sys.setprofile(count)
        for _ in range(10):
            yield bluelet.null()
        sys.setprofile(None)

    bluelet.run(callee(depth))
    return counted[0]


def test_a_turn_costs_the_same_at_any_depth() -> None:
    assert turns_at_depth(1) == turns_at_depth(10_000)


def test_a_hundred_thousand_calls_nest() -> None:
    results: list[int] = []

    def callee(level: int) -> Coroutine:
        deeper = (yield callee(level - 1)) if level else 0
        yield bluelet.end(deeper + 1)

    def root() -> Coroutine:
        results.append((yield callee(99_999)))

    bluelet.run(root())
    assert results == [100_000]


def test_an_exception_climbs_a_hundred_thousand_calls() -> None:
    error = LookupError("from the bottom")
    caught: list[BaseException] = []

    def callee(level: int) -> Coroutine:
        if not level:
            raise error
        yield callee(level - 1)

    def root() -> Coroutine:
        try:
            yield callee(99_999)
        except LookupError as exception:
            caught.append(exception)

    bluelet.run(root())
    assert caught == [error]


def test_a_kill_closes_a_hundred_thousand_callees() -> None:
    at_the_bottom: list[bool] = []
    closed: list[int] = []

    def callee(level: int) -> Coroutine:
        try:
            if level:
                yield callee(level - 1)
            at_the_bottom.append(True)
            yield bluelet.sleep(3600)
        finally:
            closed.append(level)

    def root() -> Coroutine:
        thread = callee(99_999)
        yield bluelet.spawn(thread)
        while not at_the_bottom:
            yield bluelet.null()
        yield bluelet.kill(thread)

    bluelet.run(root())
    assert closed == list(range(100_000))


def test_a_million_threads_leave_nothing_behind() -> None:
    kept: list[int] = []

    def child() -> Coroutine:
        yield bluelet.null()

    def spawn_and_join(number: int) -> Coroutine:
        for _ in range(number):
            thread = child()
            yield bluelet.spawn(thread)
            yield bluelet.join(thread)

    def root() -> Coroutine:
        for number in (1_000, 999_000):
            yield spawn_and_join(number)
            gc.collect()
            kept.append(len(gc.get_objects()))

    bluelet.run(root())
    few, many = kept
    assert many - few < 100


def test_killed_sleepers_leave_nothing_behind() -> None:
    kept: list[int] = []

    def sleeper() -> Coroutine:
        yield bluelet.sleep(3600)

    def spawn_and_kill(number: int) -> Coroutine:
        for _ in range(number):
            thread = sleeper()
            yield bluelet.spawn(thread)
            yield bluelet.null()
            yield bluelet.kill(thread)

    def root() -> Coroutine:
        for number in (1_000, 50_000):
            yield spawn_and_kill(number)
            gc.collect()
            kept.append(len(gc.get_objects()))

    bluelet.run(root())
    few, many = kept
    assert many - few < 1000  # A few husks may wait for the next clean-up of the heap.


def test_failing_cleanup_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    def child() -> Coroutine:
        try:
            yield bluelet.sleep(3600)
        finally:
            raise OSError("the clean-up fails")

    def root() -> Coroutine:
        yield bluelet.spawn(child())
        yield bluelet.sleep(0)
        raise LookupError("ends the run")

    with caplog.at_level(logging.ERROR), pytest.raises(LookupError, match="ends the run"):
        bluelet.run(root())

    [record] = caplog.records
    assert record.exc_info
    assert isinstance(record.exc_info[1], OSError)


def test_a_thread_that_kills_itself_raises_what_its_cleanup_raises() -> None:
    def root(itself: list[Coroutine]) -> Coroutine:
        try:
            yield bluelet.kill(itself[0])
        finally:
            raise OSError("the clean-up fails")

    coros: list[Coroutine] = []
    coros.append(root(coros))
    with pytest.raises(OSError, match="the clean-up fails"):
        bluelet.run(coros[0])


def test_joining_what_yielded_on_while_it_was_killed_returns() -> None:
    seen: list[str] = []

    def stubborn() -> Coroutine:
        try:
            yield bluelet.sleep(3600)
        finally:
            yield bluelet.null()

    def root() -> Coroutine:
        thread = stubborn()
        yield bluelet.spawn(thread)
        yield bluelet.sleep(0)
        try:
            yield bluelet.kill(thread)
        except RuntimeError:
            seen.append("the killer is told")
        yield bluelet.join(thread)
        yield bluelet.kill(thread)
        seen.append("it counts as finished")

    bluelet.run(root())
    assert seen == ["the killer is told", "it counts as finished"]


def test_a_generator_closed_from_outside_has_finished() -> None:
    seen: list[str] = []

    def sleeper() -> Coroutine:
        yield bluelet.sleep(float("inf"))

    def root() -> Coroutine:
        thread = sleeper()
        yield bluelet.spawn(thread)
        yield bluelet.null()
        thread.close()
        yield bluelet.join(thread)
        seen.append("joined")

    bluelet.run(root())
    assert seen == ["joined"]


def test_exceptions_leave_no_cycles_behind() -> None:
    def failing() -> Coroutine:
        yield bluelet.null()
        raise LookupError

    def root() -> Coroutine:
        for _ in range(100):
            with suppress(LookupError):
                yield failing()
            with suppress(TypeError):
                yield 42

    gc.collect()
    gc.disable()
    try:
        bluelet.run(root())
        assert gc.collect() < 20
    finally:
        gc.enable()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: bluelet.spawn(worker), r"spawn\(\) takes a generator.*spawn\(worker\(\)\)"),  # type: ignore[arg-type]
        (lambda: bluelet.call(42), r"call\(\) takes a generator, not 42 of type int"),  # type: ignore[arg-type]
        (lambda: bluelet.join(None), r"join\(\) takes a generator, not None"),  # type: ignore[arg-type]
        (lambda: bluelet.kill("x"), r"kill\(\) takes a generator, not 'x' of type str"),  # type: ignore[arg-type]
        (lambda: bluelet.sleep("1"), r"sleep\(\) takes a number of seconds, not '1'"),  # type: ignore[arg-type]
        (lambda: bluelet.run(worker), r"run\(\) takes a generator.*run\(worker\(\)\)"),  # type: ignore[arg-type]
    ],
)
def test_messages_say_what_was_wrong(make: Callable[[], object], message: str) -> None:
    with pytest.raises(TypeError, match=message):
        make()


def worker() -> Coroutine:
    yield bluelet.null()


def test_a_deadlock_says_where_each_thread_waits() -> None:
    def waiter(other: Coroutine) -> Coroutine:
        yield bluelet.join(other)

    def root(itself: list[Coroutine]) -> Coroutine:
        thread = waiter(itself[0])
        yield bluelet.spawn(thread)
        yield bluelet.join(thread)

    coros: list[Coroutine] = []
    coros.append(root(coros))
    with pytest.raises(bluelet.DeadlockError) as info:
        bluelet.run(coros[0])

    message = str(info.value)
    assert "root() (" in message
    assert "waits to join" in message
    assert message.count("test_scheduler.py:") == 4


def test_timers_keep_no_more_husks_than_sleepers() -> None:
    from bluelet_reference.thread import Thread

    timers = Timers()
    waits = [timers.add(float(number), Thread(worker())) for number in range(10_000)]  # type: ignore[arg-type]
    for timer in waits[1:]:
        timer.cancel()

    assert len(timers._heap) < 200
    assert timers.next_deadline() == 0.0


def test_who_catches_a_close_while_it_ends_raises_nothing_in_its_killer() -> None:
    seen: list[str] = []

    def victim() -> Coroutine:
        try:
            yield bluelet.end()
        finally:
            seen.append("ends")
            try:
                yield bluelet.sleep(60)
            except GeneratorExit:
                seen.append("caught")

    def root() -> Coroutine:
        thread = victim()
        yield bluelet.spawn(thread)
        while not seen:
            yield bluelet.null()
        yield bluelet.kill(thread)
        seen.append("killer goes on")

    bluelet.run(root())

    assert seen == ["ends", "caught", "killer goes on"]
