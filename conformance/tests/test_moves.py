"""The table of moves between a thread's states is what the model does, no more and no less."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import bluelet_reference
import pytest
from bluelet_spec import Level, clauses
from bluelet_spec.model import exercising, transfers
from bluelet_spec.model.following import Follower
from bluelet_spec.model.moves import MOVES, State
from bluelet_spec.model.rules import RULES
from bluelet_spec.model.state import Departure, Thread, Unspecified, in_force
from bluelet_spec.programs.drawing import rescued
from bluelet_spec.programs.language import Join, Program
from bluelet_spec.programs.running import ERROR, Observation, observe

SETTINGS = [in_force(Level.MUST, Level.SHOULD), in_force(Level.MUST)]

LIST = [(*states, maker) for states, makers in MOVES.items() for maker in makers]


OTHERS = [(Program.of(root=[Join("root")]), Observation([("root", 0, "begins")], ERROR))]
"""What other bluelets show that conform."""


class Watched(Follower):
    """Follows a run, and knows at any moment what makes the moves."""

    makers: list[str]

    def __init__(self, *arguments: Any) -> None:
        self.makers = []
        super().__init__(*arguments)

    def by(self, maker: str, step: Callable[..., None], *arguments: Any) -> None:
        self.makers.append(maker)
        step(*arguments)
        self.makers.pop()

    def carry_out(self, thread: Thread, statement: Any) -> None:
        self.by(RULES[type(statement)].__name__, super().carry_out, thread, statement)

    def close_connection(self, name: str) -> None:
        self.by(transfers.close.__name__, super().close_connection, name)

    def look_what_has_come(self) -> None:
        self.by("look", super().look_what_has_come)

    def act(self, *arguments: Any) -> None:
        self.by("turn", super().act, *arguments)

    def returned(self, *arguments: Any) -> None:
        self.by("return", super().returned, *arguments)

    def failed(self, *arguments: Any) -> None:
        self.by("failure", super().failed, *arguments)

    def close_what_is_left(self) -> None:
        self.by("run", super().close_what_is_left)


def moves_of(
    programs: list[Program], monkeypatch: pytest.MonkeyPatch
) -> set[tuple[State, State, str]]:
    """Return the moves that the model makes as it follows programs, and what makes each."""
    made: set[tuple[State, State, str]] = set()
    enter = Thread.enter

    def noted(thread: Thread, state: State) -> None:
        made.add((thread.state, state, run.makers[-1]))
        enter(thread, state)

    monkeypatch.setattr(Thread, "enter", noted)
    whole = map(rescued, programs)
    runs = [(each, observe(bluelet_reference, each, Observation())) for each in whole]
    for program, seen in [*runs, *OTHERS]:
        for setting in SETTINGS:
            run = Watched(program, seen, setting)
            with suppress(Departure, Unspecified):
                run.follow()
            run.leave()
    return made


def test_small_programs_make_every_move_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    assert sorted(moves_of(list(exercising.small_programs()), monkeypatch)) == sorted(LIST)


def test_a_move_that_is_not_in_the_table_is_an_error() -> None:
    thread = Thread(["root"], State.OVER)
    with pytest.raises(LookupError, match="no thread that is over can come to be ready"):
        thread.enter(State.READY)


def test_each_move_is_by_a_clause() -> None:
    for (_, state), makers in MOVES.items():
        for clause in makers.values():
            assert clause in clauses()
            # What a MUST says is always in force, so by that nobody comes adrift.
            assert state is not State.ADRIFT or clauses()[clause].level != Level.MUST
