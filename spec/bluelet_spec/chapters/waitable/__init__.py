"""`WaitableEvent`: events of a program's own making.

A program that waits for something else than a connection (a pipe, a device, another library's
socket) subclasses `WaitableEvent`. `waitables` returns three collections, of what is to become
readable, writable, or to have urgent data, each a descriptor or an object with `fileno`; when one
of them is ready, `fire` is called, once, and what it returns is what the `yield` returns. They are
the three lists of the system's `select`; urgent data are those that TCP calls out-of-band.

The README does not mention these classes. But programs written for the original use them, and they
are how it is extended.

Left open: what other conditions than urgent data fire an event of the third collection, such as a
hang-up; what an event with nothing to wait for does; one event that two threads wait with at the
same time.
"""

ORDER = (
    "waiting",
    "sharing",
    "failures",
)
"""The sections in the order in which to read them."""
