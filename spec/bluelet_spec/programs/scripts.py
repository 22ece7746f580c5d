"""Programs printed as scripts that need nothing but Python and a bluelet.

A script is for the author of a port: it shows the program first, runs it on their bluelet or on any
other, and sets what is expected beside what is seen, up to the first entry that no conforming
bluelet shows there. The coroutines in it do what those did that were run (`writing`).

A script has no model in it, and needs none at that one point: whatever may be shown there is found
out before (`allowing`), and written into the script. On a bluelet that goes another way before,
which order and choices may allow, it cannot tell.
"""

from __future__ import annotations

import ast
import builtins
import re
import textwrap
from collections.abc import Iterable, Iterator
from string import Template

from bluelet_spec import clauses, model
from bluelet_spec.programs.allowing import ANY_ENDING, ANYTHING
from bluelet_spec.programs.language import PEERS, ROOT, TICKS, Program
from bluelet_spec.programs.running import TICK, Observation
from bluelet_spec.programs.writing import text

LIMIT = 5
"""After how many seconds a script says that `run` does not return."""


def script(
    program: Program,
    *,
    implementation: str,
    seen: Observation,
    departure: model.Departure | None,
    allowed: Iterable[str] = (),
    title: str = "",
    hook: str | None = None,
) -> str:
    """Return the text of a script that runs a program, and shows expected against seen.

    Args:
        program: what is to be run.
        implementation: what it runs on unless told otherwise: `package.module`,
            `package.module:attribute`, or a path to a `.py` file.
        seen: what was seen of it there.
        departure: where that departs from all that are allowed, or None if it does not.
        allowed: where it departs, all that may come there, as `allowed_after` has it.
        title: what it opens with, a sentence; else it says what the script is.
        hook: what makes connections of sockets there, `package.module:function`, if it is not the
            implementation's own `Connection`.
    """
    entries = lines(seen)
    why = "What was seen is allowed."
    if departure is not None:
        why = f"No conforming bluelet shows {entries[departure.at]!r} where {implementation} did."
        why += "\n\n" + _cited(departure.clause)
        entries = entries[: departure.at]
    functions = {name: _function_of(name) for name, _ in program.bodies}
    pairs = [name for name in program.connections() if name < PEERS[name]]
    return _SCRIPT.substitute(
        title=_quoted(title or f"A program of bluelet's, and what {implementation} does with it."),
        why=_quoted(why),
        program="\n\n\n".join(
            f'def {functions[name]}(me="{name}"):\n{text(body)}' for name, body in program.bodies
        ),
        connects="".join(f'connect("{name}", "{PEERS[name]}")\n    ' for name in pairs),
        coroutines=", ".join(f"{name}={function}()" for name, function in functions.items()),
        implementation=repr(implementation),
        shown_implementation=_quoted(implementation),
        before="".join(f"{entry}\n" for entry in entries),
        departs=departure is not None,
        allowed="".join(f"{entry}\n" for entry in allowed),
        helpers=Template(_HELPERS).substitute(
            tick=TICK,
            block=f"{TICKS + 1} * TICK",
            limit=LIMIT,
            anything=ANYTHING,
            any_ending=ANY_ENDING,
            connecting=Template(_CONNECTING).substitute(hook=repr(hook)) if pairs else "",
            sockets="import socket\n" if pairs else "",
        ),
    )


def lines(seen: Observation) -> list[str]:
    """Return what was seen of a run as a script has it, an entry a line, the ending last."""
    return [*(" ".join(map(str, entry)) for entry in seen.trace), f"run {seen.ending}"]


def _cited(clause_id: str) -> str:
    """Return a clause's id, level and sentence."""
    clause = clauses().get(clause_id)
    cited = clause_id if clause is None else f"{clause_id} ({clause.level}): {clause.sentence}"
    return textwrap.fill(cited, 96, subsequent_indent="    ")


def _quoted(words: str) -> str:
    """Return what is to stand in a docstring."""
    return words.replace("\\", "\\\\").replace('"""', "'''")


