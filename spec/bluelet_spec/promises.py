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


_EXAMPLES = "it is about the example programs, which are not part of bluelet"
_BENCHMARKS = "speed is a matter for benchmarks, not for clauses"
_ADVICE = "it is advice on what to use bluelet for, and nothing that an implementation does"

PROMISES: tuple[Promise, ...] = (
    Promise("Bluelet", "It is simple, and pure Python.", (), "a port may be otherwise"),
    Promise(
        "Bluelet",
        "Asynchronous socket applications can be written with it.",
        (
            "connect.gives-a-connection",
            "listener.accept-gives-a-connection",
            "server.serves",
        ),
    ),
    Promise("Bluelet", "It will do in place of asyncore and SocketServer.", (), _ADVICE),
    Promise("Bluelet", "It is neither the fastest nor the most flexible.", (), _BENCHMARKS),
    Promise(
        'The "Echo" Server',
        'A program "looks sequential": what goes wrong in it is raised where it can be caught, up '
        "to whoever called `run`, and never lost.",
        (
            "exceptions.from-root",
            "exceptions.handled-is-over",
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
            "recv.full-duplex",
            "recv.several-readers-lose-nothing",
            "recv.reset-spares-others",
            "recv.bad-size-spares-others",
            "recv.always-ready-starves-nobody",
            "recv.buffered-starves-nobody",
            "readline.bad-delimiter-spares-others",
            "readline.lines-starve-nobody",
            "send.waits-for-room",
            "send.starves-nobody",
            "send.of-a-str-spares-others",
            "send.disconnect-spares-others",
            "sendall.holds-up-nobody",
            "sendall.much-to-a-slow-peer",
            "sendall.of-a-str-spares-others",
            "connect.suspends-only-its-thread",
            "connect.failure-spares-others",
            "send.waits-for-room-by-tcp",
            "sendall.holds-up-nobody-by-tcp",
            "server.handler-that-leaves-a-reader",
            "server.out-of-descriptors-spares-others",
            "waitable.failing-fire-spares-others",
        ),
    ),
    Promise(
        'The "Echo" Server',
        "At a `yield` a coroutine is suspended, and the scheduler waits for what it waits for.",
        (
            "call.suspends-only-its-thread",
            "join.suspends-only-the-joiner",
            "sleep.suspends-only-its-thread",
            "recv.suspends-only-its-thread",
            "recv.several-readers-block-nobody",
            "readline.suspends-only-its-thread",
        ),
    ),
    Promise(
        'The "Echo" Server',
        "What waits on a socket resumes where it yielded, one loop for all connections.",
        (
            "recv.several-connections",
            "recv.reset-wakes-every-reader",
            "send.waits-for-room-by-tcp",
            "sendall.holds-up-nobody-by-tcp",
            "recv.nulls-starve-no-reader",
            "send.nulls-starve-no-sender",
            "connect.nulls-starve-no-client",
            "listener.nulls-starve-no-accepter",
            "send.waits-for-room",
            "sendall.to-a-slow-peer",
            "listener.accept-suspends-only-its-thread",
        ),
    ),
    Promise(
        'The "Echo" Server',
        "A program knows the end of the stream by the empty data that it receives there.",
        (
            "recv.end-of-stream",
            "readline.end-of-stream",
        ),
    ),
    Promise(
        'The "Echo" Server',
        "A few lines make a server for many clients.",
        (
            "server.serves",
            "server.handlers-run-concurrently",
            "server.client-that-resets",
        ),
    ),
    Promise(
        'The "Echo" Server',
        "It sets sockets up by itself, those of all addresses if none is named.",
        (
            "listener.listens-when-made",
            "listener.any-address",
            "server.any-address",
        ),
    ),
    Promise("httpd", "A Web server takes less than a hundred lines.", (), _EXAMPLES),
    Promise(
        "httpd",
        "A sequential server with `yield` put in serves many at once.",
        (
            "server.handlers-run-concurrently",
            "server.client-that-does-not-read",
            "server.client-that-is-not-read",
            "server.client-that-resets",
        ),
    ),
    Promise(
        "crawler",
        "Clients can be written as well as servers, with many requests at the same time.",
        (
            "connect.many-at-once",
            "connect.beside-one-that-waits",
        ),
    ),
    Promise(
        "crawler",
        "A coroutine for every request: they all run, at the same time, until the last is done.",
        (
            "spawn.many-children",
            "run.holds-its-threads",
            "run.waits-for-every-thread",
            "sleep.concurrent-sleeps-overlap",
        ),
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
        (
            "run.drives-root",
            "run.waits-for-every-thread",
            "run.deadlock-never-returns",
            "closing.behind-the-schedulers-back",
        ),
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
        (
            "events.construction-has-no-effect",
            "events.yielded-by-another-thread",
            "recv.unyielded-takes-nothing",
            "readline.unyielded-takes-nothing",
        ),
    ),
    Promise("Basic Usage", "A program's author seldom has to think of events.", (), _ADVICE),
    Promise(
        "Basic Usage, `connect`",
        "It gives a connection to a host, which may be a name, and a port.",
        (
            "connect.gives-a-connection",
            "connect.host-by-name",
            "connect.host-and-port-as-keywords",
        ),
    ),
    Promise(
        "Basic Usage, `connect`",
        "It is yielded as what blocks, and so holds up nobody else.",
        ("connect.suspends-only-its-thread",),
    ),
    Promise(
        "Basic Usage, `send`",
        'It sends data, as many as it can, and says how many it has "actually sent".',
        (
            "send.returns-how-much",
            "send.sends-a-part",
            "send.waits-for-room",
        ),
    ),
    Promise(
        "Basic Usage, `sendall`",
        'It sends on "until it is all sent", however slow the peer is and whoever it is.',
        (
            "sendall.sends-everything",
            "sendall.any-amounts",
            "sendall.holds-up-nobody",
            "sendall.to-a-slow-peer",
            "sendall.much-to-a-slow-peer",
            "sendall.both-ways-at-once",
            "sendall.several-senders-keep-order",
            "sendall.killed-sender-spares-the-next",
            "sendall.killed-sender-leaves-the-connection",
            "recv.half-closed",
        ),
    ),
    Promise(
        "Basic Usage, `recv`",
        "It receives what comes on the connection, all of it in the end, up to a size at a time.",
        (
            "recv.up-to-size",
            "recv.whole-and-in-order",
            "recv.whole-and-in-order-by-tcp",
            "recv.buffered-first",
            "readline.mixed-with-recv",
            "recv.buffered-without-waiting",
            "recv.before-a-reset",
            "recv.several-readers-lose-nothing",
            "recv.full-duplex",
        ),
    ),
    Promise(
        "Basic Usage, `readline`",
        "It reads a line, which ends with a newline unless `delim` says otherwise.",
        (
            "readline.up-to-newline",
            "readline.delim-as-first-argument",
            "readline.delim-as-keyword",
            "readline.any-delimiters",
            "readline.any-lines-by-tcp",
        ),
    ),
    Promise(
        "Basic Usage, `readline`",
        "It reads one line at a time, whatever its length, and loses none of the data.",
        (
            "readline.several-at-once",
            "readline.empty-lines",
            "readline.end-of-stream",
            "readline.end-of-stream-within-a-line",
            "readline.mixed-with-recv",
            "readline.very-long",
            "readline.killed-within-a-line",
            "readline.before-a-reset",
        ),
    ),
    Promise(
        "Basic Usage, `Listener`",
        "It is made without a `yield`, from a host and a port, and then waits for connections.",
        (
            "listener.listens-when-made",
            "listener.made-before-the-run",
            "listener.host-and-port-as-keywords",
        ),
    ),
    Promise(
        "Basic Usage, `accept`",
        "It waits for a connection, asynchronously, and gives it.",
        (
            "listener.accept-gives-a-connection",
            "listener.accept-suspends-only-its-thread",
            "listener.nulls-starve-no-accepter",
        ),
    ),
    Promise(
        "Basic Usage, `server`",
        "It starts a handler for each connection.",
        (
            "server.serves",
            "server.beside-other-threads",
            "server.handler-that-computes",
            "server.handler-is-joined",
            "server.arguments-as-keywords",
        ),
    ),
    Promise(
        "Basic Usage, `server`",
        "The handlers run at the same time.",
        ("server.handlers-run-concurrently",),
    ),
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
            "kill.passes-handlers",
            "kill.ready",
            "kill.not-yet-started",
            "kill.joining",
            "kill.spares-others",
            "kill.deep-in-calls",
            "kill.ready-deep-in-calls",
            "kill.each-other",
            "kill.finished-spares-others",
            "kill.finishing-spares-others",
            "closing.victim-that-yields-on",
            "spawn.outlives-its-killed-spawner",
            "recv.killed-while-it-waits",
            "readline.killed-within-a-line",
            "sendall.killed-sender-sends-no-more",
            "sendall.killed-sender-spares-the-next",
            "sendall.killed-sender-leaves-the-connection",
            "close.by-the-victim-of-a-kill-spares-others",
        ),
    ),
    Promise(
        "Basic Usage, `end`",
        "It ends the coroutine that yields it, and that one only.",
        (
            "end.code-after-does-not-run",
            "end.passes-handlers",
            "end.ends-only-its-own-thread",
        ),
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
        "It suspends the coroutine that yields it for approximately `duration` seconds, not less.",
        (
            "sleep.never-early",
            "sleep.approximately",
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
            "recv.always-ready-starves-nobody",
            "recv.buffered-starves-nobody",
            "readline.lines-starve-nobody",
        ),
    ),
    Promise(
        "Basic Usage, `null`",
        "It lets the others have a turn, and does nothing else.",
        (
            "null.lets-others-run",
            "null.returns-none",
            "fairness.nulls-starve-no-sleeper",
            "recv.nulls-starve-no-reader",
        ),
    ),
    Promise(
        "Basic Usage", "A thread goes on alone until it yields.", ("run.one-thread-at-a-time",)
    ),
    Promise("Basic Usage", "These few events are enough for any application.", (), _ADVICE),
)
"""The promises, in the README's order."""
