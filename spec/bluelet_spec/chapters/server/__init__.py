"""`server` listens, and runs a handler for every connection, for ever.

Its clients are many and do not know of each other, and none of them may be able to disturb the
rest: not by being slow, nor by going away, nor by sending what makes their handler fail.

Most programs of this chapter have a root that starts the server, plays its clients, and kills it.

Left open: when the server begins to listen, and so where it raises if it cannot; how a failed
handler is told of; what becomes of the handlers at work when it is killed; whether `run` raises or
returns when a server that is the root is interrupted while it waits; what is done where a handler
returns an event, or anything that is neither None nor a generator; which port a server has that is
given the number 0, and how to learn it.
"""

ORDER = ("serving", "clients", "handlers", "threads", "end", "descriptors")
"""The sections in the order in which to read them."""
