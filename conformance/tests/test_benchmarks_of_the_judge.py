"""What compares two revisions of the judge: command lines, arithmetic, and what is told."""

from __future__ import annotations

import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import builds
import judging
import pytest
import verdicts
from comparing import LeftOut, Quantity, Result, Target, markdown, take_turns
from differences import AS_A_WHOLE, NOTHING, Comparison, Difference, differences
from measuring import TookTooLong, family, memory, run
from support import ROOT, saboteur

TIMED = (Quantity("time", "s", Target(0.5)), Quantity("CPU time", "s"))


def result(*rounds: dict[str, float], quantities: tuple[Quantity, ...] = TIMED[:1]) -> Result:
    """Return a result whose only quantity has these figures, for each round by build."""
    [quantity] = quantities
    figures = [
        {build: {quantity.name: figure} for build, figure in each.items()} for each in rounds
    ]
    return Result("cold", quantities, figures)


def judged(
    conformant: bool = True, findings: tuple[str, ...] = (), /, **clauses: tuple[str, str]
) -> dict[str, Any]:
    """Return a report on a port: for each clause the verdict, and the detail or choice."""
    named = {name.replace("_", ".", 1): each for name, each in clauses.items()}
    return {
        "conformant": conformant,
        "clauses": {
            clause: {"verdict": verdict, "detail": text if verdict != "pass" else "", "seconds": 1}
            for clause, (verdict, text) in named.items()
        },
        "choices": {clause: text for clause, (verdict, text) in named.items() if verdict == "pass"},
        "programs": {
            "programs": 2000,
            "findings": [{"clause": clause, "level": "MUST"} for clause in findings],
        },
    }


