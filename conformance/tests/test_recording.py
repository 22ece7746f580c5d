"""The file of known failures that a run writes."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any

import pytest
from bluelet_conformance.expectations import BadExpectations, parse
from bluelet_conformance.expectations.recording import TODO, Outcome, merged
from bluelet_conformance.judging.verdicts import Judgement
from bluelet_spec import clauses
from support import Port, Run

FILE = Path("port.toml")
BOTH_RUN, WAITS, EARLY = "spawn.both-run", "join.waits", "sleep.never-early"
LAZY_SLEEP = "from bluelet_reference import null as _null\ndef sleep(duration): return _null()\n"

KEPT = """\
# What is known of the port.

# It polls.
[[expect]]
clause = "join.waits"   # since 1.0
verdict = 'spin'
reason = \"\"\"
it polls,
as "verdict = 'fail'" says\"\"\"
link = "https://example.org/1"

# Sleeping.

[[expect]]
clause = "sleep.never-early"
verdict = "fail" # on every system
reason = "it is lazy"

[[unsupported]]
chapter = "files"
reason = "sockets only"
"""


def judged(clause: str, verdict: str, detail: str = "", **more: Any) -> Judgement:
    return Judgement(clause, clauses()[clause].level, verdict, 0.1, detail, **more)


def entries(outcome: Outcome) -> list[dict[str, str]]:
    parse(outcome.text, FILE)
    found: list[dict[str, str]] = tomllib.loads(outcome.text)["expect"]
    return found


def test_what_is_not_met_is_written_in_the_order_of_the_specification() -> None:
    outcome = merged(
        "# A port.\n",
        [
            judged(EARLY, "fail", "assert 0.1 >= 0.2\n  At index 0"),
            judged(WAITS, "blocked", "presupposes spawn.both-run, whose verdict is crash"),
            judged(BOTH_RUN, "crash", "killed"),
            judged("null.returns-none", "pass"),
            judged("files.write-arrives", "unsupported", "declared so"),
            judged("spawn.value", "fail", "chose 1"),
            judged("join.order-of-joiners", "blocked", "presupposes join.waits, whose"),
        ],
        FILE,
    )
    assert outcome.text == (
        "# A port.\n"
        "\n"
        "# seen: killed\n"
        "[[expect]]\n"
        'clause = "spawn.both-run"\n'
        'verdict = "crash"\n'
        f'reason = "{TODO}"\n'
        "\n"
        "# seen: chose 1\n"
        "[[expect]]\n"
        'clause = "spawn.value"\n'
        'verdict = "fail"\n'
        f'reason = "{TODO}"\n'
        "\n"
        "[[expect]]\n"
        'clause = "join.waits"\n'
        'verdict = "blocked"\n'
        'reason = "presupposes spawn.both-run"\n'
        "\n"
        "# seen: assert 0.1 >= 0.2\n"
        "[[expect]]\n"
        'clause = "sleep.never-early"\n'
        'verdict = "fail"\n'
        f'reason = "{TODO}"\n'
    )
    assert outcome.added == [BOTH_RUN, "spawn.value", WAITS, EARLY]
    assert outcome.unfilled == 3
    entries(outcome)


@pytest.mark.parametrize("text", ["", KEPT, KEPT.rstrip("\n"), "# Nothing.\n\n\n", "\n\n" + KEPT])
def test_what_still_holds_or_was_not_judged_stays_as_it_is(text: str) -> None:
    assert merged(text, [], FILE).text == text
    same = [judged(WAITS, "spin"), judged(EARLY, "fail"), judged("files.write-arrives", "fail")]
    if text.strip().endswith('only"'):
        assert merged(text, [*same[:2], judged("null.returns-none", "pass")], FILE).text == text


def test_a_program_stays_whatever_becomes_of_its_clause() -> None:
    text = KEPT + (
        "\n[[program]]\n"
        'clause = "join.several-joiners"\n'
        'program = \'{"root": [["spawn", "a"], ["join", "a"]], "a": [["null"]]}\'\n'
        'reason = "it polls"\n'
    )

    assert merged(text, [judged("join.several-joiners", "pass")], FILE).text == text


def test_an_entry_goes_when_its_clause_is_met() -> None:
    outcome = merged(KEPT, [judged(WAITS, "pass")], FILE)
    assert outcome.dropped == [WAITS]
    assert outcome.text == (
        "# What is known of the port.\n\n# Sleeping.\n\n" + KEPT.split("# Sleeping.\n\n")[1]
    )
    outcome = merged(KEPT, [judged(WAITS, "pass"), judged(EARLY, "pass")], FILE)
    assert "# Sleeping.\n" in outcome.text
    assert not parse(outcome.text, FILE).verdicts


def test_an_entry_goes_when_its_clause_does_not_bind_the_port() -> None:
    text = '[[expect]]\nclause = "files.write-arrives"\nverdict = "fail"\nreason = "no `write`"\n'
    unsupported = judged("files.write-arrives", "unsupported", lacks="`write`")

    outcome = merged(text, [unsupported], Path("expect.toml"))

    assert outcome.dropped == ["files.write-arrives"]
    assert outcome.entries == 0


def test_another_verdict_changes_only_that() -> None:
    outcome = merged(KEPT, [judged(WAITS, "hang", "waits"), judged(EARLY, "hang", "waits")], FILE)
    assert outcome.changed == [f"{WAITS}, spin before, is hang", f"{EARLY}, fail before, is hang"]
    before, after = KEPT.splitlines(), outcome.text.splitlines()
    assert [line for line in before if line not in after] == [
        "verdict = 'spin'",
        'verdict = "fail" # on every system',
    ]
    assert [line for line in after if line not in before] == [
        "# seen: waits",
        'verdict = "hang"',
        "# seen: waits",
        'verdict = "hang" # on every system',
    ]


def test_what_the_file_begins_with_is_about_the_file() -> None:
    text = "# About the port." + KEPT.partition("port.\n")[2].replace("\n# It polls.", "", 1)
    assert text.startswith("# About the port.\n[[expect]]")
    outcome = merged(text, [judged(WAITS, "pass"), judged("run.returns-none", "fail")], FILE)
    assert outcome.text.startswith("# About the port.\n")


def test_an_entry_that_is_written_in_another_way_is_written_anew() -> None:
    text = KEPT.replace("verdict = 'spin'", '"verdict" = "spin"')
    outcome = merged(text, [judged(WAITS, "hang", "waits")], FILE)
    before, after = parse(text, FILE), parse(outcome.text, FILE)
    assert after.verdicts == {**before.verdicts, WAITS: "hang"}
    assert entries(outcome)[0]["link"] == "https://example.org/1"
    assert "# It polls.\n" in outcome.text


def test_a_reason_of_ours_changes_with_the_verdict_and_what_was_seen() -> None:
    text = merged("", [judged(WAITS, "fail", "no luck")], FILE).text
    blocked = judged(WAITS, "blocked", "presupposes spawn.both-run, whose verdict is fail")
    outcome = merged(text, [blocked], FILE)
    assert "seen" not in outcome.text
    assert entries(outcome)[0]["reason"] == "presupposes spawn.both-run"
    assert merged(outcome.text, [judged(WAITS, "fail", "no luck")], FILE).text == text


def test_new_entries_take_their_places_among_those_that_are_there() -> None:
    new = [judged(clause, "fail") for clause in ("run.drives-root", BOTH_RUN, "kill.sleeping")]
    outcome = merged(KEPT, new, FILE)
    found = [entry["clause"] for entry in entries(outcome)]
    assert found == ["run.drives-root", BOTH_RUN, WAITS, "kill.sleeping", EARLY]
    assert "\n\n\n" not in outcome.text
    assert [line for line in KEPT.splitlines() if line not in outcome.text.splitlines()] == []


def test_an_entry_for_other_versions_stays_and_leaves_room_for_one_for_this() -> None:
    text = KEPT.replace("https://example.org/1", "x").replace(
        'reason = "it is lazy"', 'reason = "it is lazy"\npython = "<3"'
    )
    assert merged(text, [judged(EARLY, "pass")], FILE).text == text
    outcome = merged(text, [judged(EARLY, "hang")], FILE)
    assert outcome.text.startswith(text.partition("\n[[unsupported]]")[0])
    assert [entry.get("python", "")[:3] for entry in entries(outcome)] == ["", "<3", "==3"]
    assert parse(outcome.text, FILE).verdicts[EARLY] == "hang"


def test_a_counterexample_is_pinned_and_kept_up_to_date() -> None:
    everything = "sendall.sends-everything"
    first = judged(everything, "fail", counterexample="sizes=[1]")
    outcome = merged("", [first], FILE)
    assert parse(outcome.text, FILE).counterexamples == {everything: {"sizes": [1]}}
    assert merged(outcome.text, [judged(everything, "fail")], FILE).text == outcome.text
    assert merged(outcome.text, [first], FILE).text == outcome.text
    second = judged(everything, "fail", counterexample="sizes=[2]")
    other = merged(outcome.text, [second], FILE)
    assert parse(other.text, FILE).counterexamples == {everything: {"sizes": [2]}}
    bare = outcome.text.replace('counterexample = "sizes=[1]"\n', "")
    assert entries(merged(bare, [first], FILE)) == entries(outcome)


@pytest.mark.parametrize(
    "odd", ['"', "\\", "a\nb", "\t\x00\x1f\x7f\x85", "…é𝔘\u2028", "\ud800", '"""', "# [[expect]]"]
)
def test_whatever_was_seen_or_drawn_can_be_written(odd: str) -> None:
    everything, text = "sendall.sends-everything", ""
    drawn = f"sizes=[{odd!r}]"
    for detail in (odd, f"{odd} twice"):
        outcome = merged(text, [judged(everything, "fail", detail, counterexample=drawn)], FILE)
        text = outcome.text
        assert text.encode()
        assert parse(text, FILE).counterexamples == {everything: {"sizes": [odd]}}
        text = text.replace('"fail"', '"hang"')  # So that it is written once more.


