"""Fork servers: whatever a task does, pytest's process learns how it ended, and nothing is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import odd_tasks
import pytest
from bluelet_conformance.judging.forkserver import Ended, Ending
from bluelet_conformance.judging.servers import Server, Servers, SuiteFailure
from support import candidate, reference

WARM = reference()

COLD = "import os\nkept = os.open(os.devnull, os.O_RDONLY)\nfrom bluelet_reference import *\n"
"""A port whose import leaves a descriptor open, which forks would share."""


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    servers = Servers()
    yield servers
    servers.close()


@pytest.fixture(scope="module", params=["warm", "cold"])
def server(
    request: pytest.FixtureRequest, servers: Servers, tmp_path_factory: pytest.TempPathFactory
) -> Server:
    if request.param == "warm":
        return servers.of(WARM)
    path = tmp_path_factory.mktemp("cold") / "cold.py"
    path.write_text(COLD)
    server = servers.of(candidate(path))
    server.inspect()
    return server


@pytest.fixture
def server_of(servers: Servers, tmp_path: Path) -> Iterator[Callable[[str], Server]]:
    """Return a function that starts the server of a port with some lines."""

    def start(lines: str) -> Server:
        (tmp_path / "port.py").write_text(lines)
        return servers.of(candidate(tmp_path / "port.py"))

    yield start
    servers.leave(candidate(tmp_path / "port.py"))


def done(server: Server, task: Callable[..., Any], **arguments: Any) -> Ended:
    return server.do(task, seconds=0.5, cpu_seconds=1, **arguments)


def wait_until_gone(pid: int) -> None:
    stat = Path(f"/proc/{pid}/stat")
    until = time.monotonic() + 30
    while stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z":
        assert time.monotonic() < until
        time.sleep(0.01)


def test_a_task_returns_what_json_can_hold(server: Server) -> None:
    value = {"a": [1, None, "ü" * 100_000]}
    assert done(server, odd_tasks.give, value=value) == Ended(Ending.RETURNED, value, "")


@pytest.mark.parametrize(
    ("task", "arguments", "ending", "detail"),
    [
        (odd_tasks.wait, {}, Ending.HANG, "still waiting after 0.5 s"),
        (odd_tasks.close_everything_and_wait, {}, Ending.HANG, "still waiting after 0.5 s"),
        (odd_tasks.spin, {}, Ending.SPIN, "still computing after 1 s of CPU time"),
        (odd_tasks.spin_whatever_comes, {}, Ending.SPIN, "still computing after 1 s of CPU time"),
        (odd_tasks.leave, {"status": 0}, Ending.CRASH, "the process left with exit status 0"),
        (odd_tasks.leave, {"status": 3}, Ending.CRASH, "the process left with exit status 3"),
        (odd_tasks.abort, {}, Ending.CRASH, "the process was killed by SIGABRT"),
        (odd_tasks.crash, {}, Ending.CRASH, "the process was killed by SIGSEGV"),
        (
            odd_tasks.write_to_all_descriptors,
            {},
            Ending.CRASH,
            "it wrote to a descriptor that it does not own",
        ),
    ],
)
def test_a_task_that_does_not_return(
    server: Server,
    task: Callable[..., Any],
    arguments: dict[str, Any],
    ending: Ending,
    detail: str,
) -> None:
    assert done(server, task, **arguments) == Ended(ending, None, detail)


def test_what_fails_in_the_suites_own_part_is_told_as_that(server: Server) -> None:
    with pytest.raises(SuiteFailure, match=r"Traceback(?s:.*)LookupError: not the port's fault"):
        done(server, odd_tasks.fail)


@pytest.mark.parametrize("task", [odd_tasks.take_builtins_away, odd_tasks.take_exit_away])
def test_a_task_that_takes_away_what_an_answer_needs_has_answered_all_the_same(
    server: Server, task: Callable[..., Any]
) -> None:
    assert done(server, task).value == "done"
    assert done(server, odd_tasks.give, value=1).value == 1


def test_a_task_that_works_late_on_a_slow_machine_is_waited_for(server: Server) -> None:
    ended = server.do(odd_tasks.work, seconds=0.2, cpu_seconds=5, for_seconds=1.0)
    assert ended.value == "done"


def test_what_a_task_starts_goes_down_with_it(server: Server) -> None:
    wait_until_gone(done(server, odd_tasks.start).value)


def test_what_hides_from_the_process_group_goes_down_with_it(server: Server) -> None:
    wait_until_gone(done(server, odd_tasks.start_and_hide).value)


def test_a_task_that_forks_answers_once(server: Server) -> None:
    assert done(server, odd_tasks.fork).value == 7


def test_what_a_task_starts_cannot_hide_in_pytests_group(server: Server) -> None:
    assert done(server, odd_tasks.hide_in_group, group=os.getpgrp()).value != os.getpgrp()


def test_what_a_task_does_to_its_process_does_not_reach_this_one(server: Server) -> None:
    here, handler = Path.cwd(), signal.getsignal(signal.SIGTERM)
    done(server, odd_tasks.meddle)
    time.sleep(0)
    assert Path.cwd() == here
    assert signal.getsignal(signal.SIGTERM) is handler
    assert done(server, odd_tasks.give, value=1).value == 1


def test_what_a_process_let_be_known_before_it_died_is_not_lost(server: Server) -> None:
    ended = done(server, odd_tasks.note_and_die)
    assert ended.ending == Ending.CRASH
    assert (ended.mark, ended.notes) == (3, [{"so": "far"}])


def test_what_a_task_prints_comes_with_its_result(server: Server) -> None:
    ended = done(server, odd_tasks.print_much)
    assert (ended.output, ended.errors) == ("to the output\n", "to the errors\n")


def test_tasks_wait_side_by_side(servers: Servers) -> None:
    server = servers.of(WARM)
    began = time.monotonic()
    numbers = [server.submit(odd_tasks.wait, seconds=1, cpu_seconds=1) for _ in range(20)]
    assert {server.result(number).ending for number in numbers} == {Ending.HANG}
    assert time.monotonic() - began < 20, "they waited one after the other"


def test_a_child_has_the_standard_descriptors_and_that_of_the_answer(servers: Servers) -> None:
    names = done(servers.of(WARM), odd_tasks.descriptors).value
    assert len(names) == 5, names  # One reads the directory.
    assert names[:3] == ["0", "1", "2"]


def test_each_task_has_a_process_of_its_own(server: Server) -> None:
    pids = {done(server, odd_tasks.pid).value for _ in range(3)}
    assert len(pids) == 3


# Imports.


@pytest.mark.parametrize(
    ("lines", "is_warm"),
    [
        ("", True),
        ("import re, collections, email.message", True),
        ("import os; kept = os.open(os.devnull, 0)", False),
        ("import threading; threading.Thread(target=threading.Event().wait).start()", False),
        ("import subprocess, sys; kept = subprocess.Popen(['sleep', '1000'])", False),
        ("import time; time.sleep = None", False),
        ("import socket; socket.socket.recv = None", False),
        ("import builtins; builtins.len = None", False),
        ("import bluelet_conformance.judging.child as child; child._exit = print", False),
        ("import signal; signal.signal(signal.SIGUSR1, print)", False),
        ("import signal; signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])", False),
        ("import signal; signal.setitimer(signal.ITIMER_REAL, 1000)", False),
        ("import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (100, 1000))", False),
        ("import os; os.closerange(3, 100)", False),
    ],
)
def test_an_import_that_a_fork_would_not_have_whole_is_done_for_each_task(
    server_of: Callable[[str], Server], lines: str, is_warm: bool
) -> None:
    server = server_of(f"import os\npid = os.getpid()\nfrom bluelet_reference import *\n{lines}\n")
    assert server.inspect().ending == Ending.RETURNED
    seen = {done(server, odd_tasks.says, name="pid").value for _ in range(2)}
    assert len(seen) == (1 if is_warm else 2)


@pytest.mark.parametrize(
    ("lines", "ending", "detail"),
    [
        ("import os; os._exit(0)", Ending.CRASH, "the process left with exit status 0"),
        ("import os; os.abort()", Ending.CRASH, "the process was killed by SIGABRT"),
        ("import os; os.kill(0, 9)", Ending.CRASH, "the process was killed by SIGKILL"),
    ],
)
def test_an_import_that_ends_the_process_is_told_as_that(
    server_of: Callable[[str], Server], lines: str, ending: Ending, detail: str
) -> None:
    assert server_of(lines).inspect() == Ended(ending, None, detail)


@pytest.mark.parametrize("mode", ["warm", "cold"])
@pytest.mark.parametrize("lines", ["time.sleep(4.5)", "while time.process_time() < 3: pass"])
def test_an_import_has_a_limit_of_its_own(
    server_of: Callable[[str], Server], lines: str, mode: str
) -> None:
    server = server_of(f"import time\n{lines}\n{COLD if mode == 'cold' else ''}\nrun = print\n")
    assert server.inspect().ending == Ending.RETURNED
    assert done(server, odd_tasks.has_run).value is True
    assert done(server, odd_tasks.wait).detail == "still waiting after 0.5 s"


@pytest.mark.parametrize(
    ("lines", "ending", "detail"),
    [
        ("import time; time.sleep(1000)", Ending.HANG, "still waiting after 10 s"),
        ("while True: pass", Ending.SPIN, "still computing after 10 s of CPU time"),
    ],
)
def test_an_import_that_takes_too_long_is_told_in_its_own_words(
    server_of: Callable[[str], Server], lines: str, ending: Ending, detail: str
) -> None:
    assert server_of(lines).inspect() == Ended(ending, None, detail)


# The processes themselves.


def test_no_process_and_no_descriptor_is_left() -> None:
    before = sorted(os.listdir("/proc/self/fd"))
    servers = Servers()
    server = servers.of(WARM)
    guardian = done(server, odd_tasks.give, value=1)
    assert guardian.value == 1
    pid = done(server, odd_tasks.start_and_hide).value
    servers.close()
    wait_until_gone(pid)
    assert sorted(os.listdir("/proc/self/fd")) == before


PROGRAM = """
import odd_tasks, signal, sys
from bluelet_conformance.judging.registry import Candidate
from bluelet_conformance.judging.servers import Servers
server = Servers().of(Candidate("reference", "", "bluelet_reference"))
server.do(odd_tasks.note_and_wait, seconds=60, cpu_seconds=60, path=sys.argv[1])
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGHUP, signal.SIGQUIT, signal.SIGTERM])
def test_all_go_down_with_the_process_that_asked(tmp_path: Path, number: signal.Signals) -> None:
    pid_file = tmp_path / "pid"
    path = os.pathsep.join(sys.path)
    parent = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(pid_file)], env={**os.environ, "PYTHONPATH": path}
    )
    while not pid_file.exists() or not pid_file.read_text().endswith(" "):
        assert parent.poll() is None
        time.sleep(0.01)
    parent.send_signal(number)
    parent.wait()
    wait_until_gone(int(pid_file.read_text()))


