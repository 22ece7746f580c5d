"""The chapters of the specification: a module of clauses each, or a package of such modules."""

ORDER = (
    "run",
    "end",
    "call",
    "null",
    "spawn",
    "join",
    "kill",
    "sleep",
    "exceptions",
    "closing",
    "interrupts",
    "fairness",
    "events",
    "arguments",
    "recv",
    "readline",
    "send",
    "sendall",
    "close",
    "connect",
    "listener",
    "server",
    "files",
    "waitable",
)
"""The chapters in the order in which to read them, and to judge by them."""
