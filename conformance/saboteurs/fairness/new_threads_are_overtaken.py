"""A thread that has not started yet lets pass whoever gives way: it begins a round late.

So it is where a loop works through its threads in the order of a table, and new ones come last.
"""

from inspect import GEN_CREATED, getgeneratorstate
from weakref import WeakSet

from bluelet_reference import *  # noqa: F403
from bluelet_reference import events
from bluelet_reference.scheduler import Scheduler
from bluelet_reference.thread import Coroutine, Thread

BREAKS: dict[str, str] = {"fairness.first-in-first-out": "fail"}


_overtaken: WeakSet[Coroutine] = WeakSet()


def _lets_pass(thread: Thread) -> bool:
    if not thread.stack or getgeneratorstate(thread.stack[-1]) != GEN_CREATED:
        return False
    was_overtaken = thread.stack[-1] in _overtaken
    _overtaken.add(thread.stack[-1])
    return not was_overtaken


def _perform(event: events.Null, scheduler: Scheduler, thread: Thread) -> bool:
    ready, new = scheduler.ready, []
    while ready and _lets_pass(ready[-1]):
        new.append(ready.pop())
    ready.append(thread)
    ready.extend(reversed(new))
    return False


events.Null.perform = _perform  # type: ignore[assignment, method-assign]