@pytest.mark.parametrize(
    "text",
    [
        'expect = [{clause = "join.waits", verdict = "spin", reason = "r"}]\n',
        '[[ \'expect\' ]]\nclause = "join.waits"\nverdict = "spin"\nreason = "r"\n',
        KEPT + '\n[[expect]]\nclause = "run.returns-none"\nverdict = "fail"\n'
        'reason = """\n[[expect]]\nclause = "null.returns-none"\n"""\n',
    ],
)
def test_a_file_that_cannot_be_added_to_is_refused(text: str) -> None:
    parse(text, FILE)
    with pytest.raises(BadExpectations, match="cannot be added to: write each entry as"):
        merged(text, [], FILE)


# On the command line.


def test_a_file_that_a_run_writes_is_what_the_next_one_expects(
    suite: Run, port: Port, tmp_path: Path
) -> None:
    command = (port(LAZY_SLEEP), "sleep", "null", "--strict")
    done = suite(*command, "--write-expect=port.toml")
    assert done.returncode == 1
    text = (tmp_path / "port.toml").read_text()
    assert "pytest --pyargs bluelet_conformance --impl=port.py --strict --expect port.toml" in text
    assert "# seen: assert " in text
    count = text.count("[[expect]]")
    assert f"known failures: port.toml written, {count} entries, {count} of them new" in done.stdout
    assert "not judged, and left as they were: " in done.stdout
    done = suite(*command, "--expect=port.toml")
    assert done.returncode == 0, done.stdout
    done = suite(*command, "--expect=port.toml", "--write-expect=port.toml")
    assert (tmp_path / "port.toml").read_text() == text
    assert "0 of them new" in done.stdout


