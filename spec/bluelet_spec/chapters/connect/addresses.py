"""Hosts and their addresses.

The search for a host's address may take as long as to connect, and in ordinary programs blocks: an
implementation has to have somebody else do it. A host may have several addresses, of which some do
not answer, as `localhost` often has one for IPv6 and one for IPv4; each has its chance.

Some programs answer the search themselves, in place of Python's `socket.getaddrinfo`. An
implementation that never calls that cannot be judged by them.
"""

import select
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any, TypeAlias

from bluelet_spec.clause import Implementation, may, must, should
from bluelet_spec.probe import Coroutine, NotJudged, replaced
from bluelet_spec.wire import (
    PATIENCE,
    close,
    free_port,
    loopback,
    receive,
    until_there_are,
)

_Search: TypeAlias = Callable[[], Any]


@must("connect.gives-a-connection")
def host_by_name(bluelet: Implementation) -> None:
    """`connect` MUST take the name of a host.

    Here somebody listens at each of the addresses that the name has.

    Source: README, Basic Usage, `connect`: "connects to a network host".
    """
    seen: list[bytes] = []

    def root() -> Coroutine:
        with _listening_at_all("localhost") as (port, accept):
            connection = yield bluelet.connect("localhost", port)
            peer = accept()
        peer.sendall(b"greeting")
        seen.append((yield from receive(connection, 8)))
        close(connection)
        peer.close()

    bluelet.run(root())

    assert seen == [b"greeting"]


@should("connect.refused")
def unknown_host(bluelet: Implementation) -> None:
    """Where the host's name is not known, `connect` SHOULD raise `OSError` in its thread.

    A name that ends in ".invalid" never is known. Here nobody goes out into the network to find
    that out.

    Source: ruling: failures of I/O raise at the `yield` and can be caught; observed in all known
    implementations, as `socket.gaierror`, an `OSError`.
    """
    seen: list[str] = []

    def unknown(host: Any, search: _Search) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    def root() -> Coroutine:
        try:
            yield bluelet.connect("nobody.invalid", 80)
        except OSError:
            seen.append("not found")
        else:
            seen.append("connected")
        yield bluelet.null()
        seen.append("goes on")

    with _addresses_from(unknown) as asked:
        bluelet.run(root())

    _judge_if(asked)
    assert seen == ["not found", "goes on"]


@should("connect.refused")
def not_a_name(bluelet: Implementation) -> None:
    """Where the host is no name that there can be, `connect` SHOULD raise `OSError` in its thread.

    Between the dots of a name there has to be something, and no more than 63 characters. To
    Python's search for addresses such a name is an error of encoding; but to a program that has it
    from its user, it is one more host that is not found.

    Source: ruling: failures of I/O raise at the `yield` and can be caught.
    """
    seen: list[str] = []

    def attempt(host: str) -> Coroutine:
        try:
            yield bluelet.connect(host, free_port())
        except OSError:
            seen.append("not found")

    def root() -> Coroutine:
        yield from attempt("nobody..invalid")
        yield from attempt(f"{'x' * 64}.invalid")

    bluelet.run(root())

    assert seen == ["not found", "not found"]


@should("connect.host-by-name", "sleep.suspends-only-its-thread")
def search_suspends_only_its_thread(bluelet: Implementation) -> None:
    """While the address of a host is searched for, the other threads SHOULD run on.

    The name server that is asked here does not answer before another thread has had its turns. An
    implementation that does not ask it must not ask another in the thread that runs the program.

    Source: ruling: no operation on a socket blocks the other threads, `connect` least of all.
    """
    seen: list[str] = []
    answered: list[bool] = []
    answer = threading.Event()

    def slow(host: Any, search: _Search) -> Any:
        found = search()  # A name is refused at once where it must be an address.
        if host == "localhost":
            answered.append(answer.wait(PATIENCE))
        return found

    def client(port: int) -> Coroutine:
        seen.append("connects")
        connection = yield bluelet.connect("localhost", port)
        seen.append("is connected")
        close(connection)

    def root(port: int) -> Coroutine:
        yield bluelet.spawn(client(port))
        while "connects" not in seen:
            yield bluelet.null()
        for _ in range(100):
            yield bluelet.null()
        answer.set()
        yield from until_there_are(bluelet, 2, seen)

    with ExitStack() as stack:
        port, _ = stack.enter_context(_listening_at_all("localhost"))
        stack.enter_context(_addresses_from(slow))
        searches = stack.enter_context(_searches_here())
        bluelet.run(root(port))

    assert seen == ["connects", "is connected"]
    assert answered or not searches
    _judge_if(answered)
    if not all(answered):
        raise TimeoutError("the name server waits in vain for the other thread's turns")


