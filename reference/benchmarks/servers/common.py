"""What every server of the socket benchmarks does beside serving.

A server is a program, `python -m benchmarks.servers.NAME MODE`, where the mode says what it does
with a connection: `echo` sends back what it receives, `lines` sends back each line, and `flood`
sends one large piece of data after the other until the peer has gone. It listens on a free port of
127.0.0.1, prints that on a line by itself, and ends when its standard input does. It stays on the
last core that it may use; the load is on the first.

Each is written in the way that its library's documentation shows, and closes a connection whose
peer has ended it.
"""

from __future__ import annotations

import argparse
import os
import resource
import socket
import threading
from collections.abc import Callable, Mapping

from benchmarks.cases import pin

HOST = "127.0.0.1"

BUFFER = 65_536
"""Bytes that are received at once, where a program says how many."""

LARGE = b"\n" * 2**26
"""What is sent at once in the mode `flood`: 64 MB."""


def main(modes: Mapping[str, Callable[[], object]]) -> None:
    """Run the function of the mode that the command line names, until standard input ends."""
    parser = argparse.ArgumentParser(description="A server of the socket benchmarks.")
    parser.add_argument("mode", choices=modes, help="what it does with a connection")
    mode = parser.parse_args().mode
    pin(-1)
    _raise_limit()
    threading.Thread(target=_end_with_input, daemon=True).start()
    modes[mode]()


def announce(port: int) -> None:
    """Tell whoever started this server that it listens."""
    print(port, flush=True)


def free_port() -> int:
    """Return a port that nobody listens on, for a library that does not say which one it found."""
    with socket.socket() as sock:
        sock.bind((HOST, 0))
        port: int = sock.getsockname()[1]
        return port


def _raise_limit() -> None:
    """Have as many descriptors as the system allows: most begin with a thousand."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _end_with_input() -> None:
    """Wait beside the server, in a thread that costs it nothing, and end the process.

    No library has to be asked to stop, which each would do in its own way and time.
    """
    while os.read(0, 4096):
        pass
    os._exit(0)
