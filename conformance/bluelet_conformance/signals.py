"""A run that is ended from outside, and what it takes with it.

SIGTERM ends a run that judges as Ctrl-C does: in order, with the summary so far. pytest-xdist waits
for what its workers are judging, so they are sent a SIGTERM of their own. Whatever else ends the
main process, SIGKILL even, leaves it no time for that; there the system ends the workers.
"""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from threading import current_thread, main_thread
from types import FrameType
from typing import Any

import pytest

from bluelet_conformance.judging import processes

MAIN = "bluelet_conformance_main"
"""The key by which a worker is told the id of the main process."""


def let_sigterm_interrupt(config: pytest.Config) -> None:
    """Have SIGTERM end this run as Ctrl-C does, until `config` is done with."""
    if current_thread() is not main_thread() or signal.getsignal(signal.SIGTERM) is _interrupt:
        return
    before = signal.signal(signal.SIGTERM, _interrupt) or signal.SIG_DFL

    def restore() -> None:
        signal.signal(signal.SIGTERM, before)

    config.add_cleanup(restore)


def _interrupt(signum: int, frame: FrameType | None) -> None:
    _be_deaf()
    raise KeyboardInterrupt("SIGTERM")


def _be_deaf() -> None:
    """Ignore SIGTERM from now on: another would cut short what the first one ends."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)


def have_been_interrupted(has_workers: bool) -> None:
    """End the workers too, and let nothing interrupt this process again."""
    if current_thread() is main_thread():
        _be_deaf()
    if has_workers:
        for pid in processes.children(os.getpid()):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)


def introduce_main(node: Any) -> None:
    """Tell a worker, before it is started, which process is its parent, if that is this one."""
    if node.gateway.spec.popen:
        node.workerinput[MAIN] = os.getpid()


def go_down_with_main(config: pytest.Config) -> None:
    """Have this process, a worker, killed when the main process ends, whether it has yet or not."""
    main = getattr(config, "workerinput", {}).get(MAIN)
    if main is None:
        return
    processes.go_down_with_parent()
    with suppress(PermissionError):
        try:
            os.kill(main, 0)
        except ProcessLookupError:  # Too early for the system to tell.
            os.kill(os.getpid(), signal.SIGKILL)