@should("connect.gives-a-connection")
def tries_every_address(bluelet: Implementation) -> None:
    """Where a host has several addresses, `connect` SHOULD try the next if one is refused.

    Source: ruling; observed in all known implementations. `localhost` often has two addresses, and
    a server listens at only one of them.
    """
    seen: list[bytes] = []
    asked: list[Any] = []

    def root() -> Coroutine:
        with socket.create_server(("127.0.0.1", 0)) as listening:
            good = listening.getsockname()
            bad = (loopback(), free_port())

            def two(host: Any, search: _Search) -> Any:
                search()
                protocol = (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "")
                return [(*protocol, bad), (*protocol, good)]

            with _addresses_from(two) as addresses:
                connection = yield bluelet.connect("localhost", good[1])
            peer, _ = listening.accept()
        asked.extend(addresses)
        peer.sendall(b"greeting")
        seen.append((yield from receive(connection, 8)))
        close(connection)
        peer.close()

    bluelet.run(root())

    assert seen == [b"greeting"]
    _judge_if(asked)


@may(
    "the host and port that were asked for",
    "the address that was found",
    "something else",
    presupposes=("connect.host-by-name",),
)
def address(bluelet: Implementation) -> str:
    """The connection's `addr` MAY be what was given to `connect`, or the address found for it.

    Source: observed: the original keeps the host and port that it was given.
    """
    seen: list[object] = []
    given: list[tuple[str, int]] = []

    def root() -> Coroutine:
        with _listening_at_all("localhost") as (port, _):
            given.append(("localhost", port))
            connection = yield bluelet.connect(*given[0])
        seen.append(getattr(connection, "addr", None))
        close(connection)

    bluelet.run(root())

    assert seen
    if seen == given:
        return "the host and port that were asked for"
    if seen == [("127.0.0.1", given[0][1])]:
        return "the address that was found"
    return "something else"


@may("connects", "raises", presupposes=("connect.gives-a-connection",))
def over_ipv6(bluelet: Implementation) -> str:
    """Where the machine has IPv6, `connect` MAY connect to an IPv6 address, or raise.

    Source: observed: all known implementations connect, though their `Listener` knows IPv4 only.
    """
    seen: list[str] = []

    def client(port: int) -> Coroutine:
        try:
            connection = yield bluelet.connect("::1", port)
        except Exception:
            seen.append("raises")
        else:
            seen.append("connects")
            close(connection)

    def root() -> Coroutine:
        with socket.create_server(("::1", 0), family=socket.AF_INET6) as listening:
            yield from client(listening.getsockname()[1])

    bluelet.run(root())

    return seen[0]


@contextmanager
def _addresses_from(answer: Callable[[Any, _Search], Any]) -> Iterator[list[Any]]:
    """Have `answer` called in place of `socket.getaddrinfo`; give the hosts that are asked for.

    It is given the host, and the search that was asked for.
    """
    asked: list[Any] = []
    search = socket.getaddrinfo

    def listen(host: Any, *args: Any, **kwargs: Any) -> Any:
        asked.append(host)
        return answer(host, partial(search, host, *args, **kwargs))

    with replaced(search, listen):
        yield asked


def _judge_if(asked: list[Any]) -> None:
    """Go on to judge an implementation that has asked for addresses where it is answered.

    Raises:
        NotJudged: it has not.
    """
    if not asked:
        raise NotJudged("the port resolves names by itself")


@contextmanager
def _listening_at_all(name: str) -> Iterator[tuple[int, Callable[[], socket.socket]]]:
    """Listen at all addresses that a host's name has; give the port, and what accepts there."""
    found = socket.getaddrinfo(name, 0, type=socket.SOCK_STREAM)
    with ExitStack() as stack:
        listening: list[socket.socket] = []
        for family, host in dict.fromkeys((family, str(at[0])) for family, *_, at in found):
            port = listening[0].getsockname()[1] if listening else 0
            sock = socket.create_server((host, port), family=family)
            listening.append(stack.enter_context(sock))

        def accept() -> socket.socket:
            ready, _, _ = select.select(listening, [], [], PATIENCE)
            return next(iter(ready)).accept()[0]

        yield listening[0].getsockname()[1], accept


@contextmanager
def _searches_here() -> Iterator[list[str]]:
    """Give a list of how this thread of the operating system has names looked up meanwhile.

    However a function was imported, Python tells its auditors of each call. It does not tell them
    whether `getaddrinfo` was to read an address only, which takes no time.
    """
    searches: list[str] = []
    here = threading.get_ident()
    is_over = False

    def listen(event: str, arguments: tuple[Any, ...]) -> None:
        if is_over or threading.get_ident() != here:
            return
        if event == "socket.gethostbyname":
            name = arguments[0]
        elif event == "socket.connect" and isinstance(arguments[1], tuple):
            name = arguments[1][0]
        else:
            return
        if name == "localhost":
            searches.append(event)

    sys.addaudithook(listen)  # There is no way to take it back.
    try:
        yield searches
    finally:
        is_over = True