def of(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """Return what is told of two reports on a port."""
    return [f"{each.kind}: {each}" for each in differences("port", old, new)]


@pytest.mark.parametrize("script", [judging, verdicts])
def test_a_bad_revision_gets_one_sentence(script: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert script.main(["no-such-revision"]) == 2
    said = capsys.readouterr().err
    assert said.endswith(f": 'no-such-revision' is no revision of the repository {ROOT}\n")
    assert said.count("\n") == 1


def test_a_revision_that_looks_like_an_option_is_none() -> None:
    with pytest.raises(builds.NoBuild, match="no revision"):
        builds.commit("--all")
    assert len(builds.commit("HEAD")) == 40


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["HEAD", "lukewarm"], "there is no case 'lukewarm', but cold, warm, "),
        (["HEAD", "--only-new=lukewarm"], "there is no case 'lukewarm'"),
        (["HEAD", "--rounds=0"], "'0' is no number from 1 on"),
        (["HEAD", "--limit=soon"], "'soon' is no number from 1 on"),
        ([], "REVISION"),
    ],
)
def test_what_is_wrong_with_a_command_is_told(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        judging.main(arguments)
    assert ended.value.code == 2
    assert told in capsys.readouterr().err


def test_the_builds_have_turns_one_after_the_other() -> None:
    turns: list[tuple[str, int]] = []

    def measure(build: str, number: int) -> dict[str, float]:
        turns.append((build, number))
        if build == "old" and number == 1:
            raise LeftOut("it took more than 600 s")
        return {"time": 3.0}

    measured = Result("cold", TIMED[:1])
    take_turns(measured, 3, measure)
    assert turns == [("old", 0), ("new", 0), ("old", 1), ("new", 1), ("new", 2)]
    assert measured.left_out == {"old": "it took more than 600 s"}
    assert measured.median("new", "time") == 3.0


def test_the_ratio_is_the_median_of_those_of_the_rounds() -> None:
    slow_once = result({"old": 2, "new": 1}, {"old": 200, "new": 60}, {"old": 10, "new": 4})
    assert slow_once.ratio("time") == 0.4
    assert slow_once.median("old", "time") == 10
    assert result({"old": 2}, {"new": 2}).ratio("time") is None


def test_the_table_has_medians_ratios_and_targets() -> None:
    rate = (Quantity("rate", "/s", Target(2.5, is_lower=True)),)
    threads = (Quantity("time", "s", Target(40, is_ratio=False)),)
    more = (Quantity("time", "ms", Target(30, is_ratio=False), is_compared=False),)
    left_out = result({"new": 31.24}, quantities=threads)
    left_out.left_out["old"] = "it took more than 600 s"
    assert markdown(
        [
            result({"old": 22.0, "new": 7.7}),
            result({"old": 22.0, "new": 12.1}),
            result({"old": 800, "new": 2000}, quantities=rate),
            left_out,
            result({"old": -2.0, "new": 30.5}, quantities=more),
            result(),
        ]
    ) == (
        "| | old | new | new/old | target |\n"
        "| --- | ---: | ---: | ---: | ---: |\n"
        "| cold: time | 22 s | 7.7 s | 0.35 | ≤ 0.5, met |\n"
        "| cold: time | 22 s | 12.1 s | 0.55 | ≤ 0.5, **missed** |\n"
        "| cold: rate | 800 /s | 2,000 /s | 2.50 | ≥ 2.5, met |\n"
        "| cold: time | – | 31.24 s | – | ≤ 40 s, met |\n"
        "| cold: time | -2 ms | 30.5 ms | – | ≤ 30 ms, **missed** |\n"
        "| cold: time | – | – | – | ≤ 0.5 |\n"
        "\n- cold, old: it took more than 600 s."
    )


def test_programs_are_counted_by_the_time_of_their_items_alone(tmp_path: Path) -> None:
    report, items = tmp_path / "report.json", tmp_path / "items.xml"
    report.write_text('{"implementations": [{"programs": {"programs": 3000}}]}')
    items.write_text(
        '<testsuites><testsuite time="9"><testcase name="run.drives-root[reference]" time="4"/>'
        '<testcase name="programs[reference-1of2]" time="1"/>'
        '<testcase name="programs[reference-2of2]" time="0.5"/></testsuite></testsuites>'
    )
    assert judging.programs_a_second(report, items) == 2000
    report.write_text('{"implementations": [{}]}')
    with pytest.raises(LeftOut, match="no programs"):
        judging.programs_a_second(report, items)


def test_bytecode_of_ours_is_removed_and_that_of_packages_on_demand(tmp_path: Path) -> None:
    build = builds.Build("old", "0" * 40, tmp_path)
    ours, theirs = build.clone / "__pycache__" / "a.pyc", build.environment / "__pycache__"
    for compiled in (ours, theirs / "b.pyc", theirs / "b.cpython-311-pytest-8.3.0.pyc"):
        compiled.parent.mkdir(parents=True, exist_ok=True)
        compiled.touch()
    judging.remove_bytecode(build, of_packages=False)
    assert [path.name for path in tmp_path.rglob("*.pyc")] == ["b.pyc"]
    judging.remove_bytecode(build, of_packages=True)
    assert not list(tmp_path.rglob("*.pyc"))


def test_a_command_that_fails_has_no_figure(tmp_path: Path) -> None:
    build = builds.Build("old", "0" * 40, tmp_path)
    build.clone.mkdir()
    command = Path(build.pytest)
    command.parent.mkdir(parents=True)
    command.write_text("#!/bin/sh\necho this; echo that\nexit 4\n")
    command.chmod(0o700)
    with pytest.raises(LeftOut, match="it ended with status 4, and said last: that"):
        judging.Turn(build, limit=60).cold()


def script(tmp_path: Path, text: str) -> list[str]:
    (tmp_path / "script.py").write_text(text)
    return [sys.executable, str(tmp_path / "script.py")]


COSTS = """
import os, time
held = bytearray(os.urandom(30_000_000))
child = os.fork()
began = time.process_time()
while time.process_time() < began + 0.2 or not os.path.exists("both were seen"):
    pass
if child:
    print("done", os.waitpid(child, 0)[1])
"""


def test_the_cost_of_a_command_is_that_of_all_its_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sample(pid: int) -> dict[str, int]:
        are_both_there = len(family(pid)) == 2
        sizes = memory(pid)
        if are_both_there:
            (tmp_path / "both were seen").touch()
        return sizes

    monkeypatch.setattr("measuring.memory", sample)
    cost = run(script(tmp_path, COSTS), tmp_path, dict(os.environ), limit=60, sampled=True)
    assert (cost.status, cost.output) == (0, "done 0\n")
    assert cost.cpu_seconds >= 0.4
    assert cost.rss >= 60_000_000, "what they share counts for both"
    assert 30_000_000 <= cost.pss < cost.rss


def test_what_is_not_sampled_has_no_memory(tmp_path: Path) -> None:
    cost = run(["sh", "-c", "echo said; kill -9 $$"], tmp_path, {}, limit=60)
    assert (cost.status, cost.output, cost.pss, cost.rss) == (-signal.SIGKILL, "said\n", 0, 0)


DEAF = """
import os, signal, time
signal.signal(signal.SIGINT, signal.SIG_IGN)
if not os.fork():
    os.setsid()
time.sleep(600)
"""


def test_a_command_that_takes_too_long_is_ended_with_all_that_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("measuring._GRACE", 0.1)
    command = script(tmp_path, DEAF)
    with pytest.raises(TookTooLong, match="it took more than 1 s"):
        run(command, tmp_path, dict(os.environ), limit=1)
    until = time.monotonic() + 10  # Whoever inherits them has to be told that they have ended.
    while running(command[-1]) and time.monotonic() < until:
        time.sleep(0.01)
    assert running(command[-1]) == []


def running(name: str) -> list[str]:
    """Return the numbers of the processes whose command names a file."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if name.encode() in (process / "cmdline").read_bytes():
                found.append(process.name)
    return found


def test_reports_that_say_the_same_are_alike() -> None:
    report = judged(False, ("kill.ready",), join_twice=("fail", "1 == 2"), spawn_value=("pass", ""))
    slower = judged(False, ("kill.ready",), join_twice=("fail", "1 == 2"), spawn_value=("pass", ""))
    slower["clauses"]["join.twice"]["seconds"] = 9
    slower["programs"]["programs"] = 1000
    assert of(report, slower) == []


def test_differences_of_each_kind_are_told() -> None:
    old = judged(
        True,
        ("kill.ready", "kill.itself"),
        join_twice=("fail", "1 == 2"),
        join_returns=("hang", "still waiting"),
        spawn_value=("pass", "None"),
    )
    new = judged(
        False,
        ("kill.itself", "end.value"),
        join_twice=("fail", "2 == 1"),
        join_returns=("spin", "still computing"),
        spawn_value=("pass", "the generator"),
    )
    assert of(old, new) == [
        f"verdict: port  {AS_A_WHOLE}: conformant → not conformant",
        "verdict: port  join.returns: hang → spin",
        "detail: port  join.twice: 1 == 2 → 2 == 1",
        "choice: port  spawn.value: None → the generator",
        f"finding: port  kill.ready: MUST → {NOTHING}",
        f"finding: port  end.value: {NOTHING} → MUST",
    ]


def test_a_clause_that_only_one_of_the_two_has_is_told_once() -> None:
    comparison = Comparison()
    for port in ("one", "other"):
        comparison.add(port, judged(join_old=("pass", "")), judged(join_new=("pass", "")))
    assert str(comparison) == (
        "verdicts:\n"
        "  every port  join.new: nothing → judged\n"
        "  every port  join.old: judged → nothing\n\n"
        "2 ports compared, with 2 verdicts; "
        "different: 2 verdicts, 0 details, 0 choices, 0 findings of programs"
    )
    assert not comparison.is_clean


def test_only_what_was_compared_and_is_alike_is_clean() -> None:
    comparison = Comparison()
    assert not comparison.is_clean
    comparison.add("one", judged(), judged())
    assert comparison.is_clean
    comparison.not_compared.append("other: the new build has no report, exit status 3")
    assert not comparison.is_clean
    assert "not compared:\n  other: the new build" in str(comparison)


def test_ports_are_named_by_their_names_or_files(tmp_path: Path) -> None:
    path = saboteur("join_raises")
    named = str(path.relative_to(ROOT))
    assert verdicts.chosen(["bluelet", "join_raises", str(path)]) == ["bluelet", named]
    (tmp_path / "port.py").touch()
    assert verdicts.chosen([str(tmp_path / "port.py")]) == [str(tmp_path / "port.py")]
    assert {*verdicts.OTHERS, named} < set(verdicts.chosen([]))
    with pytest.raises(builds.NoBuild, match="'nobody' is neither a saboteur of HEAD, nor"):
        verdicts.chosen(["nobody"])


def test_saboteurs_are_judged_several_at_once_and_others_alone() -> None:
    saboteurs = [f"{verdicts.SABOTEURS}run/{number}.py" for number in range(13)]
    first, second, several, rest = verdicts.batches(["reference", *saboteurs, "bluelet"])
    assert (first, second) == (["reference"], ["bluelet"])
    assert (several, rest) == (saboteurs[:12], saboteurs[12:])


FAKE = """#!{python}
import json, sys
given = [argument.partition("=") for argument in sys.argv if argument.startswith("--")]
ports = [value for option, _, value in given if option == "--impl"]
if any(port.endswith("crashes.py") for port in ports):
    print("worker gone")
    sys.exit(3)
[report] = [value for option, _, value in given if option == "--report"]
clauses = {{"join.twice": {{"verdict": "fail", "detail": "at {folder}/clone/join.py"}}}}
judged = [
    {{"name": port, "conformant": False, "clauses": clauses, "choices": {{}}}} for port in ports
]
open(report, "w").write(json.dumps({{"implementations": judged}}))
sys.exit(1)
"""


def suite(folder: Path, fake: str) -> verdicts.Suite:
    """Return a suite whose pytest is a script, that crashes where a port's name says so."""
    build = builds.Build(folder.name, "0" * 40, folder)
    pytest = Path(build.pytest)
    pytest.parent.mkdir(parents=True)
    pytest.write_text(fake.format(python=sys.executable, folder=folder))
    pytest.chmod(0o700)
    (folder.parent / "new" / "clone" / "conformance" / "ports" / "tinybluelet" / "src").mkdir(
        parents=True, exist_ok=True
    )
    return verdicts.Suite(build, folder.parent / "new" / "clone", limit=60)


def test_a_crash_costs_one_port_and_not_the_comparison(tmp_path: Path) -> None:
    good, crashes = f"{verdicts.SABOTEURS}run/good.py", f"{verdicts.SABOTEURS}run/crashes.py"
    never_crashes = FAKE.replace("crashes.py", "never")
    suites = [suite(tmp_path / "old", never_crashes), suite(tmp_path / "new", FAKE)]
    comparison = Comparison()
    verdicts.compare(comparison, [good, crashes], suites)
    assert (comparison.ports, comparison.found) == (1, [])
    assert comparison.not_compared == [
        f"{crashes}: the new build has no report, exit status 3, and last: worker gone"
    ]


def test_what_a_report_says_of_its_build_is_alike_but_nothing_else(tmp_path: Path) -> None:
    other = FAKE.replace('"fail"', '"hang"')
    comparison = Comparison()
    verdicts.compare(
        comparison, ["reference"], [suite(tmp_path / "old", FAKE), suite(tmp_path / "new", other)]
    )
    assert comparison.found == [Difference("verdict", "reference", "join.twice", "fail", "hang")]
