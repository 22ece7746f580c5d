"""The same HTTP requests four ways: one by one, in threads, in processes, and with bluelet.

They go to a server on this machine, which the program starts in another process and which takes
its time over each answer. So what is compared is how well the waiting is shared.
"""

from __future__ import annotations

import http.client
import multiprocessing
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from multiprocessing.connection import Connection
from typing import Any

import common

HOST = "127.0.0.1"


def page(number: int) -> bytes:
    """Return what the server has at `/number`."""
    return f"This is page {number}.\n".encode() * 100


def serve(impl: str, latency: float, report: Connection) -> None:
    """Answer each request after `latency` seconds, for ever; send the port to `report`."""
    common.leave_interrupts_to_the_parent()
    bluelet = common.implementation(impl)

    def handler(conn: Any) -> common.Coroutine:
        with suppress(OSError):
            request = line = yield conn.readline(b"\r\n")
            while line.strip():
                line = yield conn.readline(b"\r\n")
            yield bluelet.sleep(latency)
            body = page(int(request.split()[1][1:]))
            head = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body)
            yield conn.sendall(head + body)
        conn.close()

    def root() -> common.Coroutine:
        listener = bluelet.Listener(HOST, 0)
        listener.sock.listen(1024)  # All the requests may come at once.
        report.send(listener.sock.getsockname()[1])
        while True:
            conn = yield listener.accept()
            yield bluelet.spawn(handler(conn))

    bluelet.run(root())


def fetch(port: int, number: int) -> bytes:
    """Return a page, waiting for it as long as it takes."""
    connection = http.client.HTTPConnection(HOST, port)
    try:
        connection.request("GET", f"/{number}")
        return connection.getresponse().read()
    finally:
        connection.close()


def run_sequential(port: int, numbers: range) -> list[bytes]:
    """Fetch one page, then the next."""
    return [fetch(port, number) for number in numbers]


def run_threading(port: int, numbers: range) -> list[bytes]:
    """Fetch each page in a thread of the operating system."""
    with ThreadPoolExecutor(len(numbers)) as threads:
        return list(threads.map(partial(fetch, port), numbers))


def run_multiprocessing(port: int, numbers: range) -> list[bytes]:
    """Fetch each page in a process."""
    quiet = common.leave_interrupts_to_the_parent
    with multiprocessing.Pool(len(numbers), quiet) as processes:
        return processes.map(partial(fetch, port), numbers, chunksize=1)


def run_bluelet(bluelet: Any, port: int, numbers: range) -> list[bytes]:
    """Fetch each page in a coroutine."""
    pages: dict[int, bytes] = {}

    def fetcher(number: int) -> common.Coroutine:
        conn = yield bluelet.connect(HOST, port)
        yield conn.sendall(b"GET /%d HTTP/1.1\r\nHost: %s\r\n\r\n" % (number, HOST.encode()))
        size = 0
        line = yield conn.readline(b"\r\n")
        while line.strip():
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                size = int(value)
            line = yield conn.readline(b"\r\n")
        body = b""
        while len(body) < size:
            data = yield conn.recv(size - len(body))
            if not data:
                break
            body += data
        conn.close()
        pages[number] = body

    def root() -> common.Coroutine:
        for number in numbers:
            yield bluelet.spawn(fetcher(number))

    bluelet.run(root())
    return [pages.get(number, b"") for number in numbers]


def main() -> None:
    """Fetch all pages four times, and print how long it took each time."""
    options = common.parser(__doc__)
    options.add_argument(
        "--requests", type=int, default=20, metavar="N", help="how many (default: %(default)s)"
    )
    options.add_argument(
        "--latency",
        type=float,
        default=0.1,
        metavar="SECONDS",
        help="how long the server takes over each (default: %(default)s)",
    )
    common.add_impl(options)
    arguments = options.parse_args()
    if not 1 <= arguments.requests <= 500:
        options.error("argument --requests: must be from 1 to 500")
    if not 0 <= arguments.latency <= 3600:
        options.error("argument --latency: must be from 0 to 3600")
    bluelet, numbers = arguments.impl, range(arguments.requests)

    receiver, sender = multiprocessing.Pipe(duplex=False)
    server = multiprocessing.Process(
        target=serve, args=(bluelet.__name__, arguments.latency, sender), daemon=True
    )
    server.start()
    sender.close()
    try:
        port = receiver.recv()
        print(f"{len(numbers)} requests, each answered after {arguments.latency:g} s", flush=True)
        ways: dict[str, Callable[[int, range], list[bytes]]] = {
            "sequential": run_sequential,
            "threading": run_threading,
            "multiprocessing": run_multiprocessing,
            "bluelet": partial(run_bluelet, bluelet),
        }
        for name, way in ways.items():
            began = time.perf_counter()
            pages = way(port, numbers)
            seconds = time.perf_counter() - began
            if pages != [page(number) for number in numbers]:
                sys.exit(f"{name}: not all pages came")
            print(f"{name}: {seconds:.2f} seconds", flush=True)
    finally:
        server.terminate()
        server.join()


if __name__ == "__main__":
    common.start(main)
