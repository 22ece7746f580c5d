"""All that may come next in a run.

The model follows a trace and makes none. So it is asked about each entry that there could be, which
are not many: of so many statements each can give or raise only what the program has in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bluelet_spec import model
from bluelet_spec.programs.language import ROOT, End, Program, Raise, Return, within
from bluelet_spec.programs.running import (
    BEGINS,
    BLOCKS,
    CLOSES,
    CRASHES,
    EARLY,
    ERROR,
    GOES_ON,
    HANGS,
    NONE,
    RETURNS,
    Observation,
)

ANYTHING = "gets or raises anything"
"""What may become of a statement where nothing is specified."""

ANY_ENDING = "run ends in whatever way"
"""How a run may end where nothing is specified."""


def allowed_after(
    program: Program,
    trace: list[tuple[str, int, str]],
    demands: model.Demands,
    rest: Sequence[tuple[str, int, str]] = (),
) -> Iterator[str]:
    """Yield all that may come next in a run, as lines.

    What is only late depends on whether it comes at all: `rest` is what the run went on with.
    """
    statements = list(program.statements())
    errors = [f"raises {each.number}" for each in statements if isinstance(each, Raise)]
    values = [f"gets {each.value}" for each in statements if isinstance(each, Return | End)]
    notes = (BEGINS, NONE, GOES_ON, EARLY, BLOCKS, CLOSES, "logs", "finally", ERROR)
    received = _received(program, trace, demands)
    outcomes = list(dict.fromkeys([*notes, *values, *errors, *received]))

    def may_come(*entry: tuple[str, int, str]) -> bool:
        seen = Observation([*trace, *entry, *rest], ERROR)
        found = model.departure(program, seen, demands)
        return found is None or found.at > len(trace)

    for name, body in program.bodies:
        for number in range(1 + sum(1 for _ in within(body))):
            is_free = may_come((name, number, ANYTHING))
            for outcome in [ANYTHING] if is_free else outcomes:
                if is_free or may_come((name, number, outcome)):
                    yield f"{name} {number} {outcome}"
    endings = list(dict.fromkeys([RETURNS, ERROR, *errors, HANGS, CRASHES]))
    may_end = [
        f"run {ending}"
        for ending in endings
        if model.departure(program, Observation(trace, ending), demands) is None
    ]
    yield from may_end if len(may_end) < len(endings) else [ANY_ENDING]


def _received(
    program: Program, trace: list[tuple[str, int, str]], demands: model.Demands
) -> list[str]:
    """Return what may be received next: bytes, which are too many to ask about each."""
    found = model.departure(program, Observation([*trace, (ROOT, 0, "")], ERROR), demands)
    entries = () if found is None else found.allowed
    outcomes = (entry.split(" ", 2)[-1] for entry in entries)
    return [each for each in outcomes if each.startswith("gets ")]
