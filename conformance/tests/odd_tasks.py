"""Tasks for fork servers, as strange as what ports do. Each is a function of a `Port`."""

from __future__ import annotations

import builtins
import ctypes
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from bluelet_conformance.judging.child import Port


def give(port: Port, value: Any) -> Any:
    port.load()
    return value


def wait(port: Port) -> NoReturn:
    port.load()
    while True:
        signal.pause()


def note_and_wait(port: Port, path: str) -> NoReturn:
    Path(path).write_text(f"{os.getpid()} ")
    wait(port)


def spin(port: Port) -> NoReturn:
    port.load()
    while True:
        pass


def spin_whatever_comes(port: Port) -> NoReturn:
    for number in (signal.SIGXCPU, signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    while True:
        try:
            spin(port)
        except BaseException:
            continue


def work(port: Port, for_seconds: float) -> str:
    port.load()
    until = time.monotonic() + for_seconds
    while time.monotonic() < until:
        pass
    return "done"


def close_everything_and_wait(port: Port) -> None:
    os.closerange(3, 1000)
    wait(port)


def leave(port: Port, status: int) -> None:
    os._exit(status)


def abort(port: Port) -> None:
    os.abort()


def crash(port: Port) -> None:
    ctypes.string_at(0)


def fail(port: Port) -> None:
    raise LookupError("not the port's fault")


def take_builtins_away(port: Port) -> str:
    for name in ("len", "isinstance", "print", "str", "dict", "type"):
        setattr(builtins, name, None)
    return "done"


def take_exit_away(port: Port) -> str:
    os._exit = os.kill = os.write = lambda *ignored: None  # type: ignore[assignment]
    return "done"


def start(port: Port) -> int:
    return subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"]).pid


def start_and_hide(port: Port) -> int:
    read, write = os.pipe()
    if os.fork() == 0:
        os.setsid()
        pid = os.fork()
        if pid:
            os.write(write, str(pid).encode())
            os._exit(0)
        signal.pause()
    return int(os.read(read, 100))


def hide_in_group(port: Port, group: int) -> int:
    read, write = os.pipe()
    if os.fork() == 0:
        with suppress(OSError):
            os.setpgid(0, group)
        os.write(write, str(os.getpgrp()).encode())
        os._exit(0)
    return int(os.read(read, 100))


def fork(port: Port) -> int:
    os.fork()
    return 7


def write_to_all_descriptors(port: Port) -> int:
    for descriptor in range(3, 300):
        with suppress(OSError):
            os.write(descriptor, b'{"value": 1}\n')
    return 7


def meddle(port: Port) -> None:
    time.sleep = None  # type: ignore[assignment]
    os.chdir("/")
    signal.signal(signal.SIGTERM, signal.SIG_IGN)


def note_and_die(port: Port) -> None:
    port.mark(3)
    port.note({"so": "far"})
    os.kill(os.getpid(), signal.SIGKILL)


def says(port: Port, name: str) -> Any:
    return getattr(port.load(), name)


def has_run(port: Port) -> bool:
    return callable(port.load().run)


def print_much(port: Port) -> None:
    print("to the output")
    print("to the errors", file=sys.stderr)


def descriptors(port: Port) -> list[str]:
    return sorted(os.listdir("/proc/self/fd"))


def signals(port: Port) -> list[Any]:
    blocked = sorted(signal.pthread_sigmask(signal.SIG_BLOCK, ()))
    ignored = [
        each
        for each in signal.valid_signals() - {signal.SIGPIPE, signal.SIGXFSZ}
        if signal.getsignal(each) == signal.SIG_IGN
    ]
    return [blocked, sorted(ignored)]


def pid(port: Port) -> int:
    return os.getpid()


def kill_parent(port: Port) -> None:
    os.kill(os.getppid(), signal.SIGKILL)
    signal.pause()
