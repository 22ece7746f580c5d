"""`readline` receives up to and with a delimiter.

In all else it is as `recv`: data is bytes, only the thread that asks waits, failures raise at its
`yield`, and what has come beyond the line is kept for whatever asks next.

Left open: a buffer's size as a further argument, and a limit to the length of a line beyond a
megabyte; delimiters that are neither bytes nor text; which of several threads that read lines from
one connection gets which.
"""

ORDER = ("lines", "delimiters", "packets", "waiting", "resets")
"""The sections in the order in which to read them."""
