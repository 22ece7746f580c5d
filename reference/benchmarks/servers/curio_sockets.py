"""curio with its sockets, and for lines with the streams that it makes of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import curio
from curio.network import run_server

from benchmarks.servers import common


async def echo(client: Any) -> None:
    """Send back what is received."""
    while data := await client.recv(common.BUFFER):
        await client.sendall(data)


async def lines(client: Any) -> None:
    """Send back each line."""
    stream = client.as_stream()
    async for line in stream:
        await stream.write(line)


async def flood(client: Any) -> None:
    """Send without end."""
    while True:
        await client.sendall(common.LARGE)


async def serve(handler: Callable[[Any], Awaitable[None]]) -> None:
    """Serve for ever: what `curio.tcp_server` does, which does not say its port."""

    async def handle(client: Any, address: Any) -> None:
        with suppress(ConnectionError):
            await handler(client)

    listener = curio.tcp_server_socket(common.HOST, 0, backlog=1024)
    common.announce(listener.getsockname()[1])
    await run_server(listener, handle)


if __name__ == "__main__":
    common.main(
        {
            "echo": lambda: curio.run(serve, echo),
            "lines": lambda: curio.run(serve, lines),
            "flood": lambda: curio.run(serve, flood),
        }
    )
