"""What becomes of threads: the moves that the rules for events are made of.

A thread is made ready, or left adrift where nothing is specified; a coroutine returns, fails or is
closed, and its caller and those who have joined it go on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from bluelet_spec.model.coroutines import made
from bluelet_spec.model.state import Demands, Mismatch, Misuse, State, Thread, Unspecified
from bluelet_spec.programs.language import ROOT, Program, Statement, Yield
from bluelet_spec.programs.running import BLOCKS, ERROR, NONE, Observation, Oops, dispose, raised


class Threads:
    """The threads of one run, and the trace that they are to show."""

    def __init__(self, program: Program, seen: Observation, demands: Demands) -> None:
        self.demands = demands
        self.trace, self.ending = seen.trace, seen.ending
        self.at = 0
        """How many entries of the trace have been seen."""
        self.outcome = ""
        self.because = ""
        """The clause by which the coroutine that acts does so."""
        self.is_left = False
        """Whether nothing is compared any longer."""

        self.coroutines = made(program, self)
        self.number = dict.fromkeys(self.coroutines, 0)
        self.threads: list[Thread] = []
        self.owner: dict[str, Thread] = {}
        """The thread of each coroutine that has been started and not ended."""
        self.latest: Thread | None = None
        """Who acted last, if it may go on at once."""
        self.turns = 0
        """How many places in the order have been given."""
        self.blocks = 0
        """How often the run has been blocked."""

        self.finished: dict[str, str] = {}
        """Coroutines that have ended, each with how: by its `finish`, `failure` or `kill`."""
        self.tombs: dict[str, str] = {}
        """The clause by which each of those that were killed does nothing more."""
        self.unclosed: set[str] = set()
        """Those of them whose clean-up may be still to come."""
        self.end_values: dict[str, int] = {}
        """Coroutines that have yielded `end` and are in a `finally`, each with the value."""
        self.errors: list[str] = []
        """What has left a thread, for `run` to raise."""
        self.failed_clean_up = ""
        """The clause by which none of them is masked by what failed in a clean-up, if it did."""

        self.suspect = ""
        """The clause that protects the other threads from the last thing that was strange."""
        self.suspected: Thread | None = None
        """Who did it."""
        self.disturbed: dict[str, str] = {}
        """The clause that protects a coroutine from what another did to it."""
        self.called_twice: set[str] = set()
        """Coroutines that were called though they had a caller already."""
        self.is_murky = False
        """Whether a coroutine may be scheduled twice; then only what protects it is judged."""

        self.start(ROOT, "run.drives-root")

    def carry_out(self, thread: Thread, statement: Statement) -> None:
        """Carry out what the innermost coroutine of a thread has yielded."""
        raise NotImplementedError

    def forbid(self, clause: str, *allowed: str) -> NoReturn:
        """Say by which clause the trace departs from all that are allowed."""
        raise NotImplementedError

    def act(self, thread: Thread, name: str, outcome: str) -> None:
        """Let the innermost coroutine of a thread go on until it yields again, or ends."""
        self.latest = None
        thread.parent = None
        for other in self.threads:
            if other.parent is thread:
                other.parent = None
        self.because = thread.duty
        self.outcome = outcome
        coroutine = self.coroutines[name]
        if outcome.startswith("raises"):
            number = outcome.removeprefix("raises ")
            error = Oops(int(number)) if number.isdigit() else Misuse()
            self.advance(thread, name, lambda: coroutine.throw(error))
        else:
            self.advance(thread, name, lambda: coroutine.send(None))

    def advance(self, thread: Thread, name: str, go_on: Callable[[], Any]) -> None:
        """Have a coroutine go on, and carry out what it yields, or its end."""
        try:
            statement = go_on()
        except StopIteration as stop:
            self.returned(thread, name, stop.value)
        except GeneratorExit:
            self.returned(thread, name, self.end_values[name], "end.value-to-caller")
        except (Oops, Misuse) as error:
            self.failed(thread, name, raised(error))
        else:
            if isinstance(statement, str):  # call.yielding-a-generator
                statement = Yield(statement)
            if name in self.end_values and not self.demands("end.finally-may-yield"):
                raise Unspecified
            self.carry_out(thread, statement)

    def note(self, name: str, number: int, what: str | Exception) -> None:
        """Take note of what a coroutine sees, which is what the trace says, or else a mismatch."""
        if self.is_left:
            return
        outcome = what if isinstance(what, str) else raised(what)
        if self.at == len(self.trace) or self.trace[self.at] != (name, number, outcome):
            raise Mismatch(f"{name} {number} {outcome}")
        self.at += 1
        if outcome == BLOCKS:
            self.blocks += 1

    def leave(self) -> None:
        """Close all coroutines, whatever they do."""
        self.is_left = True
        dispose(self.coroutines.values())

    def start(self, name: str, duty: str) -> Thread:
        """Make a coroutine a new thread, ready after all others."""
        thread = Thread([name], duty=duty, value_clause=duty)
        self.threads.append(thread)
        self.owner[name] = thread
        thread.turn = self.next_turn()
        return thread

    def next_turn(self) -> int:
        """Return the place in the order after all others."""
        self.turns += 1
        return self.turns

    def goes_on(
        self,
        thread: Thread,
        sees: tuple[str, ...] | None,
        clause: str,
        duty: str = "",
        *,
        at_once: bool = True,
    ) -> None:
        """Make a thread ready: it goes on at once, or after those that are ready already."""
        thread.state, thread.sees = State.READY, sees
        thread.value_clause, thread.duty = clause, duty or clause
        thread.turn = self.next_turn()
        if at_once:
            self.latest = thread

    def drifts(self, thread: Thread, *sees: str) -> None:
        """Leave open whether a thread goes on, and if nothing is given, what it sees then."""
        thread.state, thread.sees = State.ADRIFT, sees or None

    def given(self, clause: str, *outcomes: str) -> tuple[str, ...] | None:
        """Return what a `yield` gives by a clause: anything, where that is not in force."""
        return outcomes if self.demands(clause) else None

    def wake_joiners(self, name: str, duty: str) -> None:
        """join.several-joiners, join.order-of-joiners: all go on, in any order."""
        waiting = [each for each in self.threads if each.state is State.JOINING]
        joiners = [each for each in waiting if each.joined == name]
        for thread in joiners:
            if not self.demands(duty):
                self.drifts(thread)
                continue
            sees = self.given("join.returns-none", NONE)
            self.goes_on(thread, sees, "join.returns-none", duty, at_once=False)
            if len(joiners) > 1:
                thread.turn = 0

    def finish(self, thread: Thread, name: str, how: str) -> None:
        """Take a coroutine that has ended off its thread."""
        thread.stack.pop()
        del self.owner[name]
        self.end_values.pop(name, None)
        self.finished[name] = how
        if not thread.stack:
            thread.state = State.OVER

    def returned(
        self, thread: Thread, name: str, value: int | None, clause: str = "end.return-is-end"
    ) -> None:
        """end.value-to-caller, end.return-is-end, call.none-without-end."""
        self.finish(thread, name, "end" if name in self.end_values else "finish")
        self.wake_joiners(name, "join.after-finish")
        if not thread.stack:
            return
        sees: tuple[str, ...] = (f"gets {value}",)
        if value is None:
            clause = "call.none-without-end"
        elif not self.demands(clause):
            sees += (NONE,)
        self.goes_on(thread, sees, clause, "call.runs-callee-to-its-end")
        self.answer_first_caller(thread, name)

    def failed(self, thread: Thread, name: str, outcome: str) -> None:
        """exceptions.through-a-call, exceptions.from-a-spawned-thread."""
        self.finish(thread, name, "failure")
        self.wake_joiners(name, "join.failed-callee")
        if thread.stack:
            self.goes_on(thread, (outcome,), "exceptions.through-a-call")
            self.answer_first_caller(thread, name)
        else:
            self.errors.append(outcome)

    def answer_first_caller(self, thread: Thread, name: str) -> None:
        """call.answers-its-first-caller: nobody else gets the value."""
        if name in self.called_twice:
            self.disturbed[thread.stack[-1]] = "call.answers-its-first-caller"

    def close(self, name: str) -> str:
        """Close a coroutine; return what its clean-up raised, or nothing.

        closing.failure-spares-others, closing.victim-that-yields-on
        """
        coroutine = self.coroutines[name]
        self.unclosed.discard(name)
        if self.number[name] == 0:
            coroutine.close()
            return ""
        try:
            coroutine.throw(GeneratorExit)
        except (StopIteration, GeneratorExit):
            return ""
        except (Oops, Misuse) as error:
            self.suspect = "closing.failure-spares-others"
            self.failed_clean_up = "closing.failure-does-not-mask"
            return raised(error)
        self.tombs[name] = self.suspect = "closing.victim-that-yields-on"
        self.failed_clean_up = "closing.yielding-on-does-not-mask"
        self.unclosed.add(name)
        return ERROR
