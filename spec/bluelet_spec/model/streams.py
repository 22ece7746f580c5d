"""Connections in the model: what is on its way to each end, and what a thread may get of it.

Of the bytes that come to an end, each goes to one thread, and whoever has waited longest is served
first. How many of those that are there a `recv` takes is left open, and so is when what is sent
comes: from the time that the `send` is yielded until its thread goes on. So the bytes of one `send`
at a time may be *under way*, neither surely there nor surely not.

The programs of the model send little, so there is always room. Nothing is said where a program
sends more, and where it hangs on who was first of two that send, or that read by lines and by
bytes, at the same end.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bluelet_spec.model.state import Thread, Unspecified
from bluelet_spec.programs.language import PEERS, ReadLine, Receive, Send, SendAll
from bluelet_spec.programs.running import ERROR, NONE

_ROOM = 40
"""How many times can be sent to an end that nobody receives at; there is room for far more."""


@dataclass(eq=False, slots=True)
class End:
    """One end of a pair."""

    name: str
    come: bytes = b""
    """What has come and was not yet received."""
    times: int = 0
    """How many times something was sent to it."""
    under_way: bytes = b""
    """What may have come, or may yet come."""
    sender: Thread | None = None
    """Who sends that."""
    taken: int = 0
    """How many bytes of what it sends were received already."""
    is_closed: bool = False
    may_be_reset: bool = False
    """Whether its peer was closed with bytes in it that nobody had received."""
    killed: str = ""
    """The clause by which nothing was lost when a thread was killed that received here."""


class Streams:
    """The connections of one run."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self.ends = {name: End(name) for name in names}

    def peer(self, end: End) -> End:
        """Return the other end."""
        return self.ends[PEERS[end.name]]

    def begin_sending(self, thread: Thread, end: End, data: bytes) -> None:
        """Let bytes be under way to the peer of an end, until `arrive`."""
        there = self.peer(end)
        there.times += 1
        if there.sender is not None or there.times > _ROOM:
            raise Unspecified
        there.under_way, there.sender = data, thread

    def arrive(self, thread: Thread, outcome: str) -> None:
        """What a thread has sent has come, for it goes on."""
        for end in self.ends.values():
            if end.sender is thread:
                size = outcome.removeprefix("gets ")
                number = int(size) - end.taken if size.isdigit() else None
                end.come += end.under_way[:number]
                end.under_way, end.sender, end.taken = b"", None, 0

    def receive(self, thread: Thread, outcome: str) -> None:
        """Take what a thread has received from what is there for it."""
        assert thread.receives is not None
        end = self.ends[thread.receives.connection]
        if outcome in (ERROR, NONE, "gets b''"):
            end.may_be_reset = False
            return
        there = end.come + end.under_way
        size = next(n for n in range(1, 1 + len(there)) if outcome == _gets(there[:n]))
        more = max(size - len(end.come), 0)  # So much of what was under way has come.
        end.come, end.under_way = end.come[size:], end.under_way[more:]
        end.taken += more
        end.killed = ""
        if not end.come and not end.under_way:
            end.times = 0
        if more and end.sender is not None and end.sender.sees:
            few = {f"gets {n}" for n in range(end.taken)}
            end.sender.sees = tuple(each for each in end.sender.sees if each not in few)

    def outcomes(self, thread: Thread) -> Iterator[str]:
        """Yield what a thread that receives may get now; nothing where it has to wait."""
        assert thread.receives is not None
        end = self.ends[thread.receives.connection]
        there = end.come + end.under_way
        is_over = self.peer(end).is_closed
        if isinstance(thread.receives, Receive):
            yield from (
                _gets(there[:n]) for n in range(1, 1 + min(thread.receives.size, len(there)))
            )
            is_done = bool(there)
        else:
            line, newline, _ = there.partition(b"\n")
            if newline or (is_over and there):
                yield _gets(line + newline)
            is_done = bool(newline)
        if is_over and not is_done:
            if not there:
                yield _gets(b"")
            if end.may_be_reset:
                yield ERROR
                if not there and isinstance(thread.receives, ReadLine):
                    yield NONE  # Nothing says what a reset gives that is not within a line.

    def clause(self, thread: Thread, outcome: str = "") -> str:
        """Return the clause by which a thread that receives goes on, or does not as it did."""
        assert thread.receives is not None
        end = self.ends[thread.receives.connection]
        if end.killed:
            return end.killed
        is_over = self.peer(end).is_closed
        if ERROR in (thread.sees or ()):
            if outcome == NONE and isinstance(thread.receives, ReadLine):
                return "readline.never-none"
            return f"{thread.receives.word}.reset-raises"
        if isinstance(thread.receives, Receive):
            ends = outcome == _gets(b"") or (is_over and not end.come)
            is_short = outcome == ERROR or not outcome
            return (
                "recv.end-of-stream" if ends
                else "recv.up-to-size" if is_short
                else "recv.whole-and-in-order"
            )  # fmt: skip
        if outcome == _gets(b"") or (is_over and not end.come):
            return "readline.end-of-stream"
        if is_over and b"\n" not in end.come:
            return "readline.end-of-stream-within-a-line"
        is_short = outcome == ERROR or not outcome
        return "readline.up-to-newline" if is_short else "readline.mixed-with-recv"

    def line(self, name: str, threads: list[Thread]) -> list[Thread]:
        """Return who receives at an end and has not gone on, who has waited longest first."""
        waiting = (each for each in threads if each.receives and each.receives.connection == name)
        return sorted(waiting, key=lambda each: each.turn)


def given_by(statement: Send | SendAll) -> tuple[str, ...]:
    """Return what it may give to send, where there is room."""
    if isinstance(statement, SendAll):
        return (NONE,)
    return tuple(f"gets {size}" for size in range(1, 1 + len(statement.data)))


def _gets(data: bytes) -> str:
    return f"gets {data!r}"
