"""The servers for asyncio's streams, whichever event loop runs them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any

from benchmarks.servers import common

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Send back what is received."""
    while data := await reader.read(common.BUFFER):
        writer.write(data)
        await writer.drain()
    writer.close()


async def lines(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Send back each line."""
    while line := await reader.readline():
        writer.write(line)
        await writer.drain()
    writer.close()


async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Send without end."""
    while True:
        writer.write(common.LARGE)
        await writer.drain()


async def serve(handler: Handler) -> None:
    """Serve for ever."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            await handler(reader, writer)

    server = await asyncio.start_server(handle, common.HOST, 0)
    common.announce(server.sockets[0].getsockname()[1])
    async with server:
        await server.serve_forever()


def main(run: Callable[[Coroutine[Any, Any, None]], object]) -> None:
    """Run the server that the command line asks for, with `run`."""
    common.main(
        {
            "echo": lambda: run(serve(echo)),
            "lines": lambda: run(serve(lines)),
            "flood": lambda: run(serve(flood)),
        }
    )
