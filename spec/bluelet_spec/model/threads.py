"""What becomes of threads: the moves that the rules for events are made of.

A thread is made ready, or left adrift where nothing is specified; a coroutine returns, fails or is
closed, and its caller and those who have joined it go on.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from typing import Any

from bluelet_spec.model.coroutines import Coroutines, with_clean_up
from bluelet_spec.model.moves import JOINING, OVER, READY, SLEEPING
from bluelet_spec.model.state import (
    Demands,
    Disconnect,
    Mismatch,
    Misuse,
    Thread,
    Unspecified,
)
from bluelet_spec.model.streams import Streams
from bluelet_spec.programs.language import ROOT, Call, Join, Kill, Program, Spawn, Statement
from bluelet_spec.programs.running import BLOCKS, ERROR, NONE, Observation, Oops, dispose, raised


class Threads(Coroutines):
    """The threads of one run, and the trace that they are to show."""

    def __init__(self, program: Program, seen: Observation, demands: Demands) -> None:
        super().__init__(program)
        self.demands = demands
        self.trace, self.ending = seen.trace, seen.ending
        self.at = 0
        """How many entries of the trace have been seen."""
        self.because = ""
        """The clause by which the coroutine that acts does so."""
        self.is_left = False
        """Whether nothing is compared any longer."""
        self.is_closing = False
        """Whether the coroutine that acts does so because it is closed."""
        self.is_open = False
        """Whether the program has come to where nothing is specified."""

        self.streams = Streams(program.connections())
        self.program = program
        self.threads: list[Thread] = []
        self.owner: dict[str, Thread] = {}
        """The thread of each coroutine that has been started and not ended."""
        self.latest: Thread | None = None
        """Who acted last, if it may go on at once."""
        self.places = 0
        """How many places in the order have been given."""
        self.turns = 0
        """How many turns there have been."""
        self.blocks = 0
        """How often the run has been blocked."""

        self.finished: dict[str, str] = {}
        """Coroutines that have ended, each with how: by its `finish`, `failure` or `kill`."""
        self.tombs: dict[str, str] = {}
        """The clause by which each of those that were killed does nothing more."""
        self.killers: dict[str, Thread] = {}
        """Who has killed each of them."""
        self.undead: set[str] = set()
        """Those of them of which nothing would be seen where they are closed."""
        self.unclosed: set[str] = set()
        """Those of them whose clean-up may be still to come."""
        self.end_values: dict[str, int] = {}
        """Coroutines that have yielded `end` and are in a `finally`, each with the value."""
        self.ended_for: dict[str, Thread] = {}
        """Whom each coroutine has given a value to that has yielded `end`."""
        self.errors: list[str] = []
        """What has left a thread, for `run` to raise."""
        self.has_disconnected = False
        """Whether a thread has ended because its peer was gone."""
        self.failed_clean_up = ""
        """The clause by which none of them is masked by what failed in a clean-up, if it did."""

        self.suspect = ""
        """The clause that protects the other threads from the last thing that was strange."""
        self.suspected: Thread | None = None
        """Who did it."""
        self.revived: set[str] = set()
        """Coroutines that were started again after they had ended by `end`, or by being killed."""
        self.deserted: set[str] = set()
        """Coroutines that a thread has joined which was killed."""
        self.aftermath = ""
        """The clause by which the end of such a one is as any other."""
        self.disturbed: dict[str, str] = {}
        """The clause that protects a coroutine from what another did to it."""
        self.callees: set[str] = set()
        """Coroutines that were started by a call."""
        self.called_twice: set[str] = set()
        """Coroutines that were called though they had a caller already."""
        self.assumed: list[str] = []
        """The clauses without which nothing would be said of what has come since."""
        self.is_murky = False
        """Whether a coroutine may be scheduled twice; then only what protects it is judged."""

        self.start(ROOT, "run.drives-root")

    def carry_out(self, thread: Thread, statement: Statement) -> None:
        """Carry out what the innermost coroutine of a thread has yielded."""
        raise NotImplementedError

    def use_connection(self, name: str) -> None:
        """close.operations-afterwards: it fails before the `yield`, or there.

        What is closed is not to yield on, so in its clean-up that makes a difference.
        """
        if self.is_closing and self.streams.ends[name].is_closed:
            self.is_open = True

    def forbid(self, *clauses: str, is_hard: bool = True, allowed: tuple[str, ...] = ()) -> None:
        """Say by which clause the trace departs from all that are allowed."""
        raise NotImplementedError

    def assume(self, clause: str) -> None:
        """Go on by a clause; without it, nothing is said of what comes now."""
        if not self.demands(clause):
            raise Unspecified
        self.assumed.append(clause)

    def act(self, thread: Thread, name: str, outcome: str) -> None:
        """Let the innermost coroutine of a thread go on until it yields again, or ends."""
        self.latest = None
        thread.is_refused, thread.frail = False, ""
        thread.turns.append(self.turns)
        self.turns += 1
        thread.child = None
        self.because = thread.duty
        self.outcome = outcome
        if self.ended_for:
            others = {name: it for name, it in self.ended_for.items() if it is not thread}
            self.ended_for = others
        if thread.receives is not None:
            self.streams.receive(thread, outcome)
            thread.receives = None
        if thread.uses:
            self.streams.arrive(thread, outcome)
            thread.uses = ""
        thread.enter(READY)
        coroutine = self.coroutines[name]
        if outcome.startswith("raises"):
            number = outcome.removeprefix("raises ")
            misuse = Disconnect() if thread.disconnects else Misuse()
            error = Oops(int(number)) if number.isdigit() else misuse
            self.advance(thread, name, coroutine.throw, error)
        else:
            self.advance(thread, name, coroutine.send, None)

    def advance(self, thread: Thread, name: str, go_on: Callable[[Any], Any], what: Any) -> None:
        """Have a coroutine go on, and carry out what it yields, or its end."""
        try:
            statement = go_on(what)
        except StopIteration as stop:
            self.returned(thread, name, stop.value)
        except GeneratorExit:
            self.returned(thread, name, self.end_values[name], "end.value-to-caller")
        except (Oops, Misuse) as error:
            self.failed(thread, name, raised(error), isinstance(error, Disconnect))
        else:
            if name in self.end_values:
                self.assume("end.finally-may-yield")
            self.carry_out(thread, statement)
            is_under_way = thread.state in (READY, SLEEPING) and not thread.is_ending
            if name in self.end_values and is_under_way:
                thread.duty = "end.finally-may-yield"

    def note(self, name: str, number: int, what: str | Exception) -> None:
        """Take note of what a coroutine sees, which is what the trace says, or else a mismatch."""
        if self.is_left or self.is_open:
            return
        outcome = what if isinstance(what, str) else raised(what)
        if self.at == len(self.trace) or self.trace[self.at] != (name, number, outcome):
            raise Mismatch(f"{name} {number} {outcome}")
        self.at += 1
        if outcome == BLOCKS:
            self.blocks += 1
            for thread in self.threads:
                if thread.state is SLEEPING:
                    thread.since = min(thread.since, self.turns)

    def cleans_up(self, name: str) -> bool:
        """Return whether a coroutine stands in what is tried, with a `finally` to come."""
        return self.number[name] in with_clean_up(dict(self.program.bodies)[name])

    def comes_next(self, name: str, outcome: str) -> bool:
        """Return whether that is the next entry of the trace."""
        if self.at == len(self.trace):
            return False
        (who, _, what) = self.trace[self.at]
        return (who, what) == (name, outcome)

    def acts_before(self, name: str, other: str) -> bool:
        """Return whether a coroutine goes on before another acts."""
        for who, number, _ in self.trace[self.at :]:
            if who in (name, other):
                return (who, number) == (name, self.number[name])
        return False

    def leave(self) -> None:
        """Close all coroutines, whatever they do."""
        self.is_left = True
        dispose(self.coroutines.values())

    def start(self, name: str, duty: str) -> Thread:
        """Make a coroutine a new thread, ready after all others."""
        thread = Thread([name], duty=duty, value_clause=duty)
        self.threads.append(thread)
        self.owner[name] = thread
        thread.turn, thread.since = self.next_turn(), self.turns
        return thread

    def next_turn(self) -> int:
        """Return the place in the order after all others."""
        self.places += 1
        return self.places

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
        thread.enter(READY)
        thread.sees = sees
        thread.value_clause, thread.duty = clause, duty or clause
        thread.receives, thread.is_ending = None, False
        thread.frail, thread.is_refused, thread.disconnects = "", False, False
        thread.turn, thread.since = self.next_turn(), self.turns
        if at_once:
            self.latest = thread

    def wake_joiners(self, name: str, by: Thread, *duties: str) -> None:
        """join.several-joiners, join.order-of-joiners: all go on, in any order.

        Their duty is the first where they surely waited, else the second: where whoever brings it
        about has had only a turn or two since, their `join` may have found the other ended.
        """
        waiting = [each for each in self.threads if each.state is JOINING]
        joiners = [each for each in waiting if each.joined == name]
        for thread in joiners:
            turns = len(by.turns) - bisect_left(by.turns, thread.turns[-1])
            duty = duties[turns < 3]
            if name in self.callees and self.finished[name] != "failure":
                # That it does where the other has ended is said of threads alone.
                duty = "join.called-coroutine" if turns > 2 else "join.order-of-joiners"
            self.goes_on(thread, (NONE,), "join.returns-none", duty, at_once=False)
            if len(joiners) > 1 or self.finished[name] in ("end", "kill"):
                thread.turn = 0  # end.finally-runs, kill.killer-goes-on

    def finish(self, thread: Thread, name: str, how: str) -> None:
        """Take a coroutine that has ended off its thread."""
        thread.stack.pop()
        thread.receives, thread.uses, thread.is_ending = None, "", False
        del self.owner[name]
        self.end_values.pop(name, None)
        self.finished[name] = how
        if name in self.deserted:
            self.aftermath = "kill.spares-others"
        if not thread.stack:
            thread.enter(OVER)

    def returned(
        self, thread: Thread, name: str, value: int | None, clause: str = "end.return-is-end"
    ) -> None:
        """end.value-to-caller, end.return-is-end, call.none-without-end."""
        self.finish(thread, name, "end" if name in self.end_values else "finish")
        self.wake_joiners(name, thread, "join.waits", "join.after-finish")
        if not thread.stack:
            return
        if value is None:
            clause = "call.none-without-end"
        self.goes_on(thread, (f"gets {value}",), clause, "call.runs-callee-to-its-end")
        if self.finished[name] == "end":  # end.finally-runs
            thread.turn = 0
            self.ended_for[name] = thread
        self.answer_first_caller(thread, name)

    def failed(self, thread: Thread, name: str, outcome: str, disconnects: bool) -> None:
        """exceptions.through-a-call, exceptions.from-a-spawned-thread.

        send.disconnect-ends-its-thread, send.disconnect-wakes-joiners, send.disconnect-of-root
        """
        self.finish(thread, name, "failure")
        is_quiet = disconnects and not thread.stack
        waking = "send.disconnect-wakes-joiners" if is_quiet else "join.failed-callee"
        self.wake_joiners(name, thread, waking, waking)
        if thread.stack:
            self.goes_on(thread, (outcome,), "exceptions.through-a-call")
            thread.disconnects = disconnects
            self.answer_first_caller(thread, name)
        elif not is_quiet:
            self.errors.append(outcome)
        elif name == ROOT:
            raise Unspecified
        else:
            self.has_disconnected = True
            self.suspect = "send.disconnect-spares-others"

    def answer_first_caller(self, thread: Thread, name: str) -> None:
        """call.answers-its-first-caller: nobody else gets the value."""
        if name in self.called_twice:
            self.disturbed[thread.stack[-1]] = "call.answers-its-first-caller"

    def close_now(self, name: str, *, is_due: bool = True) -> str:
        """Close a coroutine, if the trace shows that, or a clause in force says so that is due.

        Return what its clean-up raised, or nothing.
        """
        if not self.cleans_up(name):
            self.undead.add(name)
        elif self.comes_next(name, "finally") or (is_due and self.demands(self.because)):
            return self.close(name)
        else:
            self.unclosed.add(name)
        return ""

    def close(self, name: str) -> str:
        """Close a coroutine; return what its clean-up raised, or nothing.

        closing.failure-spares-others, closing.victim-that-yields-on
        """
        coroutine = self.coroutines[name]
        self.unclosed.discard(name)
        if self.number[name] == 0:
            coroutine.close()
            return ""
        was_closing, self.is_closing = self.is_closing, True
        try:
            statement = coroutine.throw(GeneratorExit)
        except (StopIteration, GeneratorExit):
            return ""
        except (Oops, Misuse) as error:
            self.suspect = "closing.failure-spares-others"
            if self.errors:
                self.failed_clean_up = "closing.failure-does-not-mask"
            return raised(error)
        finally:
            self.is_closing = was_closing
        if isinstance(statement, Spawn | Call | Join | Kill) and self.comes_next(name, ERROR):
            raise Unspecified  # What is wrong with it may be noticed where the event is made.
        self.tombs[name] = self.suspect = "closing.victim-that-yields-on"
        if self.errors:
            self.failed_clean_up = "closing.yielding-on-does-not-mask"
        self.unclosed.add(name)
        return ERROR
