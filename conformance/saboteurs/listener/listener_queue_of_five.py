"""A listener lets five connections wait, and the next has to try again a second later.

So it does in bluelet 0.2.0.
"""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import connecting

BREAKS: dict[str, str] = {"listener.fifty-may-wait": "fail"}

connecting._BACKLOG = 5