def ignore_and_block() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM, signal.SIGXCPU, signal.SIGCHLD})


def test_signals_that_are_ignored_or_blocked_on_entry_are_as_by_default_in_a_task() -> None:
    program = (
        "import odd_tasks\n"
        "from bluelet_conformance.judging.registry import Candidate\n"
        "from bluelet_conformance.judging.servers import Servers\n"
        "servers = Servers()\n"
        "server = servers.of(Candidate('reference', '', 'bluelet_reference'))\n"
        "print(server.do(odd_tasks.signals, seconds=5, cpu_seconds=5).value)\n"
        "servers.close()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
        preexec_fn=ignore_and_block,
    )
    assert done.stdout == "[[], []]\n"


def test_a_warm_server_that_dies_is_replaced(servers: Servers) -> None:
    server = servers.of(WARM)
    number = server.submit(odd_tasks.give, seconds=5, cpu_seconds=5, value=1)
    slow = server.submit(odd_tasks.wait, seconds=1, cpu_seconds=1)
    assert server.result(number).value == 1
    assert server.pid
    os.kill(server.pid, signal.SIGKILL)
    assert server.result(slow).ending == Ending.HANG
    servers.leave(WARM)


def test_a_task_that_ends_its_server_costs_one_verdict(servers: Servers) -> None:
    server = servers.of(WARM)
    options: dict[str, Any] = {"seconds": 5, "cpu_seconds": 5}
    numbers = [server.submit(odd_tasks.give, value=each, **options) for each in range(3)]
    killer = server.submit(odd_tasks.kill_parent, **options)
    numbers += [server.submit(odd_tasks.give, value=each, **options) for each in range(3, 6)]
    ended = server.result(killer)
    assert (ended.ending, ended.detail) == (
        Ending.CRASH,
        "it ended a process that is not its own: the process was killed by SIGKILL",
    )
    assert [server.result(number).value for number in numbers] == list(range(6))
    servers.leave(WARM)


