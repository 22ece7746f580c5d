"""The way from pytest's process to the fork servers, and what became of tasks back.

Pytest's process runs no port's code: it asks, and hears. It watches over the import, as the server
cannot, and over a server that is silent. A fork server is warm as long as that works; where the
import has changed too much of its process for that, or the process dies, another takes its place,
in which every child imports the implementation by itself.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from bluelet_conformance.judging import processes
from bluelet_conformance.judging.channel import Channel, Closed, Message
from bluelet_conformance.judging.child import (
    IMPORT_SECONDS,
    UNABLE_TO_ANSWER,
    Order,
    name_of,
)
from bluelet_conformance.judging.forkserver import PATIENCE, Ended, Ending
from bluelet_conformance.judging.inspecting import inspect
from bluelet_conformance.judging.registry import Candidate

_MAIN = "from bluelet_conformance.judging.guardian import main; main(int(sys.argv[1]))"

_GLANCE = 0.1
"""Seconds between two looks at how an import is doing."""

_SOON = 1.0
"""Seconds within which a process has ended that has closed its end of a channel."""

_SILENCE = 15
"""Seconds after which a fork server that is waited for is asked for a sign of life."""

_FAREWELL = 30
"""Seconds that the guardian is given to end all that descends from it."""


class SuiteFailure(Exception):
    """The suite itself failed, which says nothing of the port; the message says how."""


class Servers:
    """All fork servers of a session, and the guardian that they descend from."""

    def __init__(self) -> None:
        self._guardian: _Guardian | None = None
        self._servers: dict[Candidate, Server] = {}

    def of(self, candidate: Candidate) -> Server:
        """Return the fork server of an implementation.

        Raises:
            SuiteFailure: no process can be started.
        """
        if self._guardian is None:
            self._guardian = _Guardian()
        if candidate not in self._servers:
            self._servers[candidate] = Server(self._guardian, candidate)
        return self._servers[candidate]

    def open(self) -> list[Candidate]:
        """Return the implementations whose fork servers have not been let go."""
        return list(self._servers)

    def leave(self, candidate: Candidate) -> None:
        """Let the fork server of an implementation end, if there is one."""
        if server := self._servers.pop(candidate, None):
            server.close()

    def close(self) -> None:
        """End all of them, with all that they started."""
        for server in self._servers.values():
            server.close()
        self._servers.clear()
        if self._guardian:
            self._guardian.close()
            self._guardian = None


class Server:
    """The fork server of one implementation, as it is seen from pytest's process."""

    def __init__(self, guardian: _Guardian, candidate: Candidate) -> None:
        self._guardian, self.candidate = guardian, candidate
        self._orders: dict[int, Order] = {}
        """The tasks that are not over."""
        self._over: dict[int, Ended] = {}
        """The tasks that are over, and have not been asked for."""
        self._numbers = 0
        self._inspection: Ended | None = None
        self._is_warm = True
        self._lost: SuiteFailure | None = None
        """Why there is no server any more."""
        self._is_careful = False
        """Whether tasks are given to it one at a time, as one of them has ended it."""
        self._open()

    @property
    def is_busy(self) -> bool:
        """Whether some task is not over."""
        return bool(self._orders)

    def _open(self) -> None:
        self._sent: set[int] = set()
        self._is_to_give_a_sign = False
        self._number, self._channel = self._guardian.start(self.candidate, warm=self._is_warm)
        self.pid = 0
        self._failure = ""

    def inspect(self) -> Ended:
        """Return what was found of the implementation, once it is imported.

        Raises:
            SuiteFailure: the process could not even try.
        """
        if self._inspection is None:
            self._inspection = self._import()
        return self._inspection

    def _import(self) -> Ended:
        """Wait for the import, and see to its limits; where need be, have it done in children."""
        began = looked = time.monotonic()
        while True:
            try:
                messages = self._channel.wait(_GLANCE)
            except Closed:
                status = self._status()
                if status in (None, UNABLE_TO_ANSWER << 8):
                    return self._import_in_children()
                if self._failure:
                    raise SuiteFailure(self._failure) from None
                return _how_it_ended(status)
            for message in messages:
                self._take_note_of(message)
                if "found" in message:
                    return Ended(Ending.RETURNED, message["found"], "")
                if "error" in message:
                    return Ended(Ending.RETURNED, message, "")
                if "changed" in message:
                    self._become_cold()
                    return Ended(Ending.RETURNED, message["inspection"], "")
            now = time.monotonic()
            began += max(0.0, now - looked - 2 * _GLANCE)  # As this process was stopped.
            looked = now
            if self.pid and (late := _import_is_late(self.pid, time.monotonic() - began)):
                self._guardian.end(self._number)
                return late
            began = began if self.pid else time.monotonic()

    def _status(self) -> int | None:
        """Return the status of a server that is not heard of; None if it had to be ended."""
        status = self._guardian.status_of(self._number, _SOON)
        if status is None:
            self._guardian.end(self._number)
        return status

    def _take_note_of(self, message: Message) -> None:
        self.pid = message.get("pid", self.pid)
        self._failure = message.get("failed", self._failure)

    def _become_cold(self) -> None:
        self._channel.close()
        self._is_warm = False
        self._open()

    def _import_in_children(self) -> Ended:
        self._become_cold()
        number = self.submit(inspect, seconds=IMPORT_SECONDS, cpu_seconds=IMPORT_SECONDS)
        return self.result(number)

    def submit(
        self,
        task: Callable[..., Any],
        *,
        seconds: float,
        cpu_seconds: int | None,
        **arguments: Any,
    ) -> int:
        """Have a task done in a process of its own; return the number by which to ask for it.

        The task is a function at the top of a module. It gets a `Port` and the arguments, and
        returns what JSON can hold. `seconds` limits its time on the clock, `cpu_seconds` its CPU
        time, unless that is None: to a system that keeps count of it, many short alarms may cost as
        much as the task itself.
        """
        self._numbers += 1
        self._order(self._numbers, Order(name_of(task), arguments, seconds, cpu_seconds))
        return self._numbers

    def _order(self, number: int, order: Order) -> None:
        self._orders[number] = order
        self._send_orders()

    def _send_orders(self) -> None:
        """Tell the fork server of the tasks that it does not know of yet; or of one, with care."""
        for number, order in self._orders.items():
            if self._is_careful and self._sent & self._orders.keys():
                return
            if number not in self._sent:
                self._sent.add(number)
                self._send({"number": number, **order.as_json()})

    def _send(self, message: Message) -> None:
        with suppress(Closed):  # It is noticed where an answer is waited for.
            self._channel.send(message)

    def do(self, task: Callable[..., Any], **options: Any) -> Ended:
        """Have a task done, and wait until it is over."""
        return self.result(self.submit(task, **options))

    def result(self, number: int) -> Ended:
        """Wait until a task is over, and return what became of it.

        Raises:
            SuiteFailure: the suite's own part in it failed.
        """
        while number not in self._over:
            self.look(None)
        ended = self._over.pop(number)
        if ended.ending == Ending.FAILED:
            raise SuiteFailure(ended.detail)
        return ended

    def look(self, seconds: float | None = 0) -> set[int]:
        """Wait for so long that some task is over; return the numbers of those that are.

        Raises:
            SuiteFailure: the fork server failed.
        """
        if self._lost is not None:
            raise self._lost
        try:
            messages = self._channel.wait(_SILENCE if seconds is None else seconds)
            if seconds is None and not messages:
                self._ask_for_a_sign()
            for message in messages:
                self._is_to_give_a_sign = False
                if number := message.pop("number", 0):
                    del self._orders[number]
                    ending = Ending(message.pop("ending"))
                    self._over[number] = Ended(ending, **message)
                self._take_note_of(message)
        except Closed:
            self._replace()
        self._send_orders()
        return set(self._over)

    def _ask_for_a_sign(self) -> None:
        """Ask a fork server that is silent for a sign of life, and end one that gives none."""
        if self._is_to_give_a_sign:
            self._guardian.end(self._number)
        self._is_to_give_a_sign = True
        self._send({"sign": "of life"})

    def _replace(self) -> None:
        """Have another fork server take the place of one that is gone, for what is not over.

        A cold one has done nothing that could end it. So some task did, and which one is seen when
        each is given to it alone.
        """
        status = self._status()
        if self._failure and not self._is_warm:
            self._lost = SuiteFailure(self._failure)
            raise self._lost
        if self._is_careful and self._orders:
            how = "" if status is None else f": {processes.how_it_ended(status)}"
            number = next(iter(self._orders))
            del self._orders[number]
            detail = f"it ended a process that is not its own{how}"
            self._over[number] = Ended(Ending.CRASH, None, detail)
        self._is_careful = not self._is_warm
        self._become_cold()
        self._send_orders()

    def close(self) -> None:
        """Let the fork server end."""
        self._channel.close()


