"""Programs as data: a small language over all that a bluelet program can ask of its scheduler.

A program is a few coroutines, each with a name and a body of statements; `root` is the one that is
run. Of each there is one generator in a run, made before it begins, so that any coroutine can be
named by any other before it is started, while it runs and after it has finished. Most of what a
statement can name makes no sense in an ordinary program; what a scheduler does then is specified
all the same.

A second vocabulary sends and receives, between the coroutines of the program itself: `p` and `q`
are the two ends of one pair of connected sockets, `r` and `s` those of another.

A program is written to JSON as what it is: an object of bodies by name, a body a list of
statements, a statement a list of its name and what it is given: `{"root": [["spawn", "a"],
["finally", [["sleep", 2]], [["log"]]]], "a": [["null"]]}`.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import Any, ClassVar, TypeAlias

ROOT = "root"
"""The name of the coroutine that is run."""

TICKS = 3
"""The most ticks that a program sleeps."""

PEERS = {"p": "q", "q": "p", "r": "s", "s": "r"}
"""The connections that a program has, each with what is at its other end."""

DEPTH = 8
"""How many statements may stand in one another in JSON; Python itself has a limit on that."""


class BadProgram(ValueError):
    """What was to be a program is none; the message says why."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement, with what it is given in its fields."""

    word: ClassVar[str]
    """What it is called in JSON."""


Body: TypeAlias = tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Log(Statement):
    """Take note of having come here."""

    word = "log"


@dataclass(frozen=True, slots=True)
class Block(Statement):
    """Hold up the whole run, without a `yield`, until all sleeps that have begun are overdue."""

    word = "block"


@dataclass(frozen=True, slots=True)
class Null(Statement):
    """Yield `null()`."""

    word = "null"


@dataclass(frozen=True, slots=True)
class Sleep(Statement):
    """Yield `sleep` of some ticks, which are a fraction of a millisecond each."""

    word = "sleep"
    ticks: int


@dataclass(frozen=True, slots=True)
class Call(Statement):
    """Yield `call` of a coroutine."""

    word = "call"
    name: str


@dataclass(frozen=True, slots=True)
class Yield(Statement):
    """Yield a coroutine itself."""

    word = "yield"
    name: str


@dataclass(frozen=True, slots=True)
class Spawn(Statement):
    """Yield `spawn` of a coroutine."""

    word = "spawn"
    name: str


@dataclass(frozen=True, slots=True)
class Join(Statement):
    """Yield `join` of a coroutine."""

    word = "join"
    name: str


@dataclass(frozen=True, slots=True)
class Kill(Statement):
    """Yield `kill` of a coroutine."""

    word = "kill"
    name: str


@dataclass(frozen=True, slots=True)
class End(Statement):
    """Yield `end` with a number."""

    word = "end"
    value: int


@dataclass(frozen=True, slots=True)
class Return(Statement):
    """Return a number."""

    word = "return"
    value: int


@dataclass(frozen=True, slots=True)
class Raise(Statement):
    """Raise an exception that has a number."""

    word = "raise"
    number: int


@dataclass(frozen=True, slots=True)
class Catch(Statement):
    """Try a body; catch any `Exception` that leaves it, and go on with another."""

    word = "catch"
    body: Body
    handler: Body


@dataclass(frozen=True, slots=True)
class Finally(Statement):
    """Try a body, and do another on the way out of it."""

    word = "finally"
    body: Body
    last: Body


@dataclass(frozen=True, slots=True)
class Repeat(Statement):
    """Do a body several times."""

    word = "repeat"
    times: int
    body: Body


@dataclass(frozen=True, slots=True)
class Send(Statement):
    """Yield `send` of some data on a connection."""

    word = "send"
    connection: str
    data: str


@dataclass(frozen=True, slots=True)
class SendAll(Statement):
    """Yield `sendall` of some data on a connection."""

    word = "sendall"
    connection: str
    data: str


@dataclass(frozen=True, slots=True)
class Receive(Statement):
    """Yield `recv` of so many bytes from a connection."""

    word = "recv"
    connection: str
    size: int


@dataclass(frozen=True, slots=True)
class ReadLine(Statement):
    """Yield `readline` from a connection."""

    word = "readline"
    connection: str


@dataclass(frozen=True, slots=True)
class Close(Statement):
    """Close a connection, without a `yield`."""

    word = "close"
    connection: str


VOCABULARY: tuple[type[Statement], ...] = (
    Log, Block, Null, Sleep, Call, Yield, Spawn, Join, Kill, End, Return, Raise, Catch, Finally,
    Repeat, Send, SendAll, Receive, ReadLine, Close,
)  # fmt: skip
"""All that a program can be made of."""

EVENTS: frozenset[type[Statement]] = frozenset({Null, Sleep, Call, Spawn, Join, Kill, End})
"""Those that yield what a function of bluelet's gives that is called by their word."""

NAMING: frozenset[type[Statement]] = frozenset({Call, Yield, Spawn, Join, Kill})
"""Those that name a coroutine."""

TRANSFERS: frozenset[type[Statement]] = frozenset({Send, SendAll, Receive, ReadLine, Close})
"""Those that have to do with connections."""

CONNECTION = "Connection"
"""What makes them, in a bluelet."""

_BY_WORD = {kind.word: kind for kind in VOCABULARY}
_FIELDS = {kind: fields(kind) for kind in VOCABULARY}
_NAME = re.compile("[a-zA-Z][a-zA-Z0-9_]*")
_DATA = re.compile(r"[a-z\n]{1,20}")
_NUMBERS = {
    "ticks": range(-1, TICKS + 1),
    "times": range(1, 10_000),
    "size": range(1, 100),
}


