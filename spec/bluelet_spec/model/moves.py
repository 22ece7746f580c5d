"""The states that a thread is in, and the moves between them: one table.

The model makes no move that is not in it, and a test holds that some small program makes each that
is. The picture of the states is drawn from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeAlias


class State(StrEnum):
    """What a thread is doing while it does not act."""

    READY = "ready"
    """It will act."""
    SLEEPING = "sleeping"
    """It will act, but not before its time has come."""
    JOINING = "joining"
    """It does not act until another has ended."""
    RECEIVING = "receiving"
    """It does not act until something has come for it."""
    ADRIFT = "adrift"
    """Nothing says whether it acts."""
    OVER = "over"
    """It has ended."""


READY, SLEEPING, JOINING, RECEIVING, ADRIFT, OVER = State
"""The same by themselves: in Python 3.11, to find `State.READY` takes as long as a call."""

Maker: TypeAlias = str
"""What makes a move: a rule of the model by its name, or

- `turn`: the turn of the thread has come;
- `return`, `failure`: a coroutine has come to its end, or raised, its own or whom it waits for;
- `run`: the run ends.
"""

MOVES: Mapping[tuple[State, State], Mapping[Maker, str]] = {
    (State.READY, State.READY): {
        "turn": "fairness.first-in-first-out",
        "null": "null.lets-others-run",
        "call": "call.runs-callee-to-its-end",
        "spawn": "spawn.both-run",
        "join": "join.after-finish",
        "kill": "kill.returns-none",
        "send": "send.returns-how-much",
        "receive": "close.operations-afterwards",
        "return": "end.value-to-caller",
        "failure": "exceptions.through-a-call",
    },
    (State.READY, State.SLEEPING): {"sleep": "sleep.suspends-only-its-thread"},
    (State.READY, State.JOINING): {"join": "join.waits"},
    (State.READY, State.RECEIVING): {"receive": "recv.suspends-only-its-thread"},
    (State.READY, State.ADRIFT): {"join": "join.itself"},
    (State.READY, State.OVER): {
        "return": "end.return-is-end",
        "failure": "exceptions.from-a-spawned-thread",
        "kill": "kill.ready",
        "run": "closing.when-the-run-ends",
    },
    (State.SLEEPING, State.READY): {"turn": "sleep.never-early"},
    (State.SLEEPING, State.OVER): {
        "kill": "kill.sleeping",
        "run": "closing.when-the-run-ends",
    },
    (State.JOINING, State.READY): {
        "return": "join.waits",
        "failure": "join.failed-callee",
        "kill": "join.killed-while-waiting",
    },
    (State.JOINING, State.OVER): {
        "kill": "kill.joining",
        "run": "closing.when-the-run-ends",
    },
    (State.RECEIVING, State.READY): {
        "turn": "recv.up-to-size",
        "close": "close.wakes-receivers",
    },
    (State.RECEIVING, State.OVER): {
        "kill": "recv.killed-while-it-waits",
        "run": "closing.when-the-run-ends",
    },
    (State.ADRIFT, State.READY): {"turn": "fairness.first-in-first-out"},
    (State.ADRIFT, State.OVER): {"run": "closing.when-the-run-ends"},
}
"""What makes each move, with the clause by which it does, or one of them where there are more."""
