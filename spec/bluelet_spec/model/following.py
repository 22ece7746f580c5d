"""Following a trace: who may act next, and in what ways `run` may end.

Each entry says who acted. If it may, it does, and the entries that it makes before its next `yield`
are compared; if not, or if they differ, a clause forbids it. At the end of the trace nobody may be
left who was still to go on.
"""

from __future__ import annotations

from collections.abc import Iterator

from bluelet_spec.model import transfers
from bluelet_spec.model.fairness import starving
from bluelet_spec.model.moves import ADRIFT, JOINING, OVER, READY, RECEIVING, SLEEPING
from bluelet_spec.model.rules import CLOSED, RULES, clean_up
from bluelet_spec.model.state import (
    Demands,
    Departure,
    Mismatch,
    Misuse,
    Thread,
    Unspecified,
    weakest,
)
from bluelet_spec.model.threads import Threads
from bluelet_spec.probe import TURNS
from bluelet_spec.programs.language import ROOT, End, Program, Statement
from bluelet_spec.programs.running import BEGINS, EARLY, ERROR, HANGS, RETURNS, Observation, Oops

SOFT = frozenset(
    {
        "exceptions.ends-the-run",
        "fairness.first-in-first-out",
        "sleep.overdue-order",
        "sleep.same-duration",
        "spawn.in-order",
        "spawn.parent-first",
    }
)
"""Clauses that say who acts first. Where one is not in force, who acts does what it would."""


def departure(program: Program, seen: Observation, demands: Demands) -> Departure | None:
    """Return where a run departs from all that are allowed, or None if it is one of them."""
    run = Follower(program, seen, demands)
    try:
        run.follow()
    except Departure as found:
        return found
    except Unspecified:
        return None
    finally:
        run.leave()
    return None


