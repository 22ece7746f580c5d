"""A sleep that is longer than the system can wait fails in the root, and ends the run.

So it does in bluelet 0.2.0.
"""

from math import inf

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler

BREAKS: dict[str, str] = {"sleep.very-long-spares-others": "fail"}

scheduler._LONGEST_IDLE = inf
