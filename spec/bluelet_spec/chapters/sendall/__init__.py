"""`sendall` sends all of its data, however long the peer takes to receive them.

A connection takes what the system's buffers have room for, and more when the peer has read some of
that. `sendall` waits for it as often as it must, and *while it waits, all other threads go on*.

Left open: which of several senders is first; what a peer receives of the data of a thread that was
killed; whether to send nothing has to wait for other threads that are sending; everything that the
chapter on `send` leaves open about data and sockets.
"""

ORDER = ("data", "peers", "senders")
"""The sections in the order in which to read them."""