class Follower(Threads):
    """Follows the trace of one run."""

    has_gone_on = False
    """Whether the run has gone on after an exception that was to end it."""
    has_left = False
    """Whether the run has left threads that were to go on, and never could."""

    def carry_out(self, thread: Thread, statement: Statement) -> None:
        """Carry out what a coroutine has yielded, by the rule for it."""
        thread.asked.append(type(statement))
        RULES[type(statement)](self, thread, statement)

    def close_connection(self, name: str) -> None:
        """Close a connection, by the rule for that."""
        if not self.is_left:
            self.look_what_has_come()
            transfers.close(self, name)

    def look_what_has_come(self) -> None:
        """Find what those that receive may get now."""
        for thread in self.threads:
            if thread.receives is not None:
                transfers.look(self, thread)

    def follow(self) -> None:
        """Follow the trace to its end.

        Raises:
            Departure: no allowed run shows it.
            Unspecified: nothing says what such a run shows.
        """
        try:
            while self.at < len(self.trace):
                if self.streams.ends:
                    self.look_what_has_come()
                self.step(*self.trace[self.at])
                if self.is_open:
                    raise Unspecified
            self.look_what_has_come()
            self.close_what_is_left()
        except Mismatch as mismatch:
            self.forbid(self.because, allowed=(str(mismatch),))
        self.judge_the_ending()

    def step(self, name: str, number: int, outcome: str) -> None:
        """Let a coroutine act, as an entry says that it did."""
        thread = self.owner.get(name)
        closes = number != self.number[name]
        if thread is None:
            self.step_of_the_dead(name, closes, outcome)
        elif closes and thread.is_ending and name == thread.stack[-1] and not self.errors:
            for clauses in self.hindrances(thread, name):
                self.forbid(*clauses)
            self.latest = None
            clean_up(self, thread, thread.duty)
        elif closes and not self.errors and self.may_be_over(thread):
            raise Unspecified
        elif closes:
            self.close_for_the_end(thread, name)
        else:
            for clause, *others in self.hindrances(thread, name):
                is_own = thread.sees == (ERROR,) or (self.suspected is thread and outcome == ERROR)
                own = thread.value_clause if is_own else ""
                strange = own or self.blamed(thread, outcome)
                self.forbid(*filter(None, [strange]), clause, *others, is_hard=clause not in SOFT)
            self.has_gone_on = bool(self.errors)
            self.expect_value(thread, name, outcome)
            if thread.state is SLEEPING:
                self.time_passes(thread)
            for each in list(self.unclosed):
                self.expect_clean_up(each, thread)
            if len(thread.turns) >= TURNS:
                self.expect_fairness(thread)
            self.act(thread, name, outcome)

    def step_of_the_dead(self, name: str, closes: bool, outcome: str) -> None:
        """kill.ready and its like: who has ended, or never was a thread, does nothing."""
        if name not in self.finished:
            self.forbid("events.construction-has-no-effect")
        if name in self.revived:
            raise Unspecified
        tomb = self.tombs.get(name, "end.code-after-does-not-run")
        if tomb == "recv.killed-while-it-waits" and not outcome.startswith("gets b"):
            tomb = CLOSED  # It goes on, and takes nothing.
        if name in self.unclosed and closes:
            self.because = tomb
            self.close(name)
        else:
            blamed = self.disturbed.get(name) or (self.suspect if outcome == ERROR else "") or tomb
            is_undead = name in self.killers and name in self.unclosed | self.undead
            self.forbid(blamed, tomb, is_hard=not is_undead)
            self.last_step_of_the_dead(name, tomb, outcome)

    def last_step_of_the_dead(self, name: str, tomb: str, outcome: str) -> None:
        """kill.finishing-spares-others: who takes a step that is its last does it to nobody else.

        Nothing is said of what takes more steps than that.
        """
        self.because, self.outcome = tomb, outcome
        is_callee = any(each.value_clause == "kill.called-coroutine" for each in self.threads)
        if is_callee or outcome == ERROR:
            raise Unspecified
        self.assume("kill.finishing-spares-others")
        self.unclosed.discard(name)
        self.undead.discard(name)
        try:
            statement = self.coroutines[name].send(None)
        except (StopIteration, GeneratorExit):
            pass
        except (Oops, Misuse):
            raise Unspecified from None
        else:
            if not isinstance(statement, End):
                raise Unspecified
            self.unclosed.add(name)
        self.suspect, self.suspected = "kill.finishing-spares-others", self.killers[name]
        self.suspected.sees, self.suspected.value_clause = None, self.suspect
        self.suspected.duty = self.suspect

    def hindrances(self, thread: Thread, name: str) -> Iterator[tuple[str, ...]]:
        """Yield the clauses by which a coroutine cannot act now: it is not ready, or not its turn.

        run.one-thread-at-a-time, fairness.first-in-first-out

        Where there are several in one, it takes all of them to forbid it.
        """
        if self.errors:
            yield ("exceptions.ends-the-run",)
        if clause := self.unreadiness(thread, name):
            others: list[str] = []
            if clause == "join.waits":
                if self.suspect and not self.acts_later(self.owner[thread.joined]):
                    others.append(self.suspect)  # What it waits for may be lost.
                if thread.joined in self.callees:
                    others.append("join.called-coroutine")
            yield (*others, clause)
        if thread.state is ADRIFT or thread is self.latest:
            return
        for other in self.threads:
            if other is not thread and other.state is not OVER:
                for clause in self.order(other, thread):
                    if self.acts_later(other):
                        yield clause, other.duty

    def unreadiness(self, thread: Thread, name: str) -> str:
        """Return the clause by which a coroutine is not ready, or none."""
        joined = self.owner.get(thread.joined) if thread.state is JOINING else thread
        if joined is not None and name != joined.stack[-1] and self.may_be_over(joined):
            raise Unspecified
        if joined is not None and joined.is_ending and name != joined.stack[-1]:
            return joined.duty
        if thread.stack[-1] != name:
            if _is_owed(thread) and thread.has_to_go_on():
                return thread.duty
            return self.disturbed.get(name) or "call.runs-callee-to-its-end"
        if thread.state is JOINING:
            return self.disturbed.get(name) or "join.waits"
        if thread.state is RECEIVING:
            return self.hindrance_to_receive(thread)
        return ""

    def may_be_over(self, thread: Thread) -> bool:
        """Return whether a thread may have ended without a word, for all that is specified."""
        if thread.frail and self.demands(thread.frail):
            self.assumed.append(thread.frail)
            return False
        return bool(thread.frail)

    def acts_later(self, thread: Thread) -> bool:
        """Return whether the trace has more of a thread; else it is not only late."""
        return any(entry[0] in thread.stack for entry in self.trace[self.at :])

    def hindrance_to_receive(self, thread: Thread) -> str:
        """Return the clause by which a thread cannot receive now, or none.

        recv.several-readers-in-turn
        """
        assert thread.receives is not None
        if not thread.sees:
            return self.streams.clause(thread)
        if thread.sees[0] == "gets b''":  # The end of the stream is there for all of them.
            return ""
        line = self.streams.line(thread.receives.connection, self.threads)
        if len({type(each.receives) for each in line}) > 1:
            raise Unspecified  # Whether who reads a line waits for all of it before others read.
        if line[0] is thread:
            return ""
        self.assume("recv.several-readers-in-turn")
        return "recv.several-readers-in-turn"

    def order(self, first: Thread, second: Thread) -> Iterator[str]:
        """Yield the clauses by which the first of two threads acts before the second."""
        if first.state is SLEEPING and second.state is SLEEPING:
            if clause := _order_of_sleepers(first, second):
                yield clause
            return
        if first.state is not READY or second.state is RECEIVING:
            return
        if first.child is second and not second.turns:
            yield "spawn.parent-first"
        if 0 < first.turn < second.turn:
            if first.sees == second.sees == (BEGINS,):
                yield "spawn.in-order"
            yield "fairness.first-in-first-out"

    def expect_value(self, thread: Thread, name: str, outcome: str) -> None:
        """A `yield` gives or raises what the event's rule says."""
        if outcome == EARLY:  # Who else is due is not known then.
            self.forbid(self.disturbed.get(name) or "sleep.never-early")
        is_free = outcome == ERROR and thread.sees is None
        if is_free and self.suspect:
            self.assume(self.suspect)  # Else what is strange has been told, and what comes of it.
        if thread.receives is not None:
            thread.value_clause = self.streams.clause(thread, outcome)
            thread.disconnects = outcome == ERROR
        if thread.sees is not None and outcome not in thread.sees:
            blamed = self.disturbed.get(name) or self.blamed(thread, outcome)
            duty = thread.duty if thread.duty.startswith("join.") else thread.value_clause
            is_hard = outcome.startswith("raises") or bool(thread.uses)
            self.forbid(blamed or thread.value_clause, duty, is_hard=is_hard)
            self.is_murky = self.is_murky or thread.is_refused

    def time_passes(self, woken: Thread) -> None:
        """Whoever was to wake before one that has woken is due."""
        for other in self.threads:
            if other.state is SLEEPING and _order_of_sleepers(other, woken):
                other.since = min(other.since, self.turns)

    def expect_clean_up(self, name: str, thread: Thread) -> None:
        """closing.before-the-killer-goes-on, closing.before-the-joiners-go-on."""
        is_killer = self.killers.get(name) is thread
        if not (is_killer or thread.joined == name) or not self.cleans_up(name):
            return
        clause = CLOSED if is_killer else "closing.before-the-joiners-go-on"
        if self.tombs.get(name) != "closing.victim-that-yields-on" and self.demands(clause):
            self.because = clause
            self.close(name)

    def expect_fairness(self, thread: Thread) -> None:
        """fairness: others have had their turns before this one has had a thousand more."""
        bound = thread.turns[-TURNS]
        for other in self.threads:
            if other is not thread and other.since <= bound and other.has_to_go_on():
                own = other.duty if other.sees == (ERROR,) else ""
                if clause := own or starving(thread, other, self.threads):
                    self.forbid(clause, other.duty)

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
            self.bury(thread)
        self.because = "closing.when-the-run-ends"
        self.bury(thread, is_shown=True)

    def close_what_is_left(self) -> None:
        """Where the run has ended, what is left to be closed has nothing more to show."""
        if self.errors and (self.has_gone_on or self.ending in (HANGS, RETURNS)):
            return  # It was not they that ended it.
        if self.errors:
            strange = self.suspect if self.errors == [ERROR] else ""
            self.because = self.failed_clean_up or strange or "closing.when-the-run-ends"
        elif self.is_deadlocked() and self.ending == ERROR:
            self.because = "closing.when-a-deadlock-ends-the-run"
        else:
            return
        left = [each for each in self.threads if each.state is not OVER]
        if any(map(self.may_be_over, left)):
            raise Unspecified
        self.has_left = self.has_left or bool(left)
        because = self.because
        for thread in left:
            is_root = thread.stack[0] == ROOT and because == "closing.when-the-run-ends"
            self.because = "closing.root-when-the-run-ends" if is_root else because
            if thread.is_ending:
                self.because = thread.duty
            while thread.stack:
                self.bury(thread)

    def is_deadlocked(self) -> bool:
        """Return whether nobody is left who goes on."""
        return not any(each.has_to_go_on() or each.state is RECEIVING for each in self.threads)

    def bury(self, thread: Thread, *, is_shown: bool = False) -> None:
        """Close the innermost coroutine of a thread whose run has ended."""
        name = thread.stack[-1]
        self.finish(thread, name, "kill")
        self.tombs[name] = "exceptions.ends-the-run"
        if is_shown:
            self.close(name)
        else:
            self.close_now(name)

    def judge_the_ending(self) -> None:
        """`run` ends when all threads have, or by the exception of one, or by a deadlock.

        kill.spares-others: and not because one has ended that a killed thread had joined.
        """
        aftermath = [self.aftermath] if self.aftermath and self.ending == ERROR else []
        if aftermath and self.suspect:
            raise Unspecified  # Nobody knows which of the two it is.
        if self.errors:
            allowed = tuple(self.errors)
            if self.failed_clean_up:
                self.assume(self.failed_clean_up)
            of_root = self.finished.get(ROOT) == "failure"
            raised = "exceptions.from-root" if of_root else "exceptions.from-a-spawned-thread"
            clause = self.failed_clean_up or raised
        elif late := [each for each in self.threads if each.has_to_go_on()]:
            thread = min(late, key=lambda each: each.turn)
            others = any(each is not self.suspected for each in late)
            strange = self.suspect if others and self.ending == ERROR else ""
            blamed = [*filter(None, [strange]), *aftermath]
            duties = [*map(self.late, late), *(each.duty for each in late)]
            self.forbid(*blamed, self.late(thread), *duties)
        elif any(each.state is RECEIVING for each in self.threads):
            allowed, clause = (HANGS,), "run.waits-for-every-thread"
        elif any(self.may_be_over(each) for each in self.threads if each.state is not OVER):
            return
        elif self.has_left or any(each.state is not OVER for each in self.threads):
            if self.ending == RETURNS:
                lost = filter(None, [self.suspect])  # It may be by that that they are not there.
                self.forbid(*lost, "run.deadlock-never-returns", allowed=(ERROR,))
            self.assume("run.deadlock-raises")
            itself = any(each.state is ADRIFT and each.sees == (ERROR,) for each in self.threads)
            allowed, clause = (ERROR,), "join.itself" if itself else "run.deadlock-raises"
        else:
            allowed, clause = (RETURNS,), self.suspect or "run.drives-root"
            if self.has_disconnected and self.ending == ERROR:
                self.forbid(clause, "send.disconnect-ends-its-thread")
        if self.ending not in allowed:
            self.forbid(*aftermath, clause, allowed=allowed)

    def late(self, thread: Thread) -> str:
        """Return the clause by which a thread was still to go on."""
        own = ""
        if thread.state is RECEIVING:
            own = self.streams.clause(thread)
        elif thread is self.suspected or thread.duty == "send.disconnect-wakes-joiners":
            own = thread.duty
        return own or self.suspect or self.disturbed.get(thread.stack[-1]) or thread.duty

    def forbid(self, *clauses: str, is_hard: bool = True, allowed: tuple[str, ...] = ()) -> None:
        """Say by which clause the trace departs from all that are allowed.

        It takes all of some clauses to forbid it. Where one is not in force, what is hard is where
        the specification ends; and what is not, the model takes as it is. The one that is named is
        the first of those that demand the least, of them and of what was assumed.

        Raises:
            Departure: it does.
            Unspecified: nothing is said of what comes of it.
        """
        protects = clauses[0].endswith(("-alone", "first-caller"))
        if self.is_open or (self.is_murky and not protects):
            raise Unspecified
        if not protects:
            clauses += tuple(each.value_clause for each in self.threads if each.is_refused)
        if all(map(self.demands, clauses)):
            named = weakest([*clauses, *reversed(self.assumed)])
            due = allowed or tuple(self.allowed())
            raise Departure(self.at, named, due, self.related(*clauses))
        if is_hard:
            raise Unspecified

    def related(self, *clauses: str) -> tuple[str, ...]:
        """Return some clauses, and those of what was strange before."""
        protecting = (self.suspect, self.because, *self.disturbed.values(), *self.tombs.values())
        return tuple(dict.fromkeys(filter(None, [*clauses, *self.assumed, *protecting])))

    def allowed(self) -> Iterator[str]:
        """Yield what may come next, as far as that can be told."""
        for thread in self.threads:
            try:
                if not thread.has_to_go_on():
                    continue
                name = thread.stack[-1]
                hindrances = self.hindrances(thread, name)
                if any(all(map(self.demands, clauses)) for clauses in hindrances):
                    continue
            except Unspecified:
                pass  # Nothing forbids that it goes on.
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


def _is_owed(thread: Thread) -> bool:
    """Return whether it is by what becomes of a connection that a thread goes on."""
    return thread.duty.partition(".")[0] in ("recv", "readline", "send", "sendall", "close")
