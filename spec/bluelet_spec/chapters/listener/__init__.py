"""`Listener` waits for connections, and `accept` gives them.

The README does not say how to close a listener. All known implementations have `close()`, as for
connections; what that does to those who wait in `accept`, and to those who call it afterwards, is
in the chapter on closing connections.

Left open: which of several threads in `accept` is given a connection; how many connections beyond
fifty may wait, and what becomes of those that do not fit: the client's system tries again a second
later, or gives up, and no clause waits for that; at which of its addresses a listener listens whose
host has several; whether one whose host is the empty string listens at IPv6 addresses, too, as the
reference's does; whether a listener that its program forgets is closed; whether `accept` raises
for a client that has gone before it was accepted, or gives its connection, or passes it over. To
run out of descriptors is an error that `accept` may raise, or that it may wait out.
"""

ORDER = ("listening", "accepting", "threads")
"""The sections in the order in which to read them."""
