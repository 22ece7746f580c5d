"""Messages between the processes of a run: JSON, a line each, over a stream socket.

To send never waits for the one that reads, so two ends that both have much to say cannot block each
other. What does not fit into the socket is kept, and goes with the next `flush`.
"""

from __future__ import annotations

import json
import select
import socket
import time
from typing import Any, TypeAlias

Message: TypeAlias = dict[str, Any]
"""What is sent: an object of JSON's."""


class Closed(Exception):
    """The other end is closed: its process has ended, or has let go of it, or sends no messages."""


class Channel:
    """One end."""

    def __init__(self, sock: socket.socket) -> None:
        sock.setblocking(False)
        self.socket = sock
        self._received = bytearray()
        self._unsent = bytearray()

    def fileno(self) -> int:
        """Return the descriptor, to wait for."""
        return self.socket.fileno()

    @property
    def is_behind(self) -> bool:
        """Whether something is still to be sent."""
        return bool(self._unsent)

    def send(self, message: Message) -> None:
        """Send a message, now or with the next `flush`.

        Raises:
            Closed: nobody will read it.
        """
        self._unsent += json.dumps(message).encode() + b"\n"
        self.flush()

    def flush(self) -> None:
        """Send as much of what is still to be sent as fits.

        Raises:
            Closed: nobody will read it.
        """
        try:
            while self._unsent:
                del self._unsent[: self.socket.send(self._unsent)]
        except BlockingIOError:
            pass
        except OSError as error:
            raise Closed from error

    def receive(self) -> list[Message]:
        """Return the messages that have come; do not wait for any.

        Raises:
            Closed: none has come, and none will.
        """
        is_over = False
        try:
            while chunk := self.socket.recv(2**18):
                self._received += chunk
            is_over = True
        except BlockingIOError:
            pass
        except OSError:
            is_over = True
        *lines, rest = self._received.split(b"\n")
        self._received = bytearray(rest)
        if is_over and not lines:
            raise Closed
        try:
            messages = [json.loads(line) for line in lines]
        except (ValueError, RecursionError) as error:  # Somebody else has written there.
            raise Closed from error
        if not all(isinstance(message, dict) for message in messages):
            raise Closed
        return messages

    def wait(self, seconds: float | None) -> list[Message]:
        """Wait for messages; return those that have come, none only if the time is over.

        Raises:
            Closed: none will.
        """
        until = None if seconds is None else time.monotonic() + seconds
        while True:
            poll = select.poll()
            poll.register(self.socket, select.POLLIN | (select.POLLOUT if self.is_behind else 0))
            left = None if until is None else max(0.0, until - time.monotonic())
            if not poll.poll(None if left is None else left * 1000):
                return []
            self.flush()
            if messages := self.receive():
                return messages

    def close(self) -> None:
        """Close this end."""
        self.socket.close()