class _Guardian:
    """The guardian, as it is seen from pytest's process."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        self._channel = Channel(ours)
        self._statuses: dict[int, int] = {}
        self._numbers = 0
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115, it is closed in `close`
        # What a path that pytest's process has is found by, this process finds as well.
        code = f"import sys; sys.path[:] = {sys.path!r}; {_MAIN}"
        flags: list[str] = subprocess._args_from_interpreter_flags()  # type: ignore[attr-defined]
        environment = {key: os.environ[key] for key in os.environ if key != "PYTEST_CURRENT_TEST"}
        with theirs:
            try:
                self._process = subprocess.Popen(
                    [sys.executable, *flags, "-c", code, str(theirs.fileno())],
                    pass_fds=[theirs.fileno()],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=self._errors,
                    env=environment,
                )
            except OSError as error:
                self._channel.close()
                self._errors.close()
                why = f"no process can be started: {error.strerror}"
                raise SuiteFailure(why) from None

    def start(self, candidate: Candidate, *, warm: bool) -> tuple[int, Channel]:
        """Start a fork server; return its number, and the way to it.

        Raises:
            SuiteFailure: the guardian is gone.
        """
        while self._listen(0):  # What it tells needs room: else it waits until it is heard.
            pass
        self._numbers += 1
        message = {"start": self._numbers, "candidate": asdict(candidate), "warm": warm}
        ours, theirs = socket.socketpair()
        with theirs:
            text = json.dumps(message).encode() + b"\n"
            try:
                sent = socket.send_fds(self._channel.socket, [text], [theirs.fileno()])
                self._channel.socket.sendall(text[sent:])
            except OSError:
                ours.close()
                raise self._is_gone() from None
        return self._numbers, Channel(ours)

    def end(self, number: int) -> None:
        """End a fork server that does not end by itself, and wait until it has."""
        with suppress(Closed):
            self._channel.send({"end": number})
        self.status_of(number)

    def status_of(self, number: int, seconds: float | None = None) -> int | None:
        """Wait until a fork server has ended; return its status, as of `os.waitpid`.

        It is None if that is not so after so many seconds.

        Raises:
            SuiteFailure: the guardian is gone.
        """
        while number not in self._statuses:
            if not self._listen(seconds):
                return None
        return self._statuses[number]

    def _listen(self, seconds: float | None) -> bool:
        """Wait so long for word of fork servers that have ended; return whether any has come."""
        try:
            messages = self._channel.wait(seconds)
        except Closed:
            raise self._is_gone() from None
        self._statuses.update({each["ended"]: each["status"] for each in messages})
        return bool(messages)

    def _is_gone(self) -> SuiteFailure:
        self._process.wait()
        self._errors.seek(0)
        said = self._errors.read().decode(errors="replace").strip()
        return SuiteFailure(said or "the process that the others descend from is gone")

    def close(self) -> None:
        """End all that descends from it, and itself."""
        self._channel.close()
        try:
            self._process.wait(_FAREWELL)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._errors.close()


_SPINS = Ended(Ending.SPIN, None, f"still computing after {IMPORT_SECONDS} s of CPU time")
"""How an import is told that has used up its CPU time."""


def _import_is_late(pid: int, took: float) -> Ended | None:
    """Return how an import is told that has had its time."""
    cpu = processes.cpu_time(pid)
    if cpu >= IMPORT_SECONDS + 1:  # It outlives the signal that the system sends it.
        return _SPINS
    waited = took - processes.busy_time(pid)
    if waited > IMPORT_SECONDS or (took > IMPORT_SECONDS * PATIENCE and waited > took / 2):
        return Ended(Ending.HANG, None, f"still waiting after {IMPORT_SECONDS} s")
    if took > IMPORT_SECONDS * PATIENCE:
        return _SPINS
    return None


def _how_it_ended(status: int) -> Ended:
    """Return how an import is told that ended its process."""
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU:
        return _SPINS
    return Ended(Ending.CRASH, None, processes.how_it_ended(status))
