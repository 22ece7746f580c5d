"""The scheduler: one loop that gives turns to the threads of one run.

Ready threads stand in a queue, first in, first out. A thread's turn lasts until it waits, gives
way or ends: what completes at once, such as `spawn`, `call` and `end`, does not end a turn. Two
bounds keep this fair (chapter ``fairness``): after `TURN` events a thread goes to the end of the
queue, and what it yields next is carried out in its next turn; and after `ROUND` turns, or `FEW`
where no more threads are ready, the loop looks at the clock and at who waits for a descriptor.

The scheduler knows where every generator of the run belongs (`_owner`), and nothing of a thread
once it has finished: a generator's own state says that it has. So a step costs the same however
many threads wait, and finished threads leave no trace (``spawn.forgets-finished-threads``).

However a run ends, every generator it still holds has been closed when `run` returns or raises.
An exception that no thread catches, a deadlock, or a signal handler that raises while the
scheduler's own code runs: all leave the loop the same way.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Collection, Generator
from functools import partial
from time import monotonic
from time import sleep as idle
from types import GeneratorType
from typing import Any
from weakref import WeakSet

from bluelet_reference.errors import (
    DISCONNECTS,
    DeadlockError,
    describe,
    expect_coroutine,
    is_of_an_operation,
)
from bluelet_reference.events import NULL, Ending, Event, forget_ending
from bluelet_reference.polling import Poller
from bluelet_reference.thread import Coroutine, Thread, name
from bluelet_reference.timers import Timers

TURN = 64
"""How many events a thread may have carried out in one turn."""

ROUND = 64
"""How many turns may pass before the loop looks at the clock."""

FEW = 8
"""How many turns may pass where so few threads are ready that one has several of them.

