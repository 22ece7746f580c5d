"""`close` closes a connection or a listener at once, and whoever waits on it is told.

The README does not mention `close`. But a connection that cannot be closed is of no use, and every
program written for bluelet closes its own.

Left open: what has been received and not been asked for when the connection is closed; a descriptor
that is closed behind bluelet's back; a `close` in another thread of the operating system, of which
the reference takes note when its run has something else to do.
"""

ORDER = ("effect", "afterwards", "others", "waiters", "descriptors")
"""The sections in the order in which to read them."""