@dataclass(frozen=True, slots=True)
class Program:
    """A whole program."""

    bodies: tuple[tuple[str, Body], ...]
    """The coroutines, `root` first."""

    # What follows from them, found once, for it is asked for again and again.
    _statements: tuple[Statement, ...] = field(init=False, repr=False, compare=False)
    _connections: tuple[str, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        names = [name for name, _ in self.bodies]
        if names[:1] != [ROOT] or len(set(names)) < len(names):
            raise BadProgram(f"the first coroutine is {ROOT}, and no name is used twice")
        statements: list[Any] = [each for _, body in self.bodies for each in within(body)]
        named = set()
        for statement in statements:
            kind = type(statement)
            if kind in NAMING and statement.name not in names:
                raise BadProgram(f"{_shown(statement)} names no coroutine of the program")
            if kind not in TRANSFERS:
                continue
            named.add(statement.connection)
            if statement.connection not in PEERS:
                raise BadProgram(f"{_shown(statement)} names no connection, which are p, q, r, s")
            if not _DATA.fullmatch(getattr(statement, "data", "a")):
                raise BadProgram(f"{_shown(statement)} sends no data of a to z and newlines, to 20")
        connections = tuple(end for end, peer in PEERS.items() if end in named or peer in named)
        object.__setattr__(self, "_statements", tuple(statements))
        object.__setattr__(self, "_connections", connections)

    @classmethod
    def of(cls, **bodies: Body | list[Statement]) -> Program:
        """Return the program of some coroutines."""
        return cls(tuple((name, tuple(body)) for name, body in bodies.items()))

    def statements(self) -> Iterator[Statement]:
        """Yield all statements, those that hold others before these."""
        return iter(self._statements)

    def size(self) -> int:
        """Return how many statements it has."""
        return len(self._statements)

    def connections(self) -> tuple[str, ...]:
        """Return the connections that it has: none, or both ends of each pair that it names."""
        return self._connections

    def needs(self) -> frozenset[str]:
        """Return the names of bluelet's that it cannot be run without, beside `run`."""
        words = {kind.word for kind in EVENTS.intersection(map(type, self._statements))}
        return frozenset(words | {CONNECTION} if self._connections else words)

    def length(self) -> int:
        """Return how many statements it carries out at the most, if it calls none twice."""
        return sum(_length(body) for _, body in self.bodies)

    def as_json(self) -> dict[str, Any]:
        """Return it as what JSON has."""
        return {name: _body_as_json(body) for name, body in self.bodies}

    @classmethod
    def from_json(cls, data: Any) -> Program:
        """Return the program that `data` is of.

        Raises:
            BadProgram: it is of none.
        """
        if not isinstance(data, Mapping):
            raise BadProgram(f"a program is an object of bodies by name, not {_shown(data)}")
        for name in data:
            if not _NAME.fullmatch(str(name)) or keyword.iskeyword(name):
                raise BadProgram(f"{_shown(name)} cannot be the name of a function in Python")
        return cls(tuple((name, _body_from_json(body)) for name, body in data.items()))


def within(body: Body) -> list[Statement]:
    """Return the statements of a body and of what it holds, in the order in which they are read."""
    found: list[Statement] = []
    for statement in body:
        found.append(statement)
        if type(statement) in _PARTS:
            for part in parts(statement):
                found += within(part)
    return found


def parts(statement: Statement) -> tuple[Body, ...]:
    """Return the bodies that a statement holds."""
    holds = _PARTS.get(type(statement))
    return holds(statement) if holds else ()


_PARTS: dict[type[Statement], Callable[[Any], tuple[Body, ...]]] = {
    Catch: attrgetter("body", "handler"),
    Finally: attrgetter("body", "last"),
    Repeat: lambda statement: (statement.body,),
}


def _length(body: Body) -> int:
    total = len(body)
    for statement in body:
        held = sum(map(_length, parts(statement)))
        total += held * statement.times if isinstance(statement, Repeat) else held
    return total


def _body_as_json(body: Body) -> list[list[Any]]:
    return [
        [
            each.word,
            *(
                _body_as_json(value) if isinstance(value, tuple) else value
                for value in (getattr(each, field.name) for field in _FIELDS[type(each)])
            ),
        ]
        for each in body
    ]


def _body_from_json(data: Any, depth: int = 0) -> Body:
    if depth > DEPTH:
        raise BadProgram(f"statements stand in one another more than {DEPTH} deep")
    if not isinstance(data, list):
        raise BadProgram(f"a body is a list of statements, not {_shown(data)}")
    return tuple(_from_json(each, depth) for each in data)


def _from_json(data: Any, depth: int) -> Statement:
    if not (isinstance(data, list) and data and isinstance(data[0], str) and data[0] in _BY_WORD):
        words = ", ".join(_BY_WORD)
        raise BadProgram(f"{_shown(data)} is no statement, which begins with one of {words}")
    kind = _BY_WORD[data[0]]
    takes = _FIELDS[kind]
    if len(takes) != len(data) - 1:
        names = ", ".join(field.name for field in takes) or "nothing"
        raise BadProgram(f"{_shown(data)} is not what {kind.word!r} takes, which is {names}")
    values: list[Any] = []
    for taken, value in zip(takes, data[1:], strict=True):
        if taken.type == "Body":
            values.append(_body_from_json(value, depth + 1))
            continue
        is_number = type(value) is int and value in _NUMBERS.get(taken.name, range(100))
        if not (is_number if taken.type == "int" else isinstance(value, str)):
            raise BadProgram(f"{_shown(value)} in {_shown(data)} cannot be its {taken.name}")
        values.append(value)
    return kind(*values)


def _shown(data: Any) -> str:
    text = repr(data)
    return text if len(text) <= 60 else f"{text[:60]}…"
