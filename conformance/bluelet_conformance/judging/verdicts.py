"""What can be said of a clause: the verdicts, and a judgement, a verdict with its reasons."""

from __future__ import annotations

import shlex
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any


class Verdict(StrEnum):
    """What can be said of a clause."""

    PASS = "pass"
    FAIL = "fail"
    HANG = "hang"
    SPIN = "spin"
    CRASH = "crash"
    LEAK = "leak"
    BLOCKED = "blocked"
    UNSUPPORTED = "unsupported"


MET_BY_ITSELF = (Verdict.PASS, Verdict.LEAK)
"""The verdicts of a clause whose text holds, so that others may presuppose it."""

NOT_RUN = (Verdict.BLOCKED, Verdict.UNSUPPORTED)
"""The verdicts of a clause whose program is not run, or can tell nothing of the port."""


@dataclass(frozen=True)
class Judgement:
    """A verdict, and what led to it. All fields are of JSON's types."""

    clause: str
    level: str
    verdict: str
    seconds: float
    detail: str = ""
    """What was seen, in a line or a few."""
    account: str = ""
    """The failing lines of the clause's program, with the values in them."""
    choice: str = ""
    """For a `may`: which way the implementation went."""
    leaks: tuple[str, ...] = ()
    """The kinds of things that the clause's program, or one that it presupposes, leaves behind."""
    blocker: str = ""
    """For a blocked clause: the one that is not met, itself not blocked, and its verdict.

    Or a sentence: what the machine lacks, or what in the port keeps the program from telling.
    """
    counterexample: str = ""
    """The data that fail a clause that holds for any, as arguments: `sizes=[1], text=b"a"`."""
    lacks: str = ""
    """For an unsupported clause: what it needs, is not mentioned in the README, and is missing.

    Such a clause does not bind the implementation.
    """
    output: str = field(default="", compare=False, repr=False)
    """What the clause's program, and the port, printed; it is no part of the verdict."""
    errors: str = field(default="", compare=False, repr=False)
    """What they printed as errors."""

    @property
    def hindrance(self) -> str:
        """What keeps the clause from being judged, where that is no clause; mostly nothing.

        It is a sentence, and the id of a clause has a dot in it.
        """
        return "" if "." in self.blocker.partition(" ")[0] else self.blocker

    @property
    def blocked_by(self) -> str:
        """The clause that is not met, where that keeps this one from being judged; or nothing."""
        return "" if self.hindrance else self.blocker.partition(" ")[0]

    def as_json(self) -> dict[str, Any]:
        """Return the fields as a dict of JSON's own types: an enumeration's member is a string."""
        return {
            name: str(value) if isinstance(value, str) else value
            for name, value in asdict(self).items()
            if name not in ("output", "errors")
        }


def command(clause: str, implementation: str) -> str:
    """Return the command that judges one clause by itself, for a shell."""
    return shlex.join(["pytest", clause, f"--impl={implementation}"])
