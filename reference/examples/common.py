"""What the examples share: the choice of a bluelet, where to listen, and how a program ends."""

from __future__ import annotations

import argparse
import importlib
import signal
import socket
import sys
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any, NoReturn, TypeAlias

Coroutine: TypeAlias = Generator[Any, Any, None]

INTERRUPTED = 130
"""The status with which shells report what Ctrl-C has ended."""

# The reference need not be installed: it is next door.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))


def parser(documentation: str | None) -> argparse.ArgumentParser:
    """Return a parser of options that says, asked for help, what its module says of itself."""
    return argparse.ArgumentParser(
        description=documentation, formatter_class=argparse.RawDescriptionHelpFormatter
    )


def add_impl(options: argparse.ArgumentParser) -> None:
    """Add the option that chooses the implementation; it gives the module itself."""
    options.add_argument(
        "--impl",
        type=implementation,
        default="bluelet_reference",
        metavar="NAME",
        help="the module to use as bluelet (default: %(default)s)",
    )


def implementation(name: str) -> Any:
    """Return the bluelet that is called `name`."""
    try:
        module = importlib.import_module(name)
    except Exception as error:
        raise argparse.ArgumentTypeError(f"cannot import {name!r}: {error}") from None
    for event in ("run", "spawn", "call", "end", "join", "null", "sleep"):
        if not hasattr(module, event):
            raise argparse.ArgumentTypeError(
                f"{name!r} is a module, but no bluelet: it has no {event}()"
            )
    return module


def add_address(options: argparse.ArgumentParser, port: int) -> None:
    """Add the options that say where to listen, or to connect to."""
    options.add_argument(
        "--host", default="127.0.0.1", help="a name or an address (default: %(default)s)"
    )
    options.add_argument(
        "--port",
        type=port_number,
        default=port,
        help="its port; for a server, 0 means any that is free (default: %(default)s)",
    )


def port_number(text: str) -> int:
    """Return the port that is meant."""
    if not text.isdecimal() or int(text) > 65_535:
        raise argparse.ArgumentTypeError(f"a port is a number from 0 to 65535, not {text!r}")
    return int(text)


def announce(host: str, port: int, form: str = "{}") -> None:
    """Print the address at which a server can be reached from now on."""
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    print("listening on", form.format(address), flush=True)


def listen(host: str, port: int) -> socket.socket:
    """Return a plain socket that listens; end the program if that is not possible."""
    try:
        family = socket.getaddrinfo(host or "0.0.0.0", port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family)
    except (OSError, UnicodeError) as error:  # Some texts can be no name of a host.
        sys.exit(f"cannot listen on {host}:{port}: {getattr(error, 'strerror', error)}")


def serve(
    bluelet: Any, host: str, port: int, handler: Callable[[Any], Coroutine], form: str = "{}"
) -> None:
    """Run a `bluelet.server` until Ctrl-C; print its address once it listens."""
    with listen(host, port) as probe:  # Not every bluelet can tell which port was free.
        port = probe.getsockname()[1]
    listens = False

    def wait_and_announce() -> Coroutine:
        nonlocal listens
        while not answers(host or "127.0.0.1", port):
            yield bluelet.null()
        listens = True
        announce(host or "0.0.0.0", port, form)

    def root() -> Coroutine:
        yield bluelet.spawn(wait_and_announce())
        yield bluelet.server(host, port, handler)

    try:
        bluelet.run(root())
    except KeyboardInterrupt:
        pass
    except OSError as error:  # Not every bluelet can listen wherever a plain socket can.
        if listens:
            raise
        sys.exit(f"cannot listen on {host}:{port}: {error.strerror or error}")


def answers(host: str, port: int) -> bool:
    """Return whether somebody listens there."""
    try:
        socket.create_connection((host, port)).close()
    except ConnectionRefusedError:
        return False
    return True


def leave_interrupts_to_the_parent() -> None:
    """Ignore Ctrl-C, which the terminal sends to a program's other processes, too."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def start(main: Callable[[], int | str | None]) -> NoReturn:
    """Run a program: what `main` returns is its status, and Ctrl-C leaves no traceback."""
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
