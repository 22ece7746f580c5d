"""What a command costs: time by the clock, CPU time, and memory, with all processes it starts.

CPU time is what the system counts for the command and for every descendant that was waited for by
its parent. It depends little on what else the machine does, where the time by the clock depends on
it much.

Memory is sampled while the command runs, and the highest sample counts. RSS counts a page as often
as there are processes that share it, so a forked process costs as much there as the one it was
forked from. PSS divides a page by the number of those processes: the sum is what the machine has to
have. A process that lives for less than the distance of two samples may be missed.

All of it needs Linux: `/proc`, and a descriptor that tells when a process has ended.
"""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

SAMPLED_EVERY = 0.05
"""Seconds between two samples of the memory."""

_GRACE = 10
"""Seconds that a command has to end after it has been interrupted."""

_FIGURE = re.compile(r"^(Pss|Rss): +(\d+) kB$", re.MULTILINE)


class TookTooLong(Exception):
    """A command did not end within its limit, and was stopped."""


@dataclass(frozen=True)
class Cost:
    """What came of a command, and what it took."""

    status: int
    """Its exit status, or the negative number of the signal that ended it."""
    output: str
    seconds: float
    cpu_seconds: float
    pss: int = 0
    """The highest sum over all processes, in bytes; 0 if memory was not sampled."""
    rss: int = 0


def run(
    command: Sequence[str], cwd: Path, env: dict[str, str], limit: float, sampled: bool = False
) -> Cost:
    """Run a command to its end, in a session of its own; whatever is left of that is killed.

    Raises:
        TookTooLong: it did not end within `limit` seconds.
    """
    peak, left = {"Pss": 0, "Rss": 0}, limit
    with TemporaryFile() as output:
        began = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        ended = os.pidfd_open(process.pid)
        try:
            while not _within(ended, min(left, SAMPLED_EVERY) if sampled else left):
                if (left := began + limit - time.perf_counter()) <= 0:
                    raise TookTooLong(f"it took more than {limit:g} s")
                if sampled:
                    peak = {key: max(peak[key], size) for key, size in memory(process.pid).items()}
            seconds = time.perf_counter() - began
        except BaseException:
            _interrupt(process.pid, ended)
            raise
        finally:
            os.close(ended)
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)  # Not yet reaped, so the number is its own.
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read().decode(errors="replace")
    cpu_seconds = usage.ru_utime + usage.ru_stime
    return Cost(process.returncode, text, seconds, cpu_seconds, peak["Pss"], peak["Rss"])


def memory(pid: int) -> dict[str, int]:
    """Return the sums of `Pss` and `Rss` of a process and its descendants, in bytes."""
    total = {"Pss": 0, "Rss": 0}
    for process in family(pid):
        with suppress(OSError):  # It has ended meanwhile.
            for key, kilobytes in _FIGURE.findall(
                Path(f"/proc/{process}/smaps_rollup").read_text()
            ):
                total[key] += int(kilobytes) * 1024
    return total


def family(pid: int) -> list[int]:
    """Return a process and its descendants, parents first."""
    found = [pid]
    for process in found:
        for thread in Path(f"/proc/{process}/task").glob("*/children"):
            with suppress(OSError):
                found += map(int, thread.read_text().split())
    return found


def _within(ended: int, seconds: float) -> bool:
    """Return whether a process ends within so many seconds."""
    waiting = select.poll()
    waiting.register(ended, select.POLLIN)
    return bool(waiting.poll(seconds * 1000))


def _interrupt(pid: int, ended: int) -> None:
    """Have a process clean up, as after Ctrl-C; kill all of its family if it does not."""
    os.kill(pid, signal.SIGINT)
    if not _within(ended, _GRACE):
        for process in family(pid):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
