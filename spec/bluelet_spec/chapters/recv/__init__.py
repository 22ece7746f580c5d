"""`recv` waits until there is something to receive, and gives it.

It gives what is there, up to the size that was asked for; if nothing is there, its thread waits,
and no other does. An operation that fails raises at its `yield`, in the thread that asked for it,
because the program looks sequential; another thread notices nothing of it.

Left open: what is received of a packet by a size that would hold all of it; what two wrappers of
one descriptor receive of its data, as long as neither blocks the others; an event that is yielded a
second time; whether a `recv` waits behind a thread whose `readline` waits for the rest of its line,
as in the reference, or takes what has come of it; whether that part is still there for `recv` after
a reset within the line, as it is in the reference; a size that there is no memory for, for which
the reference raises `MemoryError` or `OverflowError`; a size that is no `int` and has an
`__index__`, which the reference refuses by a `TypeError`. What a connection has received and a
closed one would still have to give is in the chapter on closing connections, and a reset of one of
a server's connections in the one on servers.
"""

ORDER = ("stream", "buffered", "readers", "killed", "resets", "sizes", "order", "fairness")
"""The sections in the order in which to read them."""
