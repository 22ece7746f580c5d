"""The machine is not the port: what it lacks keeps clauses from being judged, and fails none."""

from __future__ import annotations

import ast
import errno
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from bluelet_conformance.judging import judge, machine, processes
from bluelet_conformance.judging.judge import Judge
from bluelet_conformance.judging.registry import Candidate
from bluelet_conformance.judging.verdicts import Judgement, Verdict
from bluelet_conformance.reports import Report, markdown, page
from bluelet_spec import Level, clauses
from bluelet_spec.facilities import Facility, facilities
from support import result, run

REFERENCE = Candidate("reference", "module bluelet_reference", "bluelet_reference")

NETWORK = {Facility.LOOPBACK, Facility.LOCALHOST, Facility.IPV6}

NO_LOOPBACK = ["unshare", "--net"] if os.getuid() == 0 else ["unshare", "--user", "-r", "--net"]
"""The command by which another runs in a network of its own, whose loopback is down."""

PYTEST = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--impl=reference"]

needs_a_network_of_its_own = pytest.mark.skipif(
    shutil.which("unshare") is None
    or subprocess.run([*NO_LOOPBACK, "true"], check=False, capture_output=True).returncode != 0,
    reason="the system does not let this user have a network without a loopback",
)


@pytest.fixture(autouse=True)
def _nothing_known() -> Iterator[None]:
    """Have each test try the machine for itself."""
    machine.missing.cache_clear()
    yield
    machine.missing.cache_clear()


def limited(option: str) -> list[str]:
    """Return the command by which another runs under a limit."""
    return ["sh", "-c", f'ulimit {option} && exec "$@"', "sh"]


def missing_under(*command: str, cwd: Path) -> dict[str, str]:
    """Return what is missing where `command` is what Python runs by."""
    program = "from bluelet_conformance.judging.machine import missing\n"
    program += "print({str(name): sentence for name, sentence in missing().items()})"
    done = run(*command, sys.executable, "-c", program, cwd=cwd)
    assert done.returncode == 0, done.stderr
    found: dict[str, str] = ast.literal_eval(done.stdout)
    return found


# What is missing.


@pytest.mark.parametrize(
    ("option", "name", "told"),
    [
        ("-n 20", "descriptors", "open too few files (the limit is 20, and 64 are needed)"),
        ("-n 64", Facility.CROWDS, "for a crowd of clients (the limit is 64, and 256 are needed)"),
        ("-t 1", "CPU time", "compute for too short a time (the limit is 1 s, and 2 are needed)"),
        ("-f 100", Facility.TEMPORARY_FILES, "no room for temporary files (File too large)"),
        pytest.param(
            "-d 200000",
            Facility.MUCH_MEMORY,
            "too little memory for much data (Cannot allocate memory)",
            marks=pytest.mark.skipif(sys.platform != "linux", reason="no such limit here"),
        ),
    ],
)
def test_a_limit_is_told_by_what_it_is_too_low_for(
    tmp_path: Path, option: str, name: str, told: str
) -> None:
    assert told in missing_under(*limited(option), cwd=tmp_path)[name]


@needs_a_network_of_its_own
def test_a_loopback_is_told_to_be_missing_with_what_was_seen(tmp_path: Path) -> None:
    found = missing_under(*NO_LOOPBACK, cwd=tmp_path)

    assert list(found) == [Facility.LOOPBACK, Facility.LOCALHOST, Facility.IPV6]
    assert found[Facility.LOOPBACK] == (
        "this machine has no IPv4 loopback (connecting to 127.0.0.1: Network is unreachable)"
    )


@needs_a_network_of_its_own
@pytest.mark.skipif(shutil.which("ip") is None, reason="`ip` makes a loopback of one address")
def test_one_address_is_loopback_enough(tmp_path: Path) -> None:
    one = "ip address add 127.0.0.1/32 dev lo && ip link set lo up && "
    one += 'ip address del 127.0.0.1/8 dev lo && exec "$@"'
    program = "from bluelet_spec.wire import loopback; print(loopback())"
    command = [*NO_LOOPBACK, "sh", "-c", one, "sh"]

    assert run(*command, sys.executable, "-c", program, cwd=tmp_path).stdout == "127.0.0.1\n"
    assert Facility.LOOPBACK not in missing_under(*command, cwd=tmp_path)


