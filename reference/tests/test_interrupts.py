"""An interrupt at the worst of moments: between any two instructions of the scheduler's own code.

Python raises `KeyboardInterrupt` wherever the program is just then. So each of these programs is
run again and again, with the interrupt one instruction of the reference further on each time.
Whenever it comes, `run` raises it, and no generator that has begun is left unclosed.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from pathlib import Path
from types import FrameType
from typing import Any

import bluelet_reference as bluelet
import pytest

Coroutine = Generator[Any, Any, Any]

OURS = str(Path(bluelet.__file__).parent)


def worker() -> Coroutine:
    yield bluelet.null()


class Program:
    """A program that knows which of its coroutines have begun, and which have been closed."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.closed: list[str] = []
        self.kept: list[Coroutine] = []

    def keep(self, coro: Coroutine) -> Coroutine:
        """Hold on to a generator, so that nothing but `run` closes it."""
        self.kept.append(coro)
        return coro

    def callee(self, name: str) -> Coroutine:
        self.begun.append(name)
        try:
            yield bluelet.null()
            yield bluelet.end(name)
        finally:
            self.closed.append(name)

    def thread(self, name: str) -> Coroutine:
        self.begun.append(name)
        try:
            yield self.keep(self.callee(f"callee of {name}"))
            yield bluelet.sleep(0)
        finally:
            self.closed.append(name)

    def root(self) -> Coroutine:
        self.begun.append("root")
        try:
            one, other = self.keep(self.thread("one")), self.keep(self.thread("other"))
            yield bluelet.spawn(one)
            yield bluelet.spawn(other)
            yield bluelet.null()
            yield bluelet.kill(one)
            yield bluelet.join(other)
        finally:
            self.closed.append("root")

    def failing_root(self) -> Coroutine:
        yield self.keep(self.root())
        other = self.keep(self.thread("third"))
        yield bluelet.spawn(other)
        yield bluelet.null()
        raise LookupError


def interrupted(program: Coroutine, moment: int) -> BaseException | None:
    """Run a program with an interrupt at an instruction; return what `run` raised."""
    counted = 0

    def trace(frame: FrameType, event: str, argument: object) -> Any:
        nonlocal counted
        if not frame.f_code.co_filename.startswith(OURS) or frame.f_code.co_name == "run":
            return None
        frame.f_trace_opcodes = True
        if event == "opcode":
            counted += 1
            if counted == moment:
                raise KeyboardInterrupt
        return trace

    before = sys.gettrace()
    sys._getframe().f_trace_opcodes = True  # Python 3.12 looks at whoever sets the trace function.
    sys.settrace(trace)
    try:
        bluelet.run(program)
    except BaseException as error:
        return error
    finally:
        sys.settrace(before)
    return None


@pytest.mark.parametrize("root", [Program.root, Program.failing_root])
def test_an_interrupt_is_raised_and_leaves_nothing_unclosed(
    root: Callable[[Program], Coroutine],
) -> None:
    moments = 0
    while True:
        moments += 1
        program = Program()
        raised = interrupted(program.keep(root(program)), moments)
        assert sorted(program.closed) == sorted(program.begun), f"at instruction {moments}"
        if not isinstance(raised, KeyboardInterrupt):
            break
    assert moments > 500


def test_an_interrupt_in_a_clean_up_comes_before_the_error_that_ended_the_run() -> None:
    def child() -> Coroutine:
        try:
            yield bluelet.sleep(60)
        finally:
            raise KeyboardInterrupt

    def root() -> Coroutine:
        yield bluelet.spawn(child())
        yield bluelet.null()
        raise LookupError

    with pytest.raises(KeyboardInterrupt):
        bluelet.run(root())


@pytest.mark.parametrize("interrupt", [KeyboardInterrupt(), SystemExit(3)])
def test_an_interrupt_in_the_clean_up_of_a_killed_thread_is_raised_in_the_killer(
    interrupt: BaseException,
) -> None:
    caught: list[BaseException] = []

    def callee() -> Coroutine:
        try:
            yield bluelet.sleep(60)
        finally:
            raise ValueError("comes first, and is less")

    def victim() -> Coroutine:
        try:
            yield callee()
        finally:
            raise interrupt

    def root() -> Coroutine:
        thread = victim()
        yield bluelet.spawn(thread)
        yield bluelet.null()
        try:
            yield bluelet.kill(thread)
        except BaseException as error:
            caught.append(error)

    bluelet.run(root())
    assert caught == [interrupt]


@pytest.mark.parametrize("events", range(55, 70))
def test_an_interrupt_on_its_way_to_a_caller_survives_the_end_of_a_turn(events: int) -> None:
    raised: list[KeyboardInterrupt] = []

    def interrupted_callee() -> Coroutine:
        raised.append(KeyboardInterrupt())
        raise raised[0]
        yield

    def victim() -> Coroutine:
        finished = worker()
        finished.close()
        for _ in range(events):
            yield bluelet.join(finished)
        yield interrupted_callee()

    def root() -> Coroutine:
        thread = victim()
        yield bluelet.spawn(thread)
        yield bluelet.null()
        yield bluelet.kill(thread)

    caught: list[KeyboardInterrupt] = []
    try:
        bluelet.run(root())
    except KeyboardInterrupt as interrupt:
        caught.append(interrupt)
    assert caught == raised
