"""The cases of threads alone: turns, calls, births and deaths, sleeps, and `run` itself.

All threads of a case do the same, so that its cost is that of one operation; what has to be there
before, such as threads that are asleep already, is set up before the time begins.

*switch*: in one lap of the thread that counts, each thread gets one turn, as every peer here gives
turns in rounds. *call* and *deep-switch* are two sides of one thing: in a chain of `await`s the
interpreter itself goes down to the innermost coroutine. A call that never waits costs next to
nothing there, since no scheduler sees it, and one that does wait costs the more the deeper it is,
since each turn goes through the whole chain. *kill* lets the thread begin to wait before it is
killed, since who has not begun yet is only forgotten. *timers*: ten threads sleep for a
microsecond, again and again, so that the loop is always busy, amid others that sleep for an hour.
So there are always as many timers as the size says, and a wake takes out of them the earliest and
puts in the one that will be the earliest: what costs most in a heap.
"""

from __future__ import annotations

from functools import partial

from benchmarks.cases import WITHOUT_SOCKETS, Case
from benchmarks.peers import measure

_SCHEDULERS = tuple(peer for peer in WITHOUT_SOCKETS if peer != "limit")
_WITH_RUN = tuple(peer for peer in _SCHEDULERS if peer != "gevent")
"""gevent's loop is made when first something waits, and is there until the process ends."""


def _case(
    name: str,
    title: str,
    sizes: tuple[int, ...] = (1,),
    size_is: str = "threads",
    peers: tuple[str, ...] = WITHOUT_SOCKETS,
) -> Case:
    return Case(name, title, "/s", sizes, size_is, peers, partial(measure, name))


CASES: tuple[Case, ...] = (
    _case("switch", "a thread gives the others a turn", (1, 10, 100, 1_000, 10_000)),
    _case(
        "call",
        "a coroutine is called and returns, without waiting",
        (1, 10, 100, 1_000, 10_000),
        "callers that wait",
    ),
    _case(
        "deep-switch",
        "a thread gives way, deep in calls",
        (1, 10, 100, 1_000, 10_000),
        "callers that wait",
        _SCHEDULERS,
    ),
    _case("spawn", "a thread is spawned and joined", peers=_SCHEDULERS),
    _case("kill", "a thread is spawned, begins to sleep, and is killed", peers=_SCHEDULERS),
    _case(
        "timers",
        "one of ten threads wakes, and sleeps again for a moment",
        (10, 100, 1_000, 10_000, 100_000),
        "sleepers",
    ),
    _case("start", "a program is run that does nothing", size_is="programs", peers=_WITH_RUN),
)
