"""asyncio with plain sockets, by the event loop's `sock_recv` and `sock_sendall`."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress

from benchmarks.servers import common


async def echo(sock: socket.socket) -> None:
    """Send back what is received."""
    loop = asyncio.get_running_loop()
    while data := await loop.sock_recv(sock, common.BUFFER):
        await loop.sock_sendall(sock, data)


async def flood(sock: socket.socket) -> None:
    """Send without end."""
    loop = asyncio.get_running_loop()
    while True:
        await loop.sock_sendall(sock, common.LARGE)


async def serve(handler: Callable[[socket.socket], Awaitable[None]]) -> None:
    """Serve for ever."""
    loop = asyncio.get_running_loop()
    tasks = set()  # The loop itself keeps no task alive.

    async def handle(sock: socket.socket) -> None:
        with sock, suppress(ConnectionError):
            await handler(sock)

    with socket.create_server((common.HOST, 0), backlog=1024) as listener:
        listener.setblocking(False)
        common.announce(listener.getsockname()[1])
        while True:
            sock, _ = await loop.sock_accept(listener)
            task = asyncio.create_task(handle(sock))
            tasks.add(task)
            task.add_done_callback(tasks.discard)


if __name__ == "__main__":
    common.main(
        {"echo": lambda: asyncio.run(serve(echo)), "flood": lambda: asyncio.run(serve(flood))}
    )
