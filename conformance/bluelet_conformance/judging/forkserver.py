"""The fork server of one implementation: a process that imports it once, and forks for each task.

It runs as many children side by side as pays: a child that waits needs no core, so those that have
been found waiting do not count. What becomes of a task is told by the way its child ended:

- it used up its CPU time: it *spins*. The system itself sets that limit, and a machine that is busy
  with other things only makes it later;
- it has spent its time on the clock waiting: it *hangs*. Time in which it ran, or was ready to and
  the machine was busy with others, does not count, up to `PATIENCE` times as much;
- it died: it *crashed*;
- what is not the port's failed in it: that is told as the suite's own failure.

Time counts from when the implementation is imported, and anew whenever the task says so. A server
that has imported it is *warm*. One that has not lets each child do it, for an implementation whose
import changes more of a process than a fork keeps.
"""

from __future__ import annotations

import gc
import math
import os
import select
import signal
import sys
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from traceback import format_exc
from typing import Any, NoReturn

from bluelet_conformance.judging import child, limits, processes
from bluelet_conformance.judging.channel import Channel, Closed, Message
from bluelet_conformance.judging.child import IMPORT_SECONDS, UNABLE_TO_ANSWER, Order, Shared
from bluelet_conformance.judging.failures import ACCOUNT, shortened
from bluelet_conformance.judging.inspecting import inspected
from bluelet_conformance.judging.registry import Candidate
from bluelet_conformance.judging.untouched import changed, look, noting_fork_hooks

PATIENCE = 8
"""How many times its time on the clock a task may take that is at work all the while."""

_GLANCE = 0.05
"""Seconds between two looks at how the children are doing."""

_STOPPED = 0.5
"""Seconds after which a server that was to look finds that it was stopped."""

_IDLE = 0.3
"""The share of a core below which a child is found waiting."""

_AT_WORK, _AT_ONCE = 2 * (os.cpu_count() or 1) + 1, 32
"""How many children there are at the most that are not known to wait, and how many in all."""

_OF_A_CHILD = 4
"""How many descriptors a child takes in the server."""


class Ending(StrEnum):
    """How a task ended."""

    RETURNED = "returned"
    HANG = "hang"
    SPIN = "spin"
    CRASH = "crash"
    FAILED = "failed"
    """The suite's own part in it failed."""


@dataclass(frozen=True)
class Ended:
    """What became of a task."""

    ending: Ending
    value: Any
    """What the task returned; None if it did not return."""
    detail: str
    """For people: how it ended, if it did not return."""
    seconds: float = field(default=0.0, compare=False)
    """How long it took, by the clock, since it last began its time."""
    held_up: float = field(default=0.0, compare=False)
    """For how much of that the server was stopped, and the task maybe with it."""
    mark: int = field(default=0, compare=False)
    """How far it said that it was."""
    notes: list[Any] = field(default_factory=list, compare=False)
    """What it let be known on the way."""
    output: str = field(default="", compare=False)
    """What it printed."""
    errors: str = field(default="", compare=False)
    """What it printed as errors."""


@dataclass(eq=False)
class _Child:
    """A child that runs."""

    number: int
    order: Order
    shared: Shared
    pid: int
    since: float
    """When it was forked."""
    looked: float
    """When it was last looked at."""
    busy: float = 0.0
    """How long it had been busy then."""
    waits: bool = False
    began: float = 0.0
    """When its task began, or began its time anew; 0 if the import is not over."""
    busy_before: float = 0.0
    """How long it had been busy then, or a little before."""
    excused: float = 0.0
    """For how long since then the server itself was held up, and the child maybe with it."""

    def notice_beginning(self) -> None:
        """Count its time from when its task last began it, if that has happened by now."""
        if self.began != self.shared.began:
            self.began, self.busy_before, self.excused = self.shared.began, self.busy, 0.0