To look costs as much as some turns do. `FEW` turns of `TURN` events are well within the thousand
that nobody may have while another is due (chapter ``fairness``).
"""

_LONGEST_IDLE = 86400.0
"""Seconds. To sleep longer at a time than a day is more than some systems can."""

_NAP = 0.05
"""Seconds that all have rested before it is looked who has nothing to wait for any more."""

_PERSISTENCE = 100
"""How many interrupts do not keep `run` from closing all that is left."""

_CLEAN_UP_FAILED = "an exception in the clean-up of a closed thread"

_log = logging.getLogger(__name__)


def run(root: Generator[Any, Any, Any]) -> None:
    """Run `root` and every thread that it spawns, until all have finished.

    An exception that no thread catches ends the run: every other thread is closed, so that its
    `finally` blocks run, and the exception is raised unchanged. What a clean-up raises meanwhile
    is logged, and never takes its place (``closing.failure-does-not-mask``). A signal handler
    that raises while all threads wait raises in `root`, at its `yield`.

    Raises:
        TypeError: `root` is not a generator (``arguments.run-of-a-non-generator``).
        DeadlockError: every thread waits for another (``run.deadlock-raises``).
    """
    scheduler = Scheduler(expect_coroutine("run", root))
    try:
        scheduler.loop()
    except BaseException as error:
        try:
            interrupt = scheduler.close_all()
        finally:
            scheduler.close_all()  # Where an interrupt cut it short, what was left.
        if interrupt is not None and isinstance(error, Exception):
            raise interrupt from None  # Of two to be told of, Ctrl-C comes first.
        raise
    finally:
        scheduler.poller.close()


class Scheduler:
    """The threads of one run, and the queue of those that are ready."""

    _is_plain = True
    """Whether what is commonest is done by hand where it is common, not by the methods for it.

    That saves a tenth of the time of a call, and of a spawn. A subclass has its methods called.
    """

    def __init_subclass__(cls) -> None:
        cls._is_plain = False

    def __init__(self, root: Coroutine) -> None:
        self.ready: deque[Thread] = deque()
        """The threads that are ready, in the order of their turns."""
        self.timers = Timers()
        """The threads that sleep."""
        self.poller = Poller(self.ready.append, self.rouse)
        """The threads that wait for descriptors."""
        self.ending: dict[Coroutine, Any] = {}
        """The coroutines that have yielded `end` and still run `finally` blocks, with the value."""
        self._owner: dict[Coroutine, Thread] = {}
        self._joiners: dict[Coroutine, dict[Thread, None]] = {}
        self._abandoned: Collection[Coroutine] = ()  # A set would be a tenth of a `run`.
        self._has_looked = False
        """Whether it was looked, since a thread last had a turn, who waits for nothing any more."""
        self._root = self.start(root)

    # The loop.

    def loop(self) -> None:
        """Give turns until no thread is left."""
        ready, timers, poller = self.ready, self.timers, self.poller
        popleft, append, is_plain = ready.popleft, ready.append, self._is_plain
        while self._owner:
            if poller.waiting and ready and not poller.due:
                poller.serve(poller.select(0))
            if timers:
                self._wake(monotonic())
            if not ready:
                self._idle()
            # Where few are ready, to call `min` and `max` here would cost a tenth of all turns.
            for _ in range(FEW if len(ready) <= FEW else min(len(ready), ROUND)):
                if not ready:
                    break
                thread = popleft()
                again = thread.again
                if again is None:
                    if is_plain and thread.due is None:
                        self._go_on(thread)
                    else:
                        self._turn(thread)
                    continue
                # It has yielded `null`, and has nothing to be told: most turns of a program that
                # yields it are this short way, which takes half the time of the long one.
                try:
                    event = again(None)
                except BaseException as raised:
                    thread.again = again = None
                    goes_on = self._left(thread, raised)
                else:
                    if event is NULL:
                        append(thread)
                        continue
                    thread.again = again = None
                    goes_on = self._carry_out(thread, event)
                    event = None  # end.lets-go-of-its-value and its like
                if goes_on:  # Where nothing is being handled: exceptions.handled-is-over
                    self._go_on(thread)

    def _turn(self, thread: Thread) -> None:
        """Run `thread` until it waits, gives way or ends."""
        if thread.due is None or thread.due():
            self._go_on(thread)

    def _go_on(self, thread: Thread) -> None:
        """Resume `thread`, again and again while what it yields completes at once."""
        stack, owner, joiners, is_plain = thread.stack, self._owner, self._joiners, self._is_plain
        event: object
        budget = TURN
        goes_on = bool(stack)  # Else it was killed while it stood in the queue: kill.ready.
        while goes_on:
            event = None  # end.lets-go-of-its-value and its like
            coro = stack[-1]
            try:
                if thread.error is None:
                    event = coro.send(thread.value)
                else:
                    event = coro.throw(thread.take_error())
            except StopIteration as returned:
                if self.ending or not is_plain:
                    goes_on = self._left(thread, returned)
                else:
                    del stack[-1], owner[coro]
                    if joiners and coro in joiners:
                        for joiner in joiners.pop(coro):
                            self.resume(joiner)
                    goes_on = bool(stack)
                    thread.value = returned.value if goes_on else None
            except BaseException as raised:
                goes_on = self._left(thread, raised)
            else:
                thread.value = None
                if not budget:
                    thread.due = partial(self._carry_out_late, thread, event)
                    self.ready.append(thread)
                    return
                budget -= 1
                if not is_plain:
                    goes_on = self._carry_out(thread, event)
                elif isinstance(event, Event):
                    try:
                        goes_on = event.perform(self, thread)
                    except Exception as refusal:
                        goes_on = self._refuse(thread, refusal)
                elif isinstance(event, GeneratorType) and event not in owner:
                    owner[event] = thread
                    stack.append(event)
                else:
                    goes_on = self._carry_out(thread, event)

    def _left(self, thread: Thread, raised: BaseException) -> bool:
        """Take note that the innermost coroutine has ended; return whether its caller goes on."""
        coro = thread.stack[-1]
        if isinstance(raised, StopIteration):
            if self.ending:  # end.finally-may-return
                self.ending.pop(coro, None)
            return self._return(thread, coro, raised.value)
        if coro.gi_frame is not None:
            raise raised  # Not the coroutine's: a signal handler raised it, here.
        if isinstance(raised, Ending) and coro in self.ending:
            return self._return(thread, coro, self.ending.pop(coro))
        return self._raise(thread, coro, raised)

    def _carry_out(self, thread: Thread, event: object) -> bool:
        """Carry out what `thread` yielded; return whether it goes on at once."""
        try:
            if isinstance(event, Event):
                return event.perform(self, thread)
            if isinstance(event, GeneratorType):  # call.yielding-a-generator
                return self.push(thread, event)
            raise TypeError(f"a thread yields an event, not {describe(event)}")
        except Exception as refusal:  # arguments.not-an-event and its like
            return self._refuse(thread, refusal)

    def _refuse(self, thread: Thread, refusal: Exception) -> bool:
        """Raise `refusal` at the thread's `yield`: its event cannot be carried out."""
        if not thread.stack:
            raise refusal  # The clean-up of a thread that killed itself failed.
        thread.error = refusal
        return True

    def _carry_out_late(self, thread: Thread, event: object) -> bool:
        """Begin a turn with what the last one had no time for."""
        thread.due = None
        return self._carry_out(thread, event)

    def _wake(self, now: float) -> None:
        """Make ready whoever has slept long enough, the earliest deadline first."""
        while (thread := self.timers.pop_due(now)) is not None:
            self.resume(thread)

    def _idle(self) -> None:
        """Let the process rest until a thread can go on."""
        deadline, poller = self.timers.next_deadline(), self.poller
        if deadline is None and not poller.waiting:
            self._rouse_the_closed()
            if self.ready:
                return
            raise DeadlockError(self._who_waits())
        timeout = None
        if deadline is not None:
            timeout = min(max(deadline - monotonic(), 0.0), _LONGEST_IDLE)
        # To look first would cost more than most rests; so a rest that lasts is one in two parts.
        is_first_part = not self._has_looked and (timeout is None or timeout > _NAP)
        if is_first_part:
            timeout = _NAP
        found: list[tuple[int, int]] = []
        try:
            if poller.waiting or timeout is None:
                found = poller.select(timeout)
            else:
                idle(timeout)
        except BaseException as interrupt:  # interrupts.while-idle
            root = self._root
            if not root.stack:
                raise
            root.error = interrupt
            self.rouse(root)
        poller.serve(found)
        self._has_looked = is_first_part and not found and not self.ready
        if self._has_looked:
            self._rouse_the_closed()

    def _rouse_the_closed(self) -> None:
        """Make ready whoever waits for nothing, since it was closed without a word to us.

        close.of-the-socket-itself, closing.behind-the-schedulers-back.
        """
        for thread in dict.fromkeys(self._owner.values()):
            if thread.wait is not None and thread.stack[-1].gi_frame is None:
                self.rouse(thread)
        for coro in [coro for coro in self._joiners if coro.gi_frame is None]:
            for joiner in self._joiners.pop(coro):
                self.resume(joiner)
        self.poller.forget_closed()

    # What events ask for.

    def start(self, coro: Coroutine) -> Thread:
        """Make `coro` a new thread, ready after all others."""
        if coro in self._owner:
            raise _scheduled_already(coro)  # spawn.scheduled-coroutine-raises
        self._owner[coro] = thread = Thread(coro)
        self.ready.append(thread)
        return thread

    def push(self, thread: Thread, coro: Coroutine) -> bool:
        """Make `coro` the callee of `thread`'s current coroutine."""
        if coro in self._owner:
            raise _scheduled_already(coro)  # call.scheduled-coroutine-raises
        self._owner[coro] = thread
        thread.stack.append(coro)
        return True

    def resume(self, thread: Thread) -> None:
        """Make a waiting thread ready."""
        thread.wait = None
        self.ready.append(thread)

    def rouse(self, thread: Thread) -> None:
        """Make ready a thread that waits, without what it waits for."""
        if thread.wait is not None:
            thread.wait.cancel()
        if thread.due is None:  # Else it stands in the queue already.
            self.ready.append(thread)
        thread.wait = thread.due = None

    def find(self, operation: str, coro: Coroutine) -> Thread | None:
        """Return the thread that `coro` runs in, or None if it has finished.

        Raises:
            ValueError: it is neither (``join.never-spawned``, ``kill.never-spawned``).
        """
        thread = self._owner.get(coro)
        if coro.gi_frame is None:
            if thread is not None and thread.wait is not None:
                self.rouse(thread)  # It was closed behind our back, and has nothing to wait for.
            return None
        if thread is None and coro not in self._abandoned:
            raise ValueError(f"{operation}() takes a thread of this run, and not {name(coro)}")
        return thread

    def await_end(self, thread: Thread, coro: Coroutine) -> None:
        """Park `thread` until `coro` has finished."""
        joiners = self._joiners.setdefault(coro, {})
        joiners[thread] = None
        thread.wait = _Joining(coro, joiners, thread)

    def kill(self, victim: Thread, coro: Coroutine) -> BaseException | None:
        """Stop `coro` and what it calls; its caller, if it has one, goes on with None.

        Return what their clean-up raised, if it did: the first, but an interrupt before all others,
        and one too that was on its way to the victim.
        """
        if victim.wait is not None:
            self.rouse(victim)  # kill.sleeping, kill.joining: nothing else brings it back
        errors = [] if victim.error is None else [victim.error]
        errors = [error for error in errors if _is_interrupt(error)]
        victim.value = victim.error = victim.due = victim.again = None
        errors += self._close(victim, victim.stack.index(coro))
        errors.sort(key=_is_interrupt, reverse=True)
        for error in errors[1:]:
            _log.error(_CLEAN_UP_FAILED, exc_info=error)
        return errors[0] if errors else None

    # Coroutines come and go.

    def _disown(self, coro: Coroutine) -> None:
        """Forget a coroutine that has finished, and wake whoever waits for it."""
        del self._owner[coro]
        for thread in self._joiners.pop(coro, ()):
            self.resume(thread)

    def _return(self, thread: Thread, coro: Coroutine, value: Any) -> bool:
        """Hand `value` to the caller of `coro`; return whether there is one."""
        thread.stack.pop()
        self._disown(coro)
        thread.value = value
        return bool(thread.stack)

    def _raise(self, thread: Thread, coro: Coroutine, error: BaseException) -> bool:
        """Hand `error` to the caller of `coro`; where there is none, it ends the run."""
        if coro in self.ending:
            del self.ending[coro]
            forget_ending(error)
        thread.stack.pop()
        thread.value = None
        self._disown(coro)
        if not thread.stack:
            is_quiet = isinstance(error, DISCONNECTS) and thread is not self._root
            if is_quiet and is_of_an_operation(error):
                return False
            try:
                raise error  # exceptions.from-a-spawned-thread
            finally:
                del error
        # The first entry is this module's: without it the traceback reads as in plain Python.
        thread.error = error.with_traceback(error.__traceback__ and error.__traceback__.tb_next)
        return True

    def _close(self, thread: Thread, depth: int = 0) -> list[BaseException]:
        """Close the generators of `thread` above `depth`, callees first; return what they raised.

        closing.callees-first, closing.callees-first-when-the-run-ends.
        """
        errors = []
        while len(thread.stack) > depth:
            coro = thread.stack[-1]
            try:
                coro.close()
            except Ending:
                pass  # It caught that it was closed, in a `finally` block around its `end`.
            except BaseException as error:
                if coro.gi_frame is not None:
                    if not isinstance(error, RuntimeError):
                        raise  # Not the coroutine's: a signal handler raised it, here.
                    # It yielded on: closing.victim-that-yields-on.
                    self._abandoned = WeakSet((*self._abandoned, coro))
                errors.append(error)
            thread.stack.pop()
            self.ending.pop(coro, None)
            self._disown(coro)
        return errors

    def close_all(self) -> BaseException | None:
        """Close every thread that is left; return an interrupt that came meanwhile, if one did.

        closing.when-the-run-ends. Whatever interrupts it, it goes on until all are closed.
        """
        interrupt: BaseException | None = None
        for _ in range(_PERSISTENCE):
            try:
                for thread in dict.fromkeys(self._owner.values()):
                    for error in self._close(thread):
                        if _is_interrupt(error):
                            interrupt = error
                        else:
                            _log.error(_CLEAN_UP_FAILED, exc_info=error)
                self._owner.clear()  # Of what had been taken on, and on no stack yet.
                break
            except BaseException as error:
                interrupt = error
        return interrupt

    def _who_waits(self) -> str:
        """Say who waits for what: run.deadlock-names-who-waits."""
        threads = list(dict.fromkeys(self._owner.values()))
        waits = "; ".join(f"{thread} waits {thread.wait}" for thread in threads)
        return f"deadlock, no thread can ever run again: {waits}"


def _scheduled_already(coro: Coroutine) -> ValueError:
    return ValueError(f"{name(coro)} is scheduled already")


def _is_interrupt(error: BaseException) -> bool:
    """Return whether an exception is to be told of before all others: Ctrl-C, or an exit."""
    return not isinstance(error, Exception | GeneratorExit)


class _Joining:
    """The wait of a thread that joins another."""

    __slots__ = ("_coro", "_joiners", "_thread")

    def __init__(self, coro: Coroutine, joiners: dict[Thread, None], thread: Thread) -> None:
        self._coro = coro
        self._joiners = joiners
        self._thread = thread

    def cancel(self) -> None:
        """Be no longer among the joiners."""
        del self._joiners[self._thread]

    def __str__(self) -> str:
        return f"to join {name(self._coro)}"