def test_a_counterexample_that_a_run_writes_is_replayed_by_the_next(
    suite: Run, port: Port, tmp_path: Path
) -> None:
    short = (
        "from bluelet_reference import Connection as _Connection\n"
        "class Connection(_Connection):\n"
        "    def sendall(self, data): return super().sendall(data[:100])\n"
    )
    command = (port(short), "sendall.sends-everything")
    suite(*command, "--write-expect=port.toml")
    text = (tmp_path / "port.toml").read_text()
    assert 'counterexample = "sizes=[101]"\n' in text
    (tmp_path / "port.toml").write_text(text.replace("[101]", "[105]"))
    suite(*command, "--write-expect=port.toml")
    assert 'counterexample = "sizes=[105]"\n' in (tmp_path / "port.toml").read_text()


def test_the_ends_of_lines_stay_what_they_are(suite: Run, tmp_path: Path) -> None:
    (tmp_path / "port.toml").write_bytes(KEPT.replace("\n", "\r\n").encode())
    suite(EARLY, "--write-expect=port.toml")
    written = (tmp_path / "port.toml").read_bytes()
    assert EARLY.encode() not in written
    assert written.count(b"\n") == written.count(b"\r\n") > 0


def test_what_is_met_now_goes_and_is_named(suite: Run, tmp_path: Path) -> None:
    (tmp_path / "port.toml").write_text(KEPT)
    (tmp_path / "port.toml").chmod(0o640)
    done = suite(EARLY, "--write-expect=port.toml")
    assert done.returncode == 0, done.stdout
    assert f"  met now, and no longer there: {EARLY}\n" in done.stdout
    text = (tmp_path / "port.toml").read_text()
    assert EARLY not in text
    assert WAITS in text
    assert (tmp_path / "port.toml").stat().st_mode & 0o777 == 0o640
    assert os.listdir(tmp_path) == ["port.toml"]


