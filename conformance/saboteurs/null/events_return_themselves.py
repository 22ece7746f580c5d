"""What an event's `yield` returns is the event."""

from bluelet_reference import *  # noqa: F403
from bluelet_reference import events
from bluelet_reference.scheduler import Scheduler
from bluelet_reference.thread import Thread

BREAKS: dict[str, str] = {
    "null.returns-none": "fail",
    "sleep.returns-none": "fail",
    "join.returns-none": "fail",
    "kill.returns-none": "fail",
}


def _return_itself(kind: type[events.Event]) -> None:
    perform = kind.perform

    def perform_and_return(self: events.Event, scheduler: Scheduler, thread: Thread) -> bool:
        goes_on = perform(self, scheduler, thread)
        thread.value, thread.again = self, None
        return goes_on

    kind.perform = perform_and_return  # type: ignore[method-assign]


for _kind in (events.Null, events.Sleep, events.Join, events.Kill):
    _return_itself(_kind)
