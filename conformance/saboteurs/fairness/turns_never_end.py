"""A thread keeps its turn for as long as it yields events that complete at once."""

import sys

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler

BREAKS: dict[str, str] = {
    "fairness.calls-starve-no-thread": "fail",
    "fairness.calls-starve-no-sleeper": "fail",
    "fairness.spawns-starve-no-thread": "fail",
    "fairness.joins-starve-no-sleeper": "fail",
    "fairness.joins-starve-no-thread": "fail",
    "fairness.kills-starve-no-sleeper": "fail",
    "fairness.kills-starve-no-thread": "fail",
    "recv.always-ready-starves-nobody": "fail",
    "readline.lines-starve-nobody": "fail",
    "send.starves-nobody": "fail",
    "arguments.mistakes-starve-nobody": "fail",
}

scheduler.TURN = sys.maxsize
