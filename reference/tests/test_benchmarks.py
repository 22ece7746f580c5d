"""The benchmarks' arithmetic: whose turn it is, what is compared with what, how it is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from benchmarks import pairing, plots, table
from benchmarks.__main__ import joined
from benchmarks.cases import PEERS, Case, LeftOut
from benchmarks.pairing import Result, Spread, compare, spread, turns
from benchmarks.peers import Laps
from benchmarks.table import BEGIN, END, into_readme, markdown, number


@pytest.fixture(autouse=True)
def _all_are_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pairing, "missing", lambda peer: None)


def result(*rounds: dict[str, float]) -> Result:
    return Result("switch", "a turn", "/s", "threads", 10, list(rounds))


def test_each_peer_has_one_turn_a_round_and_each_begins_once() -> None:
    peers = ["a", "b", "c"]
    orders = [turns(peers, number) for number in range(3)]
    assert orders == [["a", "b", "c"], ["b", "c", "a"], ["c", "a", "b"]]
    assert turns(peers, 3) == peers
    assert turns([], 1) == []


def test_half_of_the_figures_lie_within_the_spread() -> None:
    assert spread([5, 1, 3, 2, 4]) == Spread(2, 3, 4)
    assert spread([7]) == Spread(7, 7, 7)
    assert spread([]) is None


def test_ratios_are_of_figures_of_the_same_round() -> None:
    slow_and_fast = result(
        {"reference": 2, "asyncio": 1},
        {"reference": 200, "asyncio": 100},
        {"reference": 20, "asyncio": 10},
    )
    assert slow_and_fast.ratio("asyncio") == Spread(2, 2, 2)
    assert slow_and_fast.figures("asyncio") == Spread(5.5, 10, 55)


def test_a_round_that_one_of_the_two_has_no_figure_for_is_not_compared() -> None:
    gaps = result({"reference": 2}, {"asyncio": 3}, {"reference": 8, "asyncio": 2})
    assert gaps.ratio("asyncio") == Spread(4, 4, 4)
    assert gaps.ratio("trio") is None
    assert gaps.figures("trio") is None


def test_who_is_left_out_has_no_turn_any_more_and_the_others_go_on() -> None:
    measured: list[str] = []

    def measure(peer: str, size: int, seconds: float) -> float:
        measured.append(peer)
        if peer == "asyncio":
            raise LeftOut("it cannot")
        return size * seconds

    case = Case("switch", "a turn", "/s", (10,), "threads", ("reference", "asyncio"), measure)
    got = compare(case, 10, case.peers, rounds=2, seconds=0.5)
    assert measured == ["reference", "asyncio", "reference"]
    assert got.rounds == [{"reference": 5.0}, {"reference": 5.0}]
    assert got.left_out == {"asyncio": "it cannot"}


def test_a_result_survives_json() -> None:
    before = result({"reference": 2, "asyncio": 1})
    assert Result(**json.loads(json.dumps(before.as_json()))) == before


@pytest.mark.parametrize(
    ("figure", "text"),
    [
        (0.0123, "0.012"),
        (0.5, "0.50"),
        (9.999, "10.0"),
        (12.34, "12.3"),
        (999.4, "999"),
        (999.9, "1.00 k"),
        (1_845_000, "1.84 M"),
    ],
)
def test_numbers_have_three_digits(figure: float, text: str) -> None:
    assert number(figure) == text


def test_the_table_goes_between_the_marks_and_replaces_what_was_there(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", encoding="utf-8")
    record = {
        "machine": dict.fromkeys(("processor", "cores", "kernel", "python"), "x") | {"peers": {}},
        "rounds": 1,
        "seconds": 1.0,
        "results": [result({"reference": 2e6, "asyncio": 1e6}).as_json()],
    }
    into_readme(readme, markdown(record))
    text = readme.read_text(encoding="utf-8")
    assert text.startswith(f"before\n{BEGIN}\n")
    assert text.endswith(f"{END}\nafter\n")
    assert "old" not in text
    assert "| asyncio | 1.00 M<br>**×2.00** (2.00–2.00) |" in text

    readme.write_text("no marks", encoding="utf-8")
    with pytest.raises(ValueError, match="no place"):
        into_readme(readme, "text")
    assert table.BEGIN not in readme.read_text(encoding="utf-8")


def test_each_peer_has_a_colour_of_its_own() -> None:
    assert plots.COLOURS.keys() == set(PEERS)
    assert len(set(plots.COLOURS.values())) == len(PEERS)


def test_records_of_several_runs_are_shown_as_one() -> None:
    machine: dict[str, object] = dict.fromkeys(("processor", "cores", "kernel", "python"), "x") | {
        "peers": {}
    }
    results = [result({"reference": 2.0}).as_json()]
    record = {"machine": machine, "rounds": 5, "seconds": 0.5, "results": results}
    whole = joined([record, {**record, "rounds": 3}])
    assert whole["results"] == results * 2
    assert "3 to 5 rounds, of 0.5 s each turn." in markdown(whole)
    with pytest.raises(ValueError, match="different machines"):
        joined([record, {**record, "machine": {}}])


def test_laps_to_warm_up_are_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each lap takes a second of a clock of our own, so the rate is one a second."""
    now = 0.0
    monkeypatch.setattr("benchmarks.peers.perf_counter", lambda: now)
    laps = Laps(10)
    for lap in laps:
        now += len(lap)
    assert laps.rate == 1
    assert 12 <= now <= 13