def test_a_port_that_meets_everything_gets_a_file_too(suite: Run, tmp_path: Path) -> None:
    suite("null", "--write-expect=port.toml")
    assert parse((tmp_path / "port.toml").read_text(), FILE).verdicts == {}
    assert suite("null", "--expect=port.toml").returncode == 0


def test_what_the_file_declares_unsupported_is_not_judged(suite: Run, tmp_path: Path) -> None:
    (tmp_path / "port.toml").write_text(KEPT)
    done = suite("files.write-arrives", "null.returns-none", "--write-expect=port.toml")
    assert "1 passed, 1 unsupported" in done.stdout
    assert (tmp_path / "port.toml").read_text() == KEPT


def test_workers_leave_it_to_the_controller(suite: Run, port: Port, tmp_path: Path) -> None:
    pytest.importorskip("xdist")
    command = (port(LAZY_SLEEP), "sleep", "null", "--strict")
    suite(*command, "--write-expect=one.toml")
    done = suite(*command, "--write-expect=two.toml", "-n2")
    assert done.stdout.count("known failures: two.toml written") == 1
    one, two = (tmp_path / "one.toml").read_text(), (tmp_path / "two.toml").read_text()
    assert two.replace("two.toml", "one.toml") == one


def test_a_run_that_is_interrupted_writes_nothing(suite: Run, port: Port, tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(
        "def pytest_runtest_logreport(report):\n"
        "    if report.when == 'call': raise KeyboardInterrupt\n"
    )
    done = suite(
        port(LAZY_SLEEP), EARLY, "--write-expect=port.toml", "--rootdir=.", "-p", "conftest"
    )
    assert done.returncode == 2, done.stdout
    assert "port.toml NOT written, for the run did not come to its end" in done.stdout
    assert not (tmp_path / "port.toml").exists()


def test_a_file_that_cannot_be_written_is_told(suite: Run, port: Port, tmp_path: Path) -> None:
    (tmp_path / "gone").mkdir()
    takes_it_away = "import os\nif os.path.isdir('gone'): os.rmdir('gone')\n"
    done = suite(port(LAZY_SLEEP + takes_it_away), EARLY, "--write-expect=gone/port.toml")
    assert done.returncode == 4
    assert "port.toml NOT written, No such file or directory" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--write-expect=bad.toml"], "bad.toml, entry 1: the specification has no clause"),
        (["--write-expect=."], "--write-expect=.: that is a directory; name a file."),
        (["--write-expect=no/file.toml"], "no/file.toml: there is no directory no."),
        (
            ["--write-expect=one.toml", "--expect=two.toml"],
            "--write-expect=one.toml: it is there already, and is not two.toml.",
        ),
        (
            ["--write-expect=new.toml", "--impl=reference", "--impl=bluelet_reference"],
            "--write-expect goes with one --impl",
        ),
    ],
)
def test_a_mistake_is_answered_before_anything_runs(
    suite: Run, tmp_path: Path, arguments: list[str], message: str
) -> None:
    (tmp_path / "bad.toml").write_text('[[expect]]\nclause = "x"\nverdict = "fail"\nreason = "r"\n')
    for name in ("one.toml", "two.toml"):
        (tmp_path / name).write_text("")
    done = suite("null", *arguments)
    assert done.returncode == 4
    assert message in done.stderr
    assert not (tmp_path / "new.toml").exists()
