"""An echo server with bluelet: it reads like the one with plain sockets, and serves everybody.

But for the `yield`s, the coroutine is the loop of echo_plain.py. Where that would wait, this one
yields, and the other connections have their turns.
"""

from __future__ import annotations

from typing import Any

import common


def main() -> None:
    """Serve until Ctrl-C."""
    options = common.parser(__doc__)
    common.add_address(options, 4915)
    common.add_impl(options)
    arguments = options.parse_args()

    def echoer(conn: Any) -> common.Coroutine:
        while True:
            data = yield conn.recv(1024)
            if not data:
                break
            yield conn.sendall(data)

    common.serve(arguments.impl, arguments.host, arguments.port, echoer)


if __name__ == "__main__":
    common.start(main)
