"""The queue of ready threads has a limit, beyond which it forgets the oldest."""

from collections import deque
from functools import partial

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler

BREAKS: dict[str, str] = {"spawn.many-children": "fail"}

scheduler.deque = partial(deque, maxlen=32)  # type: ignore[assignment, attr-defined]