def _function_of(name: str) -> str:
    """Return the name of a coroutine's function: its own, unless the script needs that."""
    return f"{name}_" if name in _TAKEN else name


_SCRIPT = Template('''\
"""$title

$why

    python THIS_FILE [MODULE, MODULE:ATTRIBUTE or FILE.py]

runs the program below on a bluelet, on $shown_implementation if none is named,
and shows what is expected and what is seen. There is one generator of each coroutine; root is run.
Each entry says what became of a statement: "root 2 gets None" is what statement 2 of root saw.
What comes after the first difference is shown, and not judged.

Exit status: 0, it does what is allowed; 1, it departs from all that is allowed; 2, it goes another
way before that point, which may be allowed or not: this script alone cannot tell; 4, there was
nothing to run.
"""


$program


IMPLEMENTATION = $implementation

# What comes before that point; the last entry of a run is how it ends.
BEFORE = r"""
$before""".strip().splitlines()

# Whether the run departs there from all that is allowed, and what that is.
DEPARTS = $departs
ALLOWED = r"""
$allowed""".strip().splitlines()


def run():
    """Run the program, and return all that is seen."""
    ${connects}vars(the).update($coroutines)
    try:
        bluelet.run(the.root)
        ending = "returns"
    except SystemExit:
        ending = "crashes"
    except Exception as error:
        ending = raised(error)
    return [*trace, f"run {ending}"]


$helpers''')

