"""A forked child goes on with what its parent has asked the operating system to report."""

from weakref import WeakSet

from bluelet_reference import *  # noqa: F403
from bluelet_reference import polling
from bluelet_reference.polling import Poller

BREAKS: dict[str, str] = {
    "close.as-a-forked-child-ends": "fail",
    "close.in-a-forked-child": "fail",
}


class _Nobody(WeakSet[Poller]):
    def add(self, item: Poller) -> None:
        pass


polling._with_selector = _Nobody()
