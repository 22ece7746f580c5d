"""What a `WaitableEvent` leaves behind once nobody waits with it any longer: nothing."""

from __future__ import annotations

import gc
import os
import socket
import sys
import tempfile
import weakref
from collections.abc import Generator
from typing import Any

import bluelet_reference as bluelet
import pytest

Coroutine = Generator[Any, Any, Any]


class Wait(bluelet.WaitableEvent):
    """Waits for something in one of three ways, and does nothing then."""

    def __init__(self, *waitables: Any) -> None:
        self.ways = waitables

    def waitables(self) -> Any:
        return self.ways


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells urgent data from others")
def test_to_wait_for_urgent_data_takes_no_descriptor() -> None:
    numbers: list[int] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        peer = socket.create_connection(listening.getsockname())
        sock, _ = listening.accept()

    def waiter() -> Coroutine:
        yield Wait((), (), (sock,))

    def descriptors() -> int:
        return len(os.listdir("/proc/self/fd"))

    def root() -> Coroutine:
        yield Wait((), (sock,), ())  # The poller has its own descriptor from now on.
        numbers.append(descriptors())
        thread = waiter()
        yield bluelet.spawn(thread)
        yield bluelet.sleep(0)
        numbers.append(descriptors())
        yield bluelet.kill(thread)
        peer.send(b"!", socket.MSG_OOB)
        yield Wait((), (), (sock,))
        numbers.append(descriptors())

    bluelet.run(root())
    sock.close()
    peer.close()

    assert numbers == [numbers[0]] * 3


def test_a_file_waited_for_is_not_kept_open() -> None:
    kept: list[bool] = []

    def root() -> Coroutine:
        reader, writer = os.pipe()
        os.close(reader)
        for descriptor in (writer, os.open(os.devnull, os.O_WRONLY), os.dup(regular.fileno())):
            file = os.fdopen(descriptor, "wb", 0)
            reference = weakref.ref(file)
            yield Wait((), (file,), ())
            file.close()
            del file
            yield bluelet.null()
            gc.collect()
            kept.append(reference() is not None)

    with tempfile.TemporaryFile() as regular:
        bluelet.run(root())

    assert kept == [False, False, False]


def test_what_fire_raises_on_a_regular_file_has_no_error_of_the_system_behind_it() -> None:
    caught: list[BaseException] = []

    class Failing(Wait):
        def fire(self) -> None:
            raise LookupError

    def root() -> Coroutine:
        with tempfile.TemporaryFile() as file:
            try:
                yield Failing((file,), (), ())
            except LookupError as error:
                caught.append(error)

    bluelet.run(root())

    [error] = caught
    assert not isinstance(error.__context__, OSError)
