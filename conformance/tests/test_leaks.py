"""Leaks: what counts is what each run leaves behind, and not what one run needed, or replaces."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bluelet_conformance.judging.leaks import PROCESSES, THREADS, watched
from support import in_a_fork

kept: list[Any] = []


def thread(seconds: float = 1000.0) -> tuple[threading.Thread, threading.Event]:
    stop = threading.Event()
    made = threading.Thread(target=stop.wait, args=(seconds,), daemon=True)
    made.start()
    return made, stop


def leaves_a_thread() -> None:
    thread()


def keeps_one_thread() -> None:
    if not kept:
        kept.append(thread())


def replaces_its_thread() -> None:
    while kept:
        old, stop = kept.pop()
        stop.set()
        old.join()
    kept.append(thread())


def leaves_a_thread_that_ends() -> None:
    thread(0.1)


def leaves_a_descriptor() -> None:
    kept.append(os.pipe())


def keeps_one_descriptor() -> None:
    if not kept:
        kept.append(os.pipe())


def leaves_a_descriptor_to_a_thread_that_ends() -> None:
    read, write = os.pipe()

    def run() -> None:
        threading.Event().wait(0.1)
        os.close(read)
        os.close(write)

    threading.Thread(target=run).start()


def leaves_a_process() -> None:
    if os.fork() == 0:
        threading.Event().wait(5)
        os._exit(0)


@pytest.mark.parametrize(
    ("program", "left"),
    [
        (leaves_a_thread, {THREADS: 1}),
        (keeps_one_thread, {}),
        (replaces_its_thread, {}),
        (leaves_a_thread_that_ends, {}),
        (leaves_a_descriptor, {"open descriptors (pipe)": 2}),
        (keeps_one_descriptor, {}),
        (leaves_a_descriptor_to_a_thread_that_ends, {}),
        (leaves_a_process, {PROCESSES: 1}),
    ],
)
def test_what_each_run_leaves_behind_leaks(
    program: Callable[[], None], left: dict[str, int]
) -> None:
    assert in_a_fork(lambda: watched(program, Path(__file__))[1]) == left


def test_what_is_known_to_leak_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr("bluelet_conformance.judging.leaks.sleep", waits.append)
    found = in_a_fork(lambda: [watched(leaves_a_thread, Path(__file__), [THREADS])[1], waits])
    assert found == [{THREADS: 1}, []]