def test_a_server_that_gives_no_sign_of_life_is_replaced(
    servers: Servers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bluelet_conformance.judging.servers._SILENCE", 0.5)
    port = "import os, time\nfrom bluelet_reference import *\n"
    port += "os.register_at_fork(before=lambda: time.sleep(1000))\n"
    (tmp_path / "port.py").write_text(port)
    server = servers.of(candidate(tmp_path / "port.py"))
    server.inspect()
    assert server.do(odd_tasks.give, seconds=5, cpu_seconds=5, value=1).value == 1
    servers.leave(candidate(tmp_path / "port.py"))


@pytest.mark.parametrize(
    ("lines", "detail"),
    [
        ("import os; [os.close(each) for each in range(3)]", ""),
        ("import os; os.register_at_fork(after_in_child=lambda: os._exit(0))", ""),
        ("import os; os.closerange(0, 4096)", "it closed a descriptor that it does not own"),
        (
            "import os, contextlib\n"
            "for each in range(256):\n"
            "    with contextlib.suppress(OSError): os.write(each, b'junk\\n')",
            "it wrote to a descriptor that it does not own",
        ),
        (
            "import os, time\nif os.fork(): time.sleep(0.3); os._exit(0)",
            "the process left with exit status 0",
        ),
    ],
    ids=["closes 0 to 2", "hooks into forks", "closes all", "writes to all", "goes on in a fork"],
)
def test_an_import_that_meddles_with_its_process_is_told_as_what_it_is(
    server_of: Callable[[str], Server], lines: str, detail: str
) -> None:
    server = server_of(f"{lines}\nfrom bluelet_reference import *\n")
    assert server.inspect().detail == detail
    if not detail:
        assert done(server, odd_tasks.has_run).value is True
