"""`close` closes a connection or a listener at once, and whoever waits on it is told.

The README does not mention `close`. But a connection that cannot be closed is of no use, and every
program written for bluelet closes its own.

Left open: what has been received and not been asked for when the connection is closed; what a
program is told that takes a descriptor's number from under its file or socket; a `close` in another
thread of the operating system.
"""

ORDER = ("effect", "afterwards", "others", "waiters", "descriptors", "elsewhere")
"""The sections in the order in which to read them."""
