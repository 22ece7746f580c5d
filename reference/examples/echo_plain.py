"""An echo server with plain sockets: simple to write, and it serves one connection at a time.

Whoever connects while another is connected waits until that one has gone. Try it with
echo_client.py, and compare echo_callbacks.py and echo_bluelet.py.
"""

from __future__ import annotations

from contextlib import suppress

import common


def main() -> None:
    """Serve until Ctrl-C."""
    options = common.parser(__doc__)
    common.add_address(options, 4915)
    arguments = options.parse_args()

    with suppress(KeyboardInterrupt), common.listen(arguments.host, arguments.port) as listener:
        common.announce(*listener.getsockname()[:2])
        while True:
            sock, _ = listener.accept()
            with sock, suppress(OSError):  # Peers go away.
                while data := sock.recv(1024):
                    sock.sendall(data)


if __name__ == "__main__":
    common.start(main)
