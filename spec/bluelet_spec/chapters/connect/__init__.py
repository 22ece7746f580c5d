"""`connect` gives a connection to a host and port.

What goes wrong is an `OSError`, raised in the thread that connects, at its `yield`.

Left open: in which order the addresses of a host are tried, and for how long; whether the errors
of all of them are told, or of one; what `addr` holds; whether IPv6 is supported; ports as strings,
and hosts as bytes; whether what `connect` and `accept` return is an event, or a coroutine as in the
reference; whether a connection shows its socket, as the reference's does, as `sock`; a connection
that is used in a later run, or in one within a thread, where the reference's works in each. That a
connection which the system gives up after a time raises `OSError` like one that is refused is
meant, and not checked: no program can have the system give up soon.
"""

ORDER = ("connecting", "addresses")
"""The sections in the order in which to read them."""
