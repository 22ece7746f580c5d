"""Whatever fails in the operating system is taken for a peer's disconnect, and is nobody's affair.

So it is in bluelet 0.2.0, for what fails at a `yield`.
"""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import scheduler

BREAKS: dict[str, str] = {"send.other-failures-are-not-lost": "fail"}

scheduler.DISCONNECTS = (OSError,)  # type: ignore[assignment, attr-defined]
