"""To start the server of a peer, and to have it end."""

from __future__ import annotations

import select
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple

from benchmarks.cases import ROOT, LeftOut

MODULES = {
    "reference": "reference",
    "bluelet 0.2.0": "bluelet_0_2_0",
    "asyncio": "asyncio_streams",
    "asyncio sock_*": "asyncio_sockets",
    "uvloop": "uvloop_streams",
    "trio": "trio_streams",
    "curio": "curio_sockets",
    "gevent": "gevent_sockets",
    "limit": "limit",
}
"""The module in `benchmarks.servers` for each peer."""

_START = 20.0
"""Seconds that a server may take to start."""

_GRACE = 5.0
"""Seconds that a server may take to end."""


class Server(NamedTuple):
    """A server that is running."""

    port: int
    pid: int

    def memory(self) -> int:
        """Return how many bytes of memory the server has in use: its resident set.

        Raises:
            LeftOut: the system does not say.
        """
        try:
            maps = Path(f"/proc/{self.pid}/smaps_rollup").read_text(encoding="utf-8")
        except OSError:
            raise LeftOut("the system does not say how much memory a process has") from None
        (kilobytes,) = (line.split()[1] for line in maps.splitlines() if line.startswith("Rss:"))
        return int(kilobytes) * 1024


@contextmanager
def serving(peer: str, mode: str) -> Iterator[Server]:
    """Start the server of `peer` in a process of its own, and end it.

    What it says on stderr is shown only if it fails: to many it is worth a line that a peer went.

    Raises:
        LeftOut: it does not start, or it died.
    """
    command = [sys.executable, "-m", f"benchmarks.servers.{MODULES[peer]}", mode]
    with (
        tempfile.TemporaryFile() as complaints,
        # A session of its own, for Ctrl-C to be told to this process only, which then ends it.
        subprocess.Popen(
            command,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
            text=True,
            start_new_session=True,
        ) as process,
    ):
        try:
            yield Server(_port(process), process.pid)
        except LeftOut:
            _show(complaints)
            raise
        finally:
            _end(process)
        if process.returncode:
            _show(complaints)
            raise LeftOut(f"the server died, with status {process.returncode}")


def _port(process: subprocess.Popen[str]) -> int:
    assert process.stdout is not None
    if not select.select([process.stdout], [], [], _START)[0]:
        raise LeftOut(f"the server has not started within {_START:.0f} s")
    line = process.stdout.readline()
    if not line:
        raise LeftOut("the server did not start")
    return int(line)


def _end(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.close()
    try:
        process.wait(_GRACE)
    except BaseException as error:
        process.kill()
        if not isinstance(error, subprocess.TimeoutExpired):
            raise


def _show(complaints: IO[bytes]) -> None:
    complaints.seek(0)
    sys.stderr.write(complaints.read().decode(errors="replace"))