@pytest.mark.parametrize(
    "deed",
    [
        "signal.signal(signal.SIGCHLD, signal.SIG_IGN)",
        "signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM, signal.SIGINT})",
    ],
)
def test_what_is_inherited_of_signals_is_no_lack_of_the_machine(tmp_path: Path, deed: str) -> None:
    program = f"import os, signal, sys; {deed}; os.execvp(sys.argv[1], sys.argv[1:])"
    as_it_is = missing_under(cwd=tmp_path)

    assert missing_under(sys.executable, "-c", program, cwd=tmp_path) == as_it_is


def test_without_a_process_there_is_one_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def fork() -> NoReturn:
        raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    monkeypatch.setattr(os, "fork", fork)
    sentence = f"this machine starts no process ({os.strerror(errno.EAGAIN)})"

    assert machine.missing() == {"processes": sentence}
    found = Judge().judge(clauses()["null.returns-none"], REFERENCE)
    assert (found.verdict, found.detail) == ("blocked", f"not judged: {sentence}")


def test_what_gives_no_answer_is_missing_and_the_rest_is_tried(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def raises() -> NoReturn:
        raise OSError(errno.ENODEV, "no such\ndevice")

    attempts = {
        "waits": ("has none of one", signal.pause),
        "dies": ("has none of another", lambda: os._exit(1)),
        "raises": ("has no third", raises),
        "is there": ("has no fourth", lambda: None),
    }
    monkeypatch.setattr(machine, "_ATTEMPTS", attempts)
    monkeypatch.setattr(machine, "_PATIENCE", 0.5)

    assert machine.missing() == {
        "waits": "this machine has none of one (no answer)",
        "dies": "this machine has none of another (no answer)",
        "raises": "this machine has no third (no such device)",
    }


def test_nothing_is_left_behind() -> None:
    def state() -> object:
        return (
            sorted(os.listdir("/proc/self/fd")) if Path("/proc/self/fd").exists() else None,
            signal.getitimer(signal.ITIMER_REAL)[0] > 0,
            signal.pthread_sigmask(signal.SIG_BLOCK, ()),
            signal.getsignal(signal.SIGCHLD),
            processes.children(os.getpid()),
        )

    before = state()
    machine.missing()

    assert state() == before


def test_the_judge_gives_a_clause_no_more_time_than_the_machine_must_have() -> None:
    assert judge.CPU_SECONDS <= machine.CPU_SECONDS


# What comes of it.


@needs_a_network_of_its_own
def test_without_a_loopback_no_clause_fails_and_those_that_use_none_are_judged(
    tmp_path: Path,
) -> None:
    done = run(
        *NO_LOOPBACK,
        *PYTEST,
        *("--strict", "--report=out.json", "--write-expect=known.toml"),
        cwd=tmp_path,
    )

    [judged] = json.loads((tmp_path / "out.json").read_text())["implementations"]
    verdicts = {clause: found["verdict"] for clause, found in judged["clauses"].items()}
    unjudged = {id for id, clause in clauses().items() if facilities(clause) & NETWORK}
    assert verdicts == {id: "blocked" if id in unjudged else "pass" for id in clauses()}
    assert judged["conformant"] is False
    assert done.returncode == 1
    assert "no verdict on the whole" in done.stdout
    sentence = f"not judged: {len(unjudged)} clauses, for this machine has no IPv4 loopback ("
    assert done.stdout.count("this machine") == done.stdout.count(sentence) == 1
    assert "not met" not in done.stdout
    assert "[[expect]]" not in (tmp_path / "known.toml").read_text()


INHERITS = """
import os, signal, sys
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM, signal.SIGXCPU, signal.SIGCHLD})
os.execvp(sys.argv[1], sys.argv[1:])
"""


@pytest.mark.parametrize(
    ("entered_by", "lacks"),
    [
        ([sys.executable, "-c", INHERITS], ()),
        (limited("-n 64"), (Facility.CROWDS,)),
        (limited("-f 4000"), ()),
        (limited("-f 1000"), (Facility.TEMPORARY_FILES,)),
        (limited("-t 100"), ()),
        pytest.param(
            limited("-d 400000"),
            (Facility.MUCH_MEMORY,),
            marks=pytest.mark.skipif(sys.platform != "linux", reason="no such limit here"),
        ),
    ],
    ids=["signals", "descriptors", "files", "small files", "CPU time", "memory"],
)
def test_the_port_is_not_blamed_for_what_the_run_was_started_with(
    tmp_path: Path, entered_by: list[str], lacks: tuple[Facility, ...]
) -> None:
    done = run(*entered_by, *PYTEST, "--report=out.json", cwd=tmp_path)

    [judged] = json.loads((tmp_path / "out.json").read_text())["implementations"]
    verdicts = {clause: found["verdict"] for clause, found in judged["clauses"].items()}
    kept = {id for id, clause in clauses().items() if facilities(clause) & {*lacks}}
    assert {id for id, verdict in verdicts.items() if verdict != "pass"} <= kept, done.stdout


@pytest.fixture
def no_ipv6(monkeypatch: pytest.MonkeyPatch) -> str:
    """Have the machine be one without IPv6; return what is said of it."""
    sentence = "this machine has no IPv6 loopback (connecting to ::1: no such address)"
    monkeypatch.setattr(machine, "missing", lambda: {Facility.IPV6: sentence})
    monkeypatch.setattr(machine.missing, "cache_clear", lambda: None, raising=False)
    return sentence


def test_a_clause_is_told_to_be_kept_from_judgement_by_the_machine(no_ipv6: str) -> None:
    found = Judge().judge(clauses()["listener.over-ipv6"], REFERENCE)

    assert found.verdict == Verdict.BLOCKED
    assert found.detail == f"not judged: {no_ipv6}"
    assert found.hindrance == no_ipv6
    assert Judge().judge(clauses()["listener.port-in-use"], REFERENCE).verdict == "pass"


def kept(*ids: str, lack: str = "this machine has no loopback") -> list[Judgement]:
    """Return what becomes of clauses that the machine keeps from being judged."""
    return [
        Judgement(
            id, clauses()[id].level, Verdict.BLOCKED, 0.0, f"not judged: {lack}", blocker=lack
        )
        for id in ids
    ]


def test_what_is_not_judged_is_not_met_by_nobody() -> None:
    found = result()
    for judgement in kept("connect.gives-a-connection", "connect.refused"):
        found.add(judgement)

    total = len(clauses())
    assert found.headline(True) == f"no verdict on the whole, {total - 2} of {total} clauses judged"
    assert found.count(Level.MUST, Level.SHOULD).not_met == 0
    assert found.standing("connect") == found.standing("") == "2 not judged"
    assert found.hindrances() == ["not judged: 2 clauses, for this machine has no loopback"]
    assert not found.is_conformant(strict=False)
    for text in (markdown.render(Report([found], False)), page.render(Report([found], False))):
        assert text.count("not judged: 2 clauses, for this machine has no loopback") == 1
        assert "1 MUST" not in text


def test_one_that_fails_beside_them_is_told_alone() -> None:
    found = result(spawn_parent_first="fail")
    for judgement in kept("connect.gives-a-connection"):
        found.add(judgement)

    assert found.headline(True) == "NOT conformant: 1 SHOULD not met"
    assert found.standing("") == "1 SHOULD not met"


def test_a_choice_that_the_machine_leaves_none_keeps_nobody_from_being_conformant() -> None:
    found = result()
    for judgement in kept("connect.over-ipv6", "listener.over-ipv6"):
        found.add(judgement)

    assert found.headline(False) == "conformant"
    assert found.is_conformant(strict=True)