def serve(channel: Channel, candidate: Candidate, *, warm: bool) -> NoReturn:
    """Be the fork server of an implementation, until nobody is at the other end of the channel."""
    try:
        channel.send({"pid": os.getpid()})
        loaded = None
        if warm:
            loaded, told = _import(candidate)
            channel.send(told)
            if "found" not in told:
                os._exit(0)
        gc.collect()
        gc.freeze()  # What there is by now is no business of the children's.
        _ForkServer(channel, candidate, loaded).serve()
    except Closed:
        os._exit(UNABLE_TO_ANSWER)
    except BaseException:
        with suppress(Closed):
            channel.send({"failed": format_exc()})
        os._exit(1)


def _import(candidate: Candidate) -> tuple[Any, Message]:
    """Import the implementation; return it, and what to tell of it."""
    before = look()
    pid = os.getpid()
    with limits.for_a_while(IMPORT_SECONDS, processes.data_size()), noting_fork_hooks() as hooks:
        loaded, found = inspected(candidate, candidate.load)
    if os.getpid() != pid:  # What an import forks does not go on as the server.
        os._exit(0)
    with suppress(Exception):
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
    with suppress(OSError):
        found["printed"] = printed(1) + printed(2)
    if "error" in found:
        return None, found
    what = "the module builtins" if found["replaces_builtins"] else changed(before, look())
    if what := what or ("what a fork calls" if hooks else ""):
        return None, {"changed": what, "inspection": found}
    return loaded, {"found": found}


class _ForkServer:
    """The server at work."""

    def __init__(self, channel: Channel, candidate: Candidate, loaded: Any) -> None:
        self._channel, self._candidate, self._loaded = channel, candidate, loaded
        self._memory = processes.data_size()
        self._waiting: deque[tuple[int, Order]] = deque()
        self._children: dict[int, _Child] = {}
        """Those that run, by their pids."""
        room = (limits.room_for_descriptors() - 16) // _OF_A_CHILD
        self._at_once = max(1, min(_AT_ONCE, room))
        self._woken = processes.woken_by_children()
        self._turned = time.monotonic()
        """When the loop last came round."""

    def serve(self) -> NoReturn:
        """Do what is asked for, until nobody is there to ask.

        Raises:
            Closed: nobody is.
        """
        while True:
            asks = select.POLLIN | (select.POLLOUT if self._channel.is_behind else 0)
            poll = select.poll()
            poll.register(self._channel, asks)
            poll.register(self._woken, select.POLLIN)
            events = dict(poll.poll(_GLANCE * 1000 if self._children else None))
            self._keep_time()
            if self._woken in events:
                with suppress(BlockingIOError):
                    os.read(self._woken, 4096)
            self._channel.flush()
            if self._channel.fileno() in events:
                for message in self._channel.receive():
                    if "sign" in message:
                        self._channel.send(message)
                        continue
                    number = message.pop("number")
                    self._waiting.append((number, Order(**message)))
            self._look_after_children()
            self._start()

    def _keep_time(self) -> None:
        """Let no time count in which this process, and with it maybe all of them, was stopped."""
        held_up = time.monotonic() - self._turned - _GLANCE
        self._turned += held_up + _GLANCE
        for each in self._children.values():
            each.notice_beginning()
            if held_up > _STOPPED:
                each.excused += held_up

    def _start(self) -> None:
        """Fork for those that wait, as far as there is room."""
        while self._waiting and len(self._children) < self._at_once:
            if sum(not each.waits for each in self._children.values()) >= _AT_WORK:
                return
            number, order = self._waiting[0]
            shared = Shared()
            try:
                pid = processes.fork()
            except OSError as error:
                shared.close()
                if self._children:  # There will be room when one of them has ended.
                    return
                detail = f"no process can be started: {error.strerror}"
                self._tell(number, Ended(Ending.FAILED, None, detail))
                self._waiting.popleft()
                continue
            if pid == 0:
                child.run(order, shared, self._candidate, self._loaded, self._memory)
            self._waiting.popleft()
            now = time.monotonic()
            self._children[pid] = _Child(number, order, shared, pid, now, now)

    def _look_after_children(self) -> None:
        """End those that are over, or have to be, and tell what became of them."""
        now = time.monotonic()
        for each in list(self._children.values()):
            if processes.has_ended(each.pid):
                self._finish(each, None)
            elif now - each.looked >= _GLANCE:
                late = self._overdue(each, now)
                if late is not None and not processes.has_ended(each.pid):
                    self._finish(each, late)

    def _overdue(self, each: _Child, now: float) -> Ending | None:
        """Look how a child is doing; return in what way its time has run out, if it has."""
        busy = processes.busy_time(each.pid)
        share = (busy - each.busy) / (now - each.looked)
        each.looked, each.busy = now, busy
        each.waits = share < _IDLE
        limit = each.order.seconds if each.began else IMPORT_SECONDS
        took = now - (each.began or each.since) - each.excused
        if took <= limit:
            return None
        waited = took - (busy - each.busy_before)
        if waited > limit:
            return Ending.HANG
        if took > limit * PATIENCE:
            return Ending.HANG if waited > took / 2 else Ending.SPIN
        return None

    def _finish(self, each: _Child, late: Ending | None) -> None:
        """End a child, with all that it started, and tell what became of it."""
        status, cpu_used = processes.end(each.pid)
        del self._children[each.pid]
        processes.end_orphans(self._children)
        ended = _ended(each, late, status, cpu_used)
        each.shared.close()
        self._tell(each.number, ended)

    def _tell(self, number: int, ended: Ended) -> None:
        self._channel.send({"number": number, **vars(ended)})


