"""Following a trace: who may act next, and in what ways `run` may end.

Each entry says who acted. If it may, it does, and the entries that it makes before its next `yield`
are compared; if not, or if they differ, a clause forbids it. At the end of the trace nobody may be
left who was still to go on.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NoReturn

from bluelet_spec.model.rules import RULES
from bluelet_spec.model.state import Demands, Departure, Mismatch, State, Thread, Unspecified
from bluelet_spec.model.threads import Threads
from bluelet_spec.programs.language import ROOT, Program, Statement
from bluelet_spec.programs.running import BEGINS, EARLY, ERROR, RETURNS, Observation


def departure(program: Program, seen: Observation, demands: Demands) -> Departure | None:
    """Return where a run departs from all that are allowed, or None if it is one of them."""
    run = _Follower(program, seen, demands)
    try:
        run.follow()
    except Departure as found:
        return found
    except Unspecified:
        return None
    finally:
        run.leave()
    return None


class _Follower(Threads):
    has_left = False
    """Whether the run has left threads that were to go on, and never could."""

    def carry_out(self, thread: Thread, statement: Statement) -> None:
        RULES[type(statement)](self, thread, statement)

    def follow(self) -> None:
        """Follow the trace to its end.

        Raises:
            Departure: no allowed run shows it.
            Unspecified: nothing says what such a run shows.
        """
        try:
            while self.at < len(self.trace):
                self.step(*self.trace[self.at])
            self.close_what_is_left()
        except Mismatch as mismatch:
            self.forbid(self.because, str(mismatch))
        self.judge_the_ending()

    def step(self, name: str, number: int, outcome: str) -> None:
        """Let a coroutine act, as an entry says that it did."""
        thread = self.owner.get(name)
        closes = number != self.number[name]
        if thread is None:
            self.step_of_the_dead(name, closes, outcome)
        elif closes:
            self.close_for_the_end(thread, name)
        else:
            if clause := self.hindrance(thread, name):
                is_own = thread.sees == (ERROR,) or (self.suspected is thread and outcome == ERROR)
                own = thread.value_clause if is_own else ""
                self.forbid(own or self.blamed(thread, outcome) or clause)
            self.expect_value(thread, name, outcome)
            self.act(thread, name, outcome)

    def step_of_the_dead(self, name: str, closes: bool, outcome: str) -> None:
        """kill.ready and its like: who has ended, or never was a thread, does nothing."""
        if name not in self.finished:
            self.forbid("events.construction-has-no-effect")
        tomb = self.tombs.get(name, "end.code-after-does-not-run")
        if name in self.unclosed and closes:
            self.because = tomb
            self.close(name)
        else:
            blamed = self.suspect if outcome == ERROR else ""
            self.forbid(self.disturbed.get(name) or blamed or tomb)

    def hindrance(self, thread: Thread, name: str) -> str:
        """Return the clause by which a coroutine cannot act now: it is not ready, or not its turn.

        run.one-thread-at-a-time, fairness.first-in-first-out
        """
        if self.errors and self.demands("exceptions.ends-the-run"):
            return "exceptions.ends-the-run"
        if thread.stack[-1] != name:
            return self.disturbed.get(name) or "call.runs-callee-to-its-end"
        if thread.state is State.JOINING:
            return self.disturbed.get(name) or "join.waits"
        if thread.state is State.ADRIFT or thread is self.latest:
            return ""
        for other in self.threads:
            clause = self.order(other, thread) if other is not thread else ""
            if clause and self.demands(clause):
                return clause
        return ""

    def order(self, first: Thread, second: Thread) -> str:
        """Return the clause by which the first of two threads acts before the second, or none."""
        if first.state is State.SLEEPING and second.state is State.SLEEPING:
            return _order_of_sleepers(first, second)
        if first.state is not State.READY:
            return ""
        if second.parent is first and self.demands("spawn.parent-first"):
            return "spawn.parent-first"
        if not 0 < first.turn < second.turn:
            return ""
        if first.sees == second.sees == (BEGINS,) and self.demands("spawn.in-order"):
            return "spawn.in-order"
        return "fairness.first-in-first-out"

    def expect_value(self, thread: Thread, name: str, outcome: str) -> None:
        """A `yield` gives or raises what the event's rule says."""
        if outcome == EARLY:
            self.forbid(self.disturbed.get(name) or "sleep.never-early")
        if thread.sees is not None and outcome not in thread.sees:
            blamed = self.disturbed.get(name) or self.blamed(thread, outcome)
            self.forbid(blamed or thread.value_clause)

    def blamed(self, thread: Thread, outcome: str) -> str:
        """Return the clause that protects a thread from the error that it gets, if one does."""
        is_anothers = self.suspected is not thread
        return self.suspect if outcome == ERROR and is_anothers else ""

    def close_for_the_end(self, thread: Thread, name: str) -> None:
        """closing.when-the-run-ends: whoever is left is closed, callees before their callers."""
        if not self.errors and not self.is_deadlocked():
            self.forbid(self.late(thread))
        self.has_left = not self.errors
        while thread.stack and thread.stack[-1] != name:
            self.because = "closing.callees-first-when-the-run-ends"
            self.bury(thread, demanded=self.demands(self.because))
        self.because = "closing.when-the-run-ends"
        self.bury(thread, demanded=True)

    def close_what_is_left(self) -> None:
        """Where the run has ended, what is left to be closed has nothing more to show."""
        if self.errors:
            self.because = "closing.when-the-run-ends"
        elif self.is_deadlocked() and self.ending == ERROR:
            self.because = "closing.when-a-deadlock-ends-the-run"
        else:
            return
        left = [each for each in self.threads if each.state is not State.OVER]
        self.has_left = self.has_left or bool(left)
        if self.demands(self.because):
            for thread in left:
                if thread.stack[0] == ROOT and self.errors:
                    self.because = "closing.root-when-the-run-ends"
                while thread.stack:
                    self.bury(thread, demanded=self.demands(self.because))

    def is_deadlocked(self) -> bool:
        """Return whether nobody is left who goes on."""
        return not any(each.has_to_go_on() for each in self.threads)

    def bury(self, thread: Thread, *, demanded: bool) -> None:
        """Close the innermost coroutine of a thread whose run has ended."""
        name = thread.stack[-1]
        self.finish(thread, name, "kill")
        self.tombs[name] = "exceptions.ends-the-run"
        if demanded:
            self.close(name)
        else:
            self.unclosed.add(name)

    def judge_the_ending(self) -> None:
        """`run` ends when all threads have, or by the exception of one, or by a deadlock."""
        if self.errors:
            allowed = tuple(self.errors)
            if self.failed_clean_up and not self.demands(self.failed_clean_up):
                return
            clause = self.failed_clean_up or "exceptions.from-a-spawned-thread"
        elif late := [each for each in self.threads if each.has_to_go_on()]:
            thread = min(late, key=lambda each: each.turn)
            self.forbid(self.late(thread))
        elif self.has_left or any(each.state is not State.OVER for each in self.threads):
            if self.ending == RETURNS:
                self.forbid("run.deadlock-never-returns", ERROR)
            if any(each.state is State.ADRIFT and each.sees is None for each in self.threads):
                return
            if not self.demands("run.deadlock-raises"):
                return
            itself = any(
                each.state is State.ADRIFT and each.sees == (ERROR,) for each in self.threads
            )
            allowed, clause = (ERROR,), "join.itself" if itself else "run.deadlock-raises"
        else:
            allowed, clause = (RETURNS,), self.suspect or "run.drives-root"
        if self.ending not in allowed:
            self.forbid(clause, *allowed)

    def late(self, thread: Thread) -> str:
        """Return the clause by which a thread was still to go on."""
        return self.suspect or self.disturbed.get(thread.stack[-1]) or thread.duty

    def forbid(self, clause: str, *allowed: str) -> NoReturn:
        """Say by which clause the trace departs from all that are allowed."""
        if self.is_murky and not clause.endswith(("-alone", "first-caller")):
            raise Unspecified
        raise Departure(self.at, clause, allowed or tuple(self.allowed()))

    def allowed(self) -> Iterator[str]:
        """Yield what may come next, as far as that can be told."""
        for thread in self.threads:
            if not thread.has_to_go_on() or self.hindrance(thread, name := thread.stack[-1]):
                continue
            for outcome in thread.sees or ("gets or raises anything",):
                yield f"{name} {self.number[name]} {outcome}"


def _order_of_sleepers(first: Thread, second: Thread) -> str:
    """Return the clause by which one of two sleepers acts first, if its deadline is earlier.

    Whoever went to sleep later, for no less, or after the run had been blocked, has a later one;
    where the earlier sleeps longer, only the clock knows. Who sleeps for no time has no deadline to
    speak of: it stands in line with those that are ready (``sleep.zero-or-less``).
    """
    (blocks, ticks), (later_blocks, later_ticks) = first.deadline, second.deadline
    if ticks and not later_ticks:
        return ""
    if first.turn > second.turn or (blocks == later_blocks and ticks > later_ticks):
        return ""
    same = first.deadline == second.deadline
    return "sleep.same-duration" if same else "sleep.overdue-order"
