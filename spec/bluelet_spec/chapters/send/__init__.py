"""`send` sends what there is room for, and says how much that was.

*While a thread waits to send, all others go on.* Nothing that a peer does, or leaves undone, is any
other thread's business.

Left open: the root's end by a peer's disconnect, beyond what a choice records; which other errors a
port takes for a disconnect (a lost route, a time limit of the system's), and whether one counts
that the program itself has raised; views whose items are not bytes; `bytearray`s that change while
they are sent; a socket with a time limit of its own, or a descriptor, that a program has made a
connection of, since the README has no way to do that; an `OSError` without arguments, which no
system raises.
"""

ORDER = ("data", "failures")
"""The sections in the order in which to read them."""
