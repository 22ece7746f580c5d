"""asyncio with its streams, on its own event loop."""

import asyncio

from benchmarks.servers import streams

if __name__ == "__main__":
    streams.main(asyncio.run)