def _ended(each: _Child, late: Ending | None, status: int, cpu_used: float) -> Ended:
    """Return what became of a child."""
    shared, now = each.shared, time.monotonic()
    told = shared.told()
    ending, value, detail = _became(each, told, late, status, cpu_used)
    return Ended(
        ending,
        value,
        detail,
        round(now - (shared.began or each.since), 4),
        each.excused,
        shared.mark,
        [line["note"] for line in told or () if "note" in line],
        printed(shared.output),
        printed(shared.errors),
    )


def _became(
    each: _Child, told: list[Any] | None, late: Ending | None, status: int, cpu_used: float
) -> tuple[Ending, Any, str]:
    order, is_imported = each.order, bool(each.shared.began)
    if late is None and status == 0:
        if told is None:
            return Ending.CRASH, None, "it wrote to a descriptor that it does not own"
        answer = told[-1] if told else {}
        if "failed" in answer:
            return Ending.FAILED, None, answer["failed"]
        if "value" in answer:
            return Ending.RETURNED, answer["value"], ""
        return Ending.CRASH, None, processes.how_it_ended(status)
    seconds, cpu_seconds = order.seconds, order.cpu_seconds
    if not is_imported:
        seconds = cpu_seconds = IMPORT_SECONDS
    what = "" if is_imported else "importing it, "
    if late == Ending.HANG:
        return Ending.HANG, None, f"{what}still waiting after {seconds:g} s"
    signalled = os.WTERMSIG(status) if os.WIFSIGNALED(status) else None
    used_up = signalled == signal.SIGKILL and cpu_used >= (cpu_seconds or math.inf)
    if late or used_up or signalled == signal.SIGXCPU:
        limit = cpu_seconds or seconds
        return Ending.SPIN, None, f"{what}still computing after {limit:g} s of CPU time"
    if os.waitstatus_to_exitcode(status) == UNABLE_TO_ANSWER:
        return Ending.CRASH, None, "it closed a descriptor that it does not own"
    return Ending.CRASH, None, processes.how_it_ended(status)


def printed(descriptor: int) -> str:
    """Return what was printed to a file."""
    size = os.fstat(descriptor).st_size
    text = os.pread(descriptor, size, 0) if size else b""
    return shortened(text.decode(errors="replace"), ACCOUNT)