_HELPERS = '''\
# What the program stands on.

import importlib
import importlib.util
import os
${sockets}import sys
import threading
import time
from operator import attrgetter
from types import SimpleNamespace

TICK = $tick  # seconds

bluelet = implementation = None  # The implementation, and what it was called.
the = SimpleNamespace()  # The generators of the program.
ends = SimpleNamespace()  # Its connections.
trace = []


class Oops(Exception):
    """What a program raises."""


def note(me, number, what):
    trace.append(f"{me} {number} {what if isinstance(what, str) else raised(what)}")


def raised(error):
    return f"raises {error.args[0]}" if isinstance(error, Oops) else "raises an error"


class at:
    """Takes note of what a `yield` gives or raises; a `spawn` may give anything."""

    def __init__(self, me, number, seconds=0):
        self.me, self.number, self.seconds = me, number, seconds

    def __enter__(self):
        self.began = monotonic()
        return self

    def __exit__(self, kind, error, traceback):
        if error is None:
            early = self.seconds > 0 and monotonic() - self.began < self.seconds
            note(self.me, self.number, "wakes early" if early else self.given())
        elif isinstance(error, Exception):
            note(self.me, self.number, error)

    def given(self):
        if not hasattr(self, "value"):
            return "goes on"
        is_plain = type(self.value) in (int, type(None), bytes)
        return f"gets {self.value}" if is_plain else "gets something else"


def block(sleep=time.sleep):
    """Hold up the whole run until all sleeps that have begun are overdue."""
    sleep($block)


${connecting}monotonic = time.monotonic  # As it is before an implementation comes that replaces it.


# What shows it.

LIMIT = $limit  # seconds, after which `run` does not return
SHOWN = 20  # entries at most, before that point and after it


def report(seen):
    """Show what is expected and what is seen, side by side, and return the exit status."""
    pairs = enumerate(zip(BEFORE, seen))
    point = next((i for i, (one, other) in pairs if one != other), len(BEFORE))
    if point < len(BEFORE):
        status, expected = 2, [BEFORE[point]]
        verdict = (
            f"It goes another way at entry {point + 1}, which may be allowed or not: "
            "this script alone cannot tell."
        )
    elif not DEPARTS:
        status, expected, verdict = 0, [], "It does what is expected."
    elif is_allowed(seen, point):
        status, expected, verdict = 0, ALLOWED, f"It does what is allowed at entry {point + 1}."
    else:
        status, expected = 1, ALLOWED
        verdict = f"It departs at entry {point + 1}: no conforming bluelet shows that there."
    width = 4 + max(map(len, ["expected", *expected, *BEFORE]))
    first = max(0, point - SHOWN)
    print(f"\\n        {'expected':{width}}seen")
    if first:
        print(f"        the first {first} are as expected")
    for i, line in enumerate(seen[: point + SHOWN]):
        if i < first:
            continue
        there = expected if i == point else BEFORE[i : i + 1] if i < point else []
        mark = (" ", ">", "?")[status] if i == point else " "
        print(f"{mark} {i + 1:4}  {(there or [''])[0]:{width}}{line}")
        for other in there[1:]:
            print(f"     or {other}")
    if len(seen) > point + SHOWN:
        print(f"        {'':{width}}and {len(seen) - point - SHOWN} more; {seen[-1]}")
    if seen[-1] == "run does not return":
        print(f"\\nIt was given {LIMIT} seconds.")
    print(f"\\n{verdict}")
    return status


def is_allowed(seen, point):
    line = seen[point]
    is_ending = point == len(seen) - 1
    anything = "$any_ending" if is_ending else " ".join([*line.split()[:2], "$anything"])
    return line in ALLOWED or anything in ALLOWED


def load(name):
    """Import a bluelet."""
    if name.endswith(".py"):
        directory, file = os.path.split(os.path.abspath(name))
        sys.path.append(directory)
        module = file[:-3] if file[:-3] not in sys.modules else f"bluelet_{file[:-3]}"
        spec = importlib.util.spec_from_file_location(module, name)
        sys.modules[module] = loaded = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(loaded)
        return loaded
    sys.path.append(os.getcwd())
    module, _, attribute = name.partition(":")
    loaded = importlib.import_module(module)
    return attrgetter(attribute)(loaded) if attribute else loaded


def finish(seen):
    """Report, and leave at once: what the run left behind has nothing more to say."""
    status = report(seen)
    sys.stdout.flush()
    os._exit(status)


def give_up():
    finish([*trace, "run does not return"])


def main(arguments):
    global bluelet, implementation
    if len(arguments) > 1 or arguments[:1] in (["-h"], ["--help"]):
        print(__doc__)
        return 4 if len(arguments) > 1 else 0
    implementation = name = arguments[0] if arguments else IMPLEMENTATION
    try:
        bluelet = load(name)
    except Exception as error:
        print(f"{name} cannot be imported: {type(error).__name__}: {error}", file=sys.stderr)
        return 4
    print(__doc__.partition("    python ")[0].rstrip())
    print(f"\\nThe program runs on {name}.", flush=True)
    watch = threading.Timer(LIMIT, give_up)  # A thread: no run can hold it up, or swallow it.
    watch.daemon = True
    watch.start()
    seen = run()
    watch.cancel()
    finish(seen)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
'''

_CONNECTING = '''\
HOOK = $hook  # What makes connections there, if it is not the implementation's own Connection.


def connect(*names):
    """Make the two ends of a pair of sockets connections of the implementation's."""
    is_hooked = HOOK and implementation == IMPLEMENTATION
    connection = load(HOOK) if is_hooked else bluelet.Connection
    for name, sock in zip(names, socket.socketpair()):
        setattr(ends, name, connection(sock, name))


'''


def _names(code: str) -> Iterator[str]:
    """Yield the names that stand for something at the top of a script, or are looked up there."""
    for node in ast.walk(ast.parse(code)):
        match node:
            case ast.Name(id=name) | ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.alias(name=name, asname=None):
                yield name.partition(".")[0]


_TAKEN = (
    frozenset(dir(builtins))
    | frozenset(_names(re.sub(r"\$\{\w+\}|\$", "", _HELPERS)))
    | frozenset(_names(_CONNECTING.replace("$", "")))
    | {"run", "me", "error", "it", "IMPLEMENTATION", "BEFORE", "DEPARTS", "ALLOWED"}
)
assert ROOT not in _TAKEN
