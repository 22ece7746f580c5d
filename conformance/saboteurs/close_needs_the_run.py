"""What was waited for in a run cannot be closed after it."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import polling
from bluelet_reference.polling import Poller, Source

BREAKS: dict[str, str] = {"close.after-the-run": "fail"}

_forget = polling.Poller.forget


def _forget_at_the_system(poller: Poller, source: Source, error: Exception) -> None:
    assert poller._selector is not None
    if poller._selector.get_map() is None:
        raise RuntimeError("the selector is closed")
    _forget(poller, source, error)


polling.Poller.forget = _forget_at_the_system  # type: ignore[assignment, method-assign]
