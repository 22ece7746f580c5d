"""A choice is told only if an implementation takes it each time."""

from pathlib import Path

import pytest
from bluelet_spec import UNSTEADY
from support import Port, attempt, reference

FIRST_COLD = """\
from itertools import count
_calls = count()
def choose(): return next(_calls) == 0
"""

BY_A_COIN = """\
import os
def choose(): return os.urandom(1)[0] < 128
"""

BY_THE_ORDER_OF_A_SET = """\
class Thing: pass
def choose():
    one, other = Thing(), Thing()
    return next(iter({one, other})) is one
"""

ALWAYS = "def choose(): return True\n"

CHOOSING = """\
import bluelet_reference as _own
def run(coro):
    global _chosen
    _chosen = choose()
    return _own.run(coro)
def spawn(coro):
    def then(event):
        yield event
        yield end("something else" if _chosen else None)
    return then(_own.spawn(coro))
"""
"""The reference, but what `yield spawn(…)` gives, which is left open, is chosen in each run."""


@pytest.mark.parametrize(
    ("lines", "choice"),
    [
        (BY_A_COIN, UNSTEADY),
        (BY_THE_ORDER_OF_A_SET, UNSTEADY),
        (FIRST_COLD, "None"),
        (ALWAYS, "something else"),
    ],
    ids=["a coin", "a set", "the first time alone", "always"],
)
def test_a_choice_is_the_same_in_several_tries(
    port: Port, tmp_path: Path, lines: str, choice: str
) -> None:
    port(lines + CHOOSING)

    judgement = attempt("spawn.value", tmp_path / "port.py")

    assert judgement.verdict == "pass", judgement.detail
    assert judgement.choice == choice
    seen = "now one, now another: None; something else"
    assert judgement.detail == (seen if choice == UNSTEADY else "")


def test_a_choice_is_tried_within_the_time_that_a_clause_has() -> None:
    assert attempt("sleep.interval-begins", reference()).seconds < 2
