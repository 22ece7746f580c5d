"""`join` waits until a thread has completed, in whatever way.

To spawn some threads and to join each in turn is the ordinary use, and the later ones are often
finished by then.

Left open: to join a generator that is only spawned later; to join a coroutine that waits for the
joiner itself, its caller (the reference raises, as where a thread joins itself). The order in which
several joiners go on is free.
"""

ORDER = ("completion", "joiners", "threads")
"""The sections in the order in which to read them."""
