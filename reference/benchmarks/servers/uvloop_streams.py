"""asyncio's streams on the event loop of uvloop."""

import uvloop

from benchmarks.servers import streams

if __name__ == "__main__":
    streams.main(uvloop.run)
