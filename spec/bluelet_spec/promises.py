"""What bluelet's README promises, and which clauses hold each promise.

The README is all that bluelet ever said of itself: no other page tells a program's author what an
event does. So the specification starts from it. A clause that is a `must` says what the README
promises; here it is read the other way, from its first sentence to its last, to see that nothing
it promises is left without a clause.

A promise is in our own words, under the title of the README's section, with the name of the
function where the section is a list of them. A sentence that promises several things is several
promises, and one that promises nothing (an introduction, an example of how others do it) is none.
Every promise either names the clauses that hold it, or says why no clause does.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Promise:
    """One thing that the README promises."""

    section: str
    """The section's title, and in Basic Usage the function: "Basic Usage, `join`"."""
    text: str
    """The promise, in our own words."""
    clauses: tuple[str, ...] = ()
    """Ids of the clauses that hold the promise, each for a part of it."""
    out_of_scope: str = ""
    """Why no clause holds the promise; empty where `clauses` do."""


_SOCKETS = "the chapters on sockets are not written yet"
_EXAMPLES = "it is about the example programs, which are not part of bluelet"
_BENCHMARKS = "speed is a matter for benchmarks, not for clauses"
_ADVICE = "it is advice on what to use bluelet for, and nothing that an implementation does"

PROMISES: tuple[Promise, ...] = (
    Promise("Bluelet", "It is simple, and pure Python.", (), "a port may be otherwise"),
    Promise("Bluelet", "Asynchronous socket applications can be written with it.", (), _SOCKETS),
    Promise("Bluelet", "It will do in place of asyncore and SocketServer.", (), _ADVICE),
    Promise("Bluelet", "It is neither the fastest nor the most flexible.", (), _BENCHMARKS),
    Promise(
        'The "Echo" Server',
        'A program "looks sequential": what goes wrong in it is raised where it can be caught, up '
        "to whoever called `run`, and never lost.",
        (
            "exceptions.from-root",
            "exceptions.from-root-at-once",
            "exceptions.from-a-spawned-thread",
            "interrupts.are-not-lost",
        ),
    ),
    Promise(
        'The "Echo" Server',
        'A program "acts concurrent": what one thread does, or does wrong, is its own affair, and '
        "the others go on.",
        (
            "fairness.calls-starve-no-thread",
            "fairness.spawns-starve-no-thread",
            "fairness.joins-starve-no-thread",
            "fairness.kills-starve-no-thread",
            "exceptions.caught-leaves-others-alone",
            "kill.finished-spares-others",
            "kill.finishing-spares-others",
            "kill.never-spawned-spares-others",
            "closing.failure-spares-others",
            "sleep.very-long-spares-others",
            "arguments.kill-of-a-non-thread-spares-others",
            "arguments.sleep-of-nan-spares-others",
        ),
    ),
    Promise(
        'The "Echo" Server',
        "At a `yield` a coroutine is suspended, and the scheduler waits for what it waits for.",
        (
            "call.suspends-only-its-thread",
            "join.suspends-only-the-joiner",
            "sleep.suspends-only-its-thread",
        ),
    ),
    Promise('The "Echo" Server', "What waits on a socket resumes where it yielded.", (), _SOCKETS),
    Promise('The "Echo" Server', "A few lines make a server for many clients.", (), _SOCKETS),
    Promise('The "Echo" Server', "It sets sockets up by itself.", (), _SOCKETS),
    Promise("httpd", "A Web server takes less than a hundred lines.", (), _EXAMPLES),
    Promise("httpd", "A sequential server with `yield` put in serves many at once.", (), _SOCKETS),
    Promise("crawler", "Clients can be written as well as servers.", (), _SOCKETS),
    Promise(
        "crawler",
        "A coroutine for every request: they all run, at the same time, until the last is done.",
        ("spawn.many-children", "run.waits-for-every-thread", "sleep.concurrent-sleeps-overlap"),
    ),
    Promise(
        "crawler", 'All share "a single thread in a single process".', ("run.in-one-os-thread",)
    ),
    Promise("crawler", "It makes the same requests in four ways and reports times.", (), _EXAMPLES),
    Promise("crawler", "It is about as fast as other concurrent ways.", (), _BENCHMARKS),
    Promise("crawler", "Coroutines start for free and are cheap to run.", (), _BENCHMARKS),
    Promise(
        "Basic Usage, `run`",
        'It takes a generator and runs it "to completion", with all that it starts.',
        ("run.drives-root", "run.waits-for-every-thread", "run.deadlock-never-returns"),
    ),
    Promise(
        "Basic Usage, `run`",
        "Whatever has a `yield` in it is a coroutine and will do.",
        ("call.any-generator", "call.none-without-end", "spawn.grandchildren"),
    ),
    Promise(
        "Basic Usage",
        'A `yield` will do wherever a program does "anything that blocks" or needs the scheduler.',
        ("exceptions.finally-may-yield", "end.finally-may-yield"),
    ),
    Promise(
        "Basic Usage",
        'A `yield` sends an "event" to the scheduler, and so makes it happen.',
        ("events.construction-has-no-effect", "events.yielded-by-another-thread"),
    ),
    Promise("Basic Usage", "A program's author seldom has to think of events.", (), _ADVICE),
    Promise("Basic Usage, `connect`", "It gives a connection to a host and port.", (), _SOCKETS),
    Promise("Basic Usage, `send`", "It sends data and says how much it sent.", (), _SOCKETS),
    Promise("Basic Usage, `sendall`", "It sends on until everything is sent.", (), _SOCKETS),
    Promise("Basic Usage, `recv`", "It receives what comes, up to a size.", (), _SOCKETS),
    Promise("Basic Usage, `readline`", "It reads up to a delimiter, a newline.", (), _SOCKETS),
    Promise("Basic Usage, `Listener`", "Made at once, it waits for connections.", (), _SOCKETS),
    Promise("Basic Usage, `accept`", "It waits for a connection and gives it.", (), _SOCKETS),
    Promise("Basic Usage, `server`", "It starts a handler for each connection.", (), _SOCKETS),
    Promise("Basic Usage, `server`", "The handlers run at the same time.", (), _SOCKETS),
    Promise(
        "Basic Usage, `call`",
        "The caller is suspended, alone, until the other coroutine has finished.",
        ("call.runs-callee-to-its-end", "call.suspends-only-its-thread"),
    ),
    Promise(
        "Basic Usage, `call`",
        "Its value is what the other gave to `end`.",
        (
            "end.value-to-caller",
            "end.value-untouched",
            "end.value-goes-up-one-level",
            "end.default-none",
            "call.none-without-end",
            "call.answers-its-first-caller",
        ),
    ),
    Promise(
        "Basic Usage, `call`",
        'It is "much like calling a function", or like `yield from`: exceptions travel too.',
        (
            "exceptions.through-a-call",
            "exceptions.at-once-through-a-call",
            "exceptions.caught-midway",
            "exceptions.replaced-midway",
            "exceptions.finally-innermost-first",
            "exceptions.traceback-through-every-call",
            "interrupts.through-a-call",
        ),
    ),
    Promise(
        "Basic Usage, `call`",
        "To yield a generator is short for it, whatever generator that is.",
        ("call.yielding-a-generator", "call.any-generator"),
    ),
    Promise(
        "Basic Usage, `spawn`",
        "Parent and child both stay with the scheduler, each on its own.",
        (
            "spawn.both-run",
            "spawn.grandchildren",
            "spawn.outlives-its-spawner",
            "spawn.outlives-its-killed-spawner",
            "spawn.leaves-a-scheduled-coroutine-alone",
        ),
    ),
    Promise("Basic Usage, `spawn`", "There can be many, all at once.", ("spawn.many-children",)),
    Promise(
        "Basic Usage, `join`",
        "It suspends the coroutine that yields it until the thread has completed, and no longer.",
        (
            "join.waits",
            "join.waits-for-callees",
            "join.suspends-only-the-joiner",
            "join.after-finish",
            "join.each-in-turn",
            "join.several-joiners",
            "join.killed-while-waiting",
            "join.after-kill",
            "join.failed-callee",
            "join.after-failure",
            "call.leaves-a-scheduled-coroutine-alone",
            "spawn.leaves-a-scheduled-coroutine-alone",
        ),
    ),
    Promise(
        "Basic Usage, `kill`",
        "It stops the thread that it is given, for good, and no other.",
        (
            "kill.sleeping",
            "kill.ready",
            "kill.not-yet-started",
            "kill.joining",
            "kill.deep-in-calls",
            "kill.ready-deep-in-calls",
            "kill.each-other",
            "kill.finished-spares-others",
            "kill.finishing-spares-others",
            "closing.victim-that-yields-on",
            "spawn.outlives-its-killed-spawner",
        ),
    ),
    Promise(
        "Basic Usage, `end`",
        "It ends the coroutine that yields it, and that one only.",
        ("end.code-after-does-not-run", "end.ends-only-its-own-thread"),
    ),
    Promise(
        "Basic Usage, `end`",
        "It hands a value to the caller, if there is one; None unless `value` is given.",
        ("end.value-to-caller", "end.default-none", "end.value-as-keyword"),
    ),
    Promise(
        "Basic Usage, `end`",
        'It is "analogous to `return`": what is to be done on the way out is done.',
        ("end.runs-finally", "end.runs-finally-in-a-thread", "end.runs-finally-in-root"),
    ),
    Promise(
        "Basic Usage, `sleep`",
        "It suspends the coroutine that yields it for `duration` seconds, and never for less.",
        (
            "sleep.never-early",
            "sleep.duration-as-keyword",
            "sleep.suspends-only-its-thread",
            "call.leaves-a-sleeper-alone",
            "spawn.leaves-a-sleeper-alone",
        ),
    ),
    Promise(
        "Basic Usage, `sleep`",
        'It resumes "at the earliest opportunity", though others keep the scheduler busy.',
        (
            "sleep.concurrent-sleeps-overlap",
            "sleep.shorter-first",
            "fairness.nulls-starve-no-sleeper",
            "fairness.many-threads-starve-no-sleeper",
            "fairness.calls-starve-no-sleeper",
            "fairness.spawns-starve-no-sleeper",
            "fairness.joins-starve-no-sleeper",
            "fairness.kills-starve-no-sleeper",
            "fairness.naps-starve-nobody",
        ),
    ),
    Promise(
        "Basic Usage, `null`",
        "It lets the others have a turn, and does nothing else.",
        ("null.lets-others-run", "null.returns-none", "fairness.nulls-starve-no-sleeper"),
    ),
    Promise(
        "Basic Usage", "A thread goes on alone until it yields.", ("run.one-thread-at-a-time",)
    ),
    Promise("Basic Usage", "These few events are enough for any application.", (), _ADVICE),
)
"""The promises, in the README's order."""
