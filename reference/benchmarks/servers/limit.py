"""A loop over epoll, written by hand: the limit of what a server in Python can do.

It does what has to be done and nothing else: no library, no coroutine, a dictionary to find the
socket of a descriptor. What cannot be sent at once is kept until there is room for it, and nothing
more is received from that peer meanwhile; the path on which all is sent at once pays nothing for
that.
"""

from __future__ import annotations

import select
import socket
from functools import partial
from typing import NoReturn

from benchmarks.servers import common


def serve(mode: str) -> NoReturn:
    """Serve for ever."""
    by_line, flooding = mode == "lines", mode == "flood"
    poll = select.epoll()
    connections: dict[int, socket.socket] = {}
    begun: dict[int, bytes] = {}  # Lines that have not come to their end.
    unsent: dict[int, memoryview] = {}

    def accept() -> None:
        sock, _ = listener.accept()
        sock.setblocking(False)
        fd = sock.fileno()
        connections[fd] = sock
        poll.register(fd, select.EPOLLIN)
        if flooding:
            keep(fd, memoryview(common.LARGE))

    def close(fd: int) -> None:
        connections.pop(fd).close()  # Which has epoll forget it, too.
        begun.pop(fd, None)
        unsent.pop(fd, None)

    def whole_lines(fd: int, data: bytes) -> bytes:
        data = begun.pop(fd, b"") + data
        end = data.rfind(b"\n") + 1
        if end < len(data):
            begun[fd] = data[end:]
        return data[:end]

    def keep(fd: int, data: memoryview) -> None:
        unsent[fd] = data
        poll.modify(fd, select.EPOLLOUT)

    def send_more(fd: int) -> None:
        data = unsent[fd]
        data = data[connections[fd].send(data) :]
        if not data and flooding:
            data = memoryview(common.LARGE)
        if data:
            unsent[fd] = data
        else:
            del unsent[fd]
            poll.modify(fd, select.EPOLLIN)

    listener = socket.create_server((common.HOST, 0), backlog=1024)
    listener.setblocking(False)
    accepting = listener.fileno()
    poll.register(accepting, select.EPOLLIN)
    common.announce(listener.getsockname()[1])
    while True:
        for fd, _ in poll.poll():
            if fd == accepting:
                accept()
                continue
            try:
                if fd in unsent:
                    send_more(fd)
                    continue
                sock = connections[fd]
                data = sock.recv(common.BUFFER)
                if not data:
                    close(fd)
                    continue
                if by_line:
                    data = whole_lines(fd, data)
                try:
                    sent = sock.send(data)
                except BlockingIOError:
                    sent = 0
                if sent < len(data):
                    keep(fd, memoryview(data)[sent:])
            except ConnectionError:  # The peer has gone away.
                close(fd)


if __name__ == "__main__":
    common.main({mode: partial(serve, mode) for mode in ("echo", "lines", "flood")})
