"""What a thread was sending when it was killed is sent all the same."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import polling

BREAKS: dict[str, str] = {"sendall.killed-sender-sends-no-more": "fail"}

_cancel = polling.Watch.cancel


def _finish_first(watch: polling.Watch) -> None:
    if watch.thread.wait is not watch or watch._what != "to send":
        _cancel(watch)


polling.Watch.cancel = _finish_first  # type: ignore[assignment, method-assign]
