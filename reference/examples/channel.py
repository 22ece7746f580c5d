"""A channel between two processes, with events of a program's own: subclasses of WaitableEvent.

A parent sends numbers to its child, which sends back their squares. Each runs a bluelet of its
own, and while a thread waits for the other process, the threads beside it go on.
"""

from __future__ import annotations

import multiprocessing
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

import common


class Channel:
    """One end of a pipe between processes, for messages that are small and not None."""

    def __init__(self, bluelet: Any, pipe: Connection) -> None:
        class Get(bluelet.WaitableEvent):  # type: ignore[misc]  # Which one is chosen at run time.
            def waitables(self) -> Any:
                return (pipe,), (), ()

            def fire(self) -> Any:
                try:
                    return pipe.recv()
                except (EOFError, ConnectionError):
                    return None

        class Put(bluelet.WaitableEvent):  # type: ignore[misc]
            def __init__(self, message: object) -> None:
                self.message = message

            def waitables(self) -> Any:
                return (), (pipe,), ()

            def fire(self) -> None:
                with suppress(ConnectionError):  # Nobody is there any longer.
                    pipe.send(self.message)

        self.get = Get
        """The event that waits for a message; None if no more will come."""
        self.put = Put
        """The event that sends a message."""
        self.close = pipe.close
        """Say that no more will come."""


def work(impl: str, pipe: Connection, parents_end: Connection) -> None:
    """Be the child: square whatever comes."""
    common.leave_interrupts_to_the_parent()
    parents_end.close()  # Or else the end of the channel would not be seen.
    bluelet = common.implementation(impl)
    channel = Channel(bluelet, pipe)

    def root() -> common.Coroutine:
        while True:
            number = yield channel.get()
            if number is None:
                break
            yield bluelet.sleep(0.05)  # It thinks.
            yield channel.put(number**2)

    bluelet.run(root())


def main() -> int:
    """Be the parent: send numbers, print squares, and count meanwhile."""
    options = common.parser(__doc__)
    options.add_argument(
        "--numbers", type=int, default=5, metavar="N", help="how many (default: %(default)s)"
    )
    common.add_impl(options)
    arguments = options.parse_args()
    if arguments.numbers < 1:
        options.error("argument --numbers: must be at least 1")
    bluelet = arguments.impl

    ours, theirs = multiprocessing.Pipe()
    child = multiprocessing.Process(target=work, args=(bluelet.__name__, theirs, ours), daemon=True)
    child.start()
    theirs.close()
    channel = Channel(bluelet, ours)
    is_over = False
    ticks = 0

    def ticker() -> common.Coroutine:
        nonlocal ticks
        while not is_over:
            yield bluelet.sleep(0.01)
            ticks += 1

    def root() -> common.Coroutine:
        nonlocal is_over
        yield bluelet.spawn(ticker())
        for number in range(1, arguments.numbers + 1):
            yield channel.put(number)
            square = yield channel.get()
            if square is None:
                break
            print(f"the square of {number} is {square}, says the other process", flush=True)
        is_over = True

    try:
        bluelet.run(root())
    finally:
        channel.close()
        child.join()
    print(f"meanwhile, another thread of this process ticked {ticks} times")
    return 0


if __name__ == "__main__":
    common.start(main)
