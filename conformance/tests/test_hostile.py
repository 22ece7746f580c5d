"""Hostile bluelets: each costs its verdict on the clause where it strikes, and never the run.

Each is the reference with some lines after it, and strikes in `kill`; that is, in one clause of the
four that are judged here, one of which presupposes it. The others are judged as if nothing were.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support import Port, Run

LOOPS_ON = """
def kill(coro):
    while True:
        try:
            while True: pass
        except BaseException: pass
"""

EATS_MEMORY = """
def kill(coro):
    eaten = []
    while True: eaten.append(bytes(10**7))  # Which is taken, and not touched, as that takes long.
"""

EATS_MEMORY_AND_LOOPS_ON = """
def kill(coro):
    eaten = []
    while True:
        try: eaten.append(bytearray(10**7))
        except MemoryError: pass
"""

HANDLES_SIGNALS = """
import signal, time
def kill(coro):
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        signal.signal(number, lambda *ignored: None)
    while True: time.sleep(1)
"""

LEAVES_THREADS = """
import threading
from bluelet_reference import kill as _kill
def kill(coro):
    threading.Thread(target=threading.Event().wait).start()
    return _kill(coro)
"""

LEAVES_PROCESSES = """
import subprocess, sys
from bluelet_reference import kill as _kill
left = []
def kill(coro):
    left.append(subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"]))
    return _kill(coro)
"""

LEAVES_SOCKETS = """
import socket
from bluelet_reference import kill as _kill
left = []
def kill(coro):
    left.extend(socket.socketpair())
    return _kill(coro)
"""

LEAVES_GENERATORS = """
left = []
class kill(Event):
    def __init__(self, coro): self.coro = coro
    def perform(self, scheduler, thread):
        if self.coro in scheduler._owner:
            victim = scheduler._owner[self.coro]
            scheduler.rouse(victim)
            victim.stack.clear()
            scheduler._disown(self.coro)
            left.append(self.coro)
        return True
"""

FORKS = """
import os, signal, time
def kill(coro):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0: time.sleep(1000)
        time.sleep(1000)
    os.abort()
"""


ANSWERS = """
import os
def kill(coro):
    for descriptor in range(3, 1024):
        try: os.write(descriptor, ANSWER)
        except OSError: pass
"""


@pytest.mark.parametrize(
    ("lines", "verdict", "detail"),
    [
        pytest.param(LOOPS_ON, "spin", "still computing", id="catches-BaseException"),
        pytest.param("import os\ndef kill(coro): os._exit(0)", "crash", "status 0", id="os-exit"),
        pytest.param("def kill(coro): raise SystemExit(0)", "fail", "SystemExit", id="sys-exit"),
        pytest.param(
            "import ctypes\ndef kill(coro): ctypes.string_at(0)", "crash", "SIGSEGV", id="segfault"
        ),
        pytest.param(EATS_MEMORY, "fail", "MemoryError", id="eats-memory"),
        pytest.param(EATS_MEMORY_AND_LOOPS_ON, "spin", "still computing", id="eats-for-ever"),
        pytest.param(HANDLES_SIGNALS, "hang", "still waiting", id="handles-signals"),
        pytest.param(
            "import os\ndef kill(coro): os.closerange(3, 1000)",
            "crash",
            "closed a descriptor that it does not own",
            id="closes-descriptors",
        ),
        pytest.param(LEAVES_THREADS, "leak", "threads of the operating system", id="threads"),
        pytest.param(LEAVES_PROCESSES, "leak", "child processes", id="processes"),
        pytest.param(LEAVES_SOCKETS, "leak", "2 open descriptors (socket)", id="sockets"),
        pytest.param(LEAVES_GENERATORS, "leak", "unclosed generators", id="generators"),
        pytest.param(
            "ANSWER = b'[' * 200_000 + b'\\n'" + ANSWERS,
            "crash",
            "wrote to a descriptor that it does not own",
            id="answers-in-depth",
        ),
        pytest.param(
            "ANSWER = b'x' * 10**7" + ANSWERS,
            "crash",
            "wrote to a descriptor that it does not own",
            id="answers-at-length",
        ),
        pytest.param(FORKS, "crash", "SIGABRT", id="forks-and-dies"),
        pytest.param(
            "def kill(coro):\n    while True: print('x' * 10**6)",
            "fail",
            "File too large",
            id="prints-megabytes",
        ),
    ],
)
def test_a_hostile_implementation_costs_one_verdict(
    suite: Run, port: Port, tmp_path: Path, lines: str, verdict: str, detail: str
) -> None:
    done = suite(port(lines), "--report=out.json", "kill.sleeping", "kill.twice", "null")

    [judged] = json.loads((tmp_path / "out.json").read_text())["implementations"]
    found = judged["clauses"].pop("kill.sleeping")
    assert found["verdict"] == verdict
    assert detail in found["detail"]
    presupposing = judged["clauses"].pop("kill.twice")
    assert presupposing["verdict"] == ("pass" if verdict == "leak" else "blocked")
    assert {clause["verdict"] for clause in judged["clauses"].values()} == {"pass"}
    assert len(done.stdout) < 100_000


def test_an_implementation_that_takes_sleep_away_is_judged_all_the_same(
    suite: Run, port: Port
) -> None:
    assert "MUST: all 2 met" in suite(port("import time\ntime.sleep = None"), "null").stdout


def test_an_implementation_that_takes_the_standard_streams_away_is_judged_all_the_same(
    suite: Run, port: Port
) -> None:
    done = suite(port("import sys\nsys.stdout = sys.stderr = None"), "null")
    assert "MUST: all 2 met" in done.stdout


MEDDLES = """
import socket, time
time.sleep = time.monotonic = lambda *ignored: 0
socket.socket = socket.socketpair = None
"""


def test_an_implementation_that_replaces_half_the_standard_library_fools_nobody(
    suite: Run, port: Port
) -> None:
    done = suite(port(MEDDLES), "null", "sleep.never-early", "sleep.shorter-first")
    assert "MUST: all" in done.stdout
    assert "recv" in suite(port(MEDDLES), "recv.up-to-size").stdout


NESTS = """
def kill(coro):
    error = ValueError()
    for _ in range(5000): error = ExceptionGroup("more", [error])
    raise error
"""


def test_an_exception_too_deep_to_be_shown_is_the_ports_all_the_same(
    suite: Run, port: Port, tmp_path: Path
) -> None:
    suite(port(NESTS), "--report=out.json", "kill.sleeping", "null")

    [judged] = json.loads((tmp_path / "out.json").read_text())["implementations"]
    found = judged["clauses"].pop("kill.sleeping")
    assert found["verdict"] == "fail"
    assert "ExceptionGroup" in found["detail"]
    assert {clause["verdict"] for clause in judged["clauses"].values()} == {"pass"}


@pytest.mark.parametrize("workers", [[], ["-n1"]], ids=str)
def test_what_fails_in_the_suite_itself_is_told_as_that_and_is_no_verdict(
    suite: Run, port: Port, tmp_path: Path, workers: list[str]
) -> None:
    option = port("import builtins\nbuiltins.len = builtins.sum = None")
    done = suite(option, "--report=out.json", "null.returns-none", *workers)

    assert done.returncode == 1
    assert "The suite itself failed here, which says nothing of the port" in done.stdout
    assert "TypeError: 'NoneType' object is not callable" in done.stdout
    assert "no verdict on the whole, the suite itself failed at null.returns-none" in done.stdout
    [judged] = json.loads((tmp_path / "out.json").read_text())["implementations"]
    assert judged["clauses"] == {}
    assert judged["conformant"] is False


def test_a_version_of_megabytes_is_shown_in_a_line(suite: Run, port: Port) -> None:
    done = suite(port("__version__ = 'v' * 2_000_000"), "null.returns-none")
    assert done.returncode == 0
    assert len(done.stdout) < 10_000


@pytest.mark.parametrize("deed", ["time.sleep(1000)", "os._exit(0)", "os.abort()", "os.kill(0, 9)"])
def test_an_implementation_that_cannot_be_imported_does_not_keep_others_from_being_judged(
    suite: Run, port: Port, tmp_path: Path, deed: str
) -> None:
    (tmp_path / "bad.py").write_text(f"import os, time\n{deed}\n")

    suite("--impl=bad.py", port(""), "--report=out.json", "run.drives-root", "run.returns-none")

    bad, good = json.loads((tmp_path / "out.json").read_text())["implementations"]
    assert [clause["verdict"] for clause in good["clauses"].values()] == ["pass", "pass"]
    first, second = bad["clauses"].values()
    assert first["verdict"] == ("hang" if "sleep" in deed else "crash")
    assert "cannot be imported" in first["detail"]
    assert second["verdict"] == "blocked"
