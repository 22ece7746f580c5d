"""trio with its streams, which know no lines."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial

import trio

from benchmarks.servers import common


async def echo(stream: trio.SocketStream) -> None:
    """Send back what is received."""
    async for data in stream:
        await stream.send_all(data)


async def flood(stream: trio.SocketStream) -> None:
    """Send without end."""
    while True:
        await stream.send_all(common.LARGE)


async def serve(handler: Callable[[trio.SocketStream], Awaitable[None]]) -> None:
    """Serve for ever."""

    async def handle(stream: trio.SocketStream) -> None:
        with suppress(trio.BrokenResourceError):  # The peer has gone away.
            await handler(stream)

    async with trio.open_nursery() as nursery:
        listeners = await nursery.start(partial(trio.serve_tcp, handle, 0, host=common.HOST))
        common.announce(listeners[0].socket.getsockname()[1])


if __name__ == "__main__":
    common.main({"echo": lambda: trio.run(serve, echo), "flood": lambda: trio.run(serve, flood)})
