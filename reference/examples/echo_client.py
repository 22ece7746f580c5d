"""Find out whether an echo server serves one connection at a time, or all at once.

Several connections are opened, and each sends a line. Who is answered while the others stay
connected? If some are not, the answered ones leave, and who is answered next? To be tried with
echo_plain.py, echo_callbacks.py and echo_bluelet.py.
"""

from __future__ import annotations

import select
import socket
import sys
import time
from collections.abc import Iterable

import common


def main() -> int:
    """Ask, and print what is seen."""
    options = common.parser(__doc__)
    common.add_address(options, 4915)
    options.add_argument(
        "--connections", type=int, default=3, metavar="N", help="how many (default: %(default)s)"
    )
    options.add_argument(
        "--patience",
        type=float,
        default=0.5,
        metavar="SECONDS",
        help="how long to wait for one more answer (default: %(default)s)",
    )
    arguments = options.parse_args()
    if not 2 <= arguments.connections <= 500:
        options.error("argument --connections: must be from 2, to see a difference, to 500")
    if not 0 < arguments.patience < 3600:
        options.error("argument --patience: must be more than 0 and less than an hour")

    waiting: dict[socket.socket, int] = {}
    try:
        for number in range(1, arguments.connections + 1):
            sock = socket.create_connection((arguments.host, arguments.port), 10)
            waiting[sock] = number
            sock.sendall(line(number))
    except (OSError, UnicodeError) as error:  # Some texts can be no name of a host.
        sys.exit(f"cannot talk to {arguments.host}:{arguments.port}: {error}")
    print(f"{len(waiting)} connections are open, and each has sent a line.", flush=True)

    rounds = 0
    while waiting:
        rounds += 1
        answered = listen_to(waiting, arguments.patience)
        print(f"answered: {names(answered.values())}", end="")
        rest = [number for number in waiting.values() if number not in answered.values()]
        print(f"; waiting for {arguments.patience:g} s: {names(rest)}" if rest else "", flush=True)
        if not answered:
            print("The server does not answer.")
            return 1
        for sock in answered:
            del waiting[sock]
            sock.close()
        if waiting:
            print(f"{names(answered.values())} left.", flush=True)
    if rounds == 1:
        print("The server serves all at once.")
    else:
        print("The server leaves some waiting while others are connected.")
    return 0


def line(number: int) -> bytes:
    """Return what a connection sends, and expects back."""
    return f"this is connection {number}\n".encode()


def listen_to(waiting: dict[socket.socket, int], patience: float) -> dict[socket.socket, int]:
    """Return those that are answered, until no more are for as long as `patience`."""
    unheard = {sock: line(number) for sock, number in waiting.items()}
    deadline = time.monotonic() + patience
    while (left := deadline - time.monotonic()) > 0 and unheard:
        for sock in select.select(list(unheard), [], [], left)[0]:
            data = sock.recv(len(unheard[sock]))
            if not data or not unheard[sock].startswith(data):
                sys.exit(f"connection {waiting[sock]} was answered with {data!r}")
            unheard[sock] = unheard[sock][len(data) :]
            if not unheard[sock]:
                del unheard[sock]
                deadline = time.monotonic() + patience
    return {sock: number for sock, number in waiting.items() if sock not in unheard}


def names(numbers: Iterable[int]) -> str:
    """Return the numbers, to be read, or "none"."""
    return ", ".join(map(str, numbers)) or "none"


if __name__ == "__main__":
    common.start(main)
